//! The process of an application: it owns the tree and runs the callbacks (AP-1, AP-4).

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use actor_core::{
    ActorRef, Address, AsPid, CallError, Context, Deadline, ExitReason, GenServer, Info, Init,
    InitResult, Name, Next, NextResult, Pid, ReplyTo, Start, StartError, process,
};

use crate::application::erased::Callbacks;
use crate::application::events;
use crate::application::fallout::End;
use crate::application::phase::Phase;
use crate::burial::clear;
use crate::child_policy::Shutdown;
use crate::rt::watch;
use crate::shutdown::stop_together;
use crate::supervisor_spec::SupervisorSpec;

/// How long a process waits for its first message before it looks whether its run still exists.
const PATIENCE: Duration = Duration::from_secs(1);

/// Runs one application. It traps exits, so that it hears of the end of its tree.
pub(super) struct Master {
    name: String,
    callbacks: Box<dyn Callbacks>,
    tree: Option<Pid>,
    phase: watch::Sender<Phase>,
}

/// Asks for the start: a message, so that who waits for it holds the process already.
pub(super) struct StartCall(ReplyTo<Result<(), StartError>>);

/// The reason of a master whose tree ended by itself.
#[derive(Debug)]
struct TreeEnded(ExitReason);

/// Makes the process, registered under a name that says which application it is, so that none runs
/// twice in a node (AP-2). It starts nothing yet.
pub(super) async fn launch(
    name: String,
    callbacks: Box<dyn Callbacks>,
    phase: watch::Sender<Phase>,
) -> Result<ActorRef<Master>, StartError> {
    let options = Master::options((name.clone(), callbacks, phase));
    options.name(registered(&name)).start().await
}

/// Runs `start` and starts the tree; without a limit.
pub(super) async fn start(master: &ActorRef<Master>) -> Result<(), StartError> {
    match master.call_by(Deadline::Never, StartCall).await {
        Ok(started) => started,
        Err(CallError::Exited(reason)) => Err(StartError::Failed(reason)),
        Err(_unreachable) => Err(StartError::Failed(ExitReason::NoProc)),
    }
}

/// The process of a running application of this node.
pub(super) fn whereis(name: &str) -> Option<ActorRef<Master>> {
    registered(name).whereis()
}

fn registered(name: &str) -> Name<Master> {
    Name::dynamic(format!("application {name}"))
}

impl End {
    /// Reads how an application ended from the reason of its process.
    pub(super) fn of(reason: ExitReason) -> Self {
        if let Some(TreeEnded(tree)) = reason.as_term() {
            return Self::ByItself(tree.clone());
        }
        match reason {
            ExitReason::Normal => Self::Stopped,
            crash => Self::ByItself(crash),
        }
    }
}

impl GenServer for Master {
    type Args = (String, Box<dyn Callbacks>, watch::Sender<Phase>);
    type Call = StartCall;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(
        (name, callbacks, phase): Self::Args,
        cx: &mut Context<Self>,
    ) -> InitResult<Self> {
        cx.trap_exit(true);
        cx.outlive_children();
        let tree = None;
        let master = Self {
            name,
            callbacks,
            tree,
            phase,
        };
        Ok(Init::Timeout(master, PATIENCE))
    }

    async fn handle_call(
        &mut self,
        StartCall(reply): StartCall,
        cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match self.start(cx).await {
            Ok(tree) => {
                self.tree = Some(tree);
                self.enter(Phase::Running);
                reply.send(Ok(()));
                Ok(Next::NoReply)
            }
            Err(error) => {
                let reply = reply.with(Err(error));
                Ok(Next::stop_and_reply(ExitReason::Normal, reply))
            }
        }
    }

    /// The end of the tree is the end of the application (AP-5). Other ends and signals are not: only
    /// a dead tree counts.
    async fn handle_info(
        &mut self,
        info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        if matches!(info, Info::Timeout) && self.phase.is_closed() {
            return Ok(Next::Stop(ExitReason::Normal)); // the run was dropped, nobody knows of us
        }
        process::discard(info);
        let ended = self.tree.as_ref().filter(|tree| !tree.is_alive());
        let Some(tree) = ended else {
            return Ok(Next::NoReply);
        };
        let reason = tree.exited().await;
        Ok(Next::Stop(ExitReason::shutdown_with(TreeEnded(reason))))
    }

    /// Stops the application, whatever the reason; what fails does not prevent the rest (AP-4).
    async fn terminate(&mut self, _reason: &ExitReason, cx: &mut Context<Self>) {
        self.enter(Phase::PrepStop);
        contained(&self.name, "prep_stop", self.callbacks.prep_stop()).await;
        if let Some(tree) = self.tree.take() {
            self.enter(Phase::Tree);
            stop_together(&[(tree, Shutdown::Infinity)]).await;
        }
        self.enter(Phase::Stop);
        contained(&self.name, "stop", self.callbacks.stop()).await;
        self.enter(Phase::Rest);
        clear(cx.linked_children()).await;
    }
}

impl Master {
    /// Starts the application, but gives up when it is asked to stop meanwhile.
    async fn start(&mut self, cx: &mut Context<Self>) -> Result<Pid, StartError> {
        let described = cx.or_stop(process::contain(self.callbacks.start())).await;
        let tree = match described {
            Ok(Ok(described)) => described?,
            Ok(Err(panic)) => return Err(StartError::Failed(panic)),
            Err(stop) => return Err(StartError::Failed(stop.reason)),
        };
        let started = start_tree(tree, cx).await;
        if started.is_err() {
            self.callbacks.forget();
        }
        started
    }

    fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }
}

/// Starts the tree. Asked to stop meanwhile, it passes that on: the supervisor stops what it has
/// started so far, in its order (S-11).
async fn start_tree(tree: SupervisorSpec, cx: &mut Context<Master>) -> Result<Pid, StartError> {
    let begun = process::moment();
    let mut starting = pin!(tree.start_link());
    match cx.or_stop(starting.as_mut()).await {
        Ok(started) => started.map(|tree| tree.as_pid()),
        Err(stop) => {
            let mut tree = cx.linked_children();
            tree.retain(|pid| pid.is_younger_than(begun));
            tree.iter().for_each(|pid| pid.exit(ExitReason::Shutdown));
            if let Ok(tree) = starting.await {
                tree.exited().await; // it was ready at the same moment
            }
            Err(StartError::Failed(stop.reason))
        }
    }
}

/// Runs a callback; its panic is told, and that is all.
async fn contained(application: &str, callback: &str, running: impl Future<Output = ()>) {
    if let Err(panic) = process::contain(running).await {
        events::callback_failed(application, callback, &panic);
    }
}
