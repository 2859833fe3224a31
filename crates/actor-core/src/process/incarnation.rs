//! One life of a server, from its start to its death: all that must be given back, in order.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::cell::Cell;
use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::node::Node;
use crate::pid::{AnyCell, Pid};
use crate::process::handshake::Handshake;
use crate::process::presence::Presence;
use crate::process::server::Server;
use crate::process::shield::Body;
use crate::rt::planted;
use crate::signal::Envelope;
use crate::start_error::StartError;
use crate::ties::{Severed, Tied};
use crate::unwind::catch;
use crate::waits;

/// Owns the state and everything else of one life. Dropped by the runtime, it still dies in order.
pub(super) struct Incarnation<S: GenServer> {
    pub(super) state: Option<S>,
    pub(super) server: Server<S>,
    pub(super) body: Body<S>,
    /// Until `init` has answered.
    handshake: Option<Arc<Handshake<S::Args>>>,
}

impl<S: GenServer> Incarnation<S> {
    /// Takes over a cell whose name is registered and whose link to the starter is entered.
    pub(super) fn new(
        cell: Arc<Cell<S>>,
        node: Option<Node>,
        handshake: Arc<Handshake<S::Args>>,
    ) -> Self {
        let pid = cell.pid();
        Node::or_default(node.as_ref()).process_started(pid.cell());
        Self {
            state: None,
            server: Server::new(Arc::clone(&cell)),
            body: Body {
                presence: Presence::new(pid, node),
                cell,
            },
            handshake: Some(handshake),
        }
    }

    /// The arguments of `init`, which runs once.
    pub(super) fn take_args(&mut self) -> Option<S::Args> {
        self.handshake.as_ref()?.take_args()
    }

    /// `init` succeeded: from now on the starter hears of our death by its link.
    pub(super) fn acknowledge(&mut self, state: S) {
        self.state = Some(state);
        self.body.cell.settle(None);
        let Some(handshake) = self.handshake.take() else {
            return;
        };
        if let Some(starter) = &handshake.starter {
            starter.cell().confirm_link(self.body.cell.id());
        }
        if let Some(wait) = &handshake.wait {
            wait.end();
        }
        handshake.answer(Ok(()));
    }

    /// The death after an `init` that failed: once dead, the starter is told `failure` (G-8).
    #[inline(never)] // beside the loop, as is `end`: a panic reads the loop's table of landing pads
    pub(super) fn fail(mut self, failure: StartError, reason: ExitReason) {
        self.die(Some(failure), reason);
    }

    /// The death for this reason.
    #[inline(never)]
    pub(super) fn end(mut self, reason: ExitReason) {
        self.die(None, reason);
    }

    /// The death, in its one order. The numbers are those of docs/architecture.md.
    fn die(&mut self, failure: Option<StartError>, reason: ExitReason) {
        // 1. Callers whose reply handle is dropped from here on wait for the death.
        self.body.cell.inbox.begin_dying();
        // 2. The state goes first, while the process still has its name and identity.
        self.drop_state();
        // 3. The name is free before anybody can hear of the death (N-2).
        self.release_name();
        if planted("a line is dismissed before it is closed") {
            self.body.cell.inbox.dismiss();
        }
        // 4. Closed: what was accepted before is in our hands.
        let mut queue = std::mem::take(&mut self.server.batch);
        let mut accepted = self.body.cell.inbox.close(reason.clone());
        waits::forget(&*self.body.cell); // once it is seen to be dead
        match queue.is_empty() {
            true => queue = accepted,
            false => queue.append(&mut accepted),
        }
        // 5. Links, then monitors; own monitors are withdrawn; waiters and callers are told.
        match self.body.cell.cut_ties() {
            Severed::Nothing => {}
            Severed::Waiters(waiters) => waiters.wake(),
            Severed::Ties(mut tied) => {
                if self.handshake.is_some() {
                    tied.forget_start_monitor();
                }
                let held = self.body.cell.planted_lock();
                announce(&self.body.cell.pid(), *tied, &reason);
                drop(held);
                self.body.cell.wake_waiters();
            }
        }
        if !planted("a line is dismissed before it is closed") {
            self.body.cell.inbox.dismiss();
        }
        if planted("a name is freed after the news") {
            self.free_name();
        }
        if let Some(call) = self.server.in_hand.take() {
            call.lose();
        }
        // 6. The accepted messages: each caller in them now reads the reason.
        self.drop_messages(queue);
        self.body.presence.node().process_ended(&*self.body.cell);
        if let Some(handshake) = self.handshake.take() {
            handshake.answer(Err(failure.unwrap_or(StartError::Failed(reason))));
        }
    }

    /// With what else is the user's: the arguments, if the runtime never ran us, and what sys keeps.
    fn drop_state(&mut self) {
        let args = self.take_args();
        let _entered = self.body.presence.enter();
        drop_each(args);
        drop_each(self.state.take());
        drop_each(self.server.debugging.take());
    }

    /// Drops user values as this process; see [`drop_each`].
    pub(super) fn drop_as_process<T>(&mut self, values: impl IntoIterator<Item = T>) {
        let _entered = self.body.presence.enter();
        drop_each(values);
    }

    /// Also fails calls whose reply handle somebody else holds already.
    fn drop_messages(&mut self, messages: VecDeque<Envelope<S>>) {
        for message in messages {
            match message {
                Envelope::Call(call, pending) => {
                    self.drop_as_process([call]);
                    pending.lose();
                }
                other => self.drop_as_process([other]),
            }
        }
    }

    fn release_name(&self) {
        if !planted("a name is freed after the news") {
            self.free_name();
        }
    }

    fn free_name(&self) {
        if let Some(name) = self.body.cell.name_text() {
            self.body.cell.set_named(false);
            let id = self.body.cell.id();
            let node = self.body.presence.node();
            node.directory().release(name, |holder| holder.id() == id);
        }
    }
}

impl<S: GenServer> Drop for Incarnation<S> {
    fn drop(&mut self) {
        if !self.body.cell.inbox.is_dead() {
            self.die(None, ExitReason::Killed); // the runtime dropped us
        }
    }
}

/// Drops values one by one, each under the panic guard (F-21, F-26).
fn drop_each<T>(values: impl IntoIterator<Item = T>) {
    for value in values {
        let _ = catch(|| drop(value)); // the reason of the death stays what it is
    }
}

/// Tells everybody, oldest first, so that the order is the same each time (P-24).
fn announce(pid: &Pid, tied: Tied, reason: &ExitReason) {
    for (_, link) in tied.links.into_sorted() {
        link.peer.cell().link_fired(pid, reason.clone());
    }
    for (monitor, watcher) in tied.watchers.into_sorted() {
        watcher.cell().down(monitor, pid.clone(), reason.clone());
    }
    for (monitor, watch) in tied.watching.into_sorted() {
        watch.target.cell().remove_watcher(monitor);
    }
    for call in tied.delayed.into_iter().chain(tied.orphaned) {
        call.lose();
    }
}
