//! What a supervisor reports: every event, in one place (L-3).

use actor_core::{ExitReason, Pid, StartError, process};
use tracing::{error, info};

use crate::child_id::ChildId;
use crate::child_spec::Restart;

/// A child ended by itself. Silent for a clean end of a child that may end (L-3).
pub(crate) fn child_terminated(
    supervisor: &Pid,
    id: &ChildId,
    restart: Restart,
    pid: &Pid,
    reason: &ExitReason,
) {
    if restart == Restart::Permanent || reason.is_abnormal() {
        process::report(|| {
            error!(
                target: "actor::supervisor",
                supervisor = %supervisor,
                child = %id,
                pid = %pid,
                reason = %reason.to_log(),
                "child terminated",
            );
        });
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
pub(crate) fn child_started(supervisor: &Pid, id: &ChildId, pid: &Pid) {
    process::report(|| {
        info!(
            target: "actor::supervisor",
            supervisor = %supervisor,
            child = %id,
            pid = %pid,
            "child started",
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
