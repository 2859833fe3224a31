//! [`Strategy`]: whom the crash of one child touches (S-32 to S-34).
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use std::ops::Bound;

/// Says which children are restarted when one has to be.
///
/// In the guide: [strategies](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/strategies.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// That child alone (S-32).
    OneForOne,
    /// All children (S-33).
    OneForAll,
    /// That child and those started after it (S-34).
    RestForOne,
}

impl Strategy {
    /// Returns which children are cycled when the one at `failed` has to be restarted: a range of
    /// places in start order.
    pub(crate) fn affected<K: Copy>(self, failed: K) -> (Bound<K>, Bound<K>) {
        match self {
            Self::OneForOne => (Bound::Included(failed), Bound::Included(failed)),
            Self::OneForAll => (Bound::Unbounded, Bound::Unbounded),
            Self::RestForOne => (Bound::Included(failed), Bound::Unbounded),
        }
    }
}
