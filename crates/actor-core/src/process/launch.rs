//! A start: cell, name, link, task, and waiting for `init` to answer.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
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
use crate::pid::{AnyCell, Bond};
use crate::process::handshake::Handshake;
use crate::process::incarnation::Incarnation;
use crate::process::run::run;
use crate::rt::{in_runtime, planted, spawn, spawn_on_thread, timeout};
use crate::start_error::StartError;
use crate::waits::Wait;

/// A process whose `init` has not answered yet.
pub(crate) struct Launched<S: GenServer> {
    /// None once `init` has succeeded, and this was handed out.
    server: Option<ActorRef<S>>,
    handshake: Arc<Handshake<S::Args>>,
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

/// Makes the process and lets it run, tied so to the process in which the caller runs. When `init` has
/// answered it wakes `waker`, until it is polled with another one.
pub(crate) fn launch<S: GenServer>(
    args: S::Args,
    defaults: &Defaults<S>,
    tie: Tie<'_>,
    waker: Option<Waker>,
) -> Result<Launched<S>, StartError> {
    may_start(defaults)?;
    panic_hook::install();
    let own = current::node();
    let node = Node::or_default(own.as_ref());
    let link = matches!(tie, Tie::Link);
    let starter = link.then(current::process).flatten();
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
    register(&cell, node)?;
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
    let wait = Wait::for_start(cell.id());
    let handshake = Arc::new(Handshake::new(args, starter, wait, waker));
    let mut life = Incarnation::new(Arc::clone(&cell), own, Arc::clone(&handshake));
    life.server.debugging = Debugging::of(defaults.debug_options());
    let life = run(life);
    let launched = Launched {
        server: Some(ActorRef::new(cell)),
        handshake,
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
    /// Is ready when `init` has answered, or the process is dead and its name free (G-1, G-8).
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<Result<ActorRef<S>, StartError>> {
        self.handshake.poll(cx).map(|answer| {
            self.kill_on_drop = false;
            let server = self.server.take_if(|_| answer.is_ok());
            answer.map(|()| server.unwrap_or_else(|| unreachable!("a start answers once")))
        })
    }

    /// The same, but gives up a process whose `init` takes longer (G-7).
    pub(crate) async fn within(mut self, limit: Duration) -> Result<ActorRef<S>, StartError> {
        if let Ok(answer) = timeout(limit, poll_fn(|cx| self.poll(cx))).await {
            return answer;
        }
        let child = self.server.as_ref().map(ActorRef::pid);
        self.kill_on_drop = true;
        drop(self);
        if let Some(child) = child {
            child.exited().await;
        }
        Err(StartError::Timeout(limit))
    }
}

impl<S: GenServer> Drop for Launched<S> {
    fn drop(&mut self) {
        let Some(server) = &self.server else {
            return; // then the wait is over, and nobody holds the starter's waker
        };
        self.handshake.leave();
        if let Some(wait) = &self.handshake.wait {
            wait.end();
        }
        if !self.kill_on_drop {
            return;
        }
        if let Some(starter) = &self.handshake.starter {
            // Unlinked first, so that giving up a start does not end the starter (G-7).
            starter.cell().give_up_start(&server.pid());
        }
        if planted("a start that is given up leaves a child") {
            return;
        }
        server.exit(ExitReason::Kill);
    }
}
