//! How a message gets into the inbox of a process, and what becomes of one that does not.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::cell::Cell;
use crate::current;
use crate::inbox::Unusual;
use crate::node::Node;
use crate::overflow::Manner;
use crate::protocol::Protocol;
use crate::rt::planted;
use crate::signal::Envelope;
use crate::undelivered::Undelivered;
use crate::unwind::catch;
use crate::waits::Wait;

/// A message that was not accepted.
#[must_use]
pub(crate) enum Unaccepted<P: Protocol> {
    Waits(Place<P>),
    Refused(Envelope<P>, Undelivered),
}

/// Offers a message to a process.
#[inline]
pub(crate) fn deliver<P: Protocol>(
    cell: &Arc<Cell<P>>,
    envelope: Envelope<P>,
    manner: Manner,
) -> Result<(), Unaccepted<P>> {
    match cell.inbox.offer(envelope, manner) {
        Ok(wakers) => {
            cell.wake(wakers);
            Ok(())
        }
        Err(unusual) => settle(cell, unusual),
    }
}

#[cold]
fn settle<P: Protocol>(
    cell: &Arc<Cell<P>>,
    unusual: Unusual<'_, Envelope<P>>,
) -> Result<(), Unaccepted<P>> {
    match unusual {
        Unusual::Displaced(wakers, oldest) => {
            cell.wake(wakers);
            displaced(cell, oldest);
            Ok(())
        }
        Unusual::Waits(key) => Err(Unaccepted::Waits(Place {
            cell: Arc::clone(cell),
            key: Some(key),
        })),
        Unusual::Refused(envelope, why) => Err(Unaccepted::Refused(envelope, why)),
    }
}

/// Sends a message whose sender goes on: what is not accepted is a dead letter (G-28).
#[inline]
pub(crate) fn post<P: Protocol>(cell: &Arc<Cell<P>>, envelope: Envelope<P>) {
    match deliver(cell, envelope, Manner::Posted) {
        Ok(()) => {}
        Err(unaccepted) => lost(cell, unaccepted),
    }
}

#[cold]
fn lost<P: Protocol>(cell: &Arc<Cell<P>>, unaccepted: Unaccepted<P>) {
    if let Unaccepted::Refused(message, why) = unaccepted {
        dead_letter(why, &cell.pid()); // before its drop, which may panic
        drop(message);
    }
}

/// Counts and tells a message that is gone.
#[cold]
pub(crate) fn dead_letter(reason: Undelivered, to: &dyn fmt::Display) {
    Node::current()
        .office()
        .report(reason, to, current::process);
}

/// A message that had to make room. It is somebody else's than the sender's for whom it did.
fn displaced<P: Protocol>(cell: &Arc<Cell<P>>, envelope: Envelope<P>) {
    match &envelope {
        Envelope::Call(_, pending) if !planted("a displaced caller is told nothing") => {
            pending.displace()
        }
        _ => dead_letter(Undelivered::Dropped, &cell.pid()),
    }
    let _ = catch(|| drop(envelope)); // what its drop does wrong is not the sender's fault
}

/// The place of a message in the line of those that wait for room. Dropped, the message leaves the
/// line, unless it has been accepted (F-08).
pub(crate) struct Place<P: Protocol> {
    cell: Arc<Cell<P>>,
    /// None once the message has left the line.
    key: Option<u64>,
}

impl<P: Protocol> Place<P> {
    pub(crate) fn cell(&self) -> &Arc<Cell<P>> {
        &self.cell
    }

    /// Notes the sender's wait; see [`Wait`].
    pub(crate) fn note(&self, wait: Wait) {
        match self.key {
            Some(key) => self.cell.inbox.note_wait(key, wait),
            None => wait.end(),
        }
    }

    /// Takes the message back, unless it has been accepted.
    pub(crate) fn leave(&mut self) -> Option<Envelope<P>> {
        self.cell.inbox.leave(self.key.take()?)
    }

    /// Is ready when the message has been accepted, or comes back because the process is dead.
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<Result<(), Envelope<P>>> {
        let Some(key) = self.key else {
            return Poll::Ready(Ok(()));
        };
        let polled = self.cell.inbox.poll_place(key, cx);
        if polled.is_ready() {
            self.key = None;
        }
        polled
    }
}

impl<P: Protocol> Drop for Place<P> {
    fn drop(&mut self) {
        self.leave();
    }
}
