use std::time::Duration;

use actor_core::ExitReason;

use super::{Decision, Trigger, decide};
use crate::child_spec::Restart::{self, Permanent, Temporary, Transient};
use crate::children::tests::spec;
use crate::children::{Children, Key};
use crate::flags::Flags;
use crate::intensity::{History, Intensity};
use crate::strategy::Strategy::{self, OneForAll, OneForOne, RestForOne};

fn flags(strategy: Strategy, max_restarts: u32) -> Flags {
    let period = Duration::from_secs(5);
    Flags {
        strategy,
        intensity: Intensity {
            max_restarts,
            period,
        },
    }
}

/// Children of these kinds, all running.
fn running(kinds: &[Restart]) -> (Children<usize>, Vec<Key>) {
    let mut children = Children::new();
    let mut keys = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        let key = children
            .append(spec(&place.to_string(), *kind))
            .expect("new id");
        children.set_running(key, place);
        keys.push(key);
    }
    (children, keys)
}

fn decide_at_zero(
    strategy: Strategy,
    children: &Children<usize>,
    key: Key,
    trigger: Trigger<'_>,
) -> Decision {
    let mut history = History::default();
    decide(
        flags(strategy, 3),
        children,
        &mut history,
        key,
        trigger,
        Duration::ZERO,
    )
}

/// The decision about the child at `failed`, as places to stop and to start; none for `Leave`.
fn check(
    strategy: Strategy,
    kinds: &[Restart],
    failed: usize,
    reason: &ExitReason,
    expected: Option<(&[usize], &[usize])>,
) {
    let (children, keys) = running(kinds);
    let decision = decide_at_zero(strategy, &children, keys[failed], Trigger::Ended(reason));
    let expected = match expected {
        None => Decision::Leave,
        Some((stop, start)) => Decision::Restart {
            stop: stop.iter().map(|place| keys[*place]).collect(),
            start: start.iter().map(|place| keys[*place]).collect(),
        },
    };
    assert_eq!(
        decision, expected,
        "{strategy:?} {kinds:?} {failed} {reason}"
    );
}

#[test]
fn the_restart_kind_and_the_reason_decide_whether() {
    let yes = Some((&[][..], &[0][..]));
    let quiet = || ExitReason::shutdown_with("later");
    let boom = || ExitReason::error("boom");
    for (kind, reason, expected) in [
        // S-23, line by line
        (Permanent, ExitReason::Normal, yes),
        (Permanent, ExitReason::Shutdown, yes),
        (Permanent, quiet(), yes),
        (Permanent, ExitReason::Killed, yes),
        (Permanent, boom(), yes),
        (Transient, ExitReason::Normal, None),
        (Transient, ExitReason::Shutdown, None),
        (Transient, quiet(), None),
        (Transient, ExitReason::Killed, yes),
        (Transient, ExitReason::NoProc, yes),
        (Transient, boom(), yes),
        (Temporary, ExitReason::Normal, None),
        (Temporary, ExitReason::Shutdown, None),
        (Temporary, quiet(), None),
        (Temporary, ExitReason::Killed, None),
        (Temporary, boom(), None),
    ] {
        check(OneForOne, &[kind], 0, &reason, expected);
    }
}

#[test]
fn the_strategy_decides_whom() {
    let three = [Permanent, Permanent, Permanent];
    let killed = ExitReason::Killed;
    check(OneForOne, &three, 1, &killed, Some((&[], &[1]))); // S-32
    check(OneForAll, &three, 1, &killed, Some((&[2, 0], &[0, 1, 2]))); // S-33
    check(RestForOne, &three, 1, &killed, Some((&[2], &[1, 2]))); // S-34
    check(RestForOne, &three, 2, &killed, Some((&[], &[2])));
}

#[test]
fn a_child_that_is_not_restarted_touches_no_sibling() {
    for strategy in [OneForOne, OneForAll, RestForOne] {
        check(
            strategy,
            &[Temporary, Permanent],
            0,
            &ExitReason::Killed,
            None,
        ); // S-37
        check(
            strategy,
            &[Transient, Permanent],
            0,
            &ExitReason::Normal,
            None,
        );
    }
}

#[test]
fn temporary_siblings_are_stopped_and_not_started_again() {
    let kinds = [Temporary, Permanent, Temporary];
    check(
        OneForAll,
        &kinds,
        1,
        &ExitReason::Killed,
        Some((&[2, 0], &[1])),
    ); // S-36
}

#[test]
fn siblings_that_did_not_run_are_started_too() {
    let (mut children, keys) = running(&[Permanent, Transient, Permanent]);
    let _ = children.set_undefined(keys[1]);
    let decision = decide_at_zero(
        OneForAll,
        &children,
        keys[0],
        Trigger::Ended(&ExitReason::Killed),
    );
    let expected = Decision::Restart {
        stop: vec![keys[2]],
        start: keys,
    };
    assert_eq!(decision, expected); // S-35
}

#[test]
fn a_retry_counts_and_starts_from_the_child_that_failed() {
    let (mut children, keys) = running(&[Permanent, Permanent, Permanent]);
    children.set_restarting(keys[1]);
    let _ = children.set_undefined(keys[2]);
    let decision = decide_at_zero(RestForOne, &children, keys[1], Trigger::RetryDue);
    let expected = Decision::Restart {
        stop: vec![],
        start: vec![keys[1], keys[2]],
    };
    assert_eq!(decision, expected); // S-42

    let mut history = History::default();
    let mut retry = || {
        let now = Duration::ZERO;
        let flags = flags(OneForOne, 1);
        decide(
            flags,
            &children,
            &mut history,
            keys[1],
            Trigger::RetryDue,
            now,
        )
    };
    assert!(matches!(retry(), Decision::Restart { .. }));
    assert_eq!(retry(), Decision::GiveUp); // S-27
}

#[test]
fn a_retry_for_a_child_that_is_not_restarting_does_nothing() {
    let (mut children, keys) = running(&[Permanent]);
    assert_eq!(
        decide_at_zero(OneForOne, &children, keys[0], Trigger::RetryDue),
        Decision::Leave, // S-44
    );
    let _ = children.set_undefined(keys[0]);
    assert_eq!(
        decide_at_zero(OneForOne, &children, keys[0], Trigger::RetryDue),
        Decision::Leave,
    );
}

#[test]
fn only_a_restart_is_counted() {
    let (children, keys) = running(&[Transient, Permanent]);
    let mut history = History::default();
    let flags = flags(OneForOne, 1);
    let now = Duration::ZERO;
    for _ in 0..10 {
        let ended = Trigger::Ended(&ExitReason::Normal);
        let decision = decide(flags, &children, &mut history, keys[0], ended, now);
        assert_eq!(decision, Decision::Leave); // S-27
    }
    let ended = Trigger::Ended(&ExitReason::Killed);
    let first = decide(flags, &children, &mut history, keys[1], ended, now);
    assert!(matches!(first, Decision::Restart { .. }));
    // S-31: one history for all children.
    let second = decide(flags, &children, &mut history, keys[0], ended, now);
    assert_eq!(second, Decision::GiveUp);
}
