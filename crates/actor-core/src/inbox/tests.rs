use std::collections::VecDeque;
use std::mem::offset_of;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::{Entry, ExitSignal, FEW, FIRST_CAPACITY, Inbox, KEPT_CAPACITY, State, Unusual};
use crate::exit_reason::ExitReason;
use crate::exit_signal::Origin;
use crate::mailbox::Mailbox;
use crate::overflow::{Manner, Overflow};
use crate::pid::{Awaits, Fate};
use crate::progress::{Callback, Progress};
use crate::rt::{AtomicUsize, Mutex, Ordering};
use crate::undelivered::Undelivered;

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

/// What is greater is a signal.
const LAST_MESSAGE: u32 = 999;

impl Entry for u32 {
    fn is_signal(&self) -> bool {
        *self > LAST_MESSAGE
    }

    fn is_awaited(&self) -> bool {
        false
    }
}

fn open() -> Inbox<u32> {
    Inbox::new(Mailbox::UNBOUNDED)
}

fn bounded(capacity: usize, overflow: Overflow) -> Inbox<u32> {
    Inbox::new(Mailbox {
        capacity: Some(capacity),
        overflow,
        ..Mailbox::UNBOUNDED
    })
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
    assert_eq!(long_after(inbox, message), None);
}

/// The length of the queue, if it is told after this one.
fn long_after(inbox: &Inbox<u32>, message: u32) -> Option<usize> {
    match inbox.offer(message, Manner::Posted) {
        Ok(wakers) => wakers.wake(),
        _ => panic!("{message} is not accepted"),
    }
}

/// A signal of the framework.
fn signals(inbox: &Inbox<u32>, signal: u32) {
    assert!(signal.is_signal());
    assert_eq!(inbox.push(signal).expect("open").wake(), None);
}

fn refused(inbox: &Inbox<u32>, message: u32) -> Undelivered {
    match inbox.offer(message, Manner::Tried) {
        Err(Unusual::Refused(back, why)) if back == message => why,
        _ => panic!("{message} is not refused"),
    }
}

/// Puts it in line, and returns its key.
fn waits(inbox: &Inbox<u32>, message: u32) -> u64 {
    match inbox.offer(message, Manner::Patient) {
        Err(Unusual::Waits(key)) => key,
        _ => panic!("{message} does not wait"),
    }
}

/// Whether it has its place, or came back.
fn place(inbox: &Inbox<u32>, key: u64, waker: &Waker) -> Poll<Result<(), u32>> {
    inbox.poll_place(key, &Context::from_waker(waker))
}

/// The next look into the inbox, of a process that has worked off its batch and waits for nothing but a message.
fn look(inbox: &Inbox<u32>, waker: &Waker, batch: &mut VecDeque<u32>) -> Poll<()> {
    batch.clear();
    inbox.poll_batch(&Context::from_waker(waker), batch, &mut false, true)
}

fn take_as(inbox: &Inbox<u32>, waker: &Waker) -> VecDeque<u32> {
    let mut batch = VecDeque::new();
    let ready = look(inbox, waker, &mut batch);
    assert_eq!(ready.is_ready(), !batch.is_empty());
    batch
}

fn take(inbox: &Inbox<u32>) -> VecDeque<u32> {
    take_as(inbox, Waker::noop())
}

#[test]
fn what_is_accepted_is_taken_by_the_receiver_or_by_close_and_nothing_after() {
    let inbox = open();
    push(&inbox, 1);
    assert_eq!(take(&inbox), [1]);
    push(&inbox, 2);
    inbox.begin_dying();
    push(&inbox, 3);
    assert_eq!(inbox.close(ExitReason::Killed), [2, 3]);
    assert_eq!(inbox.push(4).err(), Some(4));
    assert_eq!(refused(&inbox, 6), Undelivered::NoProc);
    assert_eq!(inbox.push_stop(ExitReason::Normal, 5).err(), Some(5));
    assert!(matches!(inbox.fate(), Fate::Dead(ExitReason::Killed)));
}

#[test]
fn a_message_wakes_a_sleeper_once() {
    let inbox = open();
    let (count, waker) = waker();
    assert!(take_as(&inbox, &waker).is_empty());
    assert_eq!(inbox.park(&waker), None);
    push(&inbox, 1);
    push(&inbox, 2);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(take_as(&inbox, &waker), [1, 2]);
}

#[test]
fn who_found_several_messages_lets_others_run_before_it_sleeps() {
    let inbox = open();
    let (count, waker) = waker();
    let woken = || count.0.load(Ordering::Relaxed);
    let mut batch = VecDeque::new();
    push(&inbox, 1);
    push(&inbox, 2);
    assert!(look(&inbox, &waker, &mut batch).is_ready());
    assert!(look(&inbox, &waker, &mut batch).is_pending());
    assert_eq!(inbox.park(&waker), None);
    assert_eq!(woken(), 1, "it wakes itself");
    push(&inbox, 3);
    assert_eq!(woken(), 1, "so nobody else has to");
    assert!(look(&inbox, &waker, &mut batch).is_ready());
    assert!(look(&inbox, &waker, &mut batch).is_pending());
    assert_eq!(woken(), 1, "there was one message: it sleeps");
    push(&inbox, 4);
    assert_eq!(woken(), 2);
}

/// One that has had more than a few messages, and has just taken the only one there was.
fn one_taken(inbox: &Inbox<u32>, waker: &Waker) -> VecDeque<u32> {
    let mut batch = VecDeque::new();
    for message in 0..=FEW + 1 {
        push(inbox, message);
        assert!(look(inbox, waker, &mut batch).is_ready());
        if message <= FEW {
            assert!(look(inbox, waker, &mut batch).is_pending());
        }
    }
    assert_eq!(batch, [FEW + 1]);
    batch
}

#[test]
fn who_took_the_only_message_sleeps_without_a_second_look_and_the_next_wakes_it() {
    let inbox = open();
    let (count, waker) = waker();
    let mut batch = one_taken(&inbox, &waker);
    let woken = count.0.load(Ordering::Relaxed);
    push(&inbox, 100);
    push(&inbox, 101);
    assert_eq!(count.0.load(Ordering::Relaxed), woken + 1, "while it works");
    assert!(
        look(&inbox, &waker, &mut batch).is_pending(),
        "it comes back"
    );
    assert!(look(&inbox, &waker, &mut batch).is_ready());
    assert_eq!(batch, [100, 101]);
}

#[test]
fn who_waits_in_a_callback_or_for_a_limit_looks_again() {
    let inbox = open();
    let (count, waker) = waker();
    let mut batch = one_taken(&inbox, &waker);
    push(&inbox, 100);
    assert_eq!(inbox.park(&waker), None); // the callback has heard the wake
    let woken = count.0.load(Ordering::Relaxed);
    push(&inbox, 101);
    assert_eq!(
        count.0.load(Ordering::Relaxed),
        woken,
        "it waits for something else"
    );
    assert!(look(&inbox, &waker, &mut batch).is_ready());

    assert_eq!(batch, [100, 101]);
    assert!(
        look(&inbox, &waker, &mut batch).is_pending(),
        "others first"
    );
    push(&inbox, 102);
    assert!(look(&inbox, &waker, &mut batch).is_ready());
    push(&inbox, 103);
    batch.clear();
    let cx = Context::from_waker(&waker);
    let polled = inbox.poll_batch(&cx, &mut batch, &mut false, false);
    assert!(polled.is_ready(), "else its limit would pass");
    assert_eq!(batch, [103]);
}

#[test]
fn one_that_works_is_not_seen_to_wait() {
    let inbox = open();
    let (_, waker) = waker();
    let mut batch = one_taken(&inbox, &waker);
    let progress = || Progress {
        callback: Callback::HandleCast,
        handled: u64::from(FEW) + 2,
    };
    let awaits = || inbox.look(progress).map(|look| look.awaits);
    assert_eq!(awaits(), Some(Awaits::Nothing));
    assert_eq!(inbox.park(&waker), None);
    assert_eq!(awaits(), Some(Awaits::Nothing), "nor if its callback waits");
    assert!(look(&inbox, &waker, &mut batch).is_pending());
    assert_eq!(awaits(), Some(Awaits::Message));
}

#[test]
fn one_small_buffer_does_for_a_few_messages_that_come_one_by_one_and_two_for_more() {
    let inbox = open();
    let mut batch = VecDeque::new();
    let waiting = || inbox.state.lock().queue.capacity();
    for message in 0..2 * FEW {
        push(&inbox, message);
        assert!(look(&inbox, Waker::noop(), &mut batch).is_ready());
        assert_eq!(batch.front(), Some(&message));
        assert!(look(&inbox, Waker::noop(), &mut batch).is_pending());
        match message < FEW {
            true => assert_eq!((waiting(), batch.capacity()), (FIRST_CAPACITY, 0)),
            false => assert!(waiting() + batch.capacity() <= 2 * FIRST_CAPACITY),
        }
    }
}

#[test]
fn a_message_does_not_wake_a_callback_but_a_kill_does() {
    let inbox = open();
    let (count, waker) = waker();
    assert_eq!(inbox.park(&waker), None); // a callback suspends
    push(&inbox, 1);
    assert_eq!(count.0.load(Ordering::Relaxed), 0);
    assert_eq!(inbox.exit(kill(), |_| unreachable!()).wake(), None);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(inbox.doom(), Some(ExitReason::Killed));
}

#[test]
fn a_kill_between_the_look_and_the_sleep_is_seen() {
    let inbox = open();
    let (_, waker) = waker();
    assert_eq!(inbox.exit(kill(), |_| unreachable!()).wake(), None);
    assert!(take_as(&inbox, &waker).is_empty());
    assert_eq!(inbox.park(&waker), Some(ExitReason::Killed));
}

#[test]
fn the_first_fatal_signal_gives_the_reason() {
    let inbox = open();
    let fatal = inbox.exit(signal(false, ExitReason::Shutdown), |_| unreachable!());
    assert_eq!(fatal.wake(), None);
    assert_eq!(inbox.exit(kill(), |_| unreachable!()).wake(), None);
    assert_eq!(inbox.doom(), Some(ExitReason::Shutdown));
}

#[test]
fn only_a_stop_or_the_parents_exit_ends_a_wait_for_a_stop() {
    let inbox = open();
    inbox.set_traps(true);
    let (count, waker) = waker();
    let cx = Context::from_waker(&waker);
    assert!(inbox.poll_stop(&cx).is_pending());
    push(&inbox, 1);
    let trapped = inbox.exit(signal(false, ExitReason::Shutdown), |_| 2);
    assert_eq!(trapped.wake(), None);
    assert!(inbox.poll_stop(&cx).is_pending());
    let parent = inbox.exit(signal(true, ExitReason::Shutdown), |_| 3);
    assert_eq!(parent.wake(), None);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(inbox.poll_stop(&cx), Poll::Ready(ExitReason::Shutdown));
    assert_eq!(take(&inbox), [1, 2, 3]); // it stays in its place
    inbox.stop_taken();
    assert!(inbox.poll_stop(&cx).is_pending());
}

#[test]
fn a_suspended_receiver_takes_what_it_wants_from_its_place_and_sleeps_for_nothing_else() {
    // Y-2
    let inbox = open();
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
    assert_eq!(inbox.push_signal(4).expect("open").wake(), None);
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert_eq!(one(Awaits::Signal, even), Poll::Ready(4));

    assert_eq!(one(Awaits::Signal, even), Poll::Pending);
    let stop = inbox.push_stop(ExitReason::Normal, 6);
    assert_eq!(stop.expect("open").wake(), None);
    assert_eq!(woken.0.load(Ordering::Relaxed), 2);
    assert_eq!(one(Awaits::Signal, even), Poll::Ready(6));
    assert_eq!(one(Awaits::Signal, even), Poll::Pending);
    let kill = inbox.exit(kill(), |_| unreachable!("it is no message"));
    assert_eq!(kill.wake(), None);
    assert_eq!(woken.0.load(Ordering::Relaxed), 3);
    assert_eq!(one(Awaits::Message, |_| true), Poll::Pending, "doomed");
    assert_eq!(inbox.close(ExitReason::Killed), [1, 3, 5]);
}

#[test]
fn a_batch_that_is_given_back_comes_before_what_arrived_since() {
    let inbox = open();
    for message in 1..=3 {
        push(&inbox, message);
    }
    let (woken, waker) = waker();
    let mut batch = take_as(&inbox, &waker);
    push(&inbox, 4);
    batch.pop_front();
    inbox.give_back(&mut batch);
    assert_eq!(batch, []);
    let one = || inbox.poll_one(&Context::from_waker(&waker), Awaits::Message, |_| true);
    assert_eq!([one(), one(), one()], [2, 3, 4].map(Poll::Ready));
    assert_eq!(one(), Poll::Pending);
    push(&inbox, 5);
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
}

#[test]
fn messages_fill_a_bounded_inbox_and_signals_do_not() {
    // F-16, X-12
    let inbox = bounded(2, Overflow::Fail);
    for round in 0..3 {
        signals(&inbox, 1000);
        push(&inbox, 1);
        signals(&inbox, 1001);
        push(&inbox, 2);
        signals(&inbox, 1002);
        assert_eq!(refused(&inbox, 3), Undelivered::Full, "round {round}");
        let stop = inbox.push_stop(ExitReason::Normal, 1003).expect("open");
        assert_eq!(stop.wake(), None);
        // In order, one by one, as the inbox is small.
        for expected in [1000, 1, 1001, 2, 1002, 1003] {
            assert_eq!(take(&inbox), [expected]);
        }
        inbox.stop_taken();
    }
}

#[test]
fn room_comes_back_in_bites_of_an_eighth_and_of_64_at_the_most() {
    for (capacity, bite) in [
        (1, 1),
        (15, 1),
        (16, 2),
        (80, 10),
        (511, 63),
        (900, KEPT_CAPACITY),
    ] {
        let inbox = bounded(capacity, Overflow::Fail);
        (0..capacity as u32).for_each(|message| push(&inbox, message));
        assert_eq!(refused(&inbox, 0), Undelivered::Full);
        assert_eq!(take(&inbox).len(), bite);
        (0..bite as u32).for_each(|message| push(&inbox, message));
        assert_eq!(refused(&inbox, 0), Undelivered::Full);
    }
}

#[test]
fn the_oldest_message_makes_room_and_no_signal_does() {
    let inbox = bounded(2, Overflow::DropOldest);
    let displaces = |message| match inbox.offer(message, Manner::Posted) {
        Err(Unusual::Displaced(wakers, oldest)) => {
            assert_eq!(wakers.wake(), None);
            oldest
        }
        _ => panic!("{message} displaces nothing"),
    };
    signals(&inbox, 1000);
    push(&inbox, 1);
    signals(&inbox, 1001);
    signals(&inbox, 1002);
    push(&inbox, 2);
    assert_eq!(displaces(3), 1);
    assert_eq!(displaces(4), 2);
    assert_eq!(take(&inbox), [1000]);
    signals(&inbox, 1003);
    assert_eq!(displaces(5), 3);
    for expected in [1001, 1002, 4, 1003] {
        assert_eq!(take(&inbox), [expected]);
    }
    push(&inbox, 6);
    assert_eq!(displaces(7), 5);
    assert_eq!(inbox.close(ExitReason::Normal), [6, 7]);
}

#[test]
fn who_waits_for_room_gets_it_in_order_and_leaves_no_hole() {
    // F-08
    let inbox = bounded(1, Overflow::Wait);
    let (count, waker) = waker();
    push(&inbox, 1);
    let [second, third, fourth] = [2, 3, 4].map(|message| waits(&inbox, message));
    for key in [second, third, fourth] {
        assert!(place(&inbox, key, &waker).is_pending());
    }
    assert_eq!(refused(&inbox, 5), Undelivered::Full); // nobody is overtaken
    assert_eq!(inbox.leave(third), Some(3));
    assert_eq!(inbox.leave(third), None);
    assert_eq!(take(&inbox), [1]);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(place(&inbox, second, &waker), Poll::Ready(Ok(())));
    assert_eq!(inbox.leave(second), None, "it is accepted");
    assert!(place(&inbox, fourth, &waker).is_pending());
    assert_eq!(take(&inbox), [2]);
    assert_eq!(take(&inbox), [4]);
    assert_eq!(count.0.load(Ordering::Relaxed), 2);
    push(&inbox, 6);
    assert_eq!(refused(&inbox, 7), Undelivered::Full);
}

#[test]
fn who_waits_for_room_when_the_inbox_closes_is_told_and_gets_its_message_back() {
    // F-23
    let inbox = bounded(1, Overflow::Wait);
    let (count, waker) = waker();
    push(&inbox, 1);
    let [second, third] = [2, 3].map(|message| waits(&inbox, message));
    assert!(place(&inbox, second, &waker).is_pending());
    assert!(place(&inbox, third, &waker).is_pending());
    assert_eq!(inbox.close(ExitReason::Normal), [1]);
    assert_eq!(
        count.0.load(Ordering::Relaxed),
        0,
        "the death is not told yet"
    );
    inbox.dismiss();
    assert_eq!(count.0.load(Ordering::Relaxed), 2);
    assert_eq!(place(&inbox, second, &waker), Poll::Ready(Err(2)));
    assert_eq!(inbox.leave(third), Some(3));
    assert_eq!(refused(&inbox, 4), Undelivered::NoProc);
}

#[test]
fn without_its_bound_an_inbox_takes_what_waited_and_what_comes() {
    let inbox = bounded(1, Overflow::Wait);
    let (count, waker) = waker();
    push(&inbox, 1);
    let second = waits(&inbox, 2);
    assert!(place(&inbox, second, &waker).is_pending());
    assert_eq!(inbox.unbound().wake(), None);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(place(&inbox, second, &waker), Poll::Ready(Ok(())));
    (3..=5).for_each(|message| push(&inbox, message));
    assert_eq!(take(&inbox), [1, 2, 3, 4, 5]);
    assert_eq!(inbox.unbound().wake(), None);
    push(&inbox, 6);
    assert_eq!(inbox.close(ExitReason::Normal), [6]);
    assert_eq!(inbox.unbound().wake(), None);
    assert_eq!(refused(&inbox, 7), Undelivered::NoProc);
}

#[test]
fn a_long_queue_is_told_once_until_it_was_short() {
    for limit in [0, 1, 10, 64, 65, 1000] {
        for capacity in [None, Some(5000)] {
            let inbox = Inbox::new(Mailbox {
                capacity,
                long: limit,
                ..Mailbox::UNBOUNDED
            });
            for round in 0..3 {
                let told = (0..3000).filter_map(|_| long_after(&inbox, 1));
                let told: Vec<_> = told.collect();
                assert_eq!(told, [limit + 1], "{limit}, {capacity:?}, round {round}");
                let mut batch = VecDeque::new();
                while look(&inbox, Waker::noop(), &mut batch).is_ready() {}
            }
        }
    }
}

#[test]
fn the_usual_limit_of_a_queue_is_told_by_messages_and_by_signals() {
    let limit = crate::long_queue::DEFAULT_LONG_QUEUE;
    let inbox = open();
    (0..limit).for_each(|_| push(&inbox, 1));
    let signal = inbox.push(1000).expect("open");
    assert_eq!(signal.wake(), Some(limit + 1));
    (0..limit).for_each(|_| push(&inbox, 1));
}

/// What is taken from its place, by a process that sys holds still or watches.
fn take_one(inbox: &Inbox<u32>, wanted: u32) {
    let cx = Context::from_waker(Waker::noop());
    let taken = inbox.poll_one(&cx, Awaits::Signal, |entry| *entry == wanted);
    assert_eq!(taken, Poll::Ready(wanted));
}

#[test]
fn what_is_taken_from_its_place_leaves_its_room_to_who_waits_for_it() {
    // F-08, F-16, Y-2
    let inbox = bounded(2, Overflow::Wait);
    let (count, waker) = waker();
    signals(&inbox, 1000);
    push(&inbox, 1);
    signals(&inbox, 1001);
    push(&inbox, 2);
    let third = waits(&inbox, 3);
    assert!(place(&inbox, third, &waker).is_pending());
    take_one(&inbox, 1001);
    assert!(place(&inbox, third, &waker).is_pending());
    take_one(&inbox, 1);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(place(&inbox, third, &waker), Poll::Ready(Ok(())));
    assert_eq!(refused(&inbox, 4), Undelivered::Full);
    assert_eq!(inbox.close(ExitReason::Normal), [1000, 2, 3]);
}

#[test]
fn the_oldest_message_is_known_whatever_is_taken_or_given_back_before_it() {
    let displaced = |inbox: &Inbox<u32>, message| match inbox.offer(message, Manner::Posted) {
        Err(Unusual::Displaced(_, oldest)) => oldest,
        _ => panic!("{message} displaces nothing"),
    };
    let inbox = bounded(1, Overflow::DropOldest);
    signals(&inbox, 1000);
    signals(&inbox, 1001);
    push(&inbox, 1);
    assert_eq!(displaced(&inbox, 2), 1);
    take_one(&inbox, 1000);
    assert_eq!(displaced(&inbox, 3), 2);

    let inbox = bounded(16, Overflow::DropOldest); // of which two are taken at once
    push(&inbox, 1);
    signals(&inbox, 1000);
    signals(&inbox, 1001);
    (2..=16).for_each(|message| push(&inbox, message));
    let mut batch = take(&inbox);
    assert_eq!(batch, [1, 1000]);
    push(&inbox, 17);
    assert_eq!(displaced(&inbox, 18), 2);
    inbox.give_back(&mut batch);
    assert_eq!(displaced(&inbox, 19), 1);
    assert_eq!(displaced(&inbox, 20), 3);
}

#[test]
fn a_long_queue_is_told_also_of_a_process_that_takes_messages_one_by_one() {
    // Y-2, X-12
    let inbox = Inbox::new(Mailbox {
        long: 10,
        ..Mailbox::UNBOUNDED
    });
    (0..6).for_each(|_| push(&inbox, 1));
    let mut batch = take(&inbox);
    (0..6).for_each(|_| push(&inbox, 1));
    inbox.give_back(&mut batch);
    assert_eq!(long_after(&inbox, 1), Some(13));
    for _ in 0..7 {
        take_one(&inbox, 1);
    }
    (0..7).for_each(|_| push(&inbox, 1)); // it was not short
    (0..8).for_each(|_| take_one(&inbox, 1));
    (0..5).for_each(|_| push(&inbox, 1));
    assert_eq!(long_after(&inbox, 1), Some(11));
}

#[test]
fn what_senders_write_and_what_the_process_reads_at_each_message_share_no_cache_line() {
    const CACHE_LINE: usize = 64;
    let state =
        offset_of!(Inbox<u32>, state) + size_of::<Mutex<State<u32>>>() - size_of::<State<u32>>();
    let written = state + offset_of!(State<u32>, queue) + size_of::<VecDeque<u32>>();
    assert!(offset_of!(Inbox<u32>, doomed) >= written + CACHE_LINE);
    assert!(offset_of!(Inbox<u32>, pace) >= written + CACHE_LINE);
}
