//! The crash report: one structured event for each abnormal end (L-1, L-2).

use tracing::error;

use crate::cell::Cell;
use crate::exit_reason::ExitReason;
use crate::pid::AnyCell;
use crate::protocol::Protocol;
use crate::unwind::catch;

/// Reports the end of a process if its reason is abnormal; normal and quiet ends say nothing.
pub(super) fn end<P: Protocol>(cell: &Cell<P>, reason: &ExitReason) {
    if !reason.is_abnormal() {
        return;
    }
    // Printing runs the user's Debug and Display; a panic in them must not change this death.
    let _ = catch(|| {
        error!(
            target: "actor::crash",
            pid = cell.id(),
            name = cell.name(),
            reason = %one_line(reason),
            "process crashed",
        );
    });
}

/// The reason as one line: control characters are escaped, so that no text forges a log line.
fn one_line(reason: &ExitReason) -> String {
    let text = reason.to_string();
    text.chars()
        .flat_map(|c| match c.is_control() {
            true => c.escape_default().collect::<Vec<_>>(),
            false => vec![c],
        })
        .collect()
}
