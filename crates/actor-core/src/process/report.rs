//! The crash report: one structured event for each abnormal end (L-1, L-2).

use std::sync::Arc;

use tracing::error;

use crate::cell::Cell;
use crate::exit_reason::ExitReason;
use crate::pid::AnyCell;
use crate::protocol::Protocol;
use crate::unwind;

/// Reports the end of a process if its reason is abnormal; normal and quiet ends say nothing.
pub(super) fn end<P: Protocol>(cell: &Arc<Cell<P>>, reason: &ExitReason) {
    if !reason.is_abnormal() {
        return;
    }
    unwind::report(|| {
        error!(
            target: "actor::crash",
            pid = %cell.pid(),
            name = cell.name(),
            reason = %reason.to_log(),
            "process crashed",
        );
    });
}
