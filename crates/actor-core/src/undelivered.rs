//! Why a message was not delivered.
//!
//! Pure: no clock, no async, no I/O, no lock.

use std::fmt;

/// Says why a message was not delivered; see [`DeadLetter`](crate::DeadLetter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Undelivered {
    /// No process holds the name, or the process is dead.
    NoProc,
    /// The name is held by a server of another type.
    WrongType,
    /// The mailbox was full, and its sender could not wait.
    Full,
    /// The mailbox was full, and by its policy
    /// ([`DropNewest`](crate::Overflow::DropNewest), [`DropOldest`](crate::Overflow::DropOldest))
    /// this message was dropped.
    Dropped,
}

impl fmt::Display for Undelivered {
    /// Writes the word that stands in events.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProc => "noproc",
            Self::WrongType => "wrong_type",
            Self::Full => "full",
            Self::Dropped => "dropped",
        })
    }
}
