use std::time::Duration;

use super::{Backoff, Row};

const MS: Duration = Duration::from_millis(1);

#[test]
fn delays_double_up_to_the_longest() {
    for (backoff, delays) in [
        (
            Backoff::exponential(100 * MS, 500 * MS),
            [100, 200, 400, 500, 500],
        ),
        (Backoff::constant(70 * MS), [70; 5]),
        (Backoff::constant(Duration::ZERO), [0; 5]),
        (Backoff::exponential(900 * MS, 500 * MS), [500; 5]),
    ] {
        let mut row = Row::default();
        let seen: Vec<_> = delays.map(|_| row.next(&backoff, Duration::ZERO)).into();
        assert_eq!(seen, delays.map(|delay| delay * MS), "{backoff:?}");
    }
}

#[test]
fn extreme_values_are_no_overflow() {
    let backoff = Backoff::exponential(Duration::MAX, Duration::MAX);
    let mut row = Row::default();
    for _ in 0..100 {
        assert_eq!(row.next(&backoff, Duration::MAX), Duration::MAX);
    }
    row.length = u32::MAX;
    assert_eq!(row.next(&backoff, Duration::ZERO), Duration::MAX);
}

#[test]
fn a_child_that_ran_long_enough_begins_a_new_row() {
    let backoff = Backoff::exponential(100 * MS, 400 * MS).reset_after(1_000 * MS);
    let mut row = Row::default();
    let mut ended_after = |ran: Option<u32>| {
        if ran.is_some() {
            row.started(Duration::ZERO);
        }
        row.next(&backoff, ran.unwrap_or_default() * MS)
    };
    for (ran, delay) in [
        (Some(10), 100),
        (Some(999), 200),
        (None, 400), // it did not even start
        (Some(1_000), 100),
        (None, 200),
        (None, 400),
    ] {
        assert_eq!(ended_after(ran), delay * MS, "{ran:?}");
    }
}

#[test]
fn a_try_that_fails_late_does_not_begin_a_new_row() {
    let backoff = Backoff::exponential(100 * MS, 400 * MS).reset_after(1_000 * MS);
    let mut row = Row::default();
    row.started(Duration::ZERO);
    assert_eq!(row.next(&backoff, 10 * MS), 100 * MS);
    assert_eq!(row.next(&backoff, 5_000 * MS), 200 * MS);
}
