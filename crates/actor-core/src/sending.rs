//! Casts and plain messages whose sender waits until they are accepted.

use std::borrow::Borrow;
use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::actor_ref::ActorRef;
use crate::call::{Deadline, arrows, begin_wait};
use crate::cell::Cell;
use crate::current;
use crate::delivery::{Place, Unaccepted, deliver};
use crate::exit_reason::ExitReason;
use crate::name::NotFound;
use crate::overflow::Manner;
use crate::pid::{AnyCell, Pid};
use crate::protocol::Protocol;
use crate::rt::{Sleep, sleep};
use crate::signal::Envelope;
use crate::undelivered::Undelivered;

/// Says why a message was not accepted, to a sender who wants to know.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CastError {
    /// The mailbox is full, and the message could not wait for room: it was
    /// [tried](crate::Address::try_cast), or the mailbox lets nobody wait.
    MailboxFull,
    /// There was no room within the deadline.
    Timeout,
    /// No process holds the name, or the process was dead already.
    NoProc,
    /// The name is held by a server of another type.
    WrongType,
    /// A process would wait for room in its own mailbox, which it alone can make.
    CallingSelf,
    /// The wait would close a circle of processes that wait for each other; these are the processes in
    /// it, the sender first. See [`CallError::Cycle`](crate::CallError::Cycle).
    Cycle(Vec<Pid>),
    /// The process ended while the message waited for room, for this reason.
    Exited(ExitReason),
}

impl Error for CastError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Exited(reason) => reason.cause(),
            _ => None,
        }
    }
}

impl fmt::Display for CastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MailboxFull => "the mailbox is full",
            Self::Timeout => "the mailbox is full, and there was no room within the deadline",
            Self::NoProc => "no such process: nobody holds the name, or it has ended already",
            Self::WrongType => "the name is held by a server of another type",
            Self::CallingSelf => {
                "a process cannot wait for room in its own mailbox: it would wait for ever"
            }
            Self::Cycle(path) => return write!(f, "a cycle of waits: {}", arrows(path)),
            Self::Exited(reason) => {
                return write!(f, "the process ended before it had room: {reason}");
            }
        })
    }
}

impl fmt::Debug for CastError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CastError: {self}")
    }
}

impl From<Undelivered> for CastError {
    fn from(why: Undelivered) -> Self {
        match why {
            Undelivered::NoProc => Self::NoProc,
            Undelivered::WrongType => Self::WrongType,
            Undelivered::Full | Undelivered::Dropped => Self::MailboxFull,
        }
    }
}

impl From<NotFound> for CastError {
    fn from(why: NotFound) -> Self {
        Undelivered::from(why).into()
    }
}

/// A message that was not accepted, and why.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotSent<M> {
    /// The message, as it was.
    pub message: M,
    /// Why it was not accepted.
    pub reason: CastError,
}

impl<M> NotSent<M> {
    pub(crate) fn new(message: M, reason: impl Into<CastError>) -> Self {
        let reason = reason.into();
        Self { message, reason }
    }
}

impl<M> Error for NotSent<M> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.source()
    }
}

impl<M> fmt::Display for NotSent<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.reason, f)
    }
}

impl<M> fmt::Debug for NotSent<M> {
    /// Writes the sentence, without the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NotSent: {}", self.reason)
    }
}

/// A cast or a plain message that waits until it is accepted; made by
/// [`Address::waiting`](crate::Address::waiting). Its result is [`CastError`] if it was not.
///
/// # Panics
///
/// If it has a deadline, has to wait, and is polled outside a tokio runtime with a timer.
///
/// # Cancel safety
///
/// Dropped before it is ready, the message was not sent, unless it was accepted at that very moment;
/// its place in the line goes to the next.
///
/// `R` is how it holds its server: by a reference of its own, or by the one of the address,
/// [borrowed](std::borrow::Cow).
#[must_use = "sends only when awaited"]
pub struct Sending<S: Protocol, R = ActorRef<S>> {
    /// Its address may lead to nobody.
    to: Result<R, NotFound>,
    deadline: Deadline,
    /// Until it is polled.
    envelope: Option<Envelope<S>>,
    wait: Option<Box<WaitForRoom<S>>>,
}

struct WaitForRoom<S: Protocol> {
    place: Place<S>,
    deadline: Deadline,
    limit: Option<Pin<Box<Sleep>>>,
}

/// Sends a message, or gives it back at once.
pub(crate) fn try_send<S: Protocol, M>(
    cell: &Arc<Cell<S>>,
    envelope: Envelope<S>,
    take: fn(Envelope<S>) -> M,
) -> Result<(), NotSent<M>> {
    match deliver(cell, envelope, Manner::Tried) {
        Ok(()) | Err(Unaccepted::Waits(_)) => Ok(()), // nobody waits who only tries
        Err(Unaccepted::Refused(envelope, why)) => Err(NotSent::new(take(envelope), why)),
    }
}

/// What comes back of a cast.
pub(crate) fn cast_of<S: Protocol>(envelope: Envelope<S>) -> S::Cast {
    match envelope {
        Envelope::Cast(message) => message,
        _ => unreachable!("what comes back is what was sent"),
    }
}

/// What comes back of a plain message.
pub(crate) fn info_of<S: Protocol>(envelope: Envelope<S>) -> S::Info {
    match envelope {
        Envelope::Info(message) => message,
        _ => unreachable!("what comes back is what was sent"),
    }
}

/// What was not accepted, and why.
type Refusal<S> = (Envelope<S>, CastError);

// Nothing in it is pinned but what is in a box of its own.
impl<S: Protocol, R> Unpin for Sending<S, R> {}

impl<S: Protocol, R: Borrow<ActorRef<S>>> Sending<S, R> {
    pub(crate) fn new(to: Result<R, NotFound>, deadline: Deadline, envelope: Envelope<S>) -> Self {
        Self {
            to,
            deadline,
            envelope: Some(envelope),
            wait: None,
        }
    }

    /// Waits, and gives the message back that was not accepted.
    pub(crate) async fn or_back<M>(mut self, take: fn(Envelope<S>) -> M) -> Result<(), NotSent<M>> {
        let sent = poll_fn(|cx| self.poll_sent(cx)).await;
        sent.map_err(|(envelope, reason)| NotSent::new(take(envelope), reason))
    }

    #[inline]
    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Refusal<S>>> {
        if let Some(envelope) = self.envelope.take() {
            let server = match &self.to {
                Ok(server) => server.borrow(),
                Err(why) => return Poll::Ready(Err((envelope, (*why).into()))),
            };
            match deliver(server.cell(), envelope, Manner::Patient) {
                Ok(()) => return Poll::Ready(Ok(())),
                Err(Unaccepted::Refused(envelope, why)) => {
                    return Poll::Ready(Err((envelope, why.into())));
                }
                Err(Unaccepted::Waits(place)) => {
                    self.wait = Some(WaitForRoom::begin(place, self.deadline));
                }
            }
        }
        let Some(wait) = &mut self.wait else {
            return Poll::Pending;
        };
        let sent = ready!(wait.poll(cx));
        self.wait = None;
        Poll::Ready(sent)
    }
}

impl<S: Protocol> WaitForRoom<S> {
    #[cold]
    fn begin(place: Place<S>, deadline: Deadline) -> Box<Self> {
        let limit = deadline.limit().map(|limit| Box::pin(sleep(limit)));
        Box::new(Self {
            place,
            deadline,
            limit,
        })
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Refusal<S>>> {
        let place = &mut self.place;
        // At each poll: the process may have begun it in another callback.
        if let Err(why) = may_wait(place, self.deadline) {
            // Not there any more: it was accepted, and nothing has to wait.
            let back = place.leave();
            return Poll::Ready(back.map_or(Ok(()), |back| Err((back, why))));
        }
        if let Poll::Ready(result) = place.poll(cx) {
            return Poll::Ready(result.map_err(|envelope| (envelope, ended(place))));
        }
        if let Some(limit) = &mut self.limit {
            ready!(limit.as_mut().poll(cx));
            // Accepted at this very moment, it has left the line already.
            let left = place.leave();
            return Poll::Ready(left.map_or(Ok(()), |left| Err((left, CastError::Timeout))));
        }
        Poll::Pending
    }
}

/// Notes the wait of the process on this thread, unless it would never end.
fn may_wait<S: Protocol>(place: &Place<S>, deadline: Deadline) -> Result<(), CastError> {
    if current::is(place.cell().id()) {
        return Err(CastError::CallingSelf);
    }
    let wait = begin_wait(&place.cell().pid(), deadline).map_err(CastError::Cycle)?;
    if let Some(wait) = wait {
        place.note(wait);
    }
    Ok(())
}

fn ended<S: Protocol>(place: &Place<S>) -> CastError {
    let end = place.cell().inbox.end();
    end.map_or(CastError::NoProc, CastError::Exited)
}

impl<S: Protocol, R: Borrow<ActorRef<S>>> Future for Sending<S, R> {
    type Output = Result<(), CastError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let sent = self.get_mut().poll_sent(cx);
        sent.map_err(|(_dropped, reason)| reason)
    }
}

impl<S: Protocol, R> fmt::Debug for Sending<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}
