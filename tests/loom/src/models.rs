//! What must hold of an inbox in every execution.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use loom::future::block_on;
use loom::thread::{self, JoinHandle};

use crate::exit_reason::ExitReason;
use crate::exit_signal::Origin;
use crate::inbox::{Entry, ExitSignal, Inbox, Unusual};
use crate::mailbox::Mailbox;
use crate::overflow::{Manner, Overflow};
pub use crate::rt::plant;
use crate::rt::planted;

/// Counts its drops.
struct Message(Arc<AtomicUsize>);

impl Entry for Message {
    fn is_signal(&self) -> bool {
        false
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
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

    /// Sends from a thread of its own; whether the message was accepted.
    fn producer(&self) -> JoinHandle<bool> {
        let inbox = Arc::clone(&self.inbox);
        let message = Message(Arc::clone(&self.drops));
        thread::spawn(move || match inbox.offer(message, Manner::Patient) {
            Ok(wakers) => wakers.wake().is_none(),
            Err(Unusual::Waits(key)) => {
                let place = poll_fn(|cx| inbox.poll_place(key, cx));
                block_on(place).is_ok()
            }
            Err(Unusual::Refused(..) | Unusual::Displaced(..)) => false,
        })
    }

    /// Takes what has come, or waits for it.
    fn receive(&self) -> usize {
        let mut batch = VecDeque::new();
        block_on(poll_fn(|cx| self.inbox.poll_batch(cx, &mut batch)));
        batch.len()
    }

    /// Closes, and checks that each accepted message was handled or taken by the close, and each dropped
    /// once.
    fn end(self, handled: usize, producers: impl IntoIterator<Item = JoinHandle<bool>>) {
        let early = planted("a line is dismissed before it is closed");
        if early {
            self.inbox.dismiss();
        }
        let left = self.inbox.close(ExitReason::Killed);
        if !early {
            self.inbox.dismiss();
        }
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
    let mut mailbox = Mailbox::UNBOUNDED;
    mailbox.capacity = Some(1);
    mailbox.overflow = Overflow::Wait;
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
    let inbox = Arc::clone(&scene.inbox);
    let killer = thread::spawn(move || {
        let kill = ExitSignal {
            origin: Origin::Exit,
            from_parent: false,
            reason: ExitReason::Kill,
        };
        let wakers = inbox.exit(kill, |_| unreachable!("nobody traps a kill"));
        wakers.wake().is_some()
    });
    let mut handled = 0;
    let doom = block_on(poll_fn(|cx| {
        loop {
            if let Some(doom) = scene.inbox.doom() {
                return Poll::Ready(doom);
            }
            let mut batch = VecDeque::new();
            if scene.inbox.poll_batch(cx, &mut batch).is_pending() {
                return match scene.inbox.park(cx.waker()) {
                    Some(doom) => Poll::Ready(doom),
                    None => Poll::Pending,
                };
            }
            handled += batch.len();
        }
    }));
    assert_eq!(doom, ExitReason::Killed);
    let _ = killer.join();
    drop(Message(Arc::clone(&scene.drops))); // the second of two
    scene.end(handled, [producer]);
}
