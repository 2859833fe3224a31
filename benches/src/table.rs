//! The results as tables in markdown.

use std::fmt::Write;

use crate::benchmark::{Goal, Kind};
use crate::results::{Entry, Results, Row};
use crate::runtime::Flavor;
use crate::setting::Setting;
use crate::statistics::{median, range};

pub fn markdown(results: &Results) -> String {
    let mut text = setting(&results.setting);
    for flavor in Flavor::ALL {
        let rows = results.rows.iter().filter(|row| row.runtime == flavor);
        let rows: Vec<_> = rows.collect();
        let _ = writeln!(text, "\n### {}", flavor.name());
        for alike in rows.chunk_by(|a, b| columns(a) == columns(b)) {
            let _ = write!(text, "\n{}", table(alike));
        }
    }
    if results.rows.iter().any(Row::is_unsteady) {
        text.push_str("\n~ the repetitions of the first column are more than 15 % apart.\n");
    }
    text
}

fn setting(setting: &Setting) -> String {
    let versions: Vec<_> = setting.versions.iter().collect();
    let versions: Vec<_> = versions.iter().map(|(n, v)| format!("{n} {v}")).collect();
    format!(
        "{}, {} cores, {}; Linux {}; rustc {}; {}\n",
        setting.cpu,
        setting.cores,
        setting.memory,
        setting.kernel,
        setting.rustc,
        versions.join(", ")
    )
}

fn columns(row: &Row) -> Vec<&str> {
    row.entries.iter().map(|it| it.column.as_str()).collect()
}

/// The rows have the same columns.
fn table(rows: &[&Row]) -> String {
    let columns = columns(rows[0]);
    let mut text = format!("| benchmark | {} | goal | |\n", columns.join(" | "));
    let _ = writeln!(text, "|---|{}---|---|", "---|".repeat(columns.len()));
    for row in rows {
        let cells: Vec<_> = row.entries.iter().map(|entry| cell(row, entry)).collect();
        let _ = writeln!(
            text,
            "| {}{} | {} | {} | {} |",
            row.benchmark,
            if row.is_unsteady() { " ~" } else { "" },
            cells.join(" | "),
            row.goal.map_or(String::new(), goal),
            match row.meets_goal() {
                Some(true) => "met",
                Some(false) => "missed",
                None => "",
            },
        );
    }
    text
}

fn goal(goal: Goal) -> String {
    match goal {
        Goal::Faster(times) => format!("≥ {times}"),
        Goal::Within(times) => format!("≥ {:.2}", 1.0 / times),
        Goal::AtMost(amount) => format!("≤ {amount}"),
    }
}

/// The reference of a speed in operations a second, the others as ratios to it; what is counted as it is.
fn cell(row: &Row, entry: &Entry) -> String {
    let reference = &row.entries[0];
    let (Some(middle), Some((least, most)), Some(by)) = (
        median(&entry.values),
        range(&entry.values),
        median(&reference.values),
    ) else {
        return "–".to_owned();
    };
    let unit = &row.unit;
    match row.kind {
        Kind::Bytes => format!("{middle:.0} B/{unit}"),
        Kind::Allocations => format!("{middle:.2}/{unit}"),
        Kind::Speed if entry.column == reference.column => {
            let [middle, least, most] = [middle, least, most].map(short);
            format!("{middle} [{least}-{most}] {unit}/s")
        }
        Kind::Speed => {
            let [middle, least, most] = [middle, least, most].map(|value| value / by);
            format!("{middle:.2} [{least:.2}-{most:.2}]")
        }
    }
}

/// A number in thousands or millions.
fn short(number: f64) -> String {
    if number >= 1e6 {
        format!("{:.2} M", number / 1e6)
    } else {
        format!("{:.0} k", number / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::row;

    #[test]
    fn a_row_has_a_cell_for_each_column_and_tells_of_its_goal() {
        let half_million = &[5e5, 4.9e5, 5.1e5][..];
        for (row, line) in [
            (
                row(
                    Kind::Speed,
                    Some(Goal::Faster(2.0)),
                    &[half_million, &[1e6, 5e5, 2e6], &[]],
                ),
                "| b | 500 k [490 k-510 k] casts/s | 2.00 [1.00-4.00] | – | ≥ 2 | met |",
            ),
            (
                row(Kind::Speed, None, &[&[2e6, 1e6], &[1e6]]),
                "| b ~ | 2.00 M [1.00 M-2.00 M] casts/s | 0.50 [0.50-0.50] |  |  |",
            ),
            (
                row(Kind::Speed, Some(Goal::Within(1.25)), &[&[1e6], &[7e5]]),
                "| b | 1.00 M [1.00 M-1.00 M] casts/s | 0.70 [0.70-0.70] | ≥ 0.80 | missed |",
            ),
            (
                row(
                    Kind::Bytes,
                    Some(Goal::AtMost(800.0)),
                    &[&[1790.4], &[716.0]],
                ),
                "| b | 1790 B/casts | 716 B/casts | ≤ 800 | met |",
            ),
            (
                row(Kind::Allocations, None, &[&[0.031], &[0.0]]),
                "| b | 0.03/casts | 0.00/casts |  |  |",
            ),
        ] {
            assert_eq!(table(&[&row]).lines().nth(2), Some(line));
        }
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [(2_345_678.0, "2.35 M"), (54_321.0, "54 k"), (400.0, "0 k")] {
            assert_eq!(short(number), text);
        }
    }
}
