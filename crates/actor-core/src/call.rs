//! The one place that waits for a reply, the callee's death, or the deadline.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::cell::Cell;
use crate::current;
use crate::exit_reason::ExitReason;
use crate::lifecycle::Exited;
use crate::pid::{AnyCell, Fate};
use crate::protocol::Protocol;
use crate::reply::{Answer, Lost, ReplyTo, reply_slot};
use crate::rt::timeout;
use crate::signal::Envelope;

/// How long a call waits when nothing else was asked for (G-20).
pub const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// Says how long a call may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deadline {
    /// [`DEFAULT_CALL_TIMEOUT`] from the call on.
    #[default]
    Default,
    /// This long from the call on; zero is legal, and then only a reply that is there at once
    /// counts.
    After(Duration),
    /// As long as it takes: until the reply, or the server's end.
    Never,
}

impl Deadline {
    fn limit(self) -> Option<Duration> {
        match self {
            Self::Default => Some(DEFAULT_CALL_TIMEOUT),
            Self::After(limit) => Some(limit),
            Self::Never => None,
        }
    }
}

/// Says why a call got no reply (G-21).
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum CallError {
    /// The deadline passed. The server may still handle the request; its reply is dropped (G-23).
    #[error("no reply within the deadline")]
    Timeout,
    /// No process holds the name, or the process was dead already: the request was not delivered.
    #[error("no such process: nobody holds the name, or it has ended already")]
    NoProc,
    /// A process called itself, which would wait for ever (G-24).
    #[error("a process cannot call itself: it would wait for its own answer for ever")]
    CallingSelf,
    /// The server dropped the request's reply handle and lives on.
    #[error("the server dropped the reply handle without an answer")]
    Unanswered,
    /// The server ended before it replied, for this reason.
    #[error("the server ended before it replied: {0}")]
    Exited(ExitReason),
    /// The name is held by a server of another type: the request was not delivered.
    #[error("the name is held by a server of another type")]
    WrongType,
}

/// Sends the request that `make` makes, and waits.
pub(crate) async fn call<P, T, F>(
    cell: Arc<Cell<P>>,
    deadline: Deadline,
    make: F,
) -> Result<T, CallError>
where
    P: Protocol,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> P::Call,
{
    let answer = request(&cell, make)?;
    let outcome = outcome(cell, answer);
    match deadline.limit() {
        None => outcome.await,
        Some(limit) => timeout(limit, outcome)
            .await
            .unwrap_or(Err(CallError::Timeout)),
    }
}

/// Delivers the request that `make` makes.
pub(crate) fn request<P, T, F>(cell: &Cell<P>, make: F) -> Result<Answer<T>, CallError>
where
    P: Protocol,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> P::Call,
{
    if current::is(cell.id()) {
        return Err(CallError::CallingSelf);
    }
    let (reply, answer, pending) = reply_slot(cell.id());
    match cell.inbox.push(Envelope::Call(make(reply), pending)) {
        Ok(wakers) => {
            wakers.wake();
            Ok(answer)
        }
        Err(_refused) => Err(CallError::NoProc),
    }
}

/// Reply or death: a reply that will not come makes the callee's fate decide.
pub(crate) async fn outcome<P: Protocol, T: Send + 'static>(
    cell: Arc<Cell<P>>,
    answer: Answer<T>,
) -> Result<T, CallError> {
    match answer.await {
        Ok(reply) => Ok(reply),
        Err(Lost) => Err(match cell.fate() {
            Fate::Alive => CallError::Unanswered,
            Fate::Dying => CallError::Exited(death(&cell).await),
            Fate::Dead(reason) => CallError::Exited(reason),
        }),
    }
}

fn death<P: Protocol>(cell: &Arc<Cell<P>>) -> Exited {
    cell.pid().exited()
}
