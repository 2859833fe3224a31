//! Instructions of a thing that is done with ours in several ways.

use std::fmt::Write;

use anyhow::{Context, Result};

use super::{compare, counter};
use crate::benchmark::{BENCHMARKS, Benchmark, CONTESTANTS, Kind};

/// Operations of the long run, if there are so many; the short one has a tenth. Bursts of casts are of 64.
const LONG: u64 = 6_400;

/// Of these it depends on the clock how many reports are told, and that runs slower here.
const BY_THE_CLOCK: [&str; 2] = ["crash-storm", "crashes-at-once"];

pub fn show() -> Result<()> {
    let mut columns: &[&str] = &[];
    for benchmark in BENCHMARKS {
        let of_ways = benchmark.columns != CONTESTANTS && benchmark.kind == Kind::Speed;
        if !of_ways || BY_THE_CLOCK.contains(&benchmark.name) {
            continue;
        }
        if benchmark.columns != columns {
            columns = benchmark.columns;
            println!("\n{}", head(columns));
        }
        let counts: Result<Vec<u64>> = columns.iter().map(|way| of(benchmark, way)).collect();
        println!("{}", row(benchmark.name, &counts?));
    }
    Ok(())
}

fn of(benchmark: &Benchmark, way: &str) -> Result<u64> {
    let count =
        |size| counter::instructions(way, benchmark.name, size)?.context("ours has them all");
    let size = benchmark.size.min(LONG);
    let (short, long) = (count(size / 10)?, count(size)?);
    Ok(compare::per_operation((size / 10, short), (size, long)))
}

fn head(columns: &[&str]) -> String {
    let lines = "---|".repeat(columns.len());
    format!("| benchmark | {} |\n|---|{lines}", columns.join(" | "))
}

/// The first way as it is, the others also as a multiple of that.
#[expect(clippy::cast_precision_loss, reason = "they are far below 2^52")]
fn row(benchmark: &str, counts: &[u64]) -> String {
    let mut text = format!("| {benchmark} |");
    for (at, count) in counts.iter().enumerate() {
        let _ = match at {
            0 => write!(text, " {count} |"),
            _ => write!(text, " {count} ({:.2}) |", *count as f64 / counts[0] as f64),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_compares_with_the_first_way() {
        for (counts, line) in [
            (&[][..], "| b |"),
            (&[200], "| b | 200 |"),
            (&[200, 300, 100], "| b | 200 | 300 (1.50) | 100 (0.50) |"),
        ] {
            assert_eq!(row("b", counts), line);
        }
        assert_eq!(head(&["x", "y"]), "| benchmark | x | y |\n|---|---|---|");
    }
}
