//! [`Calling`]: a call to one process, from its request on.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::call::awaited::Awaited;
use crate::call::failed::failed_of;
use crate::call::{CallError, Deadline, begin_call, in_time, placed, request};
use crate::cell::Cell;
use crate::pid::AnyCell;
use crate::protocol::Protocol;
use crate::reply::ReplyTo;

/// Sends the request that `make` makes when it is polled first, and waits.
pub(crate) fn call<P, T, F>(
    cell: &Arc<Cell<P>>,
    deadline: Deadline,
    make: F,
) -> impl Future<Output = Result<T, CallError>> + Send
where
    P: Protocol,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> P::Call + Send,
{
    Calling {
        cell,
        deadline,
        step: Step::Unsent(make),
    }
}

struct Calling<'a, P: Protocol, T: Send + 'static, F> {
    cell: &'a Arc<Cell<P>>,
    deadline: Deadline,
    step: Step<'a, T, F>,
}

enum Step<'a, T: Send + 'static, F> {
    Unsent(F),
    Sent(Awaited<T>),
    /// In a box: the future of the others is no larger for it, and no slower.
    Placed(Pin<Box<dyn Future<Output = Result<T, CallError>> + Send + 'a>>),
    /// There is an outcome; nothing is kept that a late reply could reach.
    Over,
}

// Nothing in it is pinned in its place.
impl<P: Protocol, T: Send, F> Unpin for Calling<'_, P, T, F> {}

impl<P, T, F> Calling<'_, P, T, F>
where
    P: Protocol,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> P::Call,
{
    /// Sends the request, if that is still to be done.
    #[inline]
    fn send(&mut self, caller: &Waker) -> Result<(), CallError> {
        if !matches!(self.step, Step::Unsent(_)) {
            return Ok(());
        }
        let Step::Unsent(make) = mem::replace(&mut self.step, Step::Over) else {
            return Ok(());
        };
        let wait = begin_call(self.cell.id(), || self.cell.pid(), self.deadline)?;
        let (place, answer) = request(self.cell, wait, Some(caller.clone()), make)?;
        self.step = match place {
            None => Step::Sent(Awaited::new(self.deadline, answer)),
            Some(place) => Step::Placed(Box::pin(in_time(self.deadline, placed(place, answer)))),
        };
        Ok(())
    }

    #[cold]
    fn failed(&self, error: CallError) -> CallError {
        failed_of(&self.cell.pid(), self.deadline, error)
    }
}

impl<P, T, F> Future for Calling<'_, P, T, F>
where
    P: Protocol,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> P::Call,
{
    type Output = Result<T, CallError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if let Err(error) = this.send(cx.waker()) {
            return Poll::Ready(Err(this.failed(error)));
        }
        let outcome = match &mut this.step {
            Step::Sent(awaited) => awaited.poll(cx, || this.cell.pid()),
            Step::Placed(outcome) => outcome.as_mut().poll(cx),
            Step::Unsent(_) | Step::Over => unreachable!("a call is over, and polled again"),
        };
        if outcome.is_ready() {
            this.step = Step::Over;
        }
        match outcome {
            Poll::Ready(Err(error)) => Poll::Ready(Err(this.failed(error))),
            outcome => outcome,
        }
    }
}
