//! The decision what to do when a child ended, or a restart of it failed.
//!
//! Pure: no clock, no async, no I/O, no lock.
//!
//! There is no other place that asks for restart kinds, strategies or counts.

#[cfg(test)]
mod tests;

use std::hash::Hash;
use std::time::Duration;

use actor_core::ExitReason;

use crate::child_spec::Restart;
use crate::children::{Children, Key, State};
use crate::flags::Flags;
use crate::intensity::{History, Verdict};

/// What happened to a child.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trigger<'a> {
    /// Its process ended by itself.
    Ended(&'a ExitReason),
    /// A restart of it failed, and it is its turn again (S-40).
    RetryDue,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Decision {
    /// Nothing; the child stays without a process, a temporary one goes (S-24).
    Leave,
    /// First stop these, in this order; then start those, in that order.
    Restart { stop: Vec<Key>, start: Vec<Key> },
    /// The limit is exceeded: stop all, and end with `shutdown` (S-28).
    GiveUp,
}

/// Decides about the child `key`. A restart is entered in the history; nothing else changes.
pub(crate) fn decide<P: Clone + Eq + Hash>(
    flags: Flags,
    children: &Children<P>,
    history: &mut History,
    key: Key,
    trigger: Trigger<'_>,
    now: Duration,
) -> Decision {
    let Some(child) = children.get(key) else {
        return Decision::Leave;
    };
    if !wants_restart(child.spec.fields.restart, &child.state, trigger) {
        return Decision::Leave;
    }
    match history.record(flags.intensity, now) {
        Verdict::Exceeded => Decision::GiveUp,
        Verdict::Allowed => cycle(flags, children, key),
    }
}

/// The table of S-23; a retry is wanted as long as the child is restarting (S-44).
fn wants_restart<P>(restart: Restart, state: &State<P>, trigger: Trigger<'_>) -> bool {
    match (restart, trigger) {
        (_, Trigger::RetryDue) => matches!(state, State::Restarting),
        (Restart::Permanent, Trigger::Ended(_)) => true,
        (Restart::Transient, Trigger::Ended(reason)) => reason.is_abnormal(),
        (Restart::Temporary, Trigger::Ended(_)) => false,
    }
}

/// Stops what runs in the strategy's range, last started first, and starts every child in it that
/// is not temporary, whether it ran or not (S-33 to S-36).
fn cycle<P: Clone + Eq + Hash>(flags: Flags, children: &Children<P>, failed: Key) -> Decision {
    let affected = || children.range(flags.strategy.affected(failed));
    let stop = affected()
        .rev()
        .filter(|(key, child)| *key != failed && matches!(child.state, State::Running(_)))
        .map(|(key, _)| key)
        .collect();
    let start = affected()
        .filter(|(_, child)| child.spec.fields.restart != Restart::Temporary)
        .map(|(key, _)| key)
        .collect();
    Decision::Restart { stop, start }
}
