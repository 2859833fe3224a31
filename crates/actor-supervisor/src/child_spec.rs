//! [`ChildSpec`]: how a child is started, restarted and stopped (S-1 to S-6).

pub(crate) mod fields;
mod start;

pub(crate) use start::StartAny;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use actor_core::{AsPid, StartError};

use crate::auto_shutdown::AutoShutdown;
use crate::backoff::Backoff;
use crate::child_id::ChildId;
use crate::child_policy::{ChildType, Restart, Shutdown};
use crate::spec_error::SpecError;
use crate::task::{Outcome, TaskRef, TaskServer};
use fields::Fields;
use start::{Once, StartChild};

/// Describes one child of a supervisor. `H` is the type of its handle.
///
/// The defaults are those of OTP: permanent, a worker, five seconds to stop. The attribute derives
/// one as `child_spec(args)`; each field can be replaced.
///
/// In the guide: [child specs](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/child_specs.md).
///
/// # Examples
///
/// ```
/// use actor_supervisor::{ChildSpec, Restart, Shutdown};
/// # use actor_core::{ActorRef, GenServer, Start};
///
/// # fn example<Counter: GenServer<Args = i64>>() {
/// let spec = ChildSpec::new("second", || async { Counter::start_link(0).await })
///     .restart(Restart::Transient)
///     .shutdown(Shutdown::BrutalKill);
/// # }
/// ```
pub struct ChildSpec<H> {
    fields: Fields,
    start: Arc<dyn StartChild<H>>,
}

/// A child spec whose handle's type is forgotten, so that a list may mix them.
#[derive(Clone)]
pub struct AnyChildSpec {
    pub(crate) fields: Fields,
    /// None once a temporary child runs, so that what it captured is released (S-67).
    pub(crate) start: Option<Arc<dyn StartAny>>,
}

impl<H: AsPid + Send + 'static> ChildSpec<H> {
    /// Describes a child that `start` starts. The function runs at each start and restart, inside
    /// the supervisor, and must give a fresh process each time; the supervisor links to it if it
    /// is not linked yet (S-8).
    pub fn new<F, Fut>(id: impl Into<ChildId>, start: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<H, StartError>> + Send + 'static,
    {
        Self {
            fields: Fields::new(id.into()),
            start: Arc::new(start),
        }
    }

    /// Describes a child that can be started only once, because what it needs cannot be made again:
    /// a socket, say. It is temporary; any other restart is refused as
    /// [`OnceRestarted`](crate::SpecError::OnceRestarted).
    pub fn once<F, Fut>(id: impl Into<ChildId>, start: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<H, StartError>> + Send + 'static,
    {
        let mut fields = Fields::new(id.into());
        fields.restart = Restart::Temporary;
        fields.once = true;
        Self {
            fields,
            start: Arc::new(Once::new(start)),
        }
    }
}

impl ChildSpec<TaskRef> {
    /// Describes a process that runs a future, so that what is no actor can be supervised too. The
    /// function makes a fresh one at each start and restart.
    ///
    /// The start returns at once. The end of the future is the end of the process: `()` and `Ok(())`
    /// are normal, an `Err` and a panic are a crash. Told to stop, it is dropped at its next await.
    /// It is permanent, like every spec: also one that ends normally runs again.
    ///
    /// In the guide: [what is not an actor](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/plain_tasks.md).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_supervisor::{ChildSpec, Strategy, SupervisorSpec};
    /// use std::time::Duration;
    ///
    /// # async fn report_metrics() {}
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = SupervisorSpec::new(Strategy::OneForOne)
    ///     .child(ChildSpec::task("metrics-loop", || async {
    ///         loop {
    ///             report_metrics().await;
    ///             tokio::time::sleep(Duration::from_secs(10)).await;
    ///         }
    ///     }))
    ///     .start_link()
    ///     .await?;
    /// # app.stop().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn task<F, Fut>(id: impl Into<ChildId>, work: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Outcome> + Send + 'static,
    {
        Self::new(id, move || TaskServer::running(work()).start_link())
    }

    /// Describes a process that runs a function on a thread of its own, where it may block.
    ///
    /// It ends as [`task`](Self::task) does. A thread cannot be stopped from outside: the process
    /// ends, and its supervisor goes on, only when the function returns (X-1). One that runs for
    /// long asks now and then whether it should:
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_core::process;
    /// use actor_supervisor::{ChildSpec, Strategy, SupervisorSpec};
    ///
    /// # fn next_change() {}
    /// fn watch_files() {
    ///     while !process::exit_requested() {
    ///         next_change(); // blocks, for a second at most
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = SupervisorSpec::new(Strategy::OneForOne)
    ///     .child(ChildSpec::blocking("watcher", watch_files))
    ///     .start_link()
    ///     .await?;
    /// # app.stop().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn blocking<F, R>(id: impl Into<ChildId>, work: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Outcome,
    {
        let work = Arc::new(work);
        Self::new(id, move || {
            let work = Arc::clone(&work);
            TaskServer::blocking(move || work()).start_link()
        })
    }
}

impl<H> ChildSpec<H> {
    /// Sets what the child is called; unique among its siblings.
    #[must_use]
    pub fn id(mut self, id: impl Into<ChildId>) -> Self {
        self.fields.id = id.into();
        self
    }

    /// Sets when it is restarted; [`Restart::Permanent`] by default.
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.fields.restart = restart;
        self
    }

    /// Sets how it is stopped; by default five seconds for a worker, no limit for a supervisor.
    #[must_use]
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.fields.shutdown = Some(shutdown);
        self
    }

    /// Sets whether it is a supervisor; [`ChildType::Worker`] by default.
    #[must_use]
    pub fn child_type(mut self, child_type: ChildType) -> Self {
        self.fields.child_type = child_type;
        self
    }

    /// Sets whether the supervisor may end when this child has ended for good; false by default.
    ///
    /// It needs a supervisor with [`auto_shutdown`](crate::SupervisorSpec::auto_shutdown), and a
    /// child that is not permanent (S-59).
    #[must_use]
    pub fn significant(mut self, significant: bool) -> Self {
        self.fields.significant = significant;
        self
    }

    /// Sets how long the supervisor waits before it restarts this child; not at all by default, as
    /// in OTP.
    ///
    /// While it waits the child counts as restarting, its siblings run on, and a stop is obeyed at
    /// once. The restart is held against the limit when it is due.
    #[must_use]
    pub fn restart_delay(mut self, backoff: Backoff) -> Self {
        self.fields.restart_delay = Some(backoff);
        self
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Starts one, and gives its own handle.
    pub(crate) async fn first_start(&self) -> Result<H, StartError> {
        self.start.start().await
    }

    /// Returns what the child is called.
    #[must_use]
    pub fn get_id(&self) -> &ChildId {
        &self.fields.id
    }

    /// Returns when it is restarted.
    #[must_use]
    pub fn get_restart(&self) -> Restart {
        self.fields.restart
    }

    /// Returns how it is stopped: the setting, or the default of its type.
    #[must_use]
    pub fn get_shutdown(&self) -> Shutdown {
        self.fields.shutdown()
    }

    /// Returns whether it is a supervisor.
    #[must_use]
    pub fn get_child_type(&self) -> ChildType {
        self.fields.child_type
    }

    /// Returns whether the supervisor may end when it has ended for good.
    #[must_use]
    pub fn get_significant(&self) -> bool {
        self.fields.significant
    }
}

/// What [`get_childspec`](crate::SupervisorClient::get_childspec) tells (S-53).
impl AnyChildSpec {
    /// Returns what the child is called.
    #[must_use]
    pub fn get_id(&self) -> &ChildId {
        &self.fields.id
    }

    /// Returns when it is restarted.
    #[must_use]
    pub fn get_restart(&self) -> Restart {
        self.fields.restart
    }

    /// Returns how it is stopped: the setting, or the default of its type.
    #[must_use]
    pub fn get_shutdown(&self) -> Shutdown {
        self.fields.shutdown()
    }

    /// Returns whether it is a supervisor.
    #[must_use]
    pub fn get_child_type(&self) -> ChildType {
        self.fields.child_type
    }

    /// Returns whether the supervisor may end when it has ended for good.
    #[must_use]
    pub fn get_significant(&self) -> bool {
        self.fields.significant
    }

    /// Checks a spec that was made by hand, or is one that a supervisor kept.
    pub(crate) fn check(&self, auto_shutdown: AutoShutdown) -> Result<(), SpecError> {
        self.fields.check(Some(auto_shutdown))?;
        match self.start {
            Some(_) => Ok(()),
            None => Err(SpecError::Released(self.fields.id.clone())),
        }
    }

    /// Says whether it can be started again: not so with the spec of a temporary child that runs,
    /// whose start function is released (S-67).
    #[must_use]
    pub fn can_start(&self) -> bool {
        self.start.is_some()
    }
}

impl<H: AsPid + Send + 'static> ChildSpec<H> {
    /// The same without the type of the handle.
    pub(crate) fn any(&self) -> AnyChildSpec {
        AnyChildSpec {
            fields: self.fields.clone(),
            start: Some(Arc::<dyn StartChild<H>>::clone(&self.start)),
        }
    }
}

impl<H: AsPid + Send + 'static> From<ChildSpec<H>> for AnyChildSpec {
    fn from(spec: ChildSpec<H>) -> Self {
        spec.any()
    }
}

/// What can stand in a supervisor's list of children: a [`ChildSpec`] of whatever type, or an
/// [`AnyChildSpec`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no child spec",
    label = "give a child spec, such as `YourServer::child_spec(args)`",
    note = "a supervisor starts its children itself, each time anew: it is told how, and gets no running server",
    note = "options become a spec with `YourServer::options(args).child_spec()`; a future, with `ChildSpec::task(id, || async {{ .. }})`"
)]
pub trait IntoChildSpec {
    /// Returns the spec without the type of its handle.
    fn into_child_spec(self) -> AnyChildSpec;
}

#[diagnostic::do_not_recommend]
impl<T: Into<AnyChildSpec>> IntoChildSpec for T {
    fn into_child_spec(self) -> AnyChildSpec {
        self.into()
    }
}

impl<H> Clone for ChildSpec<H> {
    fn clone(&self) -> Self {
        Self {
            fields: self.fields.clone(),
            start: Arc::clone(&self.start),
        }
    }
}

impl<H> fmt::Debug for ChildSpec<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ChildSpec").field(&self.fields).finish()
    }
}

impl fmt::Debug for AnyChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyChildSpec").field(&self.fields).finish()
    }
}
