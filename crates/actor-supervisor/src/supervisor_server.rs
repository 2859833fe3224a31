//! The process behind every supervisor: an ordinary GenServer that traps exits.

mod request;

pub(crate) use request::{Place, Request};

use std::convert::Infallible;
use std::fmt;

use actor_core::{
    ActorRef, Context, ExitReason, GenServer, Incoming, Info, Init, InitResult, Next, NextResult,
    Pid,
};

use crate::children::Children;
use crate::failed_to_start_child::FailedToStartChild;
use crate::flags::Flags;
use crate::spec_error::SpecError;
use crate::supervision::{NotStarted, RestartDue, Supervision};

/// The server that runs every [`Supervisor`](crate::Supervisor) and every
/// [`SupervisorSpec`](crate::SupervisorSpec); names and references of supervisors are typed by it.
#[derive(Debug)]
pub struct SupervisorServer(Supervision);

/// Addresses one life of one supervisor.
pub type SupervisorRef = ActorRef<SupervisorServer>;

/// How a supervisor gets its spec: made inside its own process, so that a panic is its own.
pub struct SupervisorArgs(Box<dyn FnOnce() -> Plan + Send>);

/// What a supervisor is to do first.
pub(crate) enum Plan {
    Supervise(Flags, Children<Pid>),
    /// There is nothing to supervise, or it cannot be (S-12).
    Ignore,
    Fail(ExitReason),
}

impl From<Result<Self, SpecError>> for Plan {
    fn from(plan: Result<Self, SpecError>) -> Self {
        plan.unwrap_or_else(|error| Self::Fail(ExitReason::from(error)))
    }
}

impl SupervisorArgs {
    pub(crate) fn new(make: impl FnOnce() -> Plan + Send + 'static) -> Self {
        Self(Box::new(make))
    }
}

/// A request to a supervisor; made by [`SupervisorClient`](crate::SupervisorClient).
pub struct SupervisorCall(pub(crate) Request);

impl GenServer for SupervisorServer {
    type Args = SupervisorArgs;
    type Call = SupervisorCall;
    type Cast = Infallible;
    type Info = RestartDue;
    type Continue = Infallible;

    async fn init(args: SupervisorArgs, cx: &mut Context<Self>) -> InitResult<Self> {
        let (flags, children) = match (args.0)() {
            Plan::Supervise(flags, children) => (flags, children),
            Plan::Ignore => return Ok(Init::Ignore),
            Plan::Fail(reason) => return Err(reason),
        };
        let mut supervision = Supervision::new(flags, children, cx);
        let Err(failed) = supervision.start_all(cx).await else {
            return Ok(Init::Ready(Self(supervision)));
        };
        supervision.stop_in_order().await; // S-11
        Err(match failed {
            NotStarted::Failed(id, error) => FailedToStartChild::reason(id, error),
            NotStarted::Interrupted(reason) => reason,
        })
    }

    async fn handle_call(
        &mut self,
        call: SupervisorCall,
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
            Info::Exit(exit) => self.0.child_ended(exit, cx).await,
            Info::Message(due) => self.0.restart_due(due, cx).await,
            Info::Down(_) | Info::Timeout => Next::NoReply,
        })
    }

    /// Stops the children, whatever the reason (S-19).
    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.0.stop_in_order().await;
    }

    fn format_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }

    fn message_name(message: Incoming<'_, Self>) -> &'static str {
        match message {
            Incoming::Call(call) => call.0.name(),
            Incoming::Cast(never) => match *never {},
            Incoming::Info(_) => "restart",
        }
    }
}

impl fmt::Debug for SupervisorCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorCall").finish_non_exhaustive()
    }
}

impl fmt::Debug for SupervisorArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorArgs").finish_non_exhaustive()
    }
}
