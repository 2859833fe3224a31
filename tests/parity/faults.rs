//! Holds docs/faults.md to the list of faults, and its tests to the faults that they prove.

use crate::page::{Row, complete, grounded, later, marked, page, proven, report, root, rows};

const PAGE: &str = "docs/faults.md";

/// Those that nothing may ship without.
const STAR: char = '★';

/// The faults of parts A, B, C, E and F; part D, supervision, is still to come.
#[rustfmt::skip] // a line a part
const FAULTS: [&str; 46] = [
    "F-01 ★", "F-02 ★", "F-03", "F-04", "F-05 ★", "F-06 ★", "F-07", "F-08 ★", "F-09", "F-10", "F-11", "F-12", "F-13",
    "F-14 ★", "F-15", "F-16 ★", "F-17", "F-18", "F-19", "F-20 ★", "F-21", "F-22 ★", "F-23",
    "F-24 ★", "F-25 ★", "F-26 ★", "F-27", "F-28", "F-29", "F-30", "F-31",
    "F-52 ★", "F-53", "F-54 ★", "F-55", "F-56 ★", "F-57", "F-58",
    "F-59 ★", "F-60", "F-61", "F-62 ★", "F-63", "F-64", "F-65", "F-66",
];

fn is_starred(row: &Row<'_>) -> bool {
    row.rule.ends_with(STAR)
}

#[test]
fn every_fault_has_its_line_and_only_one() {
    let page = page(PAGE);
    let rows = rows(&page);
    println!(
        "{} faults, of which {} wait for something",
        rows.len(),
        later(&rows)
    );
    report(PAGE, &complete(&FAULTS, &rows));
}

#[test]
fn every_fault_has_a_test_a_reason_or_what_comes_later() {
    let page = page(PAGE);
    let (starred, others): (Vec<_>, Vec<_>) = rows(&page).into_iter().partition(is_starred);
    report(PAGE, &grounded(&starred, &["later:"]));
    report(PAGE, &grounded(&others, &["later:", "none:"]));
}

#[test]
fn every_test_of_a_fault_exists_and_bears_its_number() {
    let page = page(PAGE);
    report(PAGE, &proven(&rows(&page), root));
    report(PAGE, &marked(&rows(&page), root));
}

mod planted {
    use super::*;

    #[test]
    fn a_star_that_was_lost_or_given_is_found() {
        let page = "| F-01 | a |\n| F-02 ★ | b |\n";
        let found = complete(&["F-01 ★", "F-02"], &rows(page));
        assert_eq!(found.len(), 4, "{found:?}");
        let page = "| F-01 ★ | a |\n| F-02 | b |\n";
        assert!(complete(&["F-01 ★", "F-02"], &rows(page)).is_empty());
        let stars: Vec<_> = rows(page).iter().map(is_starred).collect();
        assert_eq!(stars, [true, false]);
    }
}
