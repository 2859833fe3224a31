//! The handshake of a start: cell, name, link, task, and waiting for `init` to answer.

use std::sync::Arc;
use std::time::Duration;

use crate::actor_ref::ActorRef;
use crate::cell::Cell;
use crate::current;
use crate::debugging::Debugging;
use crate::defaults::Defaults;
use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::monitor::StartMonitor;
use crate::name::Name;
use crate::node::Node;
use crate::panic_hook;
use crate::pid::{AnyCell, Bond, Pid};
use crate::process::incarnation::{Birth, Incarnation};
use crate::process::run::run;
use crate::rt::{in_runtime, oneshot, planted, spawn, spawn_on_thread, timeout};
use crate::start_error::StartError;
use crate::waits::Wait;

/// What a starter hears: the result of `init`.
type Answer = Result<Result<(), StartError>, oneshot::RecvError>;

/// A process whose `init` has not answered yet.
pub(crate) struct Launched<S: GenServer> {
    server: ActorRef<S>,
    acknowledgement: oneshot::Receiver<Result<(), StartError>>,
    /// The starter's, which ends with the acknowledgement.
    wait: Option<Wait>,
    starter: Option<Pid>,
    /// A linked child that nobody waits for any more is killed, so that no orphan stays (F-63).
    kill_on_drop: bool,
}

/// How a new process is tied to the one in which it is started.
#[derive(Clone, Copy)]
pub(crate) enum Tie<'a> {
    /// Not at all.
    Free,
    /// It is a child, linked to its parent.
    Link,
    /// It is watched by it (G-9).
    Monitor(&'a StartMonitor),
}

/// Makes the process and lets it run, tied so to the process in which the caller runs.
pub(crate) fn launch<S: GenServer>(
    args: S::Args,
    defaults: &Defaults<S>,
    tie: Tie<'_>,
) -> Result<Launched<S>, StartError> {
    may_start(defaults)?;
    panic_hook::install();
    let node = Node::current();
    let link = matches!(tie, Tie::Link);
    let starter = current::process().filter(|_| link);
    let name = defaults.registered_name().map(Name::text).cloned();
    let ancestors = starter.as_ref().map(|it| it.cell().ancestors_of_child());
    let cell = Arc::new(Cell::new(
        node.id(),
        name,
        ancestors.unwrap_or_default(),
        defaults.mailbox_settings(),
    ));
    if defaults.is_unwatched() {
        cell.unwatch_waits();
    }
    register(&cell, &node)?;
    if let Some(starter) = &starter {
        // Before the task exists, so that even an instant death is signalled (P-14).
        cell.add_link(starter.clone(), Bond::Peer);
        if !starter.cell().add_link(cell.pid(), Bond::Starting) {
            cell.exit(None, ExitReason::Kill); // it starts us with its last breath
        }
    }
    if let Tie::Monitor(monitor) = tie {
        monitor.place(&cell.pid()); // before the task exists, too
        cell.set_start_monitor(monitor.id());
    }
    // A process that calls its starter from `init` closes a circle; a starter cannot close one here.
    let wait = Wait::begin(&cell.pid()).ok().flatten();
    let (sender, acknowledgement) = oneshot::channel();
    let birth = Birth {
        args: Some(args),
        starter: starter.clone(),
        wait: wait.clone(),
        acknowledgement: sender,
    };
    let mut life = Incarnation::new(Arc::clone(&cell), node, birth);
    life.server.debugging = Debugging::of(defaults.debug_options());
    let life = run(life);
    let launched = Launched {
        server: ActorRef::new(cell),
        acknowledgement,
        wait,
        starter,
        kill_on_drop: link,
    };
    match defaults.has_own_thread() {
        false => spawn(life),
        true => spawn_on_thread(life).map_err(|error| StartError::NoThread(error.to_string()))?,
    }
    Ok(launched)
}

/// Says what is in the way of every start of this kind, before anything is made.
fn may_start<S: GenServer>(defaults: &Defaults<S>) -> Result<(), StartError> {
    if cfg!(panic = "abort") {
        return Err(StartError::PanicAbort);
    }
    let name = defaults.registered_name();
    if name.is_some_and(|name| name.as_str().is_empty()) {
        return Err(StartError::EmptyName);
    }
    if !in_runtime() {
        return Err(StartError::NoRuntime);
    }
    Ok(())
}

/// Takes the name before `init` runs (G-2), or says who has it (G-3).
fn register<S: GenServer>(cell: &Arc<Cell<S>>, node: &Node) -> Result<(), StartError> {
    let Some(name) = cell.name_text() else {
        return Ok(());
    };
    node.directory()
        .claim(name, cell.pid())
        .map_err(StartError::AlreadyStarted)?;
    cell.set_named(true);
    Ok(())
}

impl<S: GenServer> Launched<S> {
    /// As [`acknowledged`](Self::acknowledged), but gives up a process whose `init` takes longer
    /// (G-7).
    pub(crate) async fn within(mut self, limit: Duration) -> Result<ActorRef<S>, StartError> {
        if let Ok(answer) = timeout(limit, &mut self.acknowledgement).await {
            return self.settled(answer);
        }
        let child = self.server.pid();
        self.kill_on_drop = true;
        drop(self);
        child.exited().await;
        Err(StartError::Timeout(limit))
    }

    /// Waits until `init` has answered, or the process is dead and its name free (G-1, G-8).
    pub(crate) async fn acknowledged(mut self) -> Result<ActorRef<S>, StartError> {
        let answer = (&mut self.acknowledgement).await;
        self.settled(answer)
    }

    fn settled(mut self, answer: Answer) -> Result<ActorRef<S>, StartError> {
        self.kill_on_drop = false;
        match answer {
            Ok(Ok(())) => Ok(self.server.clone()),
            Ok(Err(failure)) => Err(failure),
            // Every life answers, also one that the runtime drops.
            Err(_closed) => Err(StartError::Failed(ExitReason::Killed)),
        }
    }
}

impl<S: GenServer> Drop for Launched<S> {
    fn drop(&mut self) {
        if let Some(wait) = &self.wait {
            wait.end();
        }
        if !self.kill_on_drop {
            return;
        }
        if let Some(starter) = &self.starter {
            // Unlinked first, so that giving up a start does not end the starter (G-7).
            starter.cell().give_up_start(&self.server.pid());
        }
        if planted("a start that is given up leaves a child") {
            return;
        }
        self.server.exit(ExitReason::Kill);
    }
}
