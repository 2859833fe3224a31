//! [`FailedToStartChild`]: the reason of a supervisor that did not come to be.

use std::fmt;

use actor_core::{ExitReason, StartError};
use thiserror::Error;

use crate::child_id::ChildId;

/// The reason of a supervisor whose child did not start, inside a `shutdown` (S-11).
#[derive(Clone, Error)]
#[error("child `{id}` failed to start: {error}")]
pub struct FailedToStartChild {
    /// The child.
    pub id: ChildId,
    /// Why its start failed.
    pub error: StartError,
}

impl FailedToStartChild {
    pub(crate) fn reason(id: ChildId, error: StartError) -> ExitReason {
        ExitReason::shutdown_with(Self { id, error })
    }
}

impl fmt::Debug for FailedToStartChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
