//! [`FailedToStartChild`]: the reason of a supervisor that did not come to be.

use std::error::Error;
use std::fmt;

use actor_core::{ExitReason, StartError};

use crate::child_id::ChildId;

/// The reason of a supervisor whose child did not start, inside a `shutdown` (S-11).
///
/// Its [`source`](Error::source) is what caused the error in there, whose own text is told already.
#[derive(Clone)]
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

impl Error for FailedToStartChild {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

impl fmt::Display for FailedToStartChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, error } = self;
        write!(f, "child `{id}` failed to start: {error}")
    }
}

impl fmt::Debug for FailedToStartChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
