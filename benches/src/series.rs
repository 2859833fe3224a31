//! A series of measurements: each in a process of its own, the contestants taking turns.

use std::env;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::benchmarks::Measured;
use crate::plan::{BENCHMARKS, Benchmark, CONTESTANTS};
use crate::runtime::Flavor;

/// How often each is measured.
const REPETITIONS: usize = 5;
const QUICK_REPETITIONS: usize = 1;

/// What one contestant reached in one benchmark, in operations per second.
#[derive(Serialize)]
pub struct Entry {
    pub benchmark: &'static str,
    pub unit: &'static str,
    pub runtime: Flavor,
    pub contestant: &'static str,
    pub per_second: Vec<f64>,
}

pub fn run(quick: bool, names: &[String]) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for flavor in Flavor::ALL {
        for benchmark in &BENCHMARKS {
            if names.is_empty() || names.iter().any(|name| name == benchmark.name) {
                entries.extend(compare(benchmark, flavor, quick)?);
            }
        }
    }
    Ok(entries)
}

/// Takes turns: what slows the machine down for a while slows all of them.
fn compare(benchmark: &Benchmark, flavor: Flavor, quick: bool) -> Result<Vec<Entry>> {
    let (size, repetitions) = match quick {
        true => (benchmark.quick, QUICK_REPETITIONS),
        false => (benchmark.size, REPETITIONS),
    };
    let mut entries: Vec<Entry> = CONTESTANTS
        .iter()
        .map(|contestant| Entry {
            benchmark: benchmark.name,
            unit: benchmark.unit,
            runtime: flavor,
            contestant,
            per_second: Vec::new(),
        })
        .collect();
    for _ in 0..repetitions {
        for entry in &mut entries {
            let measured = one(entry.contestant, benchmark.name, flavor, size)?;
            entry.per_second.extend(measured.map(Measured::per_second));
        }
    }
    eprintln!("{} on {}: done", benchmark.name, flavor.name());
    Ok(entries)
}

fn one(contestant: &str, benchmark: &str, flavor: Flavor, size: u64) -> Result<Option<Measured>> {
    let output = Command::new(env::current_exe()?)
        .args([
            "--one",
            contestant,
            benchmark,
            flavor.name(),
            &size.to_string(),
        ])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(
        output.status.success(),
        "{benchmark} of {contestant} on {} failed",
        flavor.name()
    );
    serde_json::from_slice(&output.stdout).context("what it printed is no measurement")
}
