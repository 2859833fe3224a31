//! [`SupervisorSpec`]: what a supervisor is made of, and the one validation of it.

use std::fmt;
use std::time::Duration;

use actor_core::{Defaults, ExitReason, Name, Options, Start, StartError, process};

use crate::auto_shutdown::AutoShutdown;
use crate::child_id::ChildId;
use crate::child_policy::ChildType;
use crate::child_spec::{AnyChildSpec, ChildSpec, IntoChildSpec};
use crate::children::{Children, Keeps};
use crate::flags::Flags;
use crate::intensity::Intensity;
use crate::spec_error::SpecError;
use crate::strategy::Strategy;
use crate::supervisor_server::{Plan, SupervisorArgs, SupervisorRef, SupervisorServer};

/// Describes a supervisor: its strategy, its restart limit, its children in start order.
///
/// In the guide: [a first supervisor](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/first_supervisor.md).
///
/// # Examples
///
/// ```
/// use actor_supervisor::{ChildSpec, Strategy, SupervisorClient, SupervisorSpec};
/// # use actor_core::{ActorRef, Context, GenServer, InitResult, Start};
/// # use std::convert::Infallible;
/// # struct Idle;
/// # impl GenServer for Idle {
/// #     type Args = ();
/// #     type Call = Infallible;
/// #     type Cast = Infallible;
/// #     type Info = Infallible;
/// #     type Continue = Infallible;
/// #     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> { Ok(Idle.into()) }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let web = SupervisorSpec::new(Strategy::OneForOne)
///     .max_restarts(5)
///     .max_seconds(10)
///     .child(ChildSpec::new("idle", || async { Idle::start_link(()).await }))
///     .name("web")
///     .start_link()
///     .await?;
/// assert_eq!(web.count_children().await?.active, 1);
/// web.stop().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a spec starts nothing by itself"]
pub struct SupervisorSpec {
    strategy: Strategy,
    max_restarts: u32,
    max_seconds: u64,
    auto_shutdown: AutoShutdown,
    children: Specs,
    /// What is answered instead of a supervisor (S-12).
    instead: Option<Instead>,
    defaults: Defaults<SupervisorServer>,
}

/// Dropped one by one, as [`Children`] are.
#[derive(Default)]
struct Specs(Vec<AnyChildSpec>);

impl Drop for Specs {
    fn drop(&mut self) {
        self.0.drain(..).for_each(process::discard);
    }
}

#[derive(Clone, Debug)]
enum Instead {
    Ignore,
    Fail(ExitReason),
}

impl SupervisorSpec {
    /// Describes a supervisor without children that allows 3 restarts in 5 seconds.
    pub fn new(strategy: Strategy) -> Self {
        let Intensity {
            max_restarts,
            period,
        } = Intensity::default();
        Self {
            strategy,
            max_restarts,
            max_seconds: period.as_secs(),
            auto_shutdown: AutoShutdown::default(),
            children: Specs::default(),
            instead: None,
            defaults: Defaults::new(),
        }
    }

    /// Says that there is nothing to supervise: the start fails with
    /// [`StartError::Ignored`], which a supervisor above takes for a success (S-10, S-12).
    pub fn ignore() -> Self {
        Self::instead(Instead::Ignore)
    }

    /// Says that the supervisor cannot start: the start fails with this reason (S-12).
    pub fn fail(reason: ExitReason) -> Self {
        Self::instead(Instead::Fail(reason))
    }

    fn instead(instead: Instead) -> Self {
        let mut spec = Self::new(Strategy::OneForOne);
        spec.instead = Some(instead);
        spec
    }

    /// Sets how many restarts are allowed within [`max_seconds`](Self::max_seconds); 3 by default.
    /// One more, and the supervisor gives up (S-28). Zero is legal: the first crash is fatal.
    pub fn max_restarts(mut self, max_restarts: u32) -> Self {
        self.max_restarts = max_restarts;
        self
    }

    /// Sets the length of the sliding window of the restart limit; 5 by default.
    pub fn max_seconds(mut self, seconds: u64) -> Self {
        self.max_seconds = seconds;
        self
    }

    /// Sets whether the supervisor ends when its significant children have ended;
    /// [`AutoShutdown::Never`] by default (S-59 to S-63).
    pub fn auto_shutdown(mut self, auto_shutdown: AutoShutdown) -> Self {
        self.auto_shutdown = auto_shutdown;
        self
    }

    /// Returns the spec of a child that is such a supervisor, made afresh at each start: a tree inside
    /// a tree, without a type of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_supervisor::{Strategy, SupervisorSpec};
    ///
    /// let web = SupervisorSpec::as_child("web", || {
    ///     SupervisorSpec::new(Strategy::RestForOne) // .child(…)
    /// });
    /// let app = SupervisorSpec::new(Strategy::OneForOne).child(web);
    /// ```
    pub fn as_child(
        id: impl Into<ChildId>,
        make: impl Fn() -> Self + Send + Sync + 'static,
    ) -> ChildSpec<SupervisorRef> {
        ChildSpec::new(id, move || make().start_link()).child_type(ChildType::Supervisor)
    }

    /// Appends a child. Children start in this order and stop in the reverse one (S-7, S-14).
    pub fn child(mut self, spec: impl IntoChildSpec) -> Self {
        self.children.0.push(spec.into_child_spec());
        self
    }

    /// Appends children; see [`child`](Self::child).
    pub fn children<C: IntoChildSpec>(mut self, specs: impl IntoIterator<Item = C>) -> Self {
        let specs = specs.into_iter().map(IntoChildSpec::into_child_spec);
        self.children.0.extend(specs);
        self
    }

    /// Sets the name of a supervisor that is started from this value; none by default. A type that
    /// implements [`Supervisor`](crate::Supervisor) says its name itself.
    pub fn name(mut self, name: impl Into<Name<SupervisorServer>>) -> Self {
        self.defaults = self.defaults.name(name);
        self
    }

    /// Starts it, linked to nobody. Returns when every child has started (S-7).
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing is left running then (S-11).
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was started. Later the start goes on by itself.
    pub async fn start(self) -> Result<SupervisorRef, StartError> {
        self.into_options().start().await
    }

    /// Starts it, linked to the process in which this is called. Returns when every child has
    /// started (S-7).
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing is left running then (S-11).
    ///
    /// # Cancel safety
    ///
    /// Dropped before every child has started, the supervisor is killed, and its children with it.
    pub async fn start_link(self) -> Result<SupervisorRef, StartError> {
        self.into_options().start_link().await
    }

    fn into_options(mut self) -> Options<SupervisorServer> {
        let defaults = std::mem::take(&mut self.defaults);
        SupervisorServer::options(SupervisorArgs::new(move || self.into_plan()))
            .with_defaults(defaults)
    }

    /// Checks the spec without starting anything: what is wrong here would fail the start (S-54).
    ///
    /// # Errors
    ///
    /// [`SpecError`] says what is wrong with which child.
    pub fn check(&self) -> Result<(), SpecError> {
        self.validate().map(drop)
    }

    pub(crate) fn into_plan(self) -> Plan {
        match &self.instead {
            None => Plan::from(self.validate()),
            Some(Instead::Ignore) => Plan::Ignore,
            Some(Instead::Fail(reason)) => Plan::Fail(reason.clone()),
        }
    }

    /// Checks everything before the first child starts (S-4).
    fn validate(&self) -> Result<Plan, SpecError> {
        if self.max_seconds == 0 {
            return Err(SpecError::ZeroPeriod);
        }
        let flags = Flags {
            strategy: self.strategy,
            intensity: Intensity {
                max_restarts: self.max_restarts,
                period: Duration::from_secs(self.max_seconds),
            },
            auto_shutdown: self.auto_shutdown,
        };
        let mut children = Children::new(Keeps::Specs);
        for spec in &self.children.0 {
            spec.check(self.auto_shutdown)?;
            let appended = children.append(spec.clone());
            appended.map_err(SpecError::DuplicateId)?;
        }
        Ok(Plan::Supervise(flags, children))
    }
}

impl fmt::Debug for SupervisorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorSpec")
            .field("strategy", &self.strategy)
            .field("max_restarts", &self.max_restarts)
            .field("max_seconds", &self.max_seconds)
            .field("auto_shutdown", &self.auto_shutdown)
            .field("children", &self.children.0)
            .finish_non_exhaustive()
    }
}
