//! [`DynamicSupervisorBuilder`]: what a dynamic supervisor is made of.

use std::time::Duration;

use actor_core::{ExitReason, Name, Options, Start, StartError};

use crate::auto_shutdown::AutoShutdown;
use crate::child_id::ChildId;
use crate::child_policy::ChildType;
use crate::child_spec::ChildSpec;
use crate::dynamic_supervisor::template::{NoTemplate, Template, TemplateOf};
use crate::dynamic_supervisor::{DynamicSupervisor, DynamicSupervisorArgs, DynamicSupervisorRef};
use crate::flags::Flags;
use crate::intensity::Intensity;
use crate::spec_error::SpecError;
use crate::strategy::Strategy;

/// Describes a dynamic supervisor; made by [`DynamicSupervisor::builder`].
///
/// # Examples
///
/// With a template the children are made of an argument each (D-5):
///
/// ```
/// use actor_supervisor::{ChildSpec, DynamicSupervisor, TemplateClient};
/// # use actor_core::{Context, GenServer, InitResult, Start};
/// # use std::convert::Infallible;
/// # struct Session;
/// # impl GenServer for Session {
/// #     type Args = (u16, String);
/// #     type Call = Infallible;
/// #     type Cast = Infallible;
/// #     type Info = Infallible;
/// #     type Continue = Infallible;
/// #     async fn init(_: (u16, String), _cx: &mut Context<Self>) -> InitResult<Self> {
/// #         Ok(Session.into())
/// #     }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let port = 4000;
/// let sessions = DynamicSupervisor::builder()
///     .template(move |user: String| {
///         ChildSpec::new("session", move || Session::start_link((port, user.clone())))
///     })
///     .start_link()
///     .await?;
/// let session = sessions.start("ann".to_owned()).await?;
/// assert!(session.is_alive());
/// # sessions.stop().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a description starts nothing by itself"]
pub struct DynamicSupervisorBuilder<T: TemplateOf = NoTemplate> {
    name: Option<Name<DynamicSupervisor<T>>>,
    max_children: usize,
    max_restarts: u32,
    max_seconds: u64,
    template: T,
}

impl DynamicSupervisorBuilder {
    pub(super) fn new() -> Self {
        let Intensity {
            max_restarts,
            period,
        } = Intensity::default();
        Self {
            name: None,
            max_children: usize::MAX,
            max_restarts,
            max_seconds: period.as_secs(),
            template: NoTemplate,
        }
    }

    /// Sets how a child's spec is made of the argument that
    /// [`start`](crate::TemplateClient::start) is given. What all children share is captured
    /// by the function; it runs in the supervisor.
    pub fn template<A, H>(
        self,
        make: impl Fn(A) -> ChildSpec<H> + Send + Sync + 'static,
    ) -> DynamicSupervisorBuilder<Template<A, H>>
    where
        A: Send + 'static,
        H: Send + 'static,
    {
        DynamicSupervisorBuilder {
            name: self.name.map(|name| Name::dynamic(name.as_str())),
            max_children: self.max_children,
            max_restarts: self.max_restarts,
            max_seconds: self.max_seconds,
            template: Template::new(make),
        }
    }
}

impl<T: TemplateOf> DynamicSupervisorBuilder<T> {
    /// Sets the name; none by default.
    pub fn name(mut self, name: impl Into<Name<DynamicSupervisor<T>>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets how many children there may be, those that wait for a restart included; any number by
    /// default. Zero is legal (D-6).
    pub fn max_children(mut self, max_children: usize) -> Self {
        self.max_children = max_children;
        self
    }

    /// Sets how many restarts are allowed within [`max_seconds`](Self::max_seconds), of all children
    /// together; 3 by default (D-7). One more, and the supervisor gives up (S-28).
    pub fn max_restarts(mut self, max_restarts: u32) -> Self {
        self.max_restarts = max_restarts;
        self
    }

    /// Sets the length of the sliding window of the restart limit; 5 by default.
    pub fn max_seconds(mut self, seconds: u64) -> Self {
        self.max_seconds = seconds;
        self
    }

    /// Starts it, linked to nobody.
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing is left running then.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was started. Later the start goes on by itself.
    pub async fn start(self) -> Result<DynamicSupervisorRef<T>, StartError> {
        self.into_options()?.start().await
    }

    /// Starts it, linked to the process in which this is called.
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing is left running then.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it has started, it is killed.
    pub async fn start_link(self) -> Result<DynamicSupervisorRef<T>, StartError> {
        self.into_options()?.start_link().await
    }

    /// Returns the spec of such a supervisor as a child of another: its id is the name, or else the
    /// type; it is a supervisor, and permanent (D-18).
    #[must_use]
    pub fn child_spec(self) -> ChildSpec<DynamicSupervisorRef<T>> {
        let id = match &self.name {
            Some(name) => ChildId::from(name.as_str()),
            None => ChildId::of::<DynamicSupervisor<T>>(),
        };
        let start = move || self.clone().start_link();
        ChildSpec::new(id, start).child_type(ChildType::Supervisor)
    }

    fn into_options(self) -> Result<Options<DynamicSupervisor<T>>, StartError> {
        let name = self.name.clone();
        let settings = self.into_settings();
        let settings = settings.map_err(|why| StartError::Failed(ExitReason::from(why)))?;
        let options = DynamicSupervisor::options(settings);
        Ok(match name {
            Some(name) => options.name(name),
            None => options,
        })
    }

    pub(crate) fn into_settings(self) -> Result<DynamicSupervisorArgs<T>, SpecError> {
        if self.max_seconds == 0 {
            return Err(SpecError::ZeroPeriod);
        }
        Ok(DynamicSupervisorArgs {
            flags: Flags {
                strategy: Strategy::OneForOne,
                intensity: Intensity {
                    max_restarts: self.max_restarts,
                    period: Duration::from_secs(self.max_seconds),
                },
                auto_shutdown: AutoShutdown::Never,
            },
            max_children: self.max_children,
            template: self.template,
        })
    }
}
