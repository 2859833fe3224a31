//! A series of measurements: each in a process of its own, the contestants taking turns.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::benchmark::{BENCHMARKS, Benchmark, Kind, backtrace_of};
use crate::benchmarks::Measured;
use crate::results::{Entry, Row};
use crate::runtime::Flavor;

/// How often each speed is measured; what is counted is the same each time.
const REPETITIONS: usize = 5;

/// How often a row is measured anew if its reference is unsteady.
const AGAIN: u32 = 2;

pub fn run(quick: bool, names: &[String]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for flavor in Flavor::ALL {
        for benchmark in BENCHMARKS {
            if names.is_empty() || names.iter().any(|name| name == benchmark.name) {
                rows.push(steady(benchmark, flavor, quick)?);
            }
        }
    }
    Ok(rows)
}

/// Measures until the reference is steady, or often enough; then the steadiest counts.
fn steady(benchmark: &Benchmark, flavor: Flavor, quick: bool) -> Result<Row> {
    let mut best = compare(benchmark, flavor, quick)?;
    for again in 1..=AGAIN {
        if !best.is_unsteady() {
            break;
        }
        let row = compare(benchmark, flavor, quick)?;
        if row.spread() < best.spread() {
            best = row;
        }
        best.repeated = again;
    }
    eprintln!("{} on {}: done", benchmark.name, flavor.name());
    Ok(best)
}

/// Takes turns: what slows the machine down for a while slows all of them.
fn compare(benchmark: &Benchmark, flavor: Flavor, quick: bool) -> Result<Row> {
    let size = if quick {
        benchmark.quick
    } else {
        benchmark.size
    };
    let entry = |column: &&str| Entry {
        column: (*column).to_owned(),
        values: Vec::new(),
    };
    let mut entries: Vec<Entry> = benchmark.columns.iter().map(entry).collect();
    for _ in 0..repetitions(benchmark.kind, quick) {
        for entry in &mut entries {
            let measured = one(&entry.column, benchmark, flavor, size)?;
            let value = measured.map(|measured| measured.value(benchmark.kind));
            entry.values.extend(value);
        }
    }
    Ok(Row {
        benchmark: benchmark.name.to_owned(),
        unit: benchmark.unit.to_owned(),
        kind: benchmark.kind,
        runtime: flavor,
        goal: benchmark.goal,
        repeated: 0,
        entries,
    })
}

fn repetitions(kind: Kind, quick: bool) -> usize {
    match (kind, quick) {
        (Kind::Speed, false) => REPETITIONS,
        (Kind::Speed, true) | (Kind::Bytes | Kind::Allocations, _) => 1,
    }
}

fn one(column: &str, benchmark: &Benchmark, flavor: Flavor, size: u64) -> Result<Option<Measured>> {
    let output = Command::new(program(benchmark.kind)?)
        .args(["--one", column, benchmark.name])
        .args([flavor.name(), &size.to_string()])
        .env("RUST_BACKTRACE", backtrace_of(column))
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(
        output.status.success(),
        "{} of {column} on {} failed",
        benchmark.name,
        flavor.name()
    );
    serde_json::from_slice(&output.stdout).context("what it printed is no measurement")
}

/// This one, or the one beside it whose allocator counts.
fn program(kind: Kind) -> Result<PathBuf> {
    let this = env::current_exe()?;
    if !kind.is_counted() {
        return Ok(this);
    }
    let counted = this.with_file_name("counted");
    ensure!(
        counted.exists(),
        "{} is not there: `cargo build --release` first",
        counted.display()
    );
    Ok(counted)
}
