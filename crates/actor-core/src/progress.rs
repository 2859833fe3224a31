//! [`Callback`] and [`Progress`]: what a process handles, and how much it has handled.
//!
//! Pure: no clock, no async, no I/O, no lock.

use std::fmt;

/// The callbacks of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Callback {
    /// [`init`](crate::GenServer::init)
    Init,
    /// [`handle_call`](crate::GenServer::handle_call)
    HandleCall,
    /// [`handle_cast`](crate::GenServer::handle_cast)
    HandleCast,
    /// [`handle_info`](crate::GenServer::handle_info)
    HandleInfo,
    /// [`handle_continue`](crate::GenServer::handle_continue)
    HandleContinue,
    /// [`terminate`](crate::GenServer::terminate)
    Terminate,
}

impl Callback {
    const ALL: [Self; 6] = [
        Self::Init,
        Self::HandleCall,
        Self::HandleCast,
        Self::HandleInfo,
        Self::HandleContinue,
        Self::Terminate,
    ];

    /// That of this number, as it is kept in a byte.
    pub(crate) fn of(number: u8) -> Self {
        let found = Self::ALL.get(usize::from(number));
        found.copied().unwrap_or(Self::Init)
    }

    /// Returns the name of the method.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::HandleCall => "handle_call",
            Self::HandleCast => "handle_cast",
            Self::HandleInfo => "handle_info",
            Self::HandleContinue => "handle_continue",
            Self::Terminate => "terminate",
        }
    }
}

impl fmt::Display for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far a process has come.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    /// The callback that has begun last.
    pub(crate) callback: Callback,
    /// How many messages were taken out of the inbox to be handled.
    pub(crate) handled: u64,
}
