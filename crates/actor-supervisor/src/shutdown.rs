//! Stopping children: ask, wait, kill (S-15).

#[cfg(test)]
mod tests;

use std::time::Duration;

use actor_core::{ExitReason, Pid, process};

use crate::burial::bury_all;
use crate::child_policy::{Restart, Shutdown};
use crate::children::Keeps;
use crate::rt::{Clock, planted, timeout};
use crate::stuck::{Late, death_of};

/// How a process ended that was told to stop.
pub(crate) struct Left {
    pub(crate) reason: ExitReason,
    /// What it did when its time was up, if it was killed for that.
    pub(crate) late: Option<Late>,
}

/// Stops processes together, and returns how they ended, in the order in which they were given (S-14
/// for one, D-13 for many). When this returns they are dead, their names are free, and nothing is
/// left of what they had started.
///
/// All are told at once, and each has its own time. It waits for the deaths themselves, not for the
/// links, so that a child that unlinked itself cannot hang its supervisor (S-18). After a kill it
/// waits without limit.
pub(crate) async fn stop_together(leaving: &[(Pid, Shutdown)]) -> Vec<Left> {
    let clock = Clock::start();
    for (pid, shutdown) in leaving {
        pid.exit(first_signal(*shutdown));
    }
    // In the order of their limits: waiting for one never delays the kill of another.
    let mut late = vec![None; leaving.len()];
    let limits = leaving
        .iter()
        .map(|(pid, shutdown)| (limit(*shutdown), pid));
    let mut by_limit: Vec<_> = limits.zip(&mut late).collect();
    by_limit.sort_by_key(|((limit, _), _)| *limit);
    for ((limit, pid), late) in by_limit {
        let Some(limit) = limit else { continue };
        if !pid.is_alive() {
            continue; // most have ended while the first was waited for
        }
        let left = limit.saturating_sub(clock.now());
        let exited = process::waiting_for(pid, pid.exited());
        if timeout(left, exited).await.is_err() {
            *late = Late::of(pid);
            pid.exit(ExitReason::Kill);
        }
    }
    let mut ended = Vec::with_capacity(leaving.len());
    for ((pid, _), late) in leaving.iter().zip(late) {
        let reason = match planted("a stop does not wait for the end") {
            true => ExitReason::Killed,
            false => death_of(pid).await,
        };
        ended.push(Left { reason, late });
    }
    let reasons = ended.iter().map(|left| &left.reason);
    bury_all(leaving.iter().map(|(pid, _)| pid).zip(reasons)).await;
    ended
}

fn first_signal(shutdown: Shutdown) -> ExitReason {
    match shutdown {
        Shutdown::BrutalKill => ExitReason::Kill,
        Shutdown::After(_) | Shutdown::Infinity => ExitReason::Shutdown,
    }
}

/// How long it may take until it is killed; none for what is killed at once.
fn limit(shutdown: Shutdown) -> Option<Duration> {
    match shutdown {
        Shutdown::After(limit) => Some(limit),
        Shutdown::Infinity => Some(Duration::MAX),
        Shutdown::BrutalKill => None,
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
