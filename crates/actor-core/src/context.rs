//! [`Context`]: what a callback may ask of its own process.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::Stream;

use crate::actor_ref::ActorRef;
use crate::cell::Cell;
use crate::exit_reason::ExitReason;
use crate::monitor::{Monitorable, demonitor, monitor};
use crate::owned::{OwnedTask, spawn_owned, spawn_reader};
use crate::pid::{AnyCell, AsPid, Moment, Pid};
use crate::protocol::Protocol;
use crate::signal::MonitorRef;
use crate::timer::{MissedTicks, TimerRef, send_after, send_interval};

/// Gives a callback access to its own process: identity, links, monitors, trapping of exits.
///
/// It is handed to every callback and cannot be made or kept elsewhere.
///
/// In the guide: [a first server](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/first_server.md).
pub struct Context<S: Protocol> {
    cell: Arc<Cell<S>>,
}

/// The process to link to is dead, and the caller does not trap exits (P-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot link: the process is dead")]
pub struct NoProc;

/// A stop request or the parent's exit arrived while a callback was waiting; see
/// [`Context::or_stop`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StopRequested {
    /// The reason that was asked for, or that of the parent's exit.
    pub reason: ExitReason,
}

impl Error for StopRequested {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.cause()
    }
}

impl fmt::Display for StopRequested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the process was asked to stop meanwhile: {}",
            self.reason
        )
    }
}

impl<S: Protocol> Context<S> {
    pub(crate) fn new(cell: Arc<Cell<S>>) -> Self {
        Self { cell }
    }

    pub(crate) fn cell(&self) -> &Arc<Cell<S>> {
        &self.cell
    }

    /// Returns the pid of this process.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.cell.pid()
    }

    /// Returns a reference to this process, to send to it or to give away.
    #[must_use]
    pub fn actor_ref(&self) -> ActorRef<S> {
        ActorRef::new(Arc::clone(&self.cell))
    }

    /// Sets whether exit signals arrive as [`Info::Exit`](crate::Info::Exit) instead of ending
    /// this process, and returns the former setting; off at the start (P-26).
    pub fn trap_exit(&mut self, traps: bool) -> bool {
        self.cell.inbox.set_traps(traps)
    }

    /// Links this process to another, both ways; once per pair (P-13).
    ///
    /// # Errors
    ///
    /// [`NoProc`] if the other is dead and this process does not trap exits; a trapping one gets
    /// an `Exit` with the reason `NoProc` instead (P-15).
    pub fn link(&mut self, other: &impl AsPid) -> Result<(), NoProc> {
        self.tie(&other.as_pid())
    }

    fn tie(&self, other: &Pid) -> Result<(), NoProc> {
        if self.cell.link(other) {
            return Ok(());
        }
        let traps = self.cell.inbox.traps();
        if traps {
            self.cell.exit(Some(other.clone()), ExitReason::NoProc);
            return Ok(());
        }
        Err(NoProc)
    }

    /// Links this process to another, as [`link`](Self::link) does, and takes it for one that this
    /// process has started: it counts among [`linked_children`](Self::linked_children) and, after
    /// this process's death, among its [`orphans`](Pid::orphans). For whoever looks after a process
    /// that another one made for it.
    ///
    /// # Errors
    ///
    /// As those of [`link`](Self::link).
    pub fn adopt(&mut self, other: &impl AsPid) -> Result<(), NoProc> {
        let other = other.as_pid();
        self.tie(&other)?;
        self.cell.confirm_link(other.id());
        Ok(())
    }

    /// Removes the link to another process; afterwards no exit signal of that link arrives. One
    /// that lies in the inbox already stays there (P-16).
    pub fn unlink(&mut self, other: &impl AsPid) {
        self.cell.unlink(&other.as_pid());
    }

    /// Watches a process: its end arrives as [`Info::Down`](crate::Info::Down), once per call of
    /// this method (P-18, P-19); at once, with the reason `NoProc`, if it is dead (P-20).
    ///
    /// A [`Name`](crate::Name) stands for the process that holds it now, whatever its type, and the
    /// monitor stays with that process (P-21). If nobody holds it, the DOWN comes at once (P-20).
    pub fn monitor(&mut self, target: &impl Monitorable) -> MonitorRef {
        monitor(&self.pid(), target)
    }

    /// Stops a monitor. A DOWN that lies in the inbox already still arrives (P-23).
    pub fn demonitor(&mut self, monitor: &MonitorRef) {
        demonitor(&*self.cell, monitor.id, false);
    }

    /// Stops a monitor, and takes back a DOWN that lies in the inbox: afterwards none arrives
    /// (P-23).
    pub fn demonitor_flush(&mut self, monitor: &MonitorRef) {
        demonitor(&*self.cell, monitor.id, true);
    }

    /// Sends `message` to this process after `delay`; it arrives in `handle_info`, never early
    /// (TM-1). The timer ends with this process (TM-2).
    pub fn send_after(&mut self, delay: Duration, message: S::Info) -> TimerRef {
        send_after(&self.actor_ref(), delay, message)
    }

    /// Sends a copy of `message` to this process each `period`, until it is cancelled; missed ones
    /// come at once ([`MissedTicks::Burst`]).
    ///
    /// # Panics
    ///
    /// If `period` is zero.
    pub fn send_interval(&mut self, period: Duration, message: S::Info) -> TimerRef
    where
        S::Info: Clone + Sync,
    {
        self.send_interval_with(period, MissedTicks::default(), message)
    }

    /// As [`send_interval`](Self::send_interval), and says what becomes of missed ones.
    ///
    /// # Panics
    ///
    /// If `period` is zero.
    pub fn send_interval_with(
        &mut self,
        period: Duration,
        missed: MissedTicks,
        message: S::Info,
    ) -> TimerRef
    where
        S::Info: Clone + Sync,
    {
        send_interval(&self.actor_ref(), period, missed, message)
    }

    /// Runs a future beside the turns of this process, which goes on meanwhile; the result arrives in
    /// `handle_info`, as the message that `message` makes of it. A panic in the future is an `Err`
    /// with its reason.
    ///
    /// The work belongs to the process, and is dropped when it ends: what it starts with a link is
    /// linked to the process, and names mean what they mean there. It is no turn of the process: it
    /// may call the process, and others, and wait. If the mailbox is full and lets senders
    /// [wait](crate::Overflow::Wait), the result waits for room.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime. A panic in `message` is an exit signal to the process, with its reason.
    ///
    /// # Examples
    ///
    /// ```
    /// # use actor_core::{Context, ExitReason, GenServer, Info, InitResult, Next, NextResult};
    /// # use std::convert::Infallible;
    /// # async fn fetch() -> String { "page".to_owned() }
    /// struct Page(Option<String>);
    ///
    /// enum Fetched {
    ///     Page(String),
    ///     Failed(ExitReason),
    /// }
    ///
    /// impl GenServer for Page {
    ///     # type Args = ();
    ///     # type Call = Infallible;
    ///     # type Cast = Infallible;
    ///     # type Continue = Infallible;
    ///     type Info = Fetched;
    ///
    ///     async fn init((): (), cx: &mut Context<Self>) -> InitResult<Self> {
    ///         cx.spawn(fetch(), |page| match page {
    ///             Ok(page) => Fetched::Page(page),
    ///             Err(panic) => Fetched::Failed(panic),
    ///         });
    ///         Ok(Page(None).into())
    ///     }
    ///
    ///     async fn handle_info(
    ///         &mut self,
    ///         info: Info<Fetched>,
    ///         _cx: &mut Context<Self>,
    ///     ) -> NextResult<Self> {
    ///         match info {
    ///             Info::Message(Fetched::Page(page)) => self.0 = Some(page),
    ///             Info::Message(Fetched::Failed(reason)) => return Err(reason),
    ///             _ => {}
    ///         }
    ///         Ok(Next::NoReply)
    ///     }
    /// }
    /// ```
    pub fn spawn<F, M>(&mut self, work: F, message: M) -> OwnedTask
    where
        F: Future<Output: Send> + Send + 'static,
        M: FnOnce(Result<F::Output, ExitReason>) -> S::Info + Send + 'static,
    {
        spawn_owned(self.actor_ref(), work, message)
    }

    /// Reads a stream beside the turns of this process. Each item arrives in `handle_info`, as the message
    /// that `message` makes of `Ok(Some(item))`, in order; the end of the stream is `Ok(None)`, and a
    /// panic in it the `Err` with its reason, after which it is not read any more.
    ///
    /// An item is asked for when the one before it has been handled, and all that lay in the inbox
    /// before that; so a stream that is faster than the process waits for it, with one item in the
    /// inbox at the most, and a [suspended](crate::sys::suspend) process is not sent any more. What
    /// else is said of work that is [spawned](Self::spawn) holds for the stream: it belongs to the
    /// process, and is dropped when it ends, or when it is [aborted](OwnedTask::abort).
    ///
    /// An item that finds a full mailbox waits for room, if that lets senders
    /// [wait](crate::Overflow::Wait); else it is a dead letter, as any message.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime. A panic in `message` is an exit signal to the process, with its reason.
    ///
    /// # Examples
    ///
    /// ```
    /// # use actor_core::{Context, ExitReason, GenServer, Info, InitResult, Next, NextResult};
    /// # use futures_util::stream::{Stream, iter};
    /// # use std::convert::Infallible;
    /// # fn lines() -> impl Stream<Item = String> + Send { iter(["a line".to_owned()]) }
    /// struct Reader(Vec<String>);
    ///
    /// impl GenServer for Reader {
    ///     # type Args = ();
    ///     # type Call = Infallible;
    ///     # type Cast = Infallible;
    ///     # type Continue = Infallible;
    ///     type Info = Result<Option<String>, ExitReason>;
    ///
    ///     async fn init((): (), cx: &mut Context<Self>) -> InitResult<Self> {
    ///         cx.attach_stream(lines(), |line| line);
    ///         Ok(Reader(Vec::new()).into())
    ///     }
    ///
    ///     async fn handle_info(
    ///         &mut self,
    ///         info: Info<Self::Info>,
    ///         _cx: &mut Context<Self>,
    ///     ) -> NextResult<Self> {
    ///         match info {
    ///             Info::Message(Ok(Some(line))) => self.0.push(line),
    ///             Info::Message(Ok(None)) => return Ok(Next::Stop(ExitReason::Normal)),
    ///             Info::Message(Err(panic)) => return Err(panic),
    ///             _ => {}
    ///         }
    ///         Ok(Next::NoReply)
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use actor_core::Start;
    /// let reader = Reader::start(()).await?;
    /// assert_eq!(reader.exited().await, ExitReason::Normal);
    /// # Ok(())
    /// # }
    /// ```
    pub fn attach_stream<T, M>(&mut self, stream: T, message: M) -> OwnedTask
    where
        T: Stream<Item: Send> + Send + 'static,
        M: FnMut(Result<Option<T::Item>, ExitReason>) -> S::Info + Send + 'static,
    {
        spawn_reader(self.actor_ref(), stream, message)
    }

    /// Cancels a timer; see [`TimerRef::cancel`].
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a cancelled timer is of no use any more"
    )]
    pub fn cancel(&mut self, timer: TimerRef) -> Option<Duration> {
        timer.cancel()
    }

    /// Runs a future, but gives up when this process is asked to stop meanwhile.
    ///
    /// A callback that waits long (for another process to start or to end) stays deaf to its own
    /// stop otherwise. The request, or the exit signal of the parent of a trapping process, is
    /// only seen: it stays in its place in the inbox, and so does everything else (G-12, G-41).
    ///
    /// # Errors
    ///
    /// [`StopRequested`] if a stop request or the parent's exit lies in the inbox before the
    /// future is ready. The future is dropped then.
    ///
    /// # Cancel safety
    ///
    /// As that of the future.
    pub async fn or_stop<F: Future>(&mut self, future: F) -> Result<F::Output, StopRequested> {
        let mut future = pin!(future);
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => {
                let stop = self.cell.inbox.poll_stop(cx);
                stop.map(|reason| Err(StopRequested { reason }))
            }
        })
        .await
    }

    /// Declares that this process ends only after those that it started, and that they started in turn,
    /// as a supervisor does. One of them that asks it to stop, and waits for its end, would wait for
    /// ever: it gets [`StopError::Descendant`](crate::StopError::Descendant) at once.
    pub fn outlive_children(&mut self) {
        self.cell.outlive_children();
    }

    /// Lets as many messages wait in the mailbox as come, whatever the start has asked for: for a
    /// server that must not lose what it sends itself, as a supervisor must not (X-12).
    pub fn unbound_mailbox(&mut self) {
        self.cell.wake(self.cell.inbox.unbound());
    }

    /// Returns the linked processes that this one started and that are not dead, the oldest first;
    /// also one whose `init` has not answered yet.
    #[must_use]
    pub fn linked_children(&self) -> Vec<Pid> {
        self.cell.linked_children()
    }

    /// Returns those of the [`linked_children`](Self::linked_children) that were started after
    /// `moment`; it does not go through the older ones.
    #[must_use]
    pub fn linked_children_since(&self, moment: Moment) -> Vec<Pid> {
        self.cell.linked_children_since(moment)
    }
}

impl<S: Protocol> fmt::Debug for Context<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("pid", &self.pid())
            .finish_non_exhaustive()
    }
}
