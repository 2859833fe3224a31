//! How many events of a kind are told in how long: a storm of crashes must not become a storm of events.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

/// So many events of a kind are told within one [`WINDOW`].
pub(crate) const MOST: u32 = 100;

/// Begins with the first event after the former one is over, or with a clock that went back.
pub(crate) const WINDOW: Duration = Duration::from_secs(1);

/// What was told and not told until now. One per node and kind.
#[derive(Debug, Default)]
pub(crate) struct ReportLimit {
    /// When the window began.
    since: Option<Instant>,
    /// How many were told in it.
    told: u32,
    /// How many were not told since the last that was.
    suppressed: u64,
}

/// Whether one more event is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Verdict {
    /// It is, and so is how many before it were not.
    Tell {
        suppressed: u64,
    },
    Suppress,
}

impl ReportLimit {
    /// Counts one event at `now`, and says whether it is told.
    pub(crate) fn record(&mut self, now: Instant) -> Verdict {
        let age = self
            .since
            .and_then(|since| now.checked_duration_since(since));
        if age.is_none_or(|age| age >= WINDOW) {
            self.since = Some(now);
            self.told = 0;
        }
        if self.told == MOST {
            self.suppressed += 1;
            return Verdict::Suppress;
        }
        self.told += 1;
        let suppressed = std::mem::take(&mut self.suppressed);
        Verdict::Tell { suppressed }
    }
}
