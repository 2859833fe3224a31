//! The crash report: one structured event for each abnormal end (L-1, L-2).

use tracing::{Level, enabled, error};

use crate::crash_limit::Verdict;
use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::node::Node;
use crate::pid::AnyCell;
use crate::process::incarnation::Incarnation;
use crate::process::status;
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
    unwind::report(|| {
        if !enabled!(target: TARGET, Level::ERROR) {
            return;
        }
        let Verdict::Tell { suppressed } = Node::current().crash() else {
            return;
        };
        error!(
            target: TARGET,
            pid = %cell.pid(),
            name = cell.name(),
            reason = %reason.to_log(),
            last = server.last,
            state = state.as_ref().map(status::of).map(display), // none if `init` failed
            log = server.log().map(display),
            ancestors = %cell.ancestors(),
            suppressed = (suppressed > 0).then_some(suppressed),
            "process crashed",
        );
    });
}
