//! What an exit signal does to the process that it reaches (P-5 to P-11).
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use crate::exit_reason::ExitReason;

/// Where an exit signal comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A linked process died (P-5 a).
    Link,
    /// A linked process died before its start was acknowledged: the starter learns of it as the
    /// result of its start, so a trapping one gets no message (G-5).
    StartingLink,
    /// `exit(pid, reason)` by another process, or by plain code (P-5 b).
    Exit,
    /// `exit(self, reason)` (P-10).
    ExitSelf,
}

/// What the signal does.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Reaction {
    /// Nothing happens.
    Ignore,
    /// The signal becomes a message at its place in the inbox (P-7).
    Deliver(ExitReason),
    /// The process dies at once with this reason (P-6, P-8).
    Die(ExitReason),
}

/// Decides what an exit signal does, judged when it arrives (P-11).
pub(crate) fn react(origin: Origin, traps: bool, reason: ExitReason) -> Reaction {
    match (origin, &reason) {
        (Origin::Exit | Origin::ExitSelf, ExitReason::Kill) => Reaction::Die(ExitReason::Killed),
        (Origin::StartingLink, _) if traps => Reaction::Ignore,
        _ if traps => Reaction::Deliver(reason),
        (Origin::ExitSelf, ExitReason::Normal) => Reaction::Die(reason),
        (_, ExitReason::Normal) => Reaction::Ignore,
        _ => Reaction::Die(reason),
    }
}
