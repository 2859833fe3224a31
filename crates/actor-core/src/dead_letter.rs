//! What could not be delivered: an event each, never an error (G-28).

use tracing::debug;

use crate::unwind;

/// Why a message was not delivered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Undelivered {
    NoProc,
    WrongType,
}

/// Reports a message that was dropped because nobody could take it.
pub(crate) fn report(reason: Undelivered, to: &dyn std::fmt::Display) {
    let reason = match reason {
        Undelivered::NoProc => "noproc",
        Undelivered::WrongType => "wrong_type",
    };
    unwind::report(|| {
        debug!(target: "actor::dead_letter", reason, to = %to, "message not delivered");
    });
}
