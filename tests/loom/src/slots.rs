//! What must hold of the slot of a call in every execution.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker, ready};

use loom::future::block_on;
use loom::thread;

use crate::slot::{About, Giver, Lost, Pending, Taker, slot};

/// Counts replies that were dropped, and slots that were freed.
#[derive(Clone, Default)]
struct Counts {
    dropped: Arc<AtomicUsize>,
    freed: Arc<AtomicUsize>,
}

/// A call of which it counts when it is forgotten.
struct Call(Arc<AtomicUsize>);

impl About for Call {
    fn end_wait(&self) {}

    fn caller(&self) -> Option<String> {
        None
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts its drop.
struct Reply(Arc<AtomicUsize>);

impl Drop for Reply {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

type Ends = (Giver<Call, Reply>, Taker<Call, Reply>, Pending);

impl Counts {
    fn ends(&self, caller: Option<Waker>) -> Ends {
        slot(Call(Arc::clone(&self.freed)), caller)
    }

    fn reply(&self) -> Reply {
        Reply(Arc::clone(&self.dropped))
    }

    /// Checks that all is over, and came once.
    fn end(&self) {
        assert_eq!(self.dropped.load(Ordering::Relaxed), 1, "dropped replies");
        assert_eq!(self.freed.load(Ordering::Relaxed), 1, "freed slots");
    }
}

/// As the caller polls.
fn poll(taker: &mut Taker<Call, Reply>, cx: &Context<'_>) -> Poll<Result<Reply, Lost>> {
    ready!(taker.wait(cx.waker()));
    Poll::Ready(taker.take())
}

/// The caller has left its waker when the slot is made, and looks no more before it is woken: it is, and gets
/// the reply (G-20).
pub fn a_reply_and_a_caller_that_waits() {
    let counts = Counts::default();
    let mut taker = None;
    let reply = block_on(poll_fn(|cx| {
        if let Some(taker) = &mut taker {
            return poll(taker, cx);
        }
        let (giver, made, pending) = counts.ends(Some(cx.waker().clone()));
        taker = Some(made);
        let reply = counts.reply();
        thread::spawn(move || {
            giver.give(reply);
            drop(pending);
        });
        Poll::Pending
    }));
    assert!(reply.is_ok());
}

struct Somebody;

impl Wake for Somebody {
    fn wake(self: Arc<Self>) {}
}

/// The caller has waited with another waker, and comes with a new one: that is woken, and of the former nothing
/// stays.
pub fn a_reply_and_a_caller_with_another_waker() {
    let counts = Counts::default();
    let former = Arc::new(Somebody);
    let waker = Waker::from(Arc::clone(&former));
    let (giver, mut taker, pending) = counts.ends(Some(waker));
    let reply = counts.reply();
    let gives = thread::spawn(move || giver.give(reply));
    assert!(block_on(poll_fn(|cx| poll(&mut taker, cx))).is_ok());
    let _ = gives.join();
    assert_eq!(Arc::strong_count(&former), 1, "its waker stays");
    drop((taker, pending));
    counts.end();
}

/// The caller gives up while the reply is given: it is dropped once, and so is the waker.
pub fn a_reply_and_a_caller_that_gives_up() {
    let counts = Counts::default();
    let caller = Arc::new(Somebody);
    let waker = Waker::from(Arc::clone(&caller));
    let (giver, taker, pending) = counts.ends(Some(waker));
    drop(pending);
    let reply = counts.reply();
    let gives = thread::spawn(move || giver.give(reply));
    drop(taker);
    let _ = gives.join();
    assert_eq!(Arc::strong_count(&caller), 1, "its waker stays");
    counts.end();
}

/// The reply is given while the process tells its caller that none will come: one of them decides, and the
/// caller hears of it (F-01).
pub fn a_reply_and_a_loss() {
    let counts = Counts::default();
    let (giver, mut taker, pending) = counts.ends(None);
    let (reply, loses) = (counts.reply(), pending.clone());
    let gives = thread::spawn(move || giver.give(reply));
    let loses = thread::spawn(move || loses.lose());
    let outcome = block_on(poll_fn(|cx| poll(&mut taker, cx)));
    let _ = (gives.join(), loses.join());
    assert_eq!(pending.is_answered(), outcome.is_ok());
    assert!(!matches!(outcome, Err(Lost::Displaced)));
    drop((outcome, taker, pending));
    counts.end();
}

/// The three let go of the slot at once, one of them with a reply: it is freed once, after all have left it.
pub fn three_that_go() {
    let counts = Counts::default();
    let caller = Waker::from(Arc::new(Somebody));
    let (giver, taker, pending) = counts.ends(Some(caller));
    let reply = counts.reply();
    let gives = thread::spawn(move || giver.give(reply));
    let goes = thread::spawn(move || drop(pending));
    drop(taker);
    let _ = (gives.join(), goes.join());
    counts.end();
}
