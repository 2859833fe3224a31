use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::{Awaits, ExitSignal, FIRST_CAPACITY, Inbox};
use crate::exit_reason::ExitReason;
use crate::exit_signal::Origin;
use crate::pid::Fate;
use crate::rt::{AtomicUsize, Ordering};

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn waker() -> (Arc<Count>, Waker) {
    let count = Arc::new(Count::default());
    (Arc::clone(&count), Waker::from(count))
}

fn kill() -> ExitSignal {
    signal(false, ExitReason::Kill)
}

fn signal(from_parent: bool, reason: ExitReason) -> ExitSignal {
    ExitSignal {
        origin: Origin::Exit,
        from_parent,
        reason,
    }
}

fn push(inbox: &Inbox<u32>, message: u32) {
    inbox.push(message).expect("open").wake();
}

fn take(inbox: &Inbox<u32>) -> VecDeque<u32> {
    let mut batch = VecDeque::new();
    let ready = inbox.poll_batch(&Context::from_waker(Waker::noop()), &mut batch);
    assert_eq!(ready.is_ready(), !batch.is_empty());
    batch
}

#[test]
fn what_is_accepted_is_taken_by_the_receiver_or_by_close_and_nothing_after() {
    let inbox = Inbox::new();
    push(&inbox, 1);
    assert_eq!(take(&inbox), [1]);
    push(&inbox, 2);
    inbox.begin_dying();
    push(&inbox, 3);
    assert_eq!(inbox.close(ExitReason::Killed), [2, 3]);
    assert_eq!(inbox.push(4).err(), Some(4));
    assert_eq!(inbox.push_stop(ExitReason::Normal, 5).err(), Some(5));
    assert!(matches!(inbox.fate(), Fate::Dead(ExitReason::Killed)));
}

#[test]
fn a_message_wakes_a_sleeper_once() {
    let inbox = Inbox::new();
    let (count, waker) = waker();
    let mut batch = VecDeque::new();
    assert!(
        inbox
            .poll_batch(&Context::from_waker(&waker), &mut batch)
            .is_pending()
    );
    assert_eq!(inbox.park(&waker), None);
    push(&inbox, 1);
    push(&inbox, 2);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(take(&inbox), [1, 2]);
}

#[test]
fn one_small_buffer_does_for_messages_that_come_one_by_one() {
    let inbox = Inbox::new();
    let cx = Context::from_waker(Waker::noop());
    let mut batch = VecDeque::new();
    for message in 0..10 {
        push(&inbox, message);
        assert!(inbox.poll_batch(&cx, &mut batch).is_ready());
        assert_eq!(batch.pop_front(), Some(message));
        assert!(inbox.poll_batch(&cx, &mut batch).is_pending());
        let waiting = inbox.state.lock().queue.capacity();
        assert_eq!((waiting, batch.capacity()), (FIRST_CAPACITY, 0));
    }
}

#[test]
fn a_message_does_not_wake_a_callback_but_a_kill_does() {
    let inbox = Inbox::new();
    let (count, waker) = waker();
    assert_eq!(inbox.park(&waker), None); // a callback suspends
    push(&inbox, 1);
    assert_eq!(count.0.load(Ordering::Relaxed), 0);
    inbox.exit(kill(), |_| unreachable!()).wake();
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(inbox.doom(), Some(ExitReason::Killed));
}

#[test]
fn a_kill_between_the_look_and_the_sleep_is_seen() {
    let inbox = Inbox::<u32>::new();
    let (_, waker) = waker();
    inbox.exit(kill(), |_| unreachable!()).wake();
    let mut batch = VecDeque::new();
    assert!(
        inbox
            .poll_batch(&Context::from_waker(&waker), &mut batch)
            .is_pending()
    );
    assert_eq!(inbox.park(&waker), Some(ExitReason::Killed));
}

#[test]
fn the_first_fatal_signal_gives_the_reason() {
    let inbox = Inbox::<u32>::new();
    inbox
        .exit(signal(false, ExitReason::Shutdown), |_| unreachable!())
        .wake();
    inbox.exit(kill(), |_| unreachable!()).wake();
    assert_eq!(inbox.doom(), Some(ExitReason::Shutdown));
}

#[test]
fn only_a_stop_or_the_parents_exit_ends_a_wait_for_a_stop() {
    let inbox = Inbox::new();
    inbox.set_traps(true);
    let (count, waker) = waker();
    let cx = Context::from_waker(&waker);
    assert!(inbox.poll_stop(&cx).is_pending());
    push(&inbox, 1);
    inbox
        .exit(signal(false, ExitReason::Shutdown), |_| 2)
        .wake();
    assert!(inbox.poll_stop(&cx).is_pending());
    inbox.exit(signal(true, ExitReason::Shutdown), |_| 3).wake();
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(inbox.poll_stop(&cx), Poll::Ready(ExitReason::Shutdown));
    assert_eq!(take(&inbox), [1, 2, 3]); // it stays in its place
    inbox.stop_taken();
    assert!(inbox.poll_stop(&cx).is_pending());
}

#[test]
fn a_suspended_receiver_takes_what_it_wants_from_its_place_and_sleeps_for_nothing_else() {
    // Y-2
    let inbox = Inbox::new();
    let (woken, waker) = waker();
    let one = |awaits, wanted: fn(&u32) -> bool| {
        inbox.poll_one(&Context::from_waker(&waker), awaits, wanted)
    };
    let even: fn(&u32) -> bool = |message| message % 2 == 0;
    for message in 1..=3 {
        push(&inbox, message);
    }
    assert_eq!(one(Awaits::Signal, even), Poll::Ready(2));
    assert_eq!(one(Awaits::Signal, even), Poll::Pending);
    push(&inbox, 5);
    assert_eq!(woken.0.load(Ordering::Relaxed), 0, "no message wakes it");
    inbox.push_signal(4).expect("open").wake();
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert_eq!(one(Awaits::Signal, even), Poll::Ready(4));

    assert_eq!(one(Awaits::Signal, even), Poll::Pending);
    let stop = inbox.push_stop(ExitReason::Normal, 6);
    stop.expect("open").wake();
    assert_eq!(woken.0.load(Ordering::Relaxed), 2);
    assert_eq!(one(Awaits::Signal, even), Poll::Ready(6));
    assert_eq!(one(Awaits::Signal, even), Poll::Pending);
    let kill = inbox.exit(kill(), |_| unreachable!("it is no message"));
    kill.wake();
    assert_eq!(woken.0.load(Ordering::Relaxed), 3);
    assert_eq!(one(Awaits::Message, |_| true), Poll::Pending, "doomed");
    assert_eq!(inbox.close(ExitReason::Killed), [1, 3, 5]);
}

#[test]
fn a_batch_that_is_given_back_comes_before_what_arrived_since() {
    let inbox = Inbox::new();
    for message in 1..=3 {
        push(&inbox, message);
    }
    let mut batch = take(&inbox);
    push(&inbox, 4);
    batch.pop_front();
    inbox.give_back(&mut batch);
    assert_eq!(batch, []);
    let (woken, waker) = waker();
    let one = || inbox.poll_one(&Context::from_waker(&waker), Awaits::Message, |_| true);
    assert_eq!([one(), one(), one()], [2, 3, 4].map(Poll::Ready));
    assert_eq!(one(), Poll::Pending);
    push(&inbox, 5);
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
}
