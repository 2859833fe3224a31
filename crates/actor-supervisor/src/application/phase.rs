//! [`Phase`]: how far an application has come, for the report.

use std::fmt;

/// Says what an application was at when it did not stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// `start` has not returned, or the tree has not started.
    Starting,
    /// It runs, and has not heard the request yet.
    Running,
    /// `prep_stop` has not returned.
    PrepStop,
    /// The tree has not stopped.
    Tree,
    /// `stop` has not returned.
    Stop,
    /// Processes outside the tree were killed and have not ended.
    Rest,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Starting => "its start has not ended",
            Self::Running => "it has not heard the request",
            Self::PrepStop => "its `prep_stop` has not returned",
            Self::Tree => "its tree has not stopped",
            Self::Stop => "its `stop` has not returned",
            Self::Rest => "what its callbacks had started has not ended",
        })
    }
}
