//! What must hold of an inbox in every execution.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker, ready};

use loom::future::block_on;
use loom::thread::{self, JoinHandle};

use crate::exit_reason::ExitReason;
use crate::exit_signal::Origin;
use crate::inbox::{Entry, ExitSignal, Inbox, Unusual};
use crate::mailbox::Mailbox;
use crate::overflow::{Manner, Overflow};
use crate::pid::Awaits;
use crate::rt::planted;

/// Counts its drops.
struct Message {
    drops: Arc<AtomicUsize>,
    is_signal: bool,
    /// It looks there when it is dropped, which takes the lock.
    looks: Weak<Inbox<Self>>,
}

impl Entry for Message {
    fn is_signal(&self) -> bool {
        self.is_signal
    }

    fn is_awaited(&self) -> bool {
        false
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::Relaxed);
        if let Some(inbox) = self.looks.upgrade() {
            inbox.traps();
        }
    }
}

/// So many messages are sent in a model.
const SENT: usize = 2;

struct Scene {
    inbox: Arc<Inbox<Message>>,
    drops: Arc<AtomicUsize>,
}

impl Scene {
    fn new(mailbox: Mailbox) -> Self {
        Self {
            inbox: Arc::new(Inbox::new(mailbox)),
            drops: Arc::default(),
        }
    }

    fn message(&self) -> Message {
        Message {
            drops: Arc::clone(&self.drops),
            is_signal: false,
            looks: Weak::new(),
        }
    }

    fn signal(&self) -> Message {
        let mut signal = self.message();
        signal.is_signal = true;
        signal
    }

    /// Sends from this thread, where there is room.
    fn fill(&self) {
        let offered = self.inbox.offer(self.message(), Manner::Tried);
        let Ok(wakers) = offered else {
            panic!("there is room");
        };
        assert!(wakers.wake().is_none());
    }

    /// Sends from a thread of its own; whether the message was accepted.
    fn producer(&self) -> JoinHandle<bool> {
        let inbox = Arc::clone(&self.inbox);
        let message = self.message();
        thread::spawn(move || match inbox.offer(message, Manner::Patient) {
            Ok(wakers) => wakers.wake().is_none(),
            Err(Unusual::Waits(key)) => {
                let place = poll_fn(|cx| inbox.poll_place(key, cx));
                block_on(place).is_ok()
            }
            Err(Unusual::Refused(..) | Unusual::Displaced(..)) => false,
        })
    }

    /// Sends from a thread of its own, and gives up if there is no room; whether it was accepted.
    fn impatient(&self) -> JoinHandle<bool> {
        let (inbox, message) = (Arc::clone(&self.inbox), self.message());
        thread::spawn(move || match inbox.offer(message, Manner::Patient) {
            Ok(wakers) => wakers.wake().is_none(),
            Err(Unusual::Waits(key)) => inbox.leave(key).is_none(),
            Err(Unusual::Refused(..) | Unusual::Displaced(..)) => false,
        })
    }

    /// Waits for room, on a thread of its own.
    fn service(&self) -> JoinHandle<()> {
        let inbox = Arc::clone(&self.inbox);
        let mut key = None;
        thread::spawn(move || block_on(poll_fn(|cx| inbox.poll_room(&mut key, cx))))
    }

    /// Takes what has come, or waits for it.
    fn receive(&self) -> usize {
        let mut batch = VecDeque::new();
        block_on(poll_fn(|cx| {
            self.inbox.poll_batch(cx, &mut batch, &mut false, true)
        }));
        batch.len()
    }

    /// Takes so many messages; after the first it may wait inside a callback, once.
    fn receive_all(&self, sent: usize, mut waits: bool) {
        let mut batch = VecDeque::with_capacity(2); // as of a process that has had a few
        let mut handled = 0;
        block_on(poll_fn(|cx| {
            while handled < sent {
                let waits_now = handled == 1 && mem::take(&mut waits);
                if waits_now {
                    cx.waker().wake_by_ref(); // what it waits for is there
                }
                let inbox = &self.inbox;
                let mut sleeps = || {
                    inbox
                        .poll_batch(cx, &mut batch, &mut false, true)
                        .is_pending()
                };
                if waits_now || sleeps() {
                    assert!(inbox.park(cx.waker()).is_none());
                    return Poll::Pending;
                }
                handled += batch.drain(..).len();
            }
            Poll::Ready(())
        }));
        assert_eq!(handled, sent);
    }

    /// Kills from a thread of its own.
    fn killer(&self) -> JoinHandle<bool> {
        let inbox = Arc::clone(&self.inbox);
        thread::spawn(move || {
            let kill = ExitSignal {
                origin: Origin::Exit,
                from_parent: false,
                reason: ExitReason::Kill,
            };
            let wakers = inbox.exit(kill, |_| unreachable!("nobody traps a kill"));
            wakers.wake().is_some()
        })
    }

    /// Takes what comes until a kill; returns how many those were.
    fn receive_until_killed(&self) -> usize {
        let mut batch = VecDeque::with_capacity(2); // as of a process that has had a few
        let mut handled = 0;
        let doom = block_on(poll_fn(|cx| {
            loop {
                if let Some(doom) = self.inbox.doom() {
                    return Poll::Ready(doom);
                }
                if self
                    .inbox
                    .poll_batch(cx, &mut batch, &mut false, true)
                    .is_pending()
                {
                    return match self.inbox.park(cx.waker()) {
                        Some(doom) => Poll::Ready(doom),
                        None => Poll::Pending,
                    };
                }
                handled += batch.drain(..).len();
            }
        }));
        assert_eq!(doom, ExitReason::Killed);
        handled
    }

    /// Closes, and tells who waits for room.
    fn die(&self) -> VecDeque<Message> {
        let early = planted("a line is dismissed before it is closed");
        if early {
            self.inbox.dismiss();
        }
        let left = self.inbox.close(ExitReason::Killed);
        if !early {
            self.inbox.dismiss();
        }
        left
    }

    /// Closes, and checks that each accepted message was handled or taken by the close, and each dropped
    /// once.
    fn end(self, handled: usize, producers: impl IntoIterator<Item = JoinHandle<bool>>) {
        let left = self.die();
        let taken = handled + left.len();
        drop(left);
        let accepted = producers
            .into_iter()
            .map(|it| it.join().unwrap_or_default());
        let accepted = accepted.filter(|accepted| *accepted).count();
        assert_eq!(accepted, taken, "accepted, but neither handled nor taken");
        assert_eq!(self.drops.load(Ordering::Relaxed), SENT);
    }
}

/// Two send while the process takes a message and dies: none is lost, and it does not sleep on (P-2, F-01).
pub fn two_producers_and_a_close() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    let producers = [scene.producer(), scene.producer()];
    let handled = scene.receive();
    scene.end(handled, producers);
}

fn room_for_one() -> Scene {
    narrow(Overflow::Wait)
}

fn narrow(overflow: Overflow) -> Scene {
    let mut mailbox = Mailbox::UNBOUNDED;
    mailbox.capacity = Some(1);
    mailbox.overflow = overflow;
    Scene::new(mailbox)
}

/// There is room for one, and the process takes a message before it dies: the other sender gets the room.
pub fn two_producers_and_room_for_one() {
    let scene = room_for_one();
    let producers = [scene.producer(), scene.producer()];
    let handled = scene.receive();
    scene.end(handled, producers);
}

/// There is room for one, and the process dies: whoever waits for room hears of it (F-23).
pub fn two_producers_and_room_that_never_comes() {
    let scene = room_for_one();
    let producers = [scene.producer(), scene.producer()];
    scene.end(0, producers);
}

/// A process looks at its doom before it looks at its inbox, and parks: a kill ends its sleep, and so it
/// does together with a message (P-6, X-1).
pub fn a_kill_and_a_message() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    let producer = scene.producer();
    let killer = scene.killer();
    let handled = scene.receive_until_killed();
    let _ = killer.join();
    drop(scene.message()); // the second of two
    scene.end(handled, [producer]);
}

/// A process that found several messages lets others run before it looks again: a kill meanwhile ends it.
pub fn a_kill_after_a_crowd() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    scene.fill();
    scene.fill();
    let killer = scene.killer();
    let handled = scene.receive_until_killed();
    let _ = killer.join();
    let left = scene.die();
    assert_eq!(handled + left.len(), SENT);
}

/// A process sleeps without a second look after the only message there was, and one comes while it works.
pub fn one_message_and_then_another() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    scene.fill();
    let producer = scene.producer();
    scene.receive_all(SENT, false);
    scene.end(SENT - 1, [producer]); // the first was sent from here
}

/// The same, and the callback waits for something else meanwhile: what wakes it there is heard by nobody else.
pub fn one_message_and_then_another_in_a_wait() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    scene.fill();
    let producer = scene.producer();
    scene.receive_all(SENT, true);
    scene.end(SENT - 1, [producer]);
}

/// The same, and a message comes meanwhile: it is taken, though it has woken nobody.
pub fn a_message_after_a_crowd() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    scene.fill();
    scene.fill();
    let producer = scene.producer();
    scene.receive_all(SENT + 1, false);
    assert!(producer.join().unwrap_or_default());
    assert_eq!(scene.die().len(), 0);
}

/// There is room for one, and messages displace each other while the process takes one and dies: each is
/// handled, taken by the close, or handed back, and dropped once and under no lock.
pub fn two_producers_and_a_displacement() {
    let scene = narrow(Overflow::DropOldest);
    let producers = [(), ()].map(|()| {
        let inbox = Arc::clone(&scene.inbox);
        let mut message = scene.message();
        message.looks = Arc::downgrade(&inbox);
        thread::spawn(move || match inbox.offer(message, Manner::Posted) {
            Ok(wakers) => (1, usize::from(wakers.wake().is_some())),
            Err(Unusual::Displaced(wakers, oldest)) => {
                assert!(wakers.wake().is_none());
                drop(oldest);
                (1, 1)
            }
            Err(Unusual::Waits(_)) => panic!("nobody waits"),
            Err(Unusual::Refused(..)) => (0, 0),
        })
    });
    let handled = scene.receive();
    let left = scene.die();
    let taken = handled + left.len();
    drop(left);
    let told = producers.map(|it| it.join().unwrap_or_default());
    let [accepted, displaced] = [told[0].0 + told[1].0, told[0].1 + told[1].1];
    assert_eq!(accepted, taken + displaced);
    assert_eq!(scene.drops.load(Ordering::Relaxed), SENT);
}

/// The process is held, and sleeps for signals alone: one ends its sleep, though a message comes too, which
/// it takes later (Y-2).
pub fn a_signal_and_a_message_to_who_is_held() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    let producer = scene.producer();
    let (inbox, signal) = (Arc::clone(&scene.inbox), scene.signal());
    let signaller = thread::spawn(move || {
        let accepted = inbox.push_signal(signal).map(|wakers| wakers.wake());
        matches!(accepted, Ok(None))
    });
    let mut signal = None;
    let message = block_on(poll_fn(|cx| {
        if signal.is_none() {
            let only_signals = |it: &Message| it.is_signal;
            signal = Some(ready!(scene.inbox.poll_one(
                cx,
                Awaits::Signal,
                only_signals
            )));
        }
        scene.inbox.poll_one(cx, Awaits::Message, |_| true)
    }));
    assert!(signal.is_some_and(|it| it.is_signal) && !message.is_signal);
    drop(message);
    scene.end(2, [producer, signaller]);
}

/// There is room for one, and a sender in line gives up while the process makes room: its message comes
/// back, or was accepted (F-08).
pub fn a_sender_that_gives_up_and_room() {
    let scene = room_for_one();
    scene.fill();
    let sender = scene.impatient();
    assert_eq!(scene.receive(), 1);
    scene.end(0, [sender]); // but for the first
}

/// The same while the process dies.
pub fn a_sender_that_gives_up_and_a_close() {
    let scene = room_for_one();
    scene.fill();
    let sender = scene.impatient();
    let left = scene.die();
    let accepted = sender.join().unwrap_or_default();
    assert_eq!(left.len(), 1 + usize::from(accepted));
    drop(left);
    assert_eq!(scene.drops.load(Ordering::Relaxed), SENT);
}

/// There is no room, and one waits for it while the process makes some: it goes on.
pub fn a_service_and_room() {
    let scene = room_for_one();
    scene.fill();
    let service = scene.service();
    assert_eq!(scene.receive(), 1);
    let _ = service.join();
    drop(scene.message()); // the second of two
    scene.end(0, []);
}

/// There is no room, and one waits for it while the process dies: it goes on.
pub fn a_service_and_a_close() {
    let scene = room_for_one();
    scene.fill();
    let service = scene.service();
    assert_eq!(scene.die().len(), 1);
    let _ = service.join();
}

struct Somebody;

impl Wake for Somebody {
    fn wake(self: Arc<Self>) {}
}

/// There is no room, and one gives up to wait for it while another one goes on: nothing of the first stays,
/// and the other one is told.
pub fn a_service_that_gives_up_and_one_that_waits() {
    let scene = room_for_one();
    scene.fill();
    let inbox = Arc::clone(&scene.inbox);
    let task = Arc::new(Somebody);
    let waker = Waker::from(Arc::clone(&task));
    let gives_up = thread::spawn(move || {
        let mut key = None;
        let room = inbox.poll_room(&mut key, &Context::from_waker(&waker));
        assert!(room.is_pending());
        key.into_iter().for_each(|key| inbox.leave_room(key));
    });
    let waits = scene.service();
    let _ = gives_up.join();
    assert_eq!(Arc::strong_count(&task), 1, "its waker stays");
    assert_eq!(scene.receive(), 1);
    let _ = waits.join();
    drop(scene.message()); // the second of two
    scene.end(0, []);
}

/// A callback waits until the process is asked to stop: it hears of it, with the reason.
pub fn a_callback_that_waits_for_a_stop() {
    let scene = Scene::new(Mailbox::UNBOUNDED);
    let (inbox, stop) = (Arc::clone(&scene.inbox), scene.signal());
    let stops = thread::spawn(move || {
        let accepted = inbox.push_stop(ExitReason::Shutdown, stop);
        accepted.map(|wakers| wakers.wake()).is_ok()
    });
    let reason = block_on(poll_fn(|cx| scene.inbox.poll_stop(cx)));
    assert_eq!(reason, ExitReason::Shutdown);
    let handled = scene.receive();
    scene.inbox.stop_taken();
    drop(scene.message()); // the second of two
    scene.end(handled, [stops]);
}
