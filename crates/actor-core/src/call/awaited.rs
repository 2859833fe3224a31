//! [`Awaited`]: a request that was sent, until its reply, the callee's death, or the deadline.
//!
//! A future by hand: nested `async fn`s move the answer from one to the next, and its result back.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::call::{CallError, Deadline};
use crate::pid::{Fate, Pid};
use crate::reply::Answer;
use crate::rt::{Instant, Sleep, now, sleep};
use crate::slot::Lost;

/// Waits for the reply or the callee's death, but not past the deadline.
///
/// Most replies come as soon as others have had their turn. So a timer is made only for a caller that finds
/// none then: registering it and taking it back would cost as much as a third of a call. The caller's task
/// wakes itself, which makes the wake of the reply a mere mark; never by the runtime's own way of letting others
/// run, as what is put off so nobody steals from a thread that somebody else holds.
pub(crate) struct Awaited<T: Send + 'static> {
    answer: Answer<T>,
    limit: Limit,
    /// No reply will come, and the callee's end says why.
    end: Option<Pin<Box<dyn Future<Output = CallError> + Send>>>,
}

/// How long is left.
enum Limit {
    None,
    /// So often others have their turn yet before the timer is made. With the moment of the call, unless the
    /// limit may be late.
    Fresh(Duration, Option<Instant>, u8),
    Timed(Pin<Box<Sleep>>),
}

impl Limit {
    fn new(deadline: Deadline) -> Self {
        let Some(limit) = deadline.limit() else {
            return Self::None;
        };
        if cfg!(debug_assertions) {
            drop(sleep(limit)); // panics without a timer: else only a call would that has to wait
        }
        // The default one may be late: the clock is not read for it.
        let begun = matches!(deadline, Deadline::After(_)).then(now);
        let turns = match (limit.is_zero(), begun) {
            (true, _) => 0,
            (false, Some(_)) => 1,
            (false, None) => 2,
        };
        Self::Fresh(limit, begun, turns)
    }

    /// Is ready when it has passed.
    #[inline]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::None => Poll::Pending,
            Self::Fresh(_, _, turns @ 1..) => {
                *turns -= 1;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Fresh(..) | Self::Timed(_) => self.poll_timer(cx),
        }
    }

    #[inline(never)]
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Fresh(limit, begun, _) = self {
            let spent = begun.map_or(Duration::ZERO, |begun| now() - begun);
            // In a box: the future of those who need no timer is no larger for it.
            *self = Self::Timed(Box::pin(sleep(limit.saturating_sub(spent))));
        }
        match self {
            Self::Timed(timer) => timer.as_mut().poll(cx),
            _ => Poll::Pending,
        }
    }
}

impl<T: Send + 'static> Awaited<T> {
    #[inline]
    pub(crate) fn new(deadline: Deadline, answer: Answer<T>) -> Self {
        Self {
            answer,
            limit: Limit::new(deadline),
            end: None,
        }
    }

    /// Waits; `callee` makes the pid of the process that was asked, which few need.
    pub(crate) async fn outcome(mut self, callee: impl Fn() -> Pid) -> Result<T, CallError> {
        poll_fn(|cx| self.poll(cx, &callee)).await
    }

    #[inline]
    pub(crate) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        callee: impl FnOnce() -> Pid,
    ) -> Poll<Result<T, CallError>> {
        let ended = match &mut self.end {
            Some(end) => end.as_mut().poll(cx),
            None => match Pin::new(&mut self.answer).poll(cx) {
                Poll::Ready(Ok(reply)) => return Poll::Ready(Ok(reply)),
                Poll::Ready(Err(lost)) => self.poll_lost(lost, cx, callee),
                Poll::Pending => Poll::Pending,
            },
        };
        match ended {
            Poll::Ready(error) => Poll::Ready(Err(error)),
            Poll::Pending => self.limit.poll(cx).map(|()| Err(CallError::Timeout)),
        }
    }

    /// A reply that will not come makes the callee's fate decide.
    #[cold]
    fn poll_lost(
        &mut self,
        lost: Lost,
        cx: &mut Context<'_>,
        callee: impl FnOnce() -> Pid,
    ) -> Poll<CallError> {
        match lost {
            Lost::Displaced => Poll::Ready(CallError::MailboxFull),
            Lost::Handle => {
                let end = Box::pin(end_of(callee()));
                self.end.insert(end).as_mut().poll(cx)
            }
        }
    }
}

/// Why no reply came: what became of the callee.
async fn end_of(callee: Pid) -> CallError {
    match callee.cell().fate() {
        Fate::Alive => CallError::Unanswered,
        Fate::Dying => CallError::Exited(callee.exited().await),
        Fate::Dead(reason) => CallError::Exited(reason),
    }
}
