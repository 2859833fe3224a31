//! How many restarts are allowed in how long, and the history that is held against it (S-26 to
//! S-31).
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// Allows so many restarts within a sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Intensity {
    pub(crate) max_restarts: u32,
    pub(crate) period: Duration,
}

impl Default for Intensity {
    /// Three in five seconds, as Elixir has it.
    fn default() -> Self {
        Self {
            max_restarts: 3,
            period: Duration::from_secs(5),
        }
    }
}

impl fmt::Display for Intensity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            max_restarts,
            period,
        } = self;
        write!(f, "at most {max_restarts} restarts in {period:?}")
    }
}

impl Intensity {
    /// Whether a restart has left the window, which is inclusive.
    fn is_over(self, then: Duration, now: Duration) -> bool {
        now.saturating_sub(then) > self.period
    }
}

/// Whether one more restart is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Verdict {
    Allowed,
    Exceeded,
}

/// The instants of the restarts inside the window, oldest first. One per supervisor (S-31).
#[derive(Debug, Default)]
pub(crate) struct History {
    instants: VecDeque<Duration>,
}

impl History {
    /// Counts one restart at `now`, and says whether it is allowed, itself included.
    ///
    /// The window slides and is inclusive: a restart exactly `period` ago still counts. Each
    /// instant enters and leaves once, so the cost does not grow with the restarts made before.
    pub(crate) fn record(&mut self, intensity: Intensity, now: Duration) -> Verdict {
        while self
            .instants
            .front()
            .is_some_and(|then| intensity.is_over(*then, now))
        {
            self.instants.pop_front();
        }
        self.instants.push_back(now);
        let count = u32::try_from(self.instants.len()).unwrap_or(u32::MAX);
        match count > intensity.max_restarts {
            true => Verdict::Exceeded,
            false => Verdict::Allowed,
        }
    }

    /// How many more restarts are allowed at `now`.
    pub(crate) fn left(&self, intensity: Intensity, now: Duration) -> u32 {
        let old = self
            .instants
            .partition_point(|then| intensity.is_over(*then, now));
        let count = u32::try_from(self.instants.len() - old).unwrap_or(u32::MAX);
        intensity.max_restarts.saturating_sub(count)
    }
}
