//! Who runs on this thread right now: the process and the node, set at each poll.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::pin;
use std::sync::Arc;

use crate::node::Node;
use crate::pid::{AnyCell, Pid};

/// The process and the node of the code that runs on this thread; none means the default node.
#[derive(Clone, Default)]
pub(crate) struct Identity {
    pub(crate) process: Option<Pid>,
    pub(crate) node: Option<Node>,
}

thread_local! {
    static CURRENT: RefCell<Identity> = RefCell::default();
}

impl Identity {
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

/// The cell of the process that runs on this thread, if it is the one with this id.
pub(crate) fn process_if(id: u64) -> Option<Arc<dyn AnyCell>> {
    with(|current| match &current.process {
        Some(pid) if pid.id() == id => Some(Arc::clone(pid.cell())),
        _ => None,
    })
}

/// Says whether the process with this id runs on this thread.
pub(crate) fn is(id: u64) -> bool {
    with(|current| current.process.as_ref().map(|pid| pid.id() == id)).unwrap_or(false)
}

/// The id of the node that the code on this thread is in.
pub(crate) fn node_id() -> u64 {
    with(|current| current.node.as_ref().map(Node::id)).unwrap_or_else(Node::default_id)
}

impl Node {
    /// Returns the node of the code that asks: that of its process, or of the innermost
    /// [`run`](Self::run), else the default one.
    #[must_use]
    pub fn current() -> Self {
        with(|current| current.node.clone()).unwrap_or_else(Self::default_node)
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
            };
            let _entered = inside.enter();
            future.as_mut().poll(cx)
        })
        .await
    }
}
