use std::time::Duration;

use super::Verdict::{self, Suppress, Tell};
use super::{MOST, ReportLimit};
use crate::rt;

/// So many events at one time, in milliseconds, and what becomes of the last of them.
type Step = (u32, u64, Verdict);

const TELL: Verdict = Tell { suppressed: 0 };

fn check(steps: &[Step]) {
    let start = rt::now().into_std();
    let mut limit = ReportLimit::default();
    for (events, at, expected) in steps {
        let now = start + Duration::from_millis(*at);
        let last = (0..*events).map(|_| limit.record(now)).last();
        assert_eq!(last, Some(*expected), "{events} at {at} of {steps:?}");
    }
}

#[test]
fn a_hundred_a_second_are_told_and_the_others_counted() {
    check(&[(1, 0, TELL)]);
    check(&[(1, 5_000, TELL), (1, 6_000, TELL)]);
    check(&[(MOST, 0, TELL), (1, 0, Suppress)]);
    check(&[(MOST, 0, TELL), (1, 999, Suppress)]);
    check(&[(MOST, 0, TELL), (1, 1_000, TELL)]);
    check(&[(MOST, 7_500, TELL), (1, 8_499, Suppress)]);
    check(&[(MOST, 7_500, TELL), (1, 8_500, TELL)]);
}

#[test]
fn the_first_that_is_told_again_tells_how_many_were_not() {
    let told = Tell { suppressed: 50 };
    check(&[(MOST + 50, 0, Suppress), (1, 1_000, told), (1, 1_000, TELL)]);
    let told = Tell { suppressed: 7 };
    check(&[
        (MOST + 7, 0, Suppress),
        (1, 60_000, told),
        (1, 60_001, TELL),
    ]);
    let storm = MOST + 1;
    let one = Tell { suppressed: 1 };
    check(&[
        (storm, 0, Suppress),
        (1, 1_000, one),
        (MOST, 1_500, Suppress),
        (1, 2_000, one),
    ]);
}

#[test]
fn a_clock_that_goes_back_does_not_silence_a_node() {
    check(&[(MOST, 2_000, TELL), (1, 0, TELL), (MOST, 999, Suppress)]);
}
