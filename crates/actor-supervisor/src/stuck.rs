//! Whoever should have ended and has not: what it does meanwhile is for the reports (F-36).

use std::pin::pin;
use std::time::Duration;

use actor_core::process::Callback;
use actor_core::{ExitReason, Pid, process};

use crate::report;
use crate::rt::timeout;

/// A kill acts at the next await. Who has not come to one after this time blocks its thread.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a process was seen to do when its time was up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Late {
    pub(crate) callback: Option<Callback>,
    /// How many messages were still before its end.
    pub(crate) queue_len: usize,
}

impl Late {
    /// None if it has just ended.
    pub(crate) fn of(pid: &Pid) -> Option<Self> {
        let info = process::info(pid)?;
        Some(Self {
            callback: info.callback,
            queue_len: info.queue_len,
        })
    }
}

/// Waits for the death of a process that was killed, without limit. That it takes long is told.
pub(crate) async fn death_of(pid: &Pid) -> ExitReason {
    if !pid.is_alive() {
        return pid.exited().await; // no clock is read for it
    }
    let mut death = pin!(pid.exited());
    if let Ok(reason) = timeout(PATIENCE, death.as_mut()).await {
        return reason;
    }
    if let Some(late) = Late::of(pid) {
        report::blocked(pid, late.callback, PATIENCE);
    }
    death.await
}
