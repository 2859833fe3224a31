//! Helpers for tests: a node of one's own with a leak check, waiting without sleeping, every runtime.
//!
//! In the guide: [testing your servers](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/testing.md).

use std::future::Future;
use std::time::Duration;

use crate::node::Node;
use crate::pid::Pid;
use crate::process::{ProcessInfo, info};
#[cfg(not(shuttle))]
#[doc(inline)]
pub use crate::rt::on_every_runtime;
use crate::rt::{now, sleep};

/// For models of schedules: what takes the place of the runtime's parts, and bugs to be planted.
#[cfg(shuttle)]
#[doc(hidden)]
pub mod schedules {
    pub use crate::rt::{DashMap, Elapsed, Mutex, plant, planted, timeout};
}

/// How long a condition may take: time of tokio's clock, so nothing on a paused one.
const PATIENCE: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(1);
/// How many processes are told of that a test has left behind.
const MOST_TOLD: usize = 20;

/// Runs `body` in a node of its own, and checks that no process and no name of it is left.
///
/// A task that the body spawns by hand is in the default node; carry the node over with
/// [`Node::run`].
///
/// # Panics
///
/// If processes or names are left ten seconds after the end of the body; the message names them.
///
/// # Cancel safety
///
/// Dropping it drops the body; the check is not made then.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// actor_core::testing::isolated(async { /* start, use and stop servers */ }).await;
/// # }
/// ```
pub async fn isolated<F: Future>(body: F) -> F::Output {
    let node = Node::new();
    let output = node.run(body).await;
    let is_empty = || node.process_count() == 0 && node.names().is_empty();
    assert!(
        eventually(is_empty).await,
        "left behind: {} processes, names {:?}; stop what the test started{}",
        node.process_count(),
        node.names(),
        who_is_left(&node.processes()),
    );
    output
}

/// The pid, name and type of each process, a line each.
fn who_is_left(processes: &[Pid]) -> String {
    let line = |info: ProcessInfo| {
        let name = info.name.map(|name| format!(" {name:?}"));
        format!(
            "\n  {}{} {}",
            info.pid,
            name.unwrap_or_default(),
            info.server
        )
    };
    let known = processes.iter().filter_map(info);
    known.take(MOST_TOLD).map(line).collect()
}

/// Waits until `condition` holds, looking every millisecond.
///
/// # Panics
///
/// If it does not hold within ten seconds.
///
/// # Cancel safety
///
/// Safe: it only looks.
pub async fn wait_until(condition: impl FnMut() -> bool) {
    assert!(
        eventually(condition).await,
        "the condition did not hold within {PATIENCE:?}"
    );
}

async fn eventually(mut condition: impl FnMut() -> bool) -> bool {
    let begun = now();
    while !condition() {
        if begun.elapsed() >= PATIENCE {
            return false;
        }
        sleep(STEP).await;
    }
    true
}
