//! What a supervisor reports: every event, in one place (L-3).
//!
//! Many children that crash together make many of each but the last: of those a part is told (F-32).
//! What somebody asks for, by a call, is told in full.

use std::time::Duration;

use actor_core::process::Callback;
use actor_core::{ExitReason, Pid, StartError, process};
use tracing::{Level, debug, enabled, error, info, warn};

use crate::child_id::ChildId;
use crate::child_policy::Restart;
use crate::restart::Decision;

const TARGET: &str = "actor::supervisor";

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
        error_limited("child terminated", |suppressed| {
            error!(
                target: TARGET,
                supervisor = %ended.supervisor,
                child = %ended.id,
                pid = %ended.pid,
                reason = %ended.reason.to_log(),
                decision = in_words(ended.decision),
                restarts_left = ended.restarts_left,
                suppressed,
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
    error_limited("child failed to start", |suppressed| {
        error!(
            target: TARGET,
            supervisor = %supervisor,
            child = %id,
            error = ?why.to_string(),
            suppressed,
            "child failed to start",
        );
    });
}

/// A child runs.
pub(crate) fn child_started(supervisor: &Pid, id: &ChildId, pid: &Pid, asked: Asked) {
    match asked {
        Asked::BySupervisor => {
            let wanted = || enabled!(target: TARGET, Level::INFO);
            process::report_limited("child started", wanted, |suppressed| {
                info!(target: TARGET, supervisor = %supervisor, child = %id, pid = %pid, suppressed, "child started");
            });
        }
        Asked::ByCall => process::report(|| {
            debug!(target: TARGET, supervisor = %supervisor, child = %id, pid = %pid, "child started");
        }),
    }
}

/// A child that was told to stop ended in another way.
pub(crate) struct NotClean<'a> {
    pub(crate) supervisor: &'a Pid,
    pub(crate) id: &'a ChildId,
    pub(crate) pid: &'a Pid,
    pub(crate) reason: &'a ExitReason,
    /// The callback that it ran when it was killed, as its time was up.
    pub(crate) callback: Option<Callback>,
    /// The messages that were still before its end then.
    pub(crate) queue_len: Option<usize>,
}

/// S-17.
pub(crate) fn shutdown_error(ended: &NotClean<'_>) {
    error_limited("child did not shut down", |suppressed| {
        error!(
            target: TARGET,
            supervisor = %ended.supervisor,
            child = %ended.id,
            pid = %ended.pid,
            reason = %ended.reason.to_log(),
            callback = ended.callback.map(Callback::name),
            queue_len = ended.queue_len,
            suppressed,
            "child did not shut down as it was told",
        );
    });
}

/// A process that was killed has not ended for so long (F-36).
pub(crate) fn blocked(pid: &Pid, callback: Option<Callback>, waited: Duration) {
    process::report(|| {
        warn!(
            target: TARGET,
            pid = %pid,
            name = pid.name(),
            callback = callback.map(Callback::name),
            waited = ?waited,
            "a killed process does not end: its callback blocks its thread",
        );
    });
}

/// The restart limit is exceeded.
pub(crate) fn intensity_reached(supervisor: &Pid, id: &ChildId) {
    process::report(|| {
        error!(
            target: TARGET,
            supervisor = %supervisor,
            child = %id,
            "restart limit exceeded: the supervisor gives up",
        );
    });
}

fn error_limited(kind: &'static str, event: impl FnOnce(Option<u64>)) {
    let wanted = || enabled!(target: TARGET, Level::ERROR);
    process::report_limited(kind, wanted, event);
}
