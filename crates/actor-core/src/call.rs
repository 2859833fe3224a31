//! The one place that waits for a reply, the callee's death, or the deadline.

mod awaited;
mod calling;
mod failed;

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use crate::cell::Cell;
use crate::current;
use crate::delivery::{Place, Unaccepted, deliver};
use crate::exit_reason::ExitReason;
use crate::order::Order;
use crate::overflow::Manner;
use crate::pid::{AnyCell, Pid};
use crate::protocol::Protocol;
use crate::reply::{Answer, ReplyTo, reply_slot};
use crate::rt::{assert_may_block, block_on, timeout};
use crate::signal::Envelope;
use crate::undelivered::Undelivered;
use crate::unwind::quietly;
use crate::waits::Wait;
pub(crate) use awaited::Awaited;
pub(crate) use calling::call;
pub(crate) use failed::failed;

/// How long a call waits when nothing else was asked for (G-20).
pub const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// Says how long a call may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deadline {
    /// [`DEFAULT_CALL_TIMEOUT`] from the call on, or a little later: the time is counted from when other tasks
    /// have had their turn, and not while nobody polls the call before that.
    #[default]
    Default,
    /// This long from the call on; zero is legal, and then only a reply that is there at once
    /// counts.
    After(Duration),
    /// As long as it takes: until the reply, or the server's end.
    Never,
    /// Whoever waits has a limit of its own, and needs no timer.
    #[doc(hidden)]
    ByCaller,
}

impl Deadline {
    pub(crate) fn limit(self) -> Option<Duration> {
        match self {
            Self::Default => Some(DEFAULT_CALL_TIMEOUT),
            Self::After(limit) => Some(limit),
            Self::Never | Self::ByCaller => None,
        }
    }
}

/// Says why a call got no reply (G-21).
///
/// Its text tells a whole [`Exited`](Self::Exited) reason, an error of the server's included; so its
/// [`source`](Error::source) is what caused that error. The error itself is
/// [in the reason](ExitReason::as_error).
///
/// In the guide: [calls, casts, deadlines and errors](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/calls_and_casts.md).
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Address, CallError, Context, GenServer, InitResult, actor};
///
/// # struct Counter(i64);
/// # #[actor(name = "counter")]
/// # impl GenServer for Counter {
/// #     async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> { Ok(Counter(count).into()) }
/// #     #[call]
/// #     fn get_count(&self) -> i64 { self.0 }
/// #     #[cast]
/// #     fn increment(&mut self, by: i64) { self.0 += by; }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = match Counter::NAME.get_count().await {
///     Ok(count) => format!("it is {count}"),
///     Err(CallError::NoProc) => "it does not run, or not again yet".to_owned(),
///     Err(CallError::Timeout) => "it may have counted all the same".to_owned(),
///     Err(CallError::Exited(reason)) => format!("it ended meanwhile: {reason}"),
///     Err(error) => error.to_string(),
/// };
/// assert_eq!(text, "it does not run, or not again yet");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// The deadline passed. The server may still handle the request; its reply is dropped (G-23).
    Timeout,
    /// No process holds the name, or the process was dead already: the request was not delivered.
    NoProc,
    /// A process called itself, which would wait for ever (G-24). From a task that it has spawned, and
    /// for which it waits, this is not seen: such a call ends at its deadline (F-05).
    CallingSelf,
    /// The call would close a circle of calls that wait for each other; these are the processes in
    /// it, the caller first. The request was not delivered. Not part of OTP, where such calls wait
    /// for their timeout; switched off by
    /// [`Options::without_cycle_detection`](crate::Options::without_cycle_detection).
    Cycle(Vec<Pid>),
    /// A blocking call was made on a thread that a runtime needs, which it would stop; the request was
    /// not delivered.
    WouldBlockRuntime,
    /// The server dropped the request's reply handle and lives on.
    Unanswered,
    /// The server ended before it replied, for this reason.
    Exited(ExitReason),
    /// The server's mailbox is full, and lets no caller wait; or the request was dropped from it for a
    /// newer message. It was not handled. See [`Overflow`](crate::Overflow).
    MailboxFull,
    /// The name is held by a server of another type: the request was not delivered.
    WrongType,
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Exited(reason) => reason.cause(),
            _ => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "no reply within the deadline",
            Self::NoProc => "no such process: nobody holds the name, or it has ended already",
            Self::CallingSelf => {
                "a process cannot call itself: it would wait for its own answer for ever"
            }
            Self::Cycle(path) => return write!(f, "a cycle of calls: {}", arrows(path)),
            Self::WouldBlockRuntime => {
                "a blocking call on a runtime's own thread would stop what runs there: use \
                 `call(…).await`, or call from `spawn_blocking` or a plain thread"
            }
            Self::Unanswered => "the server dropped the reply handle without an answer",
            Self::Exited(reason) => {
                return write!(f, "the server ended before it replied: {reason}");
            }
            Self::MailboxFull => "the mailbox is full: the request was not handled",
            Self::WrongType => "the name is held by a server of another type",
        })
    }
}

impl From<Undelivered> for CallError {
    fn from(why: Undelivered) -> Self {
        match why {
            Undelivered::NoProc => Self::NoProc,
            Undelivered::WrongType => Self::WrongType,
            Undelivered::Full | Undelivered::Dropped => Self::MailboxFull,
        }
    }
}

impl fmt::Debug for CallError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallError: {self}")
    }
}

/// Sends the order that `make` makes to a process of whatever type, and waits.
pub(crate) async fn order<T, F>(callee: Pid, deadline: Deadline, make: F) -> Result<T, CallError>
where
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> Order,
{
    let wait = begin_call(callee.id(), || callee.clone(), deadline)?;
    let (reply, answer, _pending) = reply_slot(callee.id(), wait, None);
    if !callee.cell().order(make(reply)) {
        return Err(CallError::NoProc);
    }
    Awaited::new(deadline, answer)
        .outcome(|| callee.clone())
        .await
}

/// Notes that the process on this thread waits for the callee, unless that is itself.
#[inline]
fn begin_call(
    id: u64,
    callee: impl FnOnce() -> Pid,
    deadline: Deadline,
) -> Result<Option<Wait>, CallError> {
    match current::id_on_turn() {
        None => Ok(None), // no process waits, so no pid is made
        Some(caller) if caller == id => Err(CallError::CallingSelf),
        Some(_) => begin_wait(&callee(), deadline).map_err(CallError::Cycle),
    }
}

/// Waits for what may take long, but not past the deadline.
async fn in_time<T>(
    deadline: Deadline,
    outcome: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    match deadline.limit() {
        None => outcome.await,
        Some(limit) => timeout(limit, outcome)
            .await
            .unwrap_or(Err(CallError::Timeout)),
    }
}

/// Waits for a call on this thread, which must be one that may be blocked. The deadline is kept here,
/// as there may be no timer: `call` must have none, and is [`untimed`].
pub(crate) fn blocking<T>(
    deadline: Deadline,
    call: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    if quietly(assert_may_block).is_none() {
        return Err(CallError::WouldBlockRuntime);
    }
    block_on(call, deadline.limit()).unwrap_or(Err(CallError::Timeout))
}

/// The deadline of a call whose limit its caller keeps.
pub(crate) fn untimed(deadline: Deadline) -> Deadline {
    match deadline {
        Deadline::Default | Deadline::Never => Deadline::Never,
        Deadline::After(_) | Deadline::ByCaller => Deadline::ByCaller,
    }
}

/// Notes that the process on this thread waits for `callee`; the circle that this would close is the
/// error.
pub(crate) fn begin_wait(callee: &Pid, deadline: Deadline) -> Result<Option<Wait>, Vec<Pid>> {
    match deadline {
        Deadline::Default | Deadline::Never => Wait::begin(callee),
        Deadline::After(_) | Deadline::ByCaller => Ok(None), // it ends by itself
    }
}

/// The processes of a cycle, back to the first.
pub(crate) fn arrows(path: &[Pid]) -> String {
    let circle = path.iter().chain(path.first());
    let names = circle.map(|pid| WithName(pid).to_string());
    names.collect::<Vec<_>>().join(" -> ")
}

/// A process as reports tell it: its pid, and its name if it has one.
struct WithName<'a>(&'a Pid);

impl fmt::Display for WithName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pid = self.0;
        match pid.name() {
            Some(name) => write!(f, "{pid} {name}"),
            None => fmt::Display::fmt(pid, f),
        }
    }
}

/// What a caller waits for: a place for its request, if there is none yet, and then the answer.
pub(crate) type Requested<P, T> = (Option<Place<P>>, Answer<T>);

/// Delivers the request that `make` makes, or puts it in line; `wait` ends when it is answered. The
/// answer wakes `caller`, until it is polled with another waker.
pub(crate) fn request<P, T, F>(
    cell: &Arc<Cell<P>>,
    wait: Option<Wait>,
    caller: Option<Waker>,
    make: F,
) -> Result<Requested<P, T>, CallError>
where
    P: Protocol,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> P::Call,
{
    let (reply, answer, pending) = reply_slot(cell.id(), wait, caller);
    match deliver(cell, Envelope::Call(make(reply), pending), Manner::Patient) {
        Ok(()) => Ok((None, answer)),
        Err(Unaccepted::Waits(place)) => Ok((Some(place), answer.waits_later())),
        Err(Unaccepted::Refused(_request, why)) => Err(why.into()),
    }
}

/// Room or death, and then as all others.
pub(crate) async fn placed<P: Protocol, T: Send + 'static>(
    mut place: Place<P>,
    answer: Answer<T>,
) -> Result<T, CallError> {
    let callee = place.cell().pid();
    match poll_fn(|cx| place.poll(cx)).await {
        Ok(()) => {
            let awaited = Awaited::new(Deadline::Never, answer);
            awaited.outcome(|| callee.clone()).await
        }
        Err(_request) => Err(CallError::Exited(callee.exited().await)),
    }
}
