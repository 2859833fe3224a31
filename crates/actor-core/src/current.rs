//! Who runs on this thread right now: the process and the node, set at each poll.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::node::Node;
use crate::pid::{AnyCell, Pid};
use crate::rt::thread_local;
use crate::unwind::catch;

/// The process and the node of the code that runs on this thread; none means the default node.
#[derive(Clone, Default)]
pub(crate) struct Identity {
    pub(crate) process: Option<Pid>,
    pub(crate) node: Option<Node>,
    /// It is work that belongs to the process, beside its turns: what it starts and sends is the
    /// process's, but it may wait for the process.
    pub(crate) beside: bool,
}

thread_local! {
    static CURRENT: RefCell<Identity> = RefCell::default();
}

impl Identity {
    fn on_turn(&self) -> Option<&Pid> {
        self.process.as_ref().filter(|_| !self.beside)
    }

    /// Makes this the identity of the thread until the guard is dropped. Moved in and out, so that
    /// a poll costs no reference count.
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        swap(self);
        Entered { identity: self }
    }
}

/// Gives the thread its former identity back when dropped, also when a poll panics.
pub(crate) struct Entered<'a> {
    identity: &'a mut Identity,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        swap(self.identity);
    }
}

// A thread that is being torn down has no identity left to swap: then there is nobody to tell.
fn swap(identity: &mut Identity) {
    let _ = CURRENT.try_with(|current| mem::swap(&mut *current.borrow_mut(), identity));
}

fn with<T>(look: impl FnOnce(&Identity) -> Option<T>) -> Option<T> {
    CURRENT
        .try_with(|current| look(&current.borrow()))
        .ok()
        .flatten()
}

/// The process that runs on this thread.
pub(crate) fn process() -> Option<Pid> {
    with(|current| current.process.clone())
}

/// The process whose turn runs on this thread.
pub(crate) fn on_turn() -> Option<Pid> {
    with(|current| current.on_turn().cloned())
}

/// The id of the process whose turn runs on this thread.
pub(crate) fn id_on_turn() -> Option<u64> {
    with(|current| current.on_turn().map(Pid::id))
}

/// The cell of the process whose turn runs on this thread, if it is the one with this id.
pub(crate) fn process_if(id: u64) -> Option<Arc<dyn AnyCell>> {
    with(|current| match current.on_turn() {
        Some(pid) if pid.id() == id => Some(Arc::clone(pid.cell())),
        _ => None,
    })
}

/// Says whether a turn of the process with this id runs on this thread.
pub(crate) fn is(id: u64) -> bool {
    with(|current| current.on_turn().map(|pid| pid.id() == id)).unwrap_or(false)
}

/// Runs a future under an identity, and drops it under that too.
pub(crate) fn run_as<F: Future>(identity: Identity, future: F) -> RunAs<F> {
    let future = Some(Box::pin(future));
    RunAs { identity, future }
}

/// See [`run_as`].
pub(crate) struct RunAs<F> {
    identity: Identity,
    /// In a box, so that it can be dropped before its identity, also when it never began.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for RunAs<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Self { identity, future } = self.get_mut();
        let _entered = identity.enter();
        match future {
            Some(future) => future.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for RunAs<F> {
    fn drop(&mut self) {
        let Self { identity, future } = self;
        let _entered = identity.enter();
        let _ = catch(|| drop(future.take()));
    }
}

/// The id of the node that the code on this thread is in.
pub(crate) fn node_id() -> u64 {
    with(|current| current.node.as_ref().map(Node::id)).unwrap_or_else(Node::default_id)
}

/// The node that the code on this thread is in; none for the default one, to which no reference is counted:
/// all threads share that count.
pub(crate) fn node() -> Option<Node> {
    with(|current| current.node.clone())
}

impl Node {
    /// Returns the node of the code that asks: that of its process, or of the innermost
    /// [`run`](Self::run), else the default one.
    #[must_use]
    pub fn current() -> Self {
        Self::or_default(node().as_ref()).clone()
    }

    /// Runs a future inside this node: names are looked up here, and processes that it starts
    /// belong here. The process in which it runs stays the same.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the future; nothing else happens.
    pub async fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let mut inside = Identity {
                process: process(),
                node: Some(self.clone()),
                beside: with(|current| Some(current.beside)).unwrap_or(false),
            };
            let _entered = inside.enter();
            future.as_mut().poll(cx)
        })
        .await
    }
}
