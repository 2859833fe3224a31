//! The process behind every supervisor: an ordinary GenServer that traps exits, asks
//! [`decide`](crate::restart::decide), and carries the decision out.

mod start;

use std::convert::Infallible;
use std::fmt;

use actor_core::{
    Address, Context, Exit, ExitReason, GenServer, Info, Init, InitResult, Next, NextResult, Pid,
    ReplyTo, process,
};

use crate::burial::bury;
use crate::child_info::{ChildCounts, ChildInfo};
use crate::children::{Children, Key};
use crate::flags::Flags;
use crate::intensity::History;
use crate::report;
use crate::restart::{Decision, Trigger, decide};
use crate::rt::Clock;
use crate::shutdown::stop;
use crate::spec_error::{FailedToStartChild, SpecError};
use start::NotStarted;

/// The server that runs every [`Supervisor`](crate::Supervisor) and every
/// [`SupervisorSpec`](crate::SupervisorSpec); names and references of supervisors are typed by it.
pub struct SupervisorServer {
    flags: Flags,
    children: Children<Pid>,
    history: History,
    clock: Clock,
}

/// How a supervisor gets its spec: made inside its own process, so that a panic is its own.
pub struct SupervisorArgs(Box<dyn FnOnce() -> Result<Plan, SpecError> + Send>);

/// A spec that was checked.
pub(crate) struct Plan {
    pub(crate) flags: Flags,
    pub(crate) children: Children<Pid>,
}

impl SupervisorArgs {
    pub(crate) fn new(make: impl FnOnce() -> Result<Plan, SpecError> + Send + 'static) -> Self {
        Self(Box::new(make))
    }
}

/// A request to a supervisor; made by [`SupervisorClient`](crate::SupervisorClient).
#[derive(Debug)]
pub struct SupervisorCall(pub(crate) Request);

#[derive(Debug)]
pub(crate) enum Request {
    WhichChildren { reply: ReplyTo<Vec<ChildInfo>> },
    CountChildren { reply: ReplyTo<ChildCounts> },
}

/// What a supervisor tells itself: to try a restart again (S-40).
#[derive(Debug)]
pub struct Retry(Key);

impl GenServer for SupervisorServer {
    type Args = SupervisorArgs;
    type Call = SupervisorCall;
    type Cast = Infallible;
    type Info = Retry;
    type Continue = Infallible;

    async fn init(args: SupervisorArgs, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        let Plan { flags, children } = (args.0)()?;
        let mut supervisor = Self {
            flags,
            children,
            history: History::default(),
            clock: Clock::start(),
        };
        match supervisor.start_all(cx).await {
            Ok(()) => Ok(Init::Ready(supervisor)),
            Err(reason) => {
                supervisor.stop_all().await; // S-11
                Err(reason)
            }
        }
    }

    async fn handle_call(
        &mut self,
        call: SupervisorCall,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match call.0 {
            Request::WhichChildren { reply } => reply.send(ChildInfo::list(&self.children)),
            Request::CountChildren { reply } => reply.send(ChildCounts::of(&self.children)),
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(&mut self, info: Info<Retry>, cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(match info {
            Info::Exit(exit) => self.child_ended(exit, cx).await,
            Info::Message(Retry(key)) => {
                let decision = self.decide(key, Trigger::RetryDue);
                self.carry_out(key, decision, cx).await
            }
            Info::Down(_) | Info::Timeout => Next::NoReply,
        })
    }

    /// Stops the children, whatever the reason (S-19).
    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.stop_all().await;
    }
}

impl SupervisorServer {
    /// Starts every child in order; the first failure is the reason to end (S-7, S-11).
    async fn start_all(&mut self, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        let keys: Vec<_> = self.children.iter().map(|(key, _)| key).collect();
        for key in keys {
            match self.start_child(key, cx).await {
                Ok(()) => {}
                Err(NotStarted::Interrupted(reason)) => return Err(reason),
                Err(NotStarted::Failed(id, error)) => {
                    return Err(FailedToStartChild::reason(id, error));
                }
            }
        }
        Ok(())
    }

    /// Stops every child in reverse order, each fully dead before the next is told (S-14).
    async fn stop_all(&mut self) {
        let keys: Vec<_> = self.children.iter().rev().map(|(key, _)| key).collect();
        for key in keys {
            self.stop_child(key).await;
        }
    }

    async fn stop_child(&mut self, key: Key) {
        let Some(child) = self.children.get(key) else {
            return;
        };
        if let Some(pid) = child.state.pid().cloned() {
            stop(&pid, child.spec.fields.shutdown()).await;
        }
        self.set_undefined(key);
    }

    /// The child has no process any more; what a temporary one leaves is dropped with care.
    fn set_undefined(&mut self, key: Key) {
        process::discard(self.children.set_undefined(key));
    }

    fn decide(&mut self, key: Key, trigger: Trigger<'_>) -> Decision {
        let now = self.clock.now();
        decide(
            self.flags,
            &self.children,
            &mut self.history,
            key,
            trigger,
            now,
        )
    }

    /// A linked process ended. Only a present incarnation counts; strangers do not (S-21, S-25), and
    /// neither does a signal from a child that lives.
    async fn child_ended(&mut self, exit: Exit, cx: &mut Context<Self>) -> Next<Self> {
        let child = exit.from.as_ref().filter(|pid| !pid.is_alive());
        let known = child.and_then(|pid| Some((self.children.key_of(pid)?, pid.clone())));
        process::discard(exit);
        let Some((key, pid)) = known else {
            return Next::NoReply;
        };
        // Its own word, not the signal's, which says `noproc` when the link came too late (S-18).
        let reason = pid.exited().await;
        if let Some(child) = self.children.get(key) {
            let (id, restart) = (&child.spec.fields.id, child.spec.fields.restart);
            report::child_terminated(&cx.pid(), id, restart, &pid, &reason);
        }
        bury(&pid, &reason).await;
        let decision = self.decide(key, Trigger::Ended(&reason));
        self.set_undefined(key);
        process::discard((pid, reason));
        self.carry_out(key, decision, cx).await
    }

    async fn carry_out(
        &mut self,
        key: Key,
        decision: Decision,
        cx: &mut Context<Self>,
    ) -> Next<Self> {
        match decision {
            Decision::Leave => {}
            Decision::Restart { stop, start } => self.cycle(stop, start, cx).await,
            Decision::GiveUp => {
                if let Some(child) = self.children.get(key) {
                    report::intensity_reached(&cx.pid(), &child.spec.fields.id);
                }
                return Next::Stop(ExitReason::Shutdown);
            }
        }
        Next::NoReply
    }

    /// Stops, then starts. A start that fails ends the cycle; it is tried again by a message, so
    /// that requests and stops in the inbox have their turn in between (S-40 to S-42).
    async fn cycle(&mut self, stop: Vec<Key>, start: Vec<Key>, cx: &mut Context<Self>) {
        for key in stop {
            self.stop_child(key).await;
        }
        for key in &start {
            self.set_undefined(*key);
        }
        for key in start {
            if self.start_child(key, cx).await.is_err() {
                self.children.set_restarting(key);
                cx.actor_ref().send(Retry(key));
                return;
            }
            self.children.count_restart(key);
        }
    }
}

impl fmt::Debug for SupervisorServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorServer")
            .field("flags", &self.flags)
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SupervisorArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorArgs").finish_non_exhaustive()
    }
}
