//! One life of a server, from its start to its death: all that must be given back, in order.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::cell::Cell;
use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::node::Node;
use crate::pending::Pending;
use crate::pid::{AnyCell, Pid};
use crate::process::presence::Presence;
use crate::rt::oneshot;
use crate::signal::Envelope;
use crate::start_error::StartError;
use crate::ties::Tied;
use crate::unwind::catch;
use crate::waits;

/// Tells the starter how the start went.
pub(super) type Acknowledgement = oneshot::Sender<Result<(), StartError>>;

/// Owns the state and everything else of one life. Dropped by the runtime, it still dies in order.
pub(super) struct Incarnation<S: GenServer> {
    pub(super) cell: Arc<Cell<S>>,
    pub(super) state: Option<S>,
    /// Accepted messages that were taken out of the inbox together.
    pub(super) batch: VecDeque<Envelope<S>>,
    /// The call that is being handled.
    pub(super) in_hand: Option<Arc<dyn Pending>>,
    /// What the last callback was run for, for reports (L-1).
    pub(super) last: &'static str,
    pub(super) presence: Presence,
    pub(super) node: Node,
    starter: Option<Pid>,
    acknowledgement: Option<Acknowledgement>,
    /// What the starter is told if this life ends before it was acknowledged.
    failure: Option<StartError>,
    reason: ExitReason,
}

impl<S: GenServer> Incarnation<S> {
    /// Takes over a cell whose name is registered and whose link to `starter` is entered.
    pub(super) fn new(
        cell: Arc<Cell<S>>,
        node: Node,
        starter: Option<Pid>,
        acknowledgement: Acknowledgement,
    ) -> Self {
        node.process_started();
        let presence = Presence::new(cell.pid(), node.clone());
        Self {
            cell,
            state: None,
            batch: VecDeque::new(),
            in_hand: None,
            last: "init",
            presence,
            node,
            starter,
            acknowledgement: Some(acknowledgement),
            failure: None,
            reason: ExitReason::Killed, // unless somebody says otherwise, the runtime dropped us
        }
    }

    /// `init` succeeded: from now on the starter hears of our death by its link.
    pub(super) fn acknowledge(&mut self, state: S) {
        self.state = Some(state);
        if let Some(starter) = &self.starter {
            starter.cell().confirm_link(self.cell.id());
            starter.cell().end_wait(self.cell.id());
        }
        if let Some(acknowledgement) = self.acknowledgement.take() {
            let _ = acknowledgement.send(Ok(())); // a starter that left needs no answer
        }
    }

    /// `init` failed: the starter is told `failure` once this process is dead (G-8).
    pub(super) fn fail(&mut self, failure: StartError, reason: ExitReason) {
        self.failure = Some(failure);
        self.end(reason);
    }

    /// Sets the reason of the death, which comes when this is dropped.
    pub(super) fn end(&mut self, reason: ExitReason) {
        self.reason = reason;
    }

    /// The death, in its one order. The numbers are those of docs/architecture.md.
    fn die(&mut self) {
        let pid = self.cell.pid();
        // 1. Callers whose reply handle is dropped from here on wait for the death.
        self.cell.inbox.begin_dying();
        // 2. The state goes first, while the process still has its name and identity.
        let state = self.state.take();
        self.drop_each(state);
        // 3. The name is free before anybody can hear of the death (N-2).
        self.release_name();
        waits::forget(&*self.cell);
        // 4. Closed: what was accepted before is in our hands.
        let mut queue = std::mem::take(&mut self.batch);
        queue.append(&mut self.cell.inbox.close(self.reason.clone()));
        // 5. Links, then monitors; own monitors are withdrawn; waiters and callers are told.
        if let Some(mut tied) = self.cell.cut_ties(self.reason.clone()) {
            if self.acknowledgement.is_some() {
                tied.forget_start_monitor();
            }
            announce(&pid, *tied, &self.reason);
        }
        self.cell.wake_waiters();
        if let Some(call) = self.in_hand.take() {
            call.lose();
        }
        // 6. The accepted messages: each caller in them now reads the reason.
        self.drop_messages(queue);
        self.node.process_ended();
    }

    /// Drops user values one by one, as this process, each under the panic guard (F-21, F-26).
    fn drop_each<T>(&mut self, values: impl IntoIterator<Item = T>) {
        let _entered = self.presence.enter();
        for value in values {
            let _ = catch(|| drop(value)); // the reason of the death stays what it is
        }
    }

    /// Also fails calls whose reply handle somebody else holds already.
    fn drop_messages(&mut self, messages: VecDeque<Envelope<S>>) {
        for message in messages {
            let pending = match &message {
                Envelope::Call(_, pending) => Some(Arc::clone(pending)),
                _ => None,
            };
            self.drop_each([message]);
            if let Some(pending) = pending {
                pending.lose();
            }
        }
    }

    fn release_name(&self) {
        if let Some(name) = self.cell.name_text() {
            self.cell.set_named(false);
            let id = self.cell.id();
            self.node
                .directory()
                .release(name, |holder| holder.id() == id);
        }
    }
}

impl<S: GenServer> Drop for Incarnation<S> {
    fn drop(&mut self) {
        self.die();
        if let Some(acknowledgement) = self.acknowledgement.take() {
            let failure = self.failure.take();
            let failure = failure.unwrap_or_else(|| StartError::Failed(self.reason.clone()));
            let _ = acknowledgement.send(Err(failure)); // a starter that left needs no answer
        }
    }
}

/// Tells everybody, oldest first, so that the order is the same each time (P-24).
fn announce(pid: &Pid, tied: Tied, reason: &ExitReason) {
    for (_, link) in sorted(tied.links) {
        link.peer.cell().link_fired(pid, reason.clone());
    }
    for (monitor, watcher) in sorted(tied.watchers) {
        watcher.cell().down(monitor, pid.clone(), reason.clone());
    }
    for (monitor, watch) in sorted(tied.watching) {
        watch.target.cell().remove_watcher(monitor);
    }
    for call in tied.delayed.into_iter().chain(tied.orphaned) {
        call.lose();
    }
}

fn sorted<T>(map: std::collections::HashMap<u64, T>) -> Vec<(u64, T)> {
    let mut entries: Vec<_> = map.into_iter().collect();
    entries.sort_unstable_by_key(|(id, _)| *id);
    entries
}
