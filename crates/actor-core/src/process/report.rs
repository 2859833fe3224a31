//! The crash report: one structured event for each abnormal end (L-1, L-2); and the limit of all
//! events that a storm of crashes makes.

use tracing::{Level, enabled, error};

use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::node::Node;
use crate::pid::AnyCell;
use crate::process::incarnation::Incarnation;
use crate::process::status;
use crate::report_limit::Verdict;
use crate::unwind;

const TARGET: &str = "actor::crash";

/// Reports the end of a process if its reason is abnormal; normal and quiet ends say nothing. Of
/// a storm of crashes a part is told, and the number of the others.
///
/// It runs as the process, for it runs code of its user's.
pub(super) fn end<S: GenServer>(life: &mut Incarnation<S>, reason: &ExitReason) {
    if !reason.is_abnormal() {
        return;
    }
    let Incarnation {
        cell,
        state,
        server,
        presence,
        ..
    } = life;
    let _entered = presence.enter();
    let wanted = || enabled!(target: TARGET, Level::ERROR);
    report_limited("process crashed", wanted, |suppressed| {
        error!(
            target: TARGET,
            pid = %cell.pid(),
            name = cell.name(),
            reason = %reason.to_log(),
            last = server.last,
            state = state.as_ref().map(status::of).map(display), // none if `init` failed
            log = server.log().map(display),
            ancestors = %cell.ancestors(),
            held_its_thread = cell.has_held_its_thread().then_some(true),
            suppressed,
            "process crashed",
        );
    });
}

/// Runs the report of an event that a storm of crashes makes many of. Of each `kind` a node tells at
/// most a hundred in a second; the next one that is told gets the number of those that were not.
///
/// Nothing is counted that nobody is `wanted` to hear of. A panic in either is swallowed, as in
/// [`report`](crate::process::report).
pub fn report_limited(
    kind: &'static str,
    wanted: impl FnOnce() -> bool,
    event: impl FnOnce(Option<u64>),
) {
    unwind::report(|| {
        if !wanted() {
            return;
        }
        if let Verdict::Tell { suppressed } = Node::current().tells(kind) {
            event((suppressed > 0).then_some(suppressed));
        }
    });
}
