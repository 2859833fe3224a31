//! [`ReplyTo`], the server's end of a call, and the slot that the caller waits on.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use crate::current;
use crate::rt::planted;
use crate::slot::{About, Giver, Lost, Pending, Taker, slot};
use crate::waits::Wait;

/// Answers one call, once, from anywhere (G-25).
///
/// It travels inside the call's message. A server may answer before its callback returns, keep the
/// handle and answer later, or give it to another task or process.
///
/// Dropped unanswered by a living server, the caller gets
/// [`CallError::Unanswered`](crate::CallError::Unanswered) when the callback has returned, instead
/// of waiting for its deadline. Dropped because its server ends, the caller gets the exit reason.
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Address, Context, GenServer, InitResult, ReplyTo, Start, actor};
///
/// /// Whoever comes waits until it is opened.
/// struct Gate(Vec<ReplyTo<usize>>);
///
/// #[actor]
/// impl GenServer for Gate {
///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
///         Ok(Gate(Vec::new()).into())
///     }
///
///     #[call]
///     fn pass(&mut self, reply: ReplyTo<usize>) {
///         self.0.push(reply);
///     }
///
///     #[cast]
///     fn open(&mut self) {
///         for (place, reply) in self.0.drain(..).enumerate() {
///             reply.send(place);
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = Gate::start(()).await?;
/// let first = gate.send_request(|reply| GateCall::Pass { reply });
/// let second = gate.send_request(|reply| GateCall::Pass { reply });
/// gate.open();
/// assert_eq!((first.await?, second.await?), (0, 1));
/// # Ok(())
/// # }
/// ```
#[must_use = "a dropped reply handle makes the call fail as unanswered"]
pub struct ReplyTo<T: Send + 'static> {
    /// Empty only once the reply was sent.
    slot: Option<Giver<Asked, T>>,
}

/// The caller's end: a future that resolves once, to the reply or to [`Lost`].
pub(crate) struct Answer<T: Send + 'static> {
    slot: Taker<Asked, T>,
    /// The slot was made with the waker of the poll that goes on: who answers before it ends wakes.
    fresh: bool,
}

/// Who was asked, and who waits for it.
struct Asked {
    /// The process that was asked.
    callee: u64,
    /// The caller's wait, which ends when it is answered.
    wait: Option<Wait>,
}

impl About for Asked {
    #[inline]
    fn end_wait(&self) {
        if let Some(wait) = &self.wait {
            wait.end();
        }
    }

    fn caller(&self) -> Option<String> {
        let wait = self.wait.as_ref()?;
        Some(wait.caller().to_string())
    }
}

/// Makes the ends of a call to the process with the id `callee`, and ends the caller's `wait` when
/// it is answered. `caller` is woken by the answer, if it is given from the first poll on.
#[inline]
pub(crate) fn reply_slot<T: Send + 'static>(
    callee: u64,
    wait: Option<Wait>,
    caller: Option<Waker>,
) -> (ReplyTo<T>, Answer<T>, Pending) {
    let fresh = caller.is_some();
    let caller = caller.filter(|_| !planted("a caller that begins to wait leaves no waker"));
    let (giver, slot, pending) = slot(Asked { callee, wait }, caller);
    (
        ReplyTo { slot: Some(giver) },
        Answer { slot, fresh },
        pending,
    )
}

impl<T: Send + 'static> ReplyTo<T> {
    /// Sends the reply. A caller that timed out or died is not told, and nothing fails (G-22).
    #[inline]
    pub fn send(mut self, value: T) {
        if let Some(slot) = self.slot.take() {
            slot.give(value);
        }
    }

    /// Prepares the reply to be sent later, by
    /// [`Next::stop_and_reply`](crate::Next::stop_and_reply). Dropped unsent, it is as if the handle
    /// had been dropped.
    pub fn with(self, value: T) -> PreparedReply {
        PreparedReply(Box::new(move || self.send(value)))
    }

    /// Says whether nobody waits for this reply any more: the caller timed out, died, or was
    /// dropped. The request is still to be handled (G-23).
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        !self.slot.as_ref().is_some_and(|slot| slot.is_open())
    }
}

/// A reply that is to be sent after `terminate`; see [`ReplyTo::with`].
#[must_use = "a reply that is not sent makes the call fail as unanswered"]
pub struct PreparedReply(Box<dyn FnOnce() + Send>);

impl PreparedReply {
    pub(crate) fn send(self) {
        (self.0)();
    }
}

impl fmt::Debug for PreparedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedReply").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Drop for ReplyTo<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            leave_unanswered(slot);
        }
    }
}

#[cold]
fn leave_unanswered<T: Send + 'static>(slot: Giver<Asked, T>) {
    if slot.is_open() {
        // On the server's own turn it is not known yet whether the turn ends in a stop (G-26) or
        // a panic: the cell settles it afterwards.
        let cell = current::process_if(slot.about().callee);
        let pending = slot.into_pending();
        match cell {
            Some(cell) => cell.orphaned(pending),
            None => pending.lose(),
        }
    }
}

impl<T: Send + 'static> fmt::Debug for ReplyTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyTo")
            .field("abandoned", &self.is_abandoned())
            .finish()
    }
}

impl<T: Send + 'static> Answer<T> {
    /// It is polled only later, perhaps by somebody else.
    pub(crate) fn waits_later(mut self) -> Self {
        self.fresh = false;
        self
    }
}

impl<T: Send + 'static> Future for Answer<T> {
    type Output = Result<T, Lost>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.slot.is_open() {
            if mem::take(&mut self.fresh) {
                return Poll::Pending;
            }
            ready!(self.slot.wait(cx.waker()));
        }
        Poll::Ready(self.slot.take())
    }
}
