//! How many instructions an operation takes: counted by callgrind on the runtime of one thread, where a
//! busy machine changes nothing, as the difference of a long run and a short one.

mod compare;
mod counter;
mod kept;
mod ways;

use std::fmt::Write;

use anyhow::{Result, ensure};

use compare::Change;
pub use kept::key as compiler;
use kept::{Counts, Kept};
pub use ways::show as show_ways;

/// What is done with the numbers beside printing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    Show,
    /// Fail if one is too far above what is kept for this compiler.
    Check,
    /// Keep them for this compiler.
    Record,
}

/// An operation, and the benchmark that does nothing else, in two sizes.
struct Operation {
    name: &'static str,
    benchmark: &'static str,
    short: u64,
    long: u64,
}

const fn operation(name: &'static str, benchmark: &'static str, sizes: (u64, u64)) -> Operation {
    let (short, long) = sizes;
    Operation {
        name,
        benchmark,
        short,
        long,
    }
}

const OPERATIONS: [Operation; 5] = [
    operation("cast", "tell-1to1", (20_000, 100_000)),
    operation("call", "call-seq", (2_000, 22_000)),
    operation("ring hop", "ring", (2_000, 42_000)),
    operation("start and stop", "start-stop", (500, 5_500)),
    operation("restart", "restart", (100, 1_100)),
];

pub fn run(task: Task, contestants: &[String]) -> Result<()> {
    let key = compiler()?;
    let mut kept = Kept::read()?;
    let mut worse = Vec::new();
    for contestant in contestants {
        let counts = count(contestant)?;
        let before = kept.of(&key, contestant);
        print!("{}", table(contestant, &key, &counts, before));
        worse.extend(compare::worse(&counts, before));
        if task == Task::Record {
            kept.record(&key, contestant, counts);
        }
    }
    match task {
        Task::Show => Ok(()),
        Task::Record => kept.write(),
        Task::Check => {
            ensure!(
                worse.is_empty(),
                "too many instructions: {}; if it is worth them, `just bench-instructions record`",
                worse.join(", ")
            );
            Ok(())
        }
    }
}

fn count(contestant: &str) -> Result<Counts> {
    let mut counts = Counts::new();
    for it in &OPERATIONS {
        let short = counter::instructions(contestant, it.benchmark, it.short)?;
        let long = counter::instructions(contestant, it.benchmark, it.long)?;
        if let (Some(short), Some(long)) = (short, long) {
            let each = compare::per_operation((it.short, short), (it.long, long));
            counts.insert(it.name.to_owned(), each);
        }
    }
    Ok(counts)
}

fn table(contestant: &str, key: &str, counts: &Counts, before: Option<&Counts>) -> String {
    let mut text = format!("\n{contestant}, rustc {key}\n\n");
    text.push_str("| operation | instructions | kept | change |\n|---|---|---|---|\n");
    for it in &OPERATIONS {
        let Some(&now) = counts.get(it.name) else {
            continue;
        };
        let before = before.and_then(|counts| counts.get(it.name)).copied();
        let (kept, change) = match before {
            Some(kept) => (kept.to_string(), Change::of(kept, now).to_string()),
            None => ("–".to_owned(), "–".to_owned()),
        };
        let _ = writeln!(text, "| {} | {now} | {kept} | {change} |", it.name);
    }
    text
}
