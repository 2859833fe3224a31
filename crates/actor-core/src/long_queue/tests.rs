use super::Alarm;

enum Step {
    /// A message comes to so many; whether it is told.
    Grows(usize, bool),
    /// The process has worked off all but so many; whether that ends it.
    Shrinks(usize, bool),
}

use Step::{Grows, Shrinks};

#[test]
fn it_rings_once_past_the_limit_and_again_only_after_half_of_it() {
    let mut alarm = Alarm::default();
    for (place, step) in [
        Grows(0, false),
        Grows(9, false),
        Grows(10, true),
        Grows(11, false),
        Grows(10_000, false),
        Shrinks(10, false),
        Grows(10, false),
        Shrinks(6, false),
        Grows(10, false),
        Shrinks(5, true),
        Shrinks(0, false), // it has ended already
        Grows(9, false),
        Grows(20, true), // whoever asks late hears of it all the same
        Shrinks(0, true),
        Grows(10, true),
    ]
    .into_iter()
    .enumerate()
    {
        match step {
            Grows(length, rings) => assert_eq!(alarm.grows(length, 10), rings, "step {place}"),
            Shrinks(length, ends) => assert_eq!(alarm.shrinks(length, 10), ends, "step {place}"),
        }
    }
}

#[test]
fn nobody_has_to_ask_before_the_limit_and_after_it_has_rung() {
    let mut alarm = Alarm::default();
    assert_eq!(alarm.quiet(0, 10), 10);
    assert_eq!(alarm.quiet(7, 10), 3);
    assert_eq!(alarm.quiet(12, 10), 0);
    assert!(alarm.grows(10, 10));
    assert_eq!(alarm.quiet(10, 10), usize::MAX);
}

#[test]
fn limits_at_the_ends() {
    let mut alarm = Alarm::default();
    assert!(!alarm.grows(usize::MAX - 1, usize::MAX));
    assert!(alarm.grows(0, 0));
}
