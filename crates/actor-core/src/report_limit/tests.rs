use std::time::{Duration, Instant};

use super::Verdict::{self, Suppress, SuppressFirst, Tell};
use super::{MANY, MOST, ReportLimit};
use crate::rt;

const KEY: (&str, u64) = ("crash", 1);

/// So many events at one time, in milliseconds, and what becomes of the last of them.
type Step = (u32, u64, Verdict);

fn at(start: Instant, ms: u64) -> Instant {
    start + Duration::from_millis(ms)
}

/// Gives what is left to tell at the end.
fn check(steps: &[Step]) -> u64 {
    let start = rt::now().into_std();
    let mut limit = ReportLimit::default();
    for (events, ms, expected) in steps {
        let last = (0..*events)
            .map(|_| limit.record(KEY, at(start, *ms)))
            .last();
        assert_eq!(last, Some(*expected), "{events} at {ms} of {steps:?}");
    }
    limit.take_suppressed(KEY)
}

fn first(left_ms: u64) -> Verdict {
    let left = Duration::from_millis(left_ms);
    SuppressFirst { left }
}

#[test]
fn a_hundred_a_second_are_told_and_the_others_counted() {
    for (steps, suppressed) in [
        (&[(1, 0, Tell)][..], 0),
        (&[(1, 5_000, Tell), (1, 6_000, Tell)], 0),
        (&[(MOST, 0, Tell), (1, 0, first(1_000))], 1),
        (
            &[(MOST, 0, Tell), (1, 999, first(1)), (50, 999, Suppress)],
            51,
        ),
        (&[(MOST, 0, Tell), (1, 1_000, Tell)], 0),
        (&[(MOST, 7_500, Tell), (1, 8_499, first(1))], 1),
        (&[(MOST, 7_500, Tell), (1, 8_500, Tell)], 0),
        // a window that nobody has asked about yet goes on counting
        (
            &[
                (MOST + 7, 0, Suppress),
                (MOST, 1_000, Tell),
                (1, 1_000, first(1_000)),
            ],
            8,
        ),
    ] {
        assert_eq!(check(steps), suppressed, "{steps:?}");
    }
}

#[test]
fn each_window_that_suppresses_is_asked_about_once() {
    let start = rt::now().into_std();
    let mut limit = ReportLimit::default();
    for second in [0, 1_000, 2_000] {
        let verdicts: Vec<_> = (0..MOST + 3)
            .map(|_| limit.record(KEY, at(start, second)))
            .collect();
        assert_eq!(
            verdicts[MOST as usize..],
            [first(1_000), Suppress, Suppress]
        );
        assert_eq!(limit.take_suppressed(KEY), 3);
        assert_eq!(limit.take_suppressed(KEY), 0);
    }
}

#[test]
fn the_storm_of_one_silences_no_other() {
    let now = rt::now().into_std();
    let mut limit = ReportLimit::default();
    for _ in 0..=MOST {
        let _ = limit.record(KEY, now);
    }
    assert_eq!(limit.record(KEY, now), Suppress);
    assert_eq!(limit.record(("crash", 2), now), Tell);
    assert_eq!(limit.record(("start", 1), now), Tell);
}

#[test]
fn who_is_silent_is_forgotten_but_for_what_is_to_be_told() {
    let start = rt::now().into_std();
    let mut limit = ReportLimit::default();
    for _ in 0..=MOST {
        let _ = limit.record(KEY, start);
    }
    for source in 0..10_000 {
        let now = at(start, 100 * source);
        assert_eq!(limit.record(("start", source), now), Tell);
        assert!(limit.0.len() <= MANY + 1, "{}", limit.0.len());
    }
    assert_eq!(limit.take_suppressed(KEY), 1);
}

#[test]
fn a_clock_that_goes_back_does_not_silence_a_node() {
    let steps = [(MOST, 2_000, Tell), (1, 0, Tell), (MOST - 1, 999, Tell)];
    assert_eq!(check(&steps), 0);
}
