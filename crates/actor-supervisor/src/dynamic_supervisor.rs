//! [`DynamicSupervisor`]: children that are started on demand (D-1 to D-18).

mod builder;
mod request;
mod template;

pub use builder::DynamicSupervisorBuilder;
pub(crate) use request::{FromTemplate, Request};
pub use template::{NoTemplate, Template, TemplateOf};

use std::convert::Infallible;
use std::fmt;

use actor_core::{
    ActorRef, Context, ExitReason, GenServer, Incoming, Info, Init, InitResult, Next, NextResult,
};

use crate::children::{Children, Keeps};
use crate::flags::Flags;
use crate::supervision::{RestartDue, Supervision};

/// Supervises children that come and go, each by itself (D-1): it starts empty, and children are
/// started with [`start_child`](crate::DynamicSupervisorClient::start_child). They are told apart by
/// their pids; ids are not looked at (D-3).
///
/// With a [template](DynamicSupervisorBuilder::template) the children are made of an argument each.
///
/// In the guide: [children on demand](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/children_on_demand.md).
///
/// # Examples
///
/// ```
/// use actor_core::{Name, StartError};
/// use actor_supervisor::{ChildSpec, DynamicSupervisor, DynamicSupervisorClient};
/// # use actor_core::{Context, GenServer, InitResult, Start};
/// # use std::convert::Infallible;
/// # struct Session;
/// # impl GenServer for Session {
/// #     type Args = String;
/// #     type Call = Infallible;
/// #     type Cast = Infallible;
/// #     type Info = Infallible;
/// #     type Continue = Infallible;
/// #     async fn init(_user: String, _cx: &mut Context<Self>) -> InitResult<Self> {
/// #         Ok(Session.into())
/// #     }
/// # }
///
/// const SESSIONS: Name<DynamicSupervisor> = Name::new("sessions");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sessions = DynamicSupervisor::builder()
///     .name(SESSIONS)
///     .max_children(10_000)
///     .start_link()
///     .await?;
/// let spec = ChildSpec::new("session", || Session::start_link("ann".to_owned()));
/// let session = SESSIONS.start_child(spec).await?;
/// assert_eq!(sessions.count_children().await?.active, 1);
/// sessions.terminate_child(session.pid()).await?;
/// assert_eq!(sessions.count_children().await?.specs, 0);
/// # sessions.stop().await?;
/// # Ok(())
/// # }
/// ```
pub struct DynamicSupervisor<T = NoTemplate> {
    supervision: Supervision,
    max_children: usize,
    template: T,
}

/// Addresses one life of one dynamic supervisor.
pub type DynamicSupervisorRef<T = NoTemplate> = ActorRef<DynamicSupervisor<T>>;

/// What a dynamic supervisor is made of; see [`DynamicSupervisor::builder`].
pub struct DynamicSupervisorArgs<T> {
    flags: Flags,
    max_children: usize,
    template: T,
}

/// A request to a dynamic supervisor; made by
/// [`DynamicSupervisorClient`](crate::DynamicSupervisorClient).
pub struct DynamicSupervisorCall<T>(pub(crate) Request<T>);

impl DynamicSupervisor {
    /// Returns a description that can be changed and started: unnamed, any number of children, 3
    /// restarts in 5 seconds.
    pub fn builder() -> DynamicSupervisorBuilder {
        DynamicSupervisorBuilder::new()
    }
}

impl<T: TemplateOf> GenServer for DynamicSupervisor<T> {
    type Args = DynamicSupervisorArgs<T>;
    type Call = DynamicSupervisorCall<T>;
    type Cast = Infallible;
    type Info = RestartDue;
    type Continue = Infallible;

    async fn init(args: DynamicSupervisorArgs<T>, cx: &mut Context<Self>) -> InitResult<Self> {
        let children = Children::new(Keeps::Processes);
        Ok(Init::Ready(Self {
            supervision: Supervision::new(args.flags, children, cx),
            max_children: args.max_children,
            template: args.template,
        }))
    }

    async fn handle_call(
        &mut self,
        call: DynamicSupervisorCall<T>,
        cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.answer(call.0, cx).await;
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<RestartDue>,
        cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        Ok(match info {
            Info::Exit(exit) => self.supervision.child_ended(exit, cx).await,
            Info::Message(due) => self.supervision.restart_due(due, cx).await,
            Info::Down(_) | Info::Timeout => Next::NoReply,
        })
    }

    /// Stops all children at once (D-13).
    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.supervision.stop_at_once().await;
    }

    fn format_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.supervision)
    }

    fn message_name(message: Incoming<'_, Self>) -> &'static str {
        match message {
            Incoming::Call(call) => call.0.name(),
            Incoming::Cast(never) => match *never {},
            Incoming::Info(_) => "restart",
        }
    }
}

impl<T> fmt::Debug for DynamicSupervisor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSupervisor")
            .field("supervision", &self.supervision)
            .field("max_children", &self.max_children)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for DynamicSupervisorArgs<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSupervisorArgs")
            .field("flags", &self.flags)
            .field("max_children", &self.max_children)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for DynamicSupervisorCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSupervisorCall")
            .finish_non_exhaustive()
    }
}
