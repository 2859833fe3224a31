//! When a queue is told to be long: once when it has grown past a limit, and again only after it was
//! down to half of that.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

/// From more than so many waiting messages on a queue is told to be long, if nothing else was asked
/// for.
pub const DEFAULT_LONG_QUEUE: usize = 10_000;

/// Whether a queue was told to be long, and has not been short since.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    rung: bool,
}

impl Alarm {
    pub(crate) fn has_rung(&self) -> bool {
        self.rung
    }

    /// One more message comes to `length` of them: says whether that is told.
    #[must_use]
    pub(crate) fn grows(&mut self, length: usize, limit: usize) -> bool {
        let rings = !self.rung && length >= limit;
        self.rung |= rings;
        rings
    }

    /// The process has worked off all but `length` messages: says whether the next that are too many
    /// are told again.
    #[must_use]
    pub(crate) fn shrinks(&mut self, length: usize, limit: usize) -> bool {
        let ends = self.rung && length <= limit / 2;
        self.rung &= !ends;
        ends
    }

    /// How many more messages may come before anybody has to ask again.
    pub(crate) fn quiet(&self, length: usize, limit: usize) -> usize {
        match self.rung {
            true => usize::MAX,
            false => limit.saturating_sub(length),
        }
    }
}
