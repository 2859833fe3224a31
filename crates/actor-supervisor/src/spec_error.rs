//! What can be wrong with a supervisor's spec, and with a child's start.

use std::fmt;

use actor_core::{ExitReason, StartError};
use thiserror::Error;

use crate::child_id::ChildId;

/// Says what is wrong with a supervisor's spec; nothing was started then (S-3, S-4).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// Two children have the same id.
    #[error("duplicate child id `{0}`: give one of the two another with `.id(…)`")]
    DuplicateId(ChildId),
    /// The window of the restart limit is empty.
    #[error("max_seconds is 0: the restart limit needs a window of at least one second")]
    ZeroPeriod,
}

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
