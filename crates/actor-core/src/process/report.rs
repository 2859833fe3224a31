//! The crash report: one structured event for each abnormal end (L-1, L-2).

use tracing::error;

use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::pid::AnyCell;
use crate::process::incarnation::Incarnation;
use crate::process::status;
use crate::unwind;

/// Reports the end of a process if its reason is abnormal; normal and quiet ends say nothing.
///
/// It runs as the process, for it runs code of its user's.
pub(super) fn end<S: GenServer>(life: &mut Incarnation<S>, reason: &ExitReason) {
    if !reason.is_abnormal() {
        return;
    }
    let Incarnation {
        cell,
        state,
        last,
        identity,
        ..
    } = life;
    let _entered = identity.enter();
    unwind::report(|| {
        error!(
            target: "actor::crash",
            pid = %cell.pid(),
            name = cell.name(),
            reason = %reason.to_log(),
            last = *last,
            state = state.as_ref().map(status::of).map(display), // none if `init` failed
            ancestors = %cell.ancestors(),
            "process crashed",
        );
    });
}
