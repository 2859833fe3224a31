mod random;
mod table;

use std::time::Duration;

use actor_core::ExitReason;

use super::{Decision, Trigger, decide};
use crate::auto_shutdown::AutoShutdown::{self, AllSignificant, AnySignificant, Never};
use crate::backoff::Backoff;
use crate::child_policy::Restart::{self, Permanent, Temporary, Transient};
use crate::children::tests::spec;
use crate::children::{Children, Keeps, Key, Ticket};
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
        auto_shutdown: Never,
    }
}

/// Children of these kinds, all running.
fn running(kinds: &[Restart]) -> (Children<usize>, Vec<Key>) {
    let mut children = Children::new(Keeps::Specs);
    let mut keys = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        let key = children
            .append(spec(&place.to_string(), *kind))
            .expect("new id");
        let _ = children.set_running(key, place, Duration::ZERO);
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
    let ticket = wait(&mut children, keys[1]);
    let _ = children.set_undefined(keys[2]);
    let due = Trigger::RestartDue(ticket);
    let decision = decide_at_zero(RestForOne, &children, keys[1], due);
    let expected = Decision::Restart {
        stop: vec![],
        start: vec![keys[1], keys[2]],
    };
    assert_eq!(decision, expected); // S-42

    let mut history = History::default();
    let mut retry = || {
        let now = Duration::ZERO;
        let flags = flags(OneForOne, 1);
        decide(flags, &children, &mut history, keys[1], due, now)
    };
    assert!(matches!(retry(), Decision::Restart { .. }));
    assert_eq!(retry(), Decision::GiveUp); // S-27
}

/// Lets the child wait for a restart.
fn wait(children: &mut Children<usize>, key: Key) -> Ticket {
    children.set_restarting(key, Duration::ZERO).0
}

#[test]
fn a_restart_that_is_due_no_more_does_nothing() {
    // S-43, S-44.
    let (mut children, keys) = running(&[Permanent]);
    let earlier = wait(&mut children, keys[0]);
    let due = |children: &Children<usize>, ticket| {
        decide_at_zero(OneForOne, children, keys[0], Trigger::RestartDue(ticket))
    };
    let _ = children.set_running(keys[0], 10, Duration::ZERO);
    assert_eq!(due(&children, earlier), Decision::Ignore);
    let _ = children.set_undefined(keys[0]);
    assert_eq!(due(&children, earlier), Decision::Ignore);
    let present = wait(&mut children, keys[0]);
    assert_eq!(due(&children, earlier), Decision::Ignore);
    assert!(matches!(due(&children, present), Decision::Restart { .. }));
}

#[test]
fn a_delayed_restart_is_counted_when_it_is_due() {
    let mut children = Children::new(Keeps::Specs);
    let mut spec = spec("a", Transient);
    spec.fields.restart_delay = Some(Backoff::constant(Duration::from_secs(1)));
    let key = children.append(spec).expect("new id");
    let _ = children.set_running(key, 0, Duration::ZERO);
    let mut history = History::default();
    let flags = flags(OneForAll, 0);
    let now = Duration::ZERO;
    let ended = Trigger::Ended(&ExitReason::Normal);
    let decision = decide(flags, &children, &mut history, key, ended, now);
    assert_eq!(decision, Decision::Leave, "it is not restarted at all");
    let ended = Trigger::Ended(&ExitReason::Killed);
    let decision = decide(flags, &children, &mut history, key, ended, now);
    assert_eq!(decision, Decision::Delay);
    let due = Trigger::RestartDue(wait(&mut children, key));
    let decision = decide(flags, &children, &mut history, key, due, now);
    assert_eq!(decision, Decision::GiveUp);
}

#[test]
fn a_significant_child_that_ends_for_good_may_end_its_supervisor() {
    // S-60, S-61: the first of two that ends, and then the second.
    for (auto_shutdown, kind, reason, first, second) in [
        (Never, Transient, ExitReason::Normal, false, false),
        (AnySignificant, Transient, ExitReason::Normal, true, true),
        (AnySignificant, Transient, ExitReason::Shutdown, true, true),
        (AnySignificant, Temporary, ExitReason::Killed, true, true),
        (AnySignificant, Temporary, ExitReason::Normal, true, true),
        (AllSignificant, Transient, ExitReason::Normal, false, true),
        (AllSignificant, Temporary, ExitReason::Killed, false, true),
    ] {
        let told = |flag| {
            if flag {
                Decision::ShutDown
            } else {
                Decision::Leave
            }
        };
        let (mut children, keys) = significant(&[kind, kind]);
        let decision = ended_under(auto_shutdown, &children, keys[0], &reason);
        assert_eq!(decision, told(first), "{auto_shutdown:?} {kind:?} {reason}");
        let _ = children.set_undefined(keys[0]);
        let decision = ended_under(auto_shutdown, &children, keys[1], &reason);
        assert_eq!(
            decision,
            told(second),
            "{auto_shutdown:?} {kind:?} {reason}"
        );
        // One that is not significant ends nothing, whatever the rest does (S-62).
        let plain = ended_under(auto_shutdown, &children, keys[2], &reason);
        assert_eq!(plain, Decision::Leave);
    }
}

#[test]
fn a_significant_child_that_is_restarted_ends_nothing_and_one_that_waits_for_it_counts() {
    // S-60, S-61, F-49.
    let (mut children, keys) = significant(&[Transient, Transient]);
    let crashed = ended_under(AllSignificant, &children, keys[0], &ExitReason::Killed);
    assert!(matches!(crashed, Decision::Restart { .. }));
    let _ = wait(&mut children, keys[0]);
    let last = ended_under(AllSignificant, &children, keys[1], &ExitReason::Normal);
    assert_eq!(last, Decision::Leave);
}

/// Significant children of these kinds, and a last one that is not; all running.
fn significant(kinds: &[Restart]) -> (Children<usize>, Vec<Key>) {
    let mut children = Children::new(Keeps::Specs);
    let kinds = kinds
        .iter()
        .map(|kind| (*kind, true))
        .chain([(Temporary, false)]);
    let keys = kinds.enumerate().map(|(place, (kind, significant))| {
        let mut spec = spec(&place.to_string(), kind);
        spec.fields.significant = significant;
        let key = children.append(spec).expect("new id");
        let _ = children.set_running(key, place, Duration::ZERO);
        key
    });
    let keys = keys.collect();
    (children, keys)
}

fn ended_under(
    auto_shutdown: AutoShutdown,
    children: &Children<usize>,
    key: Key,
    reason: &ExitReason,
) -> Decision {
    let flags = Flags {
        auto_shutdown,
        ..flags(OneForOne, 3)
    };
    let ended = Trigger::Ended(reason);
    let mut history = History::default();
    decide(flags, children, &mut history, key, ended, Duration::ZERO)
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
