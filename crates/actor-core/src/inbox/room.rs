//! The inbox, as those see it who wait for room in a bounded one.

use std::task::{Context, Poll};

use super::bound::Bound;
use super::line::Sender;
#[cfg(feature = "tower")]
use super::state::State;
use super::{Entry, Inbox};
use crate::rt::planted;
use crate::waits::Wait;

/// By the key that [`offer`](Inbox::offer) gave.
impl<E: Entry> Inbox<E> {
    /// Is ready when the message has been accepted, or the process is dead: then with the message.
    pub(crate) fn poll_place(&self, key: u64, cx: &Context<'_>) -> Poll<Result<(), E>> {
        let waker = cx.waker().clone();
        let mut state = self.state.lock();
        if state.is_closed() {
            drop(state);
            return Poll::Ready(self.leave(key).map_or(Ok(()), Err));
        }
        let Some(waiting) = state.bound().and_then(|bound| bound.line.get(key)) else {
            return Poll::Ready(Ok(()));
        };
        let old = waiting.sender.register(waker);
        drop(state);
        drop(old);
        Poll::Pending
    }

    /// Is ready when a message would find room, or the process is dead. The room is anybody's. Who
    /// waits has a key: none the first time, and then it is for [`leave_room`](Self::leave_room).
    #[cfg(feature = "tower")]
    pub(crate) fn poll_room(&self, key: &mut Option<u64>, cx: &Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let looked = planted("a service waits after it has looked") && self.state.lock().refuses();
        let mut state = self.state.lock();
        let refuses = looked || state.refuses();
        let (poll, unused) = match state.bound().filter(|_| refuses) {
            Some(bound) => (Poll::Pending, bound.watch(key, waker)),
            None => (Poll::Ready(()), Some(waker)),
        };
        drop(state);
        drop(unused);
        poll
    }

    /// Wants to know of room no more.
    #[cfg(feature = "tower")]
    pub(crate) fn leave_room(&self, key: u64) {
        if planted("a service that gives up leaves its waker") {
            return;
        }
        let mut state = self.state.lock();
        let waker = state.bound().and_then(|bound| bound.unwatch(key));
        drop(state);
        drop(waker);
    }

    /// Notes for what it waits; the wait ends when the message is accepted, or leaves the line.
    pub(crate) fn note_wait(&self, key: u64, wait: Wait) {
        let mut state = self.state.lock();
        if let Some(waiting) = state.bound().and_then(|bound| bound.line.get(key)) {
            waiting.sender.note(wait);
            return;
        }
        drop(state);
        wait.end();
    }

    /// Takes the message back, unless it has been accepted.
    pub(crate) fn leave(&self, key: u64) -> Option<E> {
        if planted("a sender that gives up stays in line") {
            return None;
        }
        let mut state = self.state.lock();
        let left = state.bound().and_then(|bound| bound.line.leave(key));
        drop(state);
        let left = left?;
        left.sender.end_wait();
        Some(left.envelope)
    }

    /// Tells those that wait for room in a closed inbox.
    pub(crate) fn dismiss(&self) {
        if !self.began_bounded {
            return;
        }
        let mut state = self.state.lock();
        let everybody = state.bound().map(Bound::everybody);
        drop(state);
        everybody.into_iter().flatten().for_each(Sender::tell);
    }
}

#[cfg(feature = "tower")]
impl<E: Entry> State<E> {
    /// Says whether a message would have to wait, or be refused.
    fn refuses(&mut self) -> bool {
        let full = self.room <= 0 && !self.is_closed();
        full && self.bound().is_some_and(|bound| bound.refuses())
    }
}
