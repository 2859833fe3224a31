//! The poll of a process around its user's code: presence, panics, kills.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::cell::Cell;
use crate::exit_reason::ExitReason;
use crate::pid::AnyCell;
use crate::process::presence::Presence;
use crate::protocol::Protocol;
use crate::unwind::catch;

/// How a piece of user code ended.
pub(super) enum Outcome<T> {
    Returned(T),
    /// It panicked, or returned a reason to crash.
    Panicked(ExitReason),
    /// A kill or a fatal exit signal came; the code was dropped at its await.
    Doomed(ExitReason),
}

/// A process as others reach it, and as it marks its thread: in one place, so that a shield, which lies in
/// the task of each, has one pointer to both.
pub(super) struct Body<P: Protocol> {
    pub(super) cell: Arc<Cell<P>>,
    pub(super) presence: Presence,
}

/// Polls user code as its process: sets identity and span, catches panics, obeys kills.
///
/// A kill is seen at the start of each poll and before sleeping. The future is dropped
/// inside, under its presence and the panic guard, before the outcome is known to anybody.
pub(super) struct Shield<'a, P: Protocol, F> {
    body: &'a mut Body<P>,
    future: Pin<&'a mut Option<F>>,
}

impl<'a, P: Protocol, F: Future> Shield<'a, P, F> {
    pub(super) fn new(body: &'a mut Body<P>, future: Pin<&'a mut Option<F>>) -> Self {
        Self { body, future }
    }

    #[inline]
    fn poll_inside(&mut self, cx: &mut Context<'_>) -> Poll<Outcome<F::Output>> {
        let Self { body, future } = self;
        let Body { cell, presence } = &mut **body;
        let mut present = presence.enter();
        let outcome = match (cell.inbox.doom(), future.as_mut().as_pin_mut()) {
            (Some(reason), _) => Outcome::Doomed(reason),
            (None, None) => return Poll::Pending,
            (None, Some(future)) => match catch(|| future.poll(cx)) {
                Ok(Poll::Ready(value)) => Outcome::Returned(value),
                Err(panic) => Outcome::Panicked(panic),
                Ok(Poll::Pending) => match cell.inbox.park(cx.waker()) {
                    Some(reason) => Outcome::Doomed(reason),
                    None => return Poll::Pending,
                },
            },
        };
        if present.next_turn(cell.id()) {
            cell.note_long_turn(); // before the next turn, that of the drop
        }
        if let Outcome::Doomed(_) = outcome {
            cell.inbox.begin_dying();
        }
        Poll::Ready(match catch(|| future.set(None)) {
            // What a Drop does wrong after a good end is a panic of the process like any other.
            Err(panic) if matches!(outcome, Outcome::Returned(_)) => Outcome::Panicked(panic),
            _ => outcome,
        })
    }
}

impl<P: Protocol, F: Future> Future for Shield<'_, P, F> {
    type Output = Outcome<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_inside(cx)
    }
}

impl<P: Protocol, F> Drop for Shield<'_, P, F> {
    /// The runtime dropped the task: callers wait for the death from here on.
    fn drop(&mut self) {
        if self.future.is_none() {
            return;
        }
        self.body.cell.inbox.begin_dying();
        let _entered = self.body.presence.enter();
        let _ = catch(|| self.future.set(None));
    }
}
