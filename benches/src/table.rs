//! The results as a table in markdown.

use std::fmt::Write;

use crate::plan::{BENCHMARKS, CONTESTANTS};
use crate::runtime::Flavor;
use crate::series::Entry;

/// The middle value; of an even number the upper of the two.
fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A table for each runtime: the reference in operations a second, the others as ratios to it.
pub fn markdown(entries: &[Entry]) -> String {
    let mut text = String::new();
    for flavor in Flavor::ALL {
        let _ = writeln!(text, "\n### {}\n", flavor.name());
        let _ = writeln!(text, "| benchmark | {} |", CONTESTANTS.join(" | "));
        let _ = writeln!(text, "|---|{}", "---|".repeat(CONTESTANTS.len()));
        for benchmark in &BENCHMARKS {
            let row: Vec<&Entry> = entries
                .iter()
                .filter(|it| it.runtime == flavor && it.benchmark == benchmark.name)
                .collect();
            if !row.is_empty() {
                let cells: Vec<_> = row.iter().map(|entry| cell(entry, row[0])).collect();
                let _ = writeln!(text, "| {} | {} |", benchmark.name, cells.join(" | "));
            }
        }
    }
    text
}

fn cell(entry: &Entry, reference: &Entry) -> String {
    let (Some(middle), Some(reference_middle)) =
        (median(&entry.per_second), median(&reference.per_second))
    else {
        return "–".to_owned();
    };
    let least = entry
        .per_second
        .iter()
        .copied()
        .fold(f64::INFINITY, f64::min);
    let most = entry.per_second.iter().copied().fold(0.0, f64::max);
    if entry.contestant == reference.contestant {
        return format!(
            "{} [{}-{}] {}/s",
            short(middle),
            short(least),
            short(most),
            entry.unit
        );
    }
    format!(
        "{:.2} [{:.2}-{:.2}]",
        middle / reference_middle,
        least / reference_middle,
        most / reference_middle
    )
}

/// A number in thousands or millions.
fn short(number: f64) -> String {
    if number >= 1e6 {
        format!("{:.2} M", number / 1e6)
    } else {
        format!("{:.0} k", number / 1e3)
    }
}
