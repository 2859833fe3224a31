//! What a part came to, and whether it may be so much.

use std::fmt::Write;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::statistics::range;

/// With `at` of them, each took so many microseconds or bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub what: String,
    pub at: u64,
    pub value: f64,
}

#[derive(Clone, Copy)]
pub enum Limit {
    None,
    /// The most is at most so many times that with the fewest, where bare tasks do not grow.
    Growth(f64),
    AtMost(f64),
}

impl Point {
    /// So many operations took so long.
    #[expect(clippy::cast_precision_loss, reason = "it is far below 2^52")]
    pub fn time(what: &str, at: u64, took: Duration, operations: u64) -> Self {
        Self {
            what: what.to_owned(),
            at,
            value: took.as_secs_f64() * 1e6 / operations as f64,
        }
    }
}

/// The points of each kind, in the order in which the kinds first came.
fn kinds(points: &[Point]) -> Vec<(&str, Vec<&Point>)> {
    let mut kinds: Vec<(&str, Vec<&Point>)> = Vec::new();
    for point in points {
        match kinds.iter_mut().find(|(what, _)| *what == point.what) {
            Some((_, of_kind)) => of_kind.push(point),
            None => kinds.push((&point.what, vec![point])),
        }
    }
    kinds
}

/// The most of all, as a multiple of what it is with the fewest.
fn growth(points: &[&Point]) -> Option<f64> {
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    Some(range(&values)?.1 / values.first()?)
}

/// What is past the limit, in words; beside what bare tasks came to, if they were measured.
pub fn passed(limit: Limit, points: &[Point], bare: &[Point]) -> Vec<String> {
    let bare: Vec<&Point> = bare.iter().collect();
    let inherent = growth(&bare).unwrap_or(1.0);
    let kinds = kinds(points).into_iter();
    let of_kind = kinds.filter_map(|(what, points)| match limit {
        Limit::None => None,
        Limit::Growth(most) => {
            let growth = growth(&points).filter(|growth| *growth > most * inherent)?;
            Some(format!(
                "{what} grows {growth:.2} times, bare tasks {inherent:.2}"
            ))
        }
        Limit::AtMost(most) => {
            let point = points.into_iter().find(|point| point.value > most)?;
            Some(format!("{what} {:.0} with {}", point.value, point.at))
        }
    });
    of_kind.collect()
}

/// A line for each kind, with a cell for each size.
pub fn table(contestant: &str, points: &[Point]) -> String {
    let mut sizes: Vec<u64> = points.iter().map(|point| point.at).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let head: Vec<String> = sizes.iter().map(u64::to_string).collect();
    let mut text = format!("| {contestant} | {} | growth |\n", head.join(" | "));
    let _ = writeln!(text, "|---|{}---|", "---|".repeat(sizes.len()));
    for (what, points) in kinds(points) {
        let cell = |size: &u64| {
            let point = points.iter().find(|point| point.at == *size);
            point.map_or(String::new(), |point| format!("{:.2}", point.value))
        };
        let cells: Vec<String> = sizes.iter().map(cell).collect();
        let growth = growth(&points).unwrap_or(1.0);
        let _ = writeln!(text, "| {what} | {} | {growth:.2} |", cells.join(" | "));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(&str, u64, f64)]) -> Vec<Point> {
        let point = |(what, at, value): &(&str, u64, f64)| Point {
            what: (*what).to_owned(),
            at: *at,
            value: *value,
        };
        values.iter().map(point).collect()
    }

    #[test]
    fn a_limit_is_passed_by_the_kind_that_passes_it() {
        let growth = Limit::Growth(1.5);
        for (limit, values, words) in [
            (
                growth,
                &[("start, µs", 1, 2.0), ("start, µs", 10, 3.0)][..],
                &[][..],
            ),
            (growth, &[("a", 1, 9.0), ("a", 10, 1.0)], &[]),
            (
                growth,
                &[("a", 1, 1.0), ("b", 1, 2.0), ("a", 10, 1.0), ("b", 10, 4.0)],
                &["b grows 2.00 times, bare tasks 1.00"],
            ),
            (
                growth,
                &[("a", 1, 1.0), ("a", 10, 1.6), ("a", 100, 1.0)],
                &["a grows 1.60 times, bare tasks 1.00"],
            ),
            (Limit::AtMost(800.0), &[("bytes", 9, 800.0)], &[]),
            (
                Limit::AtMost(800.0),
                &[("bytes", 9, 801.0)],
                &["bytes 801 with 9"],
            ),
            (growth, &[], &[]),
            (Limit::None, &[("a", 1, 1.0), ("a", 10, 9.0)], &[]),
        ] {
            assert_eq!(passed(limit, &points(values), &[]), words);
        }
    }

    #[test]
    fn what_grows_with_bare_tasks_does_not_pass() {
        let bare = points(&[("task", 1, 1.0), ("task", 10, 3.0)]);
        for (most, expected) in [
            (4.4, &[][..]),
            (4.6, &["a grows 4.60 times, bare tasks 3.00"]),
        ] {
            let ours = points(&[("a", 1, 1.0), ("a", 10, most)]);
            assert_eq!(passed(Limit::Growth(1.5), &ours, &bare), expected);
        }
    }

    #[test]
    fn a_size_that_a_kind_lacks_is_an_empty_cell() {
        let points = points(&[("a", 1, 2.0), ("a", 10, 3.0), ("b", 10, 1.0)]);
        let text = "| ours | 1 | 10 | growth |\n|---|---|---|---|\n| a | 2.00 | 3.00 | 1.50 |\n| b |  | 1.00 | 1.00 |\n\n";
        assert_eq!(table("ours", &points), text);
    }

    #[test]
    fn a_time_is_for_each_operation() {
        let point = Point::time("a", 7, Duration::from_millis(3), 1_000);
        assert!((point.value - 3.0).abs() < 1e-9);
    }
}
