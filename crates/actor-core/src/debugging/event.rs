//! [`Event`]: what a debugged process tells of itself.

use std::fmt;

/// What a process that is traced, logged or hooked into has just done (Y-5).
///
/// Of a message its name is told, as in a crash report (see
/// [`message_name`](crate::GenServer::message_name)), for an argument may be a secret or have no text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// It begins to handle this message.
    In(&'static str),
    /// The callback that got this request has answered it.
    Out(&'static str),
    /// It has handled the message, and goes on with this state, as
    /// [`format_status`](crate::GenServer::format_status) writes it (G-49).
    State(String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(message) => write!(f, "in {message}"),
            Self::Out(request) => write!(f, "out {request}"),
            Self::State(state) => write!(f, "state {state}"),
        }
    }
}
