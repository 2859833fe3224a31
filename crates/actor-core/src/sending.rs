//! Casts and plain messages whose sender waits until they are accepted.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

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
#[must_use = "sends only when awaited"]
pub struct Sending<S: Protocol>(Stage<S>);

enum Stage<S: Protocol> {
    New(ActorRef<S>, Deadline, Envelope<S>),
    /// Its address leads to nobody.
    Lost(NotFound, Envelope<S>),
    Waits(Place<S>, Deadline, Option<Pin<Box<Sleep>>>),
    Done,
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
impl<S: Protocol> Unpin for Sending<S> {}

impl<S: Protocol> Sending<S> {
    pub(crate) fn new(
        to: Result<ActorRef<S>, NotFound>,
        deadline: Deadline,
        envelope: Envelope<S>,
    ) -> Self {
        Self(match to {
            Ok(server) => Stage::New(server, deadline, envelope),
            Err(why) => Stage::Lost(why, envelope),
        })
    }

    /// Waits, and gives the message back that was not accepted.
    pub(crate) async fn or_back<M>(mut self, take: fn(Envelope<S>) -> M) -> Result<(), NotSent<M>> {
        let sent = poll_fn(|cx| self.poll_sent(cx)).await;
        sent.map_err(|(envelope, reason)| NotSent::new(take(envelope), reason))
    }

    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Refusal<S>>> {
        let result = loop {
            match mem::replace(&mut self.0, Stage::Done) {
                Stage::New(server, deadline, envelope) => {
                    match begin(server.cell(), deadline, envelope) {
                        Ok(None) => break Ok(()),
                        Ok(Some(waits)) => self.0 = waits,
                        Err(refusal) => break Err(refusal),
                    }
                }
                Stage::Lost(why, envelope) => break Err((envelope, why.into())),
                Stage::Waits(mut place, deadline, mut limit) => {
                    // At each poll: the process may have begun it in another callback.
                    if let Err(why) = may_wait(&place, deadline) {
                        // Not there any more: it was accepted, and nothing has to wait.
                        break place.leave().map_or(Ok(()), |back| Err((back, why)));
                    }
                    if let Poll::Ready(result) = place.poll(cx) {
                        break result.map_err(|envelope| (envelope, ended(&place)));
                    }
                    let elapsed = limit.as_mut().map(|limit| limit.as_mut().poll(cx));
                    if elapsed.is_some_and(|elapsed| elapsed.is_ready()) {
                        // Accepted at this very moment, it has left the line already.
                        let left = place.leave();
                        break left.map_or(Ok(()), |envelope| Err((envelope, CastError::Timeout)));
                    }
                    self.0 = Stage::Waits(place, deadline, limit);
                    return Poll::Pending;
                }
                Stage::Done => return Poll::Pending,
            }
        };
        Poll::Ready(result)
    }
}

/// Sends a message; none if it was accepted at once.
fn begin<S: Protocol>(
    cell: &Arc<Cell<S>>,
    deadline: Deadline,
    envelope: Envelope<S>,
) -> Result<Option<Stage<S>>, Refusal<S>> {
    match deliver(cell, envelope, Manner::Patient) {
        Ok(()) => Ok(None),
        Err(Unaccepted::Refused(envelope, why)) => Err((envelope, why.into())),
        Err(Unaccepted::Waits(place)) => {
            let limit = deadline.limit().map(|limit| Box::pin(sleep(limit)));
            Ok(Some(Stage::Waits(place, deadline, limit)))
        }
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

impl<S: Protocol> Future for Sending<S> {
    type Output = Result<(), CastError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let sent = self.get_mut().poll_sent(cx);
        sent.map_err(|(_dropped, reason)| reason)
    }
}

impl<S: Protocol> fmt::Debug for Sending<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}
