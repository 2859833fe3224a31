use std::time::Duration;

use super::Verdict::{Allowed, Exceeded};
use super::{History, Intensity, Verdict};

/// Records restarts at these milliseconds; `expected` are the verdicts.
fn check(max_restarts: u32, period_ms: u64, at_ms: &[u64], expected: &[Verdict]) {
    let period = Duration::from_millis(period_ms);
    let intensity = Intensity {
        max_restarts,
        period,
    };
    let mut history = History::default();
    let verdicts: Vec<_> = at_ms
        .iter()
        .map(|ms| history.record(intensity, Duration::from_millis(*ms)))
        .collect();
    assert_eq!(
        verdicts, expected,
        "{max_restarts} in {period_ms} ms, {at_ms:?}"
    );
}

#[test]
fn so_many_are_allowed_and_one_more_is_not() {
    check(0, 5000, &[0], &[Exceeded]); // S-29
    check(1, 5000, &[0, 0], &[Allowed, Exceeded]);
    check(
        3,
        5000,
        &[0, 1, 2, 3],
        &[Allowed, Allowed, Allowed, Exceeded],
    );
}

#[test]
fn the_window_is_inclusive_and_slides() {
    check(1, 5000, &[0, 5000], &[Allowed, Exceeded]); // S-26
    check(1, 5000, &[0, 5001], &[Allowed, Allowed]);
    // S-30: no fixed buckets, old ones age out one by one.
    check(2, 5000, &[0, 4000, 5001], &[Allowed, Allowed, Allowed]);
    check(
        2,
        5000,
        &[0, 4000, 5001, 9000],
        &[Allowed, Allowed, Allowed, Exceeded],
    );
}

#[test]
fn extremes_do_not_overflow() {
    let forever = Intensity {
        max_restarts: u32::MAX,
        period: Duration::MAX,
    };
    let mut history = History::default();
    assert_eq!(history.record(forever, Duration::MAX), Allowed);
    assert_eq!(history.record(forever, Duration::ZERO), Allowed);
}

#[test]
fn the_history_keeps_no_more_than_the_window() {
    let intensity = Intensity {
        max_restarts: 3,
        period: Duration::from_millis(10),
    };
    let mut history = History::default();
    for second in 0..1000 {
        assert_eq!(
            history.record(intensity, Duration::from_secs(second)),
            Allowed
        );
        assert_eq!(history.instants.len(), 1);
    }
}

#[test]
fn what_is_left_is_what_the_next_restarts_may_use() {
    let intensity = Intensity {
        max_restarts: 3,
        period: Duration::from_secs(5),
    };
    let mut history = History::default();
    let second = Duration::from_secs;
    assert_eq!(history.left(intensity, second(0)), 3);
    for (at, left) in [(0, 2), (2, 1), (2, 0), (2, 0)] {
        let verdict = history.record(intensity, second(at));
        assert_eq!(history.left(intensity, second(at)), left, "{verdict:?}");
    }
    for (now, left) in [(5, 0), (6, 0), (7, 0), (8, 3)] {
        assert_eq!(history.left(intensity, second(now)), left, "after {now} s");
    }
}
