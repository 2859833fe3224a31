//! How many events of a kind are told in how long: a storm of crashes must not become a storm of events.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// So many events of a kind and a source are told within one [`WINDOW`].
pub(crate) const MOST: u32 = 100;

/// Begins with the first event after the former one is over, or with a clock that went back.
pub(crate) const WINDOW: Duration = Duration::from_secs(1);

const FIRST_SUPPRESSED: u32 = MOST + 1;

/// With so many sources those are forgotten that have been silent for a window.
const MANY: usize = 64;

/// What is counted together: a kind of event, and whose they are. So nobody's storm silences others.
pub(crate) type Key = (&'static str, u64);

/// What was told and not told, by kind and source. One per node.
#[derive(Debug, Default)]
pub(crate) struct ReportLimit(HashMap<Key, Window>);

#[derive(Debug)]
struct Window {
    since: Instant,
    events: u32,
    /// Also of windows before, if nobody has asked yet.
    suppressed: u64,
}

/// Whether one more event is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Verdict {
    Tell,
    /// It is the first in this window that is not: how many there were is asked for when it is over.
    SuppressFirst {
        left: Duration,
    },
    Suppress,
}

impl ReportLimit {
    /// Counts one event at `now`, and says whether it is told.
    pub(crate) fn record(&mut self, key: Key, now: Instant) -> Verdict {
        if self.0.len() >= MANY && !self.0.contains_key(&key) {
            self.0
                .retain(|_, window| window.suppressed > 0 || window.left(now).is_some());
        }
        let window = self.0.entry(key).or_insert_with(|| Window::new(now));
        let Some(left) = window.left(now) else {
            (window.since, window.events) = (now, 1);
            return Verdict::Tell;
        };
        window.events = window.events.saturating_add(1);
        window.suppressed += u64::from(window.events > MOST);
        match window.events {
            ..=MOST => Verdict::Tell,
            FIRST_SUPPRESSED => Verdict::SuppressFirst { left },
            _ => Verdict::Suppress,
        }
    }

    /// How many were not told, since this was asked last.
    pub(crate) fn take_suppressed(&mut self, key: Key) -> u64 {
        let window = self.0.get_mut(&key);
        window.map_or(0, |window| std::mem::take(&mut window.suppressed))
    }
}

impl Window {
    fn new(now: Instant) -> Self {
        Self {
            since: now,
            events: 0,
            suppressed: 0,
        }
    }

    /// How long it lasts; none if it is over.
    fn left(&self, now: Instant) -> Option<Duration> {
        let age = now.checked_duration_since(self.since)?;
        let left = WINDOW.checked_sub(age)?;
        (!left.is_zero()).then_some(left)
    }
}
