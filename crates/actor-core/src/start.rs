//! Starting a server: [`Start`] for the usual ways, [`Options`] for the others.

mod starting;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use crate::actor_ref::ActorRef;
use crate::current;
use crate::debugging::DebugOptions;
use crate::defaults::Defaults;
use crate::gen_server::GenServer;
use crate::monitor::StartMonitor;
use crate::name::Name;
use crate::overflow::Overflow;
use crate::process::{Tie, launch};
use crate::signal::MonitorRef;
use crate::start_error::StartError;
use starting::Starting;

/// Starts servers; implemented for every [`GenServer`].
pub trait Start: GenServer {
    /// Starts a process that is linked to nobody and has no parent (G-9). Returns when `init` has
    /// answered.
    ///
    /// # Errors
    ///
    /// [`StartError`]; the process is dead then, and its name free (G-8).
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was started. Later the start goes on by itself.
    fn start(args: Self::Args) -> impl Future<Output = Result<ActorRef<Self>, StartError>> + Send {
        Self::options(args).start()
    }

    /// Starts a process that is linked to the process in which this is called, its parent (G-5,
    /// G-11). In plain code, such as `main` and tests, there is none, and it is as
    /// [`start`](Self::start) (X-5).
    ///
    /// # Errors
    ///
    /// [`StartError`]; the process is dead then, and its name free (G-8).
    ///
    /// # Cancel safety
    ///
    /// Dropped before `init` has answered, the new process is killed.
    fn start_link(
        args: Self::Args,
    ) -> impl Future<Output = Result<ActorRef<Self>, StartError>> + Send {
        Self::options(args).start_link()
    }

    /// Starts a process and monitors it, in one step, for the process in which this is called: its end
    /// arrives there as [`Info::Down`](crate::Info::Down) with the true reason, however early it
    /// comes (G-9). There is no link and no parent, as with [`start`](Self::start).
    ///
    /// If the start fails there is no monitor, and no DOWN comes.
    ///
    /// # Errors
    ///
    /// [`StartError`]; the process is dead then, and its name free (G-8). In plain code, such as `main`
    /// and tests, nobody could get the DOWN: it is [`StartError::OutsideProcess`], and nothing was
    /// started.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was started. Later the start goes on by itself, and its
    /// monitor is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_core::{Context, ExitReason, GenServer, Info, InitResult, Next, NextResult, Start};
    /// use std::convert::Infallible;
    ///
    /// /// Ends as soon as it runs.
    /// struct Job;
    ///
    /// impl GenServer for Job {
    ///     type Args = ();
    ///     type Call = Infallible;
    ///     type Cast = Infallible;
    ///     type Info = Infallible;
    ///     type Continue = ();
    ///
    ///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
    ///         Ok(actor_core::Init::Continue(Job, ()))
    ///     }
    ///
    ///     async fn handle_continue(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
    ///         Ok(Next::Stop(ExitReason::shutdown_with("done")))
    ///     }
    /// }
    ///
    /// /// Waits for its job, and ends for the same reason.
    /// struct Boss;
    ///
    /// impl GenServer for Boss {
    ///     type Args = ();
    ///     type Call = Infallible;
    ///     type Cast = Infallible;
    ///     type Info = Infallible;
    ///     type Continue = Infallible;
    ///
    ///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
    ///         let (_job, _monitor) = Job::start_monitor(()).await?;
    ///         Ok(Boss.into())
    ///     }
    ///
    ///     async fn handle_info(
    ///         &mut self,
    ///         info: Info<Infallible>,
    ///         _cx: &mut Context<Self>,
    ///     ) -> NextResult<Self> {
    ///         match info {
    ///             Info::Down(down) => Ok(Next::Stop(down.reason)),
    ///             _ => Ok(Next::NoReply),
    ///         }
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let boss = Boss::start(()).await?;
    /// let end = boss.exited().await;
    /// assert_eq!(end.as_term::<&str>(), Some(&"done"));
    /// # Ok(())
    /// # }
    /// ```
    fn start_monitor(
        args: Self::Args,
    ) -> impl Future<Output = Result<(ActorRef<Self>, MonitorRef), StartError>> + Send {
        Self::options(args).start_monitor()
    }

    /// Returns the options of one start, as the server declares them, to change some (G-10).
    fn options(args: Self::Args) -> Options<Self> {
        Options::new(args)
    }
}

impl<S: GenServer> Start for S {}

/// Holds the options of one start.
///
/// # Examples
///
/// ```no_run
/// # use actor_core::{GenServer, Start, StartError};
/// # async fn example<Counter: GenServer<Args = i64>>() -> Result<(), StartError> {
/// let second = Counter::options(0).name("second").start_link().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "options start nothing by themselves: call `start`, `start_link` or `child_spec`"]
pub struct Options<S: GenServer> {
    args: S::Args,
    defaults: Defaults<S>,
    timeout: Option<Duration>,
}

impl<S: GenServer> Options<S> {
    fn new(args: S::Args) -> Self {
        Self {
            args,
            defaults: S::defaults(),
            timeout: None,
        }
    }

    /// Replaces what the server declares about its start.
    pub fn with_defaults(mut self, defaults: Defaults<S>) -> Self {
        self.defaults = defaults;
        self
    }

    /// Sets the name to register before `init` runs; that of the server by default.
    pub fn name(mut self, name: impl Into<Name<S>>) -> Self {
        self.defaults = self.defaults.name(name);
        self
    }

    /// Starts without a name.
    pub fn unnamed(mut self) -> Self {
        self.defaults = self.defaults.unnamed();
        self
    }

    /// Lets calls of this process be part of a circle, which then ends by a timeout, as in OTP; see
    /// [`Defaults::without_cycle_detection`].
    pub fn without_cycle_detection(mut self) -> Self {
        self.defaults = self.defaults.without_cycle_detection();
        self
    }

    /// Runs the process on a thread of its own, so that its callbacks may block; see
    /// [`Defaults::on_own_thread`].
    pub fn on_own_thread(mut self) -> Self {
        self.defaults = self.defaults.on_own_thread();
        self
    }

    /// Sets what of [`sys`](crate::sys) is on from the start (G-10); nothing by default.
    pub fn debug(mut self, debug: DebugOptions) -> Self {
        self.defaults = self.defaults.debug(debug);
        self
    }

    /// Lets no more than `capacity` messages wait in the mailbox; as many as come by default, as in OTP
    /// (X-12). See [`Defaults::mailbox`].
    ///
    /// # Panics
    ///
    /// If `capacity` is zero: such a mailbox would take no message.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_core::{
    ///     Address, CastError, Context, ExitReason, GenServer, InitResult, Overflow, Start,
    /// };
    /// use std::convert::Infallible;
    ///
    /// struct Slow;
    ///
    /// impl GenServer for Slow {
    ///     type Args = ();
    ///     type Call = Infallible;
    ///     type Cast = u32;
    ///     type Info = Infallible;
    ///     type Continue = Infallible;
    ///
    ///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
    ///         Ok(Slow.into())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let slow = Slow::options(()).mailbox(2).overflow(Overflow::Fail).start().await?;
    /// slow.cast(1);
    /// slow.cast(2); // it has had no turn yet
    /// let refused = slow.try_cast(3).unwrap_err();
    /// assert_eq!((refused.message, refused.reason), (3, CastError::MailboxFull));
    /// slow.exit(ExitReason::Kill); // always accepted
    /// # slow.exited().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn mailbox(mut self, capacity: usize) -> Self {
        self.defaults = self.defaults.mailbox(capacity);
        self
    }

    /// Lets as many messages wait in the mailbox as come; see [`Defaults::unbounded`].
    pub fn unbounded(mut self) -> Self {
        self.defaults = self.defaults.unbounded();
        self
    }

    /// Sets what a full mailbox does; [`Overflow::Wait`] by default. See [`Defaults::overflow`].
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.defaults = self.defaults.overflow(overflow);
        self
    }

    /// Sets with more than how many waiting messages the mailbox is told to be long; see
    /// [`Defaults::long_queue`].
    pub fn long_queue(mut self, length: usize) -> Self {
        self.defaults = self.defaults.long_queue(length);
        self
    }

    /// Sets how long `init` may take; without limit by default. A process that takes longer is
    /// killed, and the start fails with [`StartError::Timeout`] (G-7).
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Starts a process that is linked to nobody; see [`Start::start`].
    ///
    /// # Errors
    ///
    /// [`StartError`]; the process is dead then, and its name free (G-8).
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was started. Later the start goes on by itself.
    pub fn start(self) -> impl Future<Output = Result<ActorRef<S>, StartError>> + Send {
        Starting::Asked(self, Tie::Free)
    }

    /// Starts a process that is linked to the process in which this is called; see
    /// [`Start::start_link`].
    ///
    /// # Errors
    ///
    /// [`StartError`]; the process is dead then, and its name free (G-8).
    ///
    /// # Cancel safety
    ///
    /// Dropped before `init` has answered, the new process is killed.
    pub fn start_link(self) -> impl Future<Output = Result<ActorRef<S>, StartError>> + Send {
        Starting::Asked(self, Tie::Link)
    }

    /// Starts a process and monitors it for the process in which this is called; see
    /// [`Start::start_monitor`].
    ///
    /// # Errors
    ///
    /// [`StartError`]; the process is dead then, and its name free (G-8). In plain code it is
    /// [`StartError::OutsideProcess`], and nothing was started.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was started. Later the start goes on by itself, and its
    /// monitor is gone.
    pub async fn start_monitor(self) -> Result<(ActorRef<S>, MonitorRef), StartError> {
        let watcher = current::process().ok_or(StartError::OutsideProcess)?;
        let monitor = StartMonitor::by(watcher);
        let launched = launch(self.args, &self.defaults, Tie::Monitor(&monitor), None)?;
        let server = Starting::begun(launched, self.timeout).await?;
        let monitor = monitor.keep(server.pid());
        Ok((server, monitor))
    }
}

impl<S: GenServer<Args: Clone>> Clone for Options<S> {
    fn clone(&self) -> Self {
        Self {
            args: self.args.clone(),
            defaults: self.defaults.clone(),
            timeout: self.timeout,
        }
    }
}

impl<S: GenServer> fmt::Debug for Options<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("defaults", &self.defaults)
            .finish_non_exhaustive()
    }
}
