//! What a supervisor reports: every event, in one place (L-3).

use actor_core::{ExitReason, Pid, StartError, process};
use tracing::{debug, error, info};

use crate::child_id::ChildId;
use crate::child_policy::Restart;
use crate::restart::Decision;

/// Who asked for a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The supervisor, at its own start or for a restart.
    BySupervisor,
    /// Somebody, by a call.
    ByCall,
}

/// A child ended by itself.
pub(crate) struct Terminated<'a> {
    pub(crate) supervisor: &'a Pid,
    pub(crate) id: &'a ChildId,
    pub(crate) restart: Restart,
    pub(crate) pid: &'a Pid,
    pub(crate) reason: &'a ExitReason,
    /// What is done about it.
    pub(crate) decision: &'a Decision,
    /// How many restarts are left in the window.
    pub(crate) restarts_left: u32,
}

/// Silent for a clean end of a child that may end (L-3).
pub(crate) fn child_terminated(ended: &Terminated<'_>) {
    if ended.restart == Restart::Permanent || ended.reason.is_abnormal() {
        process::report(|| {
            error!(
                target: "actor::supervisor",
                supervisor = %ended.supervisor,
                child = %ended.id,
                pid = %ended.pid,
                reason = %ended.reason.to_log(),
                decision = in_words(ended.decision),
                restarts_left = ended.restarts_left,
                "child terminated",
            );
        });
    }
}

fn in_words(decision: &Decision) -> &'static str {
    match decision {
        Decision::Ignore | Decision::Leave => "leave",
        Decision::Delay => "restart later",
        Decision::Restart { .. } => "restart",
        Decision::ShutDown => "shut down",
        Decision::GiveUp => "give up",
    }
}

/// A child did not start.
pub(crate) fn start_error(supervisor: &Pid, id: &ChildId, why: &StartError) {
    process::report(|| {
        error!(
            target: "actor::supervisor",
            supervisor = %supervisor,
            child = %id,
            error = ?why.to_string(),
            "child failed to start",
        );
    });
}

/// A child runs.
pub(crate) fn child_started(supervisor: &Pid, id: &ChildId, pid: &Pid, asked: Asked) {
    process::report(|| match asked {
        Asked::BySupervisor => info!(
            target: "actor::supervisor",
            supervisor = %supervisor,
            child = %id,
            pid = %pid,
            "child started",
        ),
        Asked::ByCall => debug!(
            target: "actor::supervisor",
            supervisor = %supervisor,
            child = %id,
            pid = %pid,
            "child started",
        ),
    });
}

/// A child that was told to stop ended in another way (S-17).
pub(crate) fn shutdown_error(supervisor: &Pid, id: &ChildId, pid: &Pid, reason: &ExitReason) {
    process::report(|| {
        error!(
            target: "actor::supervisor",
            supervisor = %supervisor,
            child = %id,
            pid = %pid,
            reason = %reason.to_log(),
            "child did not shut down as it was told",
        );
    });
}

/// The restart limit is exceeded.
pub(crate) fn intensity_reached(supervisor: &Pid, id: &ChildId) {
    process::report(|| {
        error!(
            target: "actor::supervisor",
            supervisor = %supervisor,
            child = %id,
            "restart limit exceeded: the supervisor gives up",
        );
    });
}
