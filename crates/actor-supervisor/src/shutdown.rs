//! Stopping one child: ask, wait, kill (S-15).

use actor_core::{ExitReason, Pid};

use crate::burial::bury;
use crate::child_spec::Shutdown;
use crate::rt::timeout;

/// Stops a process and returns why it ended. When this returns it is dead, its name is free, and
/// nothing is left of what it had started.
///
/// It waits for the death itself, not for the link, so that a child that unlinked itself cannot
/// hang its supervisor (S-18). After a kill it waits without limit.
pub(crate) async fn stop(pid: &Pid, shutdown: Shutdown) -> ExitReason {
    let reason = match shutdown {
        Shutdown::BrutalKill => kill(pid).await,
        Shutdown::Infinity => {
            pid.exit(ExitReason::Shutdown);
            pid.exited().await
        }
        Shutdown::After(limit) => {
            pid.exit(ExitReason::Shutdown);
            match timeout(limit, pid.exited()).await {
                Ok(reason) => reason,
                Err(_elapsed) => kill(pid).await,
            }
        }
    };
    bury(pid, &reason).await;
    reason
}

async fn kill(pid: &Pid) -> ExitReason {
    pid.exit(ExitReason::Kill);
    pid.exited().await
}
