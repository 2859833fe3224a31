//! What a supervisor reports: every event, in one place (L-3).
//!
//! Many children that crash together make many of some: of those a part is told (F-32), each supervisor
//! for itself. What comes but once is always told, and what somebody asks for by a call.

use std::time::Duration;

use actor_core::process::Callback;
use actor_core::{ExitReason, Pid, StartError, process};
use tracing::{Level, debug, enabled, error, info, warn};

use crate::child_id::ChildId;
use crate::child_policy::Restart;
use crate::intensity::Intensity;
use crate::restart::Decision;

const TARGET: &str = "actor::supervisor";

/// Who asked for a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The supervisor, at its own start.
    AtStart,
    /// The supervisor, for a restart.
    ForRestart,
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
    /// How many restarts are left in the window: looked up only if somebody listens.
    pub(crate) restarts_left: &'a dyn Fn() -> u32,
}

/// Silent for a clean end of a child that may end (L-3).
pub(crate) fn child_terminated(ended: &Terminated<'_>) {
    if ended.restart == Restart::Permanent || ended.reason.is_abnormal() {
        let event = || {
            error!(
                target: TARGET,
                supervisor = %ended.supervisor,
                child = ended.id.to_log(),
                pid = %ended.pid,
                reason = %ended.reason.to_log(),
                decision = in_words(ended.decision),
                restarts_left = (ended.restarts_left)(),
                "child terminated",
            );
        };
        match ended.decision {
            Decision::ShutDown | Decision::GiveUp => process::report(event),
            _ => error_limited("child terminated", ended.supervisor, event),
        }
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
    error_limited("child failed to start", supervisor, || {
        error!(
            target: TARGET,
            supervisor = %supervisor,
            child = id.to_log(),
            error = ?why.to_string(),
            "child failed to start",
        );
    });
}

/// A child runs.
pub(crate) fn child_started(supervisor: &Pid, id: &ChildId, pid: &Pid, asked: Asked) {
    // The id is a field's value, which is written only if somebody listens.
    let progress = || {
        info!(
            target: TARGET,
            supervisor = %supervisor,
            child = id.to_log(),
            pid = %pid,
            "child started",
        );
    };
    match asked {
        Asked::AtStart => process::report(progress),
        Asked::ForRestart => {
            let wanted = || enabled!(target: TARGET, Level::INFO);
            process::report_limited("child started", supervisor, wanted, progress);
        }
        Asked::ByCall => process::report(|| {
            debug!(
                target: TARGET,
                supervisor = %supervisor,
                child = id.to_log(),
                pid = %pid,
                "child started",
            );
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
    error_limited("child did not shut down", ended.supervisor, || {
        error!(
            target: TARGET,
            supervisor = %ended.supervisor,
            child = ended.id.to_log(),
            pid = %ended.pid,
            reason = %ended.reason.to_log(),
            callback = ended.callback.map(Callback::name),
            queue_len = ended.queue_len,
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
pub(crate) fn intensity_reached(supervisor: &Pid, id: &ChildId, limit: Intensity) {
    process::report(|| {
        error!(
            target: TARGET,
            supervisor = %supervisor,
            child = id.to_log(),
            limit = %limit,
            "restart limit exceeded: the supervisor gives up",
        );
    });
}

fn error_limited(kind: &'static str, supervisor: &Pid, event: impl FnOnce()) {
    let wanted = || enabled!(target: TARGET, Level::ERROR);
    process::report_limited(kind, supervisor, wanted, event);
}
