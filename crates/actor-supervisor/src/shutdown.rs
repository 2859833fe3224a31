//! Stopping children: ask, wait, kill (S-15).

#[cfg(test)]
mod tests;

use std::time::Duration;

use actor_core::{ExitReason, Pid, process};

use crate::burial::bury;
use crate::child_policy::{Restart, Shutdown};
use crate::children::Keeps;
use crate::rt::{Clock, timeout};

/// Stops processes together, and returns why they ended, in the order in which they were given (S-14
/// for one, D-13 for many). When this returns they are dead, their names are free, and nothing is
/// left of what they had started.
///
/// All are told at once, and each has its own time. It waits for the deaths themselves, not for the
/// links, so that a child that unlinked itself cannot hang its supervisor (S-18). After a kill it
/// waits without limit.
pub(crate) async fn stop_together(leaving: &[(Pid, Shutdown)]) -> Vec<ExitReason> {
    let clock = Clock::start();
    for (pid, shutdown) in leaving {
        pid.exit(first_signal(*shutdown));
    }
    // In the order of their limits: waiting for one never delays the kill of another.
    let mut by_limit: Vec<_> = leaving.iter().map(|(pid, s)| (limit(*s), pid)).collect();
    by_limit.sort_by_key(|(limit, _)| *limit);
    for (limit, pid) in by_limit {
        let left = limit.saturating_sub(clock.now());
        let exited = process::waiting_for(pid, pid.exited());
        if timeout(left, exited).await.is_err() {
            pid.exit(ExitReason::Kill);
        }
    }
    let mut reasons = Vec::with_capacity(leaving.len());
    for (pid, _) in leaving {
        let reason = pid.exited().await;
        bury(pid, &reason).await;
        reasons.push(reason);
    }
    reasons
}

fn first_signal(shutdown: Shutdown) -> ExitReason {
    match shutdown {
        Shutdown::BrutalKill => ExitReason::Kill,
        Shutdown::After(_) | Shutdown::Infinity => ExitReason::Shutdown,
    }
}

/// How long it may take until it is killed. Whoever is killed at once stands last, as nothing is to
/// be done about it but to wait.
fn limit(shutdown: Shutdown) -> Duration {
    match shutdown {
        Shutdown::After(limit) => limit,
        Shutdown::BrutalKill | Shutdown::Infinity => Duration::MAX,
    }
}

/// Says whether a child that was told to stop ended as it should: S-17 for a list of specs, D-14 for
/// one of processes.
pub(crate) fn is_clean(
    keeps: Keeps,
    restart: Restart,
    shutdown: Shutdown,
    reason: &ExitReason,
) -> bool {
    match (shutdown, reason) {
        (Shutdown::BrutalKill, ExitReason::Killed)
        | (Shutdown::After(_) | Shutdown::Infinity, ExitReason::Shutdown) => true,
        (Shutdown::After(_) | Shutdown::Infinity, ExitReason::ShutdownWith(_))
            if keeps == Keeps::Processes =>
        {
            true
        }
        _ => restart != Restart::Permanent && !reason.is_abnormal(),
    }
}
