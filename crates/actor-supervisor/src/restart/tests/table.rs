//! Every restart kind × reason × strategy × position, against the rules as one would say them.

use std::time::Duration;

use actor_core::ExitReason;

use crate::auto_shutdown::AutoShutdown;
use crate::child_policy::Restart::{self, Permanent, Temporary, Transient};
use crate::children::tests::spec;
use crate::children::{Children, Keeps, Key, State};
use crate::flags::Flags;
use crate::intensity::{History, Intensity};
use crate::restart::{Decision, Trigger, decide};
use crate::strategy::Strategy::{self, OneForAll, OneForOne, RestForOne};

const KINDS: [Restart; 3] = [Permanent, Transient, Temporary];

/// The reasons with their classes: normal, quiet, abnormal.
fn reasons() -> [(ExitReason, bool); 8] {
    [
        (ExitReason::Normal, false),
        (ExitReason::Shutdown, false),
        (ExitReason::shutdown_with("later"), false),
        (ExitReason::Kill, true),
        (ExitReason::Killed, true),
        (ExitReason::NoProc, true),
        (ExitReason::error("boom"), true),
        (ExitReason::custom("done"), true), // E-1: it merely looks friendly
    ]
}

/// Who is to stop and who to start, as positions; none if nothing is to be done.
type Told = Option<(Vec<usize>, Vec<usize>)>;

/// S-23, then S-32 to S-36.
fn by_the_rules(kinds: [Restart; 3], strategy: Strategy, failed: usize, abnormal: bool) -> Told {
    let restarts = match kinds[failed] {
        Permanent => true,
        Transient => abnormal,
        Temporary => false,
    };
    let touched: &[usize] = match (strategy, failed) {
        (OneForOne, n) => &[0, 1, 2][n..=n],
        (OneForAll, _) => &[0, 1, 2],
        (RestForOne, n) => &[0, 1, 2][n..],
    };
    let others = touched.iter().rev().filter(|n| **n != failed);
    let again = touched.iter().filter(|n| kinds[**n] != Temporary);
    restarts.then(|| (others.copied().collect(), again.copied().collect()))
}

fn running(kinds: [Restart; 3]) -> (Children<usize>, Vec<Key>) {
    let mut children = Children::new(Keeps::Specs);
    let keys = kinds.iter().enumerate().map(|(place, kind)| {
        let key = children
            .append(spec(&place.to_string(), *kind))
            .expect("new id");
        let _ = children.set_running(key, place, Duration::ZERO);
        key
    });
    let keys = keys.collect();
    (children, keys)
}

fn decided(
    children: &Children<usize>,
    strategy: Strategy,
    key: Key,
    reason: &ExitReason,
) -> Decision {
    let flags = Flags {
        strategy,
        intensity: Intensity::default(),
        auto_shutdown: AutoShutdown::Never,
    };
    let ended = Trigger::Ended(reason);
    let mut history = History::default();
    decide(flags, children, &mut history, key, ended, Duration::ZERO)
}

#[test]
fn every_kind_reason_strategy_and_position() {
    let mut cases = 0;
    for first in KINDS {
        for second in KINDS {
            for third in KINDS {
                let kinds = [first, second, third];
                let (children, keys) = running(kinds);
                for strategy in [OneForOne, OneForAll, RestForOne] {
                    for failed in 0..3 {
                        for (reason, abnormal) in reasons() {
                            let decision = decided(&children, strategy, keys[failed], &reason);
                            let told = by_the_rules(kinds, strategy, failed, abnormal);
                            let keyed =
                                |places: Vec<usize>| places.iter().map(|n| keys[*n]).collect();
                            let expected = match told {
                                None => Decision::Leave,
                                Some((stop, start)) => Decision::Restart {
                                    stop: keyed(stop),
                                    start: keyed(start),
                                },
                            };
                            assert_eq!(
                                decision, expected,
                                "{kinds:?} {strategy:?} {failed} {reason}"
                            );
                            cases += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(cases, 27 * 3 * 3 * 8);
}

/// What a child does before a restart that is due.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Was {
    Running,
    Waiting,
    Undefined,
}

fn as_they_were(kinds: [Restart; 3], states: [Was; 3]) -> (Children<usize>, Vec<Key>) {
    let (mut children, keys) = running([Permanent; 3]);
    for place in 0..3 {
        match states[place] {
            Was::Running => {}
            Was::Waiting => drop(children.set_restarting(keys[place], Duration::ZERO)),
            Was::Undefined => drop(children.set_undefined(keys[place])),
        }
        let _ = children.replace(spec(&place.to_string(), kinds[place])); // S-69
    }
    (children, keys)
}

/// S-32 to S-36, S-40: a child that waits is started, whatever it has become, if it is alone.
fn due_by_the_rules(
    kinds: [Restart; 3],
    states: [Was; 3],
    strategy: Strategy,
    due: usize,
) -> (Vec<usize>, Vec<usize>) {
    let touched: &[usize] = match (strategy, due) {
        (OneForOne, n) => return (Vec::new(), vec![n]),
        (OneForAll, _) => &[0, 1, 2],
        (RestForOne, n) => &[0, 1, 2][n..],
    };
    let leaves =
        |n: &&usize| kinds[**n] == Temporary || (**n != due && states[**n] == Was::Running);
    let leaves = touched.iter().rev().filter(leaves);
    let again = touched.iter().filter(|n| kinds[**n] != Temporary);
    (leaves.copied().collect(), again.copied().collect())
}

#[test]
fn every_kind_state_and_strategy_of_a_restart_that_is_due() {
    const STATES: [Was; 3] = [Was::Running, Was::Waiting, Was::Undefined];
    let triples = |n: usize| [n % 3, n / 3 % 3, n / 9];
    let mut cases = 0;
    for kinds in (0..27).map(|n| triples(n).map(|it| KINDS[it])) {
        for states in (0..27).map(|n| triples(n).map(|it| STATES[it])) {
            for due in (0..3).filter(|place| states[*place] == Was::Waiting) {
                for strategy in [OneForOne, OneForAll, RestForOne] {
                    let (children, keys) = as_they_were(kinds, states);
                    let Some(State::Restarting { ticket, .. }) =
                        children.get(keys[due]).map(|child| &child.state)
                    else {
                        panic!("it waits");
                    };
                    let flags = Flags {
                        strategy,
                        intensity: Intensity::default(),
                        auto_shutdown: AutoShutdown::Never,
                    };
                    let mut history = History::default();
                    let trigger = Trigger::RestartDue(*ticket);
                    let now = Duration::ZERO;
                    let decision = decide(flags, &children, &mut history, keys[due], trigger, now);
                    let (stop, start) = due_by_the_rules(kinds, states, strategy, due);
                    let keyed = |places: Vec<usize>| places.iter().map(|n| keys[*n]).collect();
                    let expected = Decision::Restart {
                        stop: keyed(stop),
                        start: keyed(start),
                    };
                    assert_eq!(
                        decision, expected,
                        "{kinds:?} {states:?} {strategy:?} {due}"
                    );
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 27 * 27 * 3); // one of three waits on average
}
