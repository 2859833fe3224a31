//! The decision what to do when a child ended, or a restart of it failed.
//!
//! Pure: no clock, no async, no I/O, no lock.
//!
//! No other place decides by restart kinds, strategies or counts who stops and who starts.

#[cfg(test)]
mod tests;

use std::hash::Hash;
use std::time::Duration;

use actor_core::ExitReason;

use crate::auto_shutdown::AutoShutdown;
use crate::child_policy::Restart;
use crate::children::{Child, Children, Key, State, Ticket};
use crate::flags::Flags;
use crate::intensity::{History, Verdict};
use crate::strategy::Strategy;

/// What happened to a child.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trigger<'a> {
    /// Its process ended by itself.
    Ended(&'a ExitReason),
    /// The restart that it waits for with this ticket is due: one that failed before (S-40), or one
    /// that was delayed.
    RestartDue(Ticket),
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Decision {
    /// Nothing: it was no news (S-44).
    Ignore,
    /// The child stays without a process; a temporary one goes (S-24).
    Leave,
    /// The child's own delay comes first. Nothing else is touched, and nothing counted yet.
    Delay,
    /// First stop these, in this order, and let those go that are temporary; then start those, in that
    /// order.
    Restart { stop: Vec<Key>, start: Vec<Key> },
    /// Its significant children have ended: stop all, and end with `shutdown` (S-60, S-61).
    ShutDown,
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
        return Decision::Ignore;
    };
    match trigger {
        Trigger::RestartDue(ticket) if !waits_with(&child.state, ticket) => Decision::Ignore,
        Trigger::Ended(reason) if !wants_restart(child.spec.fields.restart, reason) => {
            gone(flags.auto_shutdown, children, key, child)
        }
        Trigger::Ended(_) if child.spec.fields.restart_delay.is_some() => Decision::Delay,
        Trigger::Ended(_) | Trigger::RestartDue(_) => match history.record(flags.intensity, now) {
            Verdict::Exceeded => Decision::GiveUp,
            Verdict::Allowed => cycle(flags, children, key),
        },
    }
}

/// The table of S-23.
fn wants_restart(restart: Restart, reason: &ExitReason) -> bool {
    match restart {
        Restart::Permanent => true,
        Restart::Transient => reason.is_abnormal(),
        Restart::Temporary => false,
    }
}

/// A message about an earlier wait, or one that was cancelled, does nothing (S-43, S-44).
fn waits_with<P>(state: &State<P>, awaited: Ticket) -> bool {
    matches!(state, State::Restarting { ticket, .. } if *ticket == awaited)
}

/// A child ended for good: a significant one may end the supervisor (S-60 to S-62).
fn gone<P: Clone + Eq + Hash>(
    auto_shutdown: AutoShutdown,
    children: &Children<P>,
    key: Key,
    child: &Child<P>,
) -> Decision {
    let ends = child.spec.fields.significant
        && match auto_shutdown {
            AutoShutdown::Never => false,
            AutoShutdown::AnySignificant => true,
            AutoShutdown::AllSignificant => children.other_significant(key) == 0,
        };
    match ends {
        true => Decision::ShutDown,
        false => Decision::Leave,
    }
}

/// Stops what runs in the strategy's range, last started first, and starts every child in it that
/// is not temporary, whether it ran or not (S-33 to S-36). A temporary one in it goes (S-36), unless it
/// alone is to be started: it was made temporary while it waited for that (S-69).
fn cycle<P: Clone + Eq + Hash>(flags: Flags, children: &Children<P>, failed: Key) -> Decision {
    if flags.strategy == Strategy::OneForOne {
        return Decision::Restart {
            stop: Vec::new(),
            start: vec![failed],
        };
    }
    let affected = || children.range(flags.strategy.affected(failed));
    let is_temporary = |child: &Child<P>| child.spec.fields.restart == Restart::Temporary;
    let runs = |child: &Child<P>| matches!(child.state, State::Running(_));
    let stop = affected()
        .rev()
        .filter(|(key, child)| is_temporary(child) || (*key != failed && runs(child)))
        .map(|(key, _)| key)
        .collect();
    let start = affected()
        .filter(|(_, child)| !is_temporary(child))
        .map(|(key, _)| key)
        .collect();
    Decision::Restart { stop, start }
}
