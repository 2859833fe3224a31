//! What the end of one application means to the others (AP-5).
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use actor_core::ExitReason;

/// Says what it means to the other applications when the tree of one ends by itself (AP-5). A stop that
/// was asked for never concerns the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StartType {
    /// The end is reported, and the others go on.
    #[default]
    Temporary,
    /// All applications stop, unless the reason is `normal`. A supervisor that gives up ends with
    /// `shutdown`, so that counts.
    Transient,
    /// All applications stop.
    Permanent,
}

/// How one application ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Somebody stopped it.
    Stopped,
    /// Its tree, or the process that owns the tree, ended by itself.
    ByItself(ExitReason),
}

/// What it means to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fallout {
    Nothing,
    StopAll,
}

pub(super) fn fallout(start_type: StartType, end: &End) -> Fallout {
    match (end, start_type) {
        (End::Stopped, _) | (End::ByItself(_), StartType::Temporary) => Fallout::Nothing,
        (End::ByItself(reason), StartType::Transient) if reason.is_normal() => Fallout::Nothing,
        (End::ByItself(_), StartType::Transient | StartType::Permanent) => Fallout::StopAll,
    }
}
