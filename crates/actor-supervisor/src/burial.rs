//! What has to be gone before a successor may start (S-66).

use std::time::Duration;

use actor_core::{ExitReason, Pid};

use crate::child_policy::DEFAULT_SHUTDOWN;
use crate::rt::{Clock, timeout};
use crate::stuck::death_of;

/// Waits until nothing is left of what a dead process had started, however deep; see [`bury_all`].
pub(crate) async fn bury(dead: &Pid, reason: &ExitReason) {
    bury_all([(dead, reason)]).await;
}

/// Waits until nothing is left of what dead processes had started, however deep.
///
/// Whatever they left behind got its exit signal, and is on its way out: killed children of a killed
/// supervisor among them. What has not ended after [`DEFAULT_SHUTDOWN`] in all is killed, so that a
/// stuck grandchild cannot hold up its grandparent. After a `normal` end nothing is waited for, as
/// such a signal ends nobody (P-6).
pub(crate) async fn bury_all<'a>(dead: impl IntoIterator<Item = (&'a Pid, &'a ExitReason)>) {
    let abnormal = dead.into_iter().filter(|(_, reason)| !reason.is_normal());
    let mut rest: Vec<_> = abnormal.flat_map(|(pid, _)| pid.orphans()).collect();
    if rest.is_empty() {
        return; // most have started nobody: no clock is read for them
    }
    let clock = Clock::start();
    while let Some(orphan) = rest.pop() {
        let left = DEFAULT_SHUTDOWN.saturating_sub(clock.now());
        end(&orphan, left).await;
        rest.extend(orphan.orphans());
    }
}

/// Kills what was started on the way to a child that did not come to be, and waits until it is gone.
pub(crate) async fn clear(leftovers: Vec<Pid>) {
    for leftover in leftovers {
        end(&leftover, Duration::ZERO).await;
        bury(&leftover, &ExitReason::Killed).await;
    }
}

async fn end(pid: &Pid, limit: Duration) {
    if timeout(limit, pid.exited()).await.is_err() {
        pid.exit(ExitReason::Kill);
        death_of(pid).await;
    }
}
