//! The crash report: one structured event for each abnormal end (L-1, L-2); and the limit of all
//! events that a storm of crashes makes.

use std::any::type_name;
use std::time::Duration;

use tracing::dispatcher::{self, Dispatch};
use tracing::{Level, enabled, error, warn};

use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::node::Node;
use crate::pid::{AnyCell, Pid};
use crate::process::incarnation::Incarnation;
use crate::process::shield::Body;
use crate::process::status;
use crate::report_limit::{Key, Verdict};
use crate::rt::{in_runtime, sleep, spawn_timer};
use crate::unwind;

const TARGET: &str = "actor::crash";

/// So many links are written out; the others are counted.
const MOST_LINKS: usize = 8;

/// Reports the end of a process if its reason is abnormal; normal and quiet ends say nothing. Of
/// a storm of crashes a part is told, and the number of the others.
///
/// It runs as the process, for it runs code of its user's.
pub(super) fn end<S: GenServer>(life: &mut Incarnation<S>, reason: &ExitReason) {
    if !reason.is_abnormal() {
        return;
    }
    let Incarnation {
        state,
        server,
        body: Body { cell, presence },
        ..
    } = life;
    let _entered = presence.enter();
    let wanted = || enabled!(target: TARGET, Level::ERROR);
    let source = type_name::<S>();
    // The servers of one type are one source, wherever they are.
    let key = ("process crashed", source.as_ptr().addr() as u64);
    let event = || {
        error!(
            target: TARGET,
            pid = %cell.pid(),
            name = cell.name(),
            reason = %reason.to_log(),
            last = server.last,
            state = state.as_ref().map(status::of).map(display), // none if `init` failed
            log = server.log().map(display),
            caller = server.in_hand.as_ref().and_then(|call| call.caller()),
            ancestors = %cell.ancestors(),
            links = links(cell.tied().links),
            held_its_thread = cell.has_held_its_thread().then_some(true),
            "process crashed",
        );
    };
    limited(key, || source.to_owned(), wanted, event);
}

/// The oldest few on one line; none if there is none.
fn links(mut pids: Vec<Pid>) -> Option<String> {
    pids.sort_unstable();
    let more = pids.len().saturating_sub(MOST_LINKS);
    let told = pids.iter().take(MOST_LINKS).map(Pid::to_string);
    let told = told.collect::<Vec<_>>().join(", ");
    match (pids.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(told),
        (false, more) => Some(format!("{told} and {more} more")),
    }
}

/// Runs the report of an event that a storm of crashes makes many of. Of each `kind` and source, such as
/// a supervisor, a node tells at most a hundred in a second. How many were not told is an event of its
/// own when the second is over: target `actor::suppressed`, at the level of a warning.
///
/// Nothing is counted that nobody is `wanted` to hear of. A panic in either is swallowed, as in
/// `process::report`.
pub fn report_limited(
    kind: &'static str,
    source: &Pid,
    wanted: impl FnOnce() -> bool,
    event: impl FnOnce(),
) {
    limited((kind, source.id()), || source.to_string(), wanted, event);
}

fn limited(
    key: Key,
    source: impl FnOnce() -> String,
    wanted: impl FnOnce() -> bool,
    event: impl FnOnce(),
) {
    unwind::report(|| {
        if !wanted() {
            return;
        }
        match Node::current().tells(key) {
            Verdict::Tell => event(),
            Verdict::Suppress => {}
            Verdict::SuppressFirst { left } => tell_later(key, source(), left),
        }
    });
}

/// Tells how many were not told, to whoever listens here.
fn tell_later((kind, number): Key, source: String, left: Duration) {
    if !in_runtime() {
        return;
    }
    let (node, listener) = (Node::current(), dispatcher::get_default(Dispatch::clone));
    let _runs_on = spawn_timer(async move {
        sleep(left).await;
        let suppressed = node.take_suppressed((kind, number));
        if suppressed == 0 {
            return;
        }
        dispatcher::with_default(&listener, || {
            unwind::report(|| {
                warn!(target: "actor::suppressed", kind, source, suppressed, "events were not told");
            });
        });
    });
}
