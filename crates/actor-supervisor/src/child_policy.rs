//! The words of a child spec: when it is restarted, how it is stopped, what kind of process it is.
//!
//! Pure: no clock, no async, no I/O, no lock.

use std::time::Duration;

/// How long a worker may take to stop, unless its spec says otherwise.
pub const DEFAULT_SHUTDOWN: Duration = Duration::from_secs(5);

/// Says when a child that ended by itself is restarted (S-23).
///
/// In the guide: [child specs](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/child_specs.md).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Always. The default.
    #[default]
    Permanent,
    /// Only after an abnormal end.
    Transient,
    /// Never.
    Temporary,
}

/// Says how a child is stopped (S-15).
///
/// In the guide: [shutting down](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/shutting_down.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// It is killed at once.
    BrutalKill,
    /// It is told to shut down, and killed if it has not ended after this long; zero is legal.
    After(Duration),
    /// It is told to shut down, and has all the time it needs.
    Infinity,
}

impl Shutdown {
    /// What a child of this type gets if its spec does not say (S-1).
    pub(crate) fn default_of(child_type: ChildType) -> Self {
        match child_type {
            ChildType::Worker => Self::After(DEFAULT_SHUTDOWN),
            ChildType::Supervisor => Self::Infinity,
        }
    }
}

/// Says whether a child is a supervisor itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ChildType {
    /// An ordinary process; it has five seconds to stop by default.
    #[default]
    Worker,
    /// A supervisor; it has all the time it needs to stop by default.
    Supervisor,
}
