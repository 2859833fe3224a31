//! [`Statistics`]: how much a process has handled.

use crate::rt::Instant;

/// Counts messages since they were asked for (Y-5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// When the count began, on tokio's clock.
    pub start_time: Instant,
    /// When it was read.
    pub current_time: Instant,
    /// Messages whose handling has begun.
    pub messages_in: u64,
    /// Replies that were given by the callback that got the request.
    pub messages_out: u64,
}

impl Statistics {
    pub(crate) fn since(start_time: Instant) -> Self {
        Self {
            start_time,
            current_time: start_time,
            messages_in: 0,
            messages_out: 0,
        }
    }
}
