use std::collections::BTreeSet;

use super::Strategy::{self, OneForAll, OneForOne, RestForOne};

/// The places touched among the children 0, 1 and 2 when `failed` has to be restarted.
fn check(strategy: Strategy, failed: u32, expected: &[u32]) {
    let places = BTreeSet::from([0, 1, 2]);
    let affected: Vec<_> = places.range(strategy.affected(failed)).copied().collect();
    assert_eq!(affected, expected, "{strategy:?}, {failed}");
}

#[test]
fn whom_a_crash_touches() {
    check(OneForOne, 0, &[0]); // S-32
    check(OneForOne, 1, &[1]);
    check(OneForOne, 2, &[2]);
    check(OneForAll, 0, &[0, 1, 2]); // S-33
    check(OneForAll, 1, &[0, 1, 2]);
    check(OneForAll, 2, &[0, 1, 2]);
    check(RestForOne, 0, &[0, 1, 2]); // S-34
    check(RestForOne, 1, &[1, 2]);
    check(RestForOne, 2, &[2]);
}
