//! [`Benchmark`]: what is measured, in which unit, of whom, and what is wanted.

use serde::{Deserialize, Serialize};

/// What a measurement's amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Seconds; told as operations per second.
    Speed,
    /// Told for each operation. Counted by the program whose allocator counts.
    Bytes,
    Allocations,
}

impl Kind {
    pub fn is_counted(self) -> bool {
        self != Self::Speed
    }
}

/// What is wanted of the second column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// At least so many times the speed of the first.
    Faster(f64),
    /// At most so many times the time of the first.
    Within(f64),
    /// At most so much, whatever the first has; of allocations, but for tables that grow.
    AtMost(f64),
}

pub struct Benchmark {
    pub name: &'static str,
    /// What is counted.
    pub unit: &'static str,
    pub kind: Kind,
    /// How many operations, in a full run.
    pub size: u64,
    /// Least of them, in a quick one, as some do not scale.
    pub quick: u64,
    /// Who is compared; the first is what the others are measured by.
    pub columns: &'static [&'static str],
    pub goal: Option<Goal>,
}

#[cfg(feature = "peers")]
pub const CONTESTANTS: &[&str] = &["tokio-raw", "ours", "ractor", "kameo", "actix", "xtra"];
#[cfg(not(feature = "peers"))]
pub const CONTESTANTS: &[&str] = &["tokio-raw", "ours"];

const fn speed(name: &'static str, unit: &'static str, size: u64, quick: u64) -> Benchmark {
    Benchmark {
        name,
        unit,
        kind: Kind::Speed,
        size,
        quick,
        columns: CONTESTANTS,
        goal: None,
    }
}

const fn counted(name: &'static str, kind: Kind, unit: &'static str, size: u64) -> Benchmark {
    Benchmark {
        kind,
        ..speed(name, unit, size, size / 10)
    }
}

impl Benchmark {
    const fn wants(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    /// Compares ways to do a thing with ours.
    const fn ways(mut self, columns: &'static [&'static str]) -> Self {
        self.columns = columns;
        self
    }
}

const ADDRESSES: &[&str] = &["reference", "cached name", "name"];
const OBSERVERS: &[&str] = &["unobserved", "observed", "long turns watched"];
const REPORTS: &[&str] = &["silent", "reported", "with backtrace"];

/// The goals are those of `docs/performance.md`, on two workers.
pub const BENCHMARKS: &[Benchmark] = &[
    speed("tell-1to1", "casts", 2_000_000, 200_000).wants(Goal::Faster(2.0)),
    speed("tell-8to1", "casts", 2_000_000, 200_000).wants(Goal::Faster(2.0)),
    speed("bounded-1to1", "casts", 1_000_000, 100_000).wants(Goal::Faster(1.5)),
    speed("bounded-8to1", "casts", 1_000_000, 100_000).wants(Goal::Faster(1.5)),
    speed("call-seq", "calls", 300_000, 30_000).wants(Goal::Faster(1.2)),
    speed("call-64", "calls", 1_000_000, 100_000).wants(Goal::Faster(1.5)),
    speed("ring", "hops", 1_000_000, 100_000).wants(Goal::Faster(1.3)),
    speed("pingpong", "hops", 1_000_000, 100_000).wants(Goal::Faster(1.3)),
    speed("spawn", "actors", 100_000, 10_000).wants(Goal::Faster(1.2)),
    speed("start-stop", "actors", 100_000, 10_000),
    speed("skynet", "actors", 100_000, 10_000).wants(Goal::Faster(1.3)),
    speed("fib", "actors", 22, 17).wants(Goal::Faster(1.3)),
    speed("big", "messages", 10_000, 1_000).wants(Goal::Faster(1.1)),
    speed("registry", "casts", 2_000_000, 200_000).wants(Goal::Faster(1.0)),
    speed("restart", "restarts", 20_000, 2_000).wants(Goal::Faster(0.8)),
    speed("children-1k", "children", 1_000, 1_000).wants(Goal::Faster(0.5)),
    speed("children-10k", "children", 10_000, 10_000).wants(Goal::Faster(0.5)),
    speed("children-100k", "children", 100_000, 20_000).wants(Goal::Faster(0.5)),
    counted("idle-bytes", Kind::Bytes, "actor", 100_000).wants(Goal::AtMost(800.0)),
    counted("cast-allocations", Kind::Allocations, "cast", 100_000).wants(Goal::AtMost(0.0)),
    counted("call-allocations", Kind::Allocations, "call", 10_000).wants(Goal::AtMost(1.0)),
    counted("spawn-allocations", Kind::Allocations, "start", 10_000).wants(Goal::AtMost(4.0)),
    speed("call-deadline", "calls", 300_000, 30_000)
        .ways(&["no deadline", "default deadline"])
        .wants(Goal::Within(1.1)),
    speed("name-burst", "casts", 2_000_000, 200_000)
        .ways(ADDRESSES)
        .wants(Goal::Within(1.5)),
    speed("name-call", "calls", 300_000, 30_000).ways(ADDRESSES),
    speed("observed-burst", "casts", 2_000_000, 200_000).ways(OBSERVERS),
    speed("observed-call", "calls", 300_000, 30_000).ways(OBSERVERS),
    speed("crash-told", "crashes", 90, 90).ways(REPORTS),
    speed("crash-storm", "crashes", 20_000, 2_000).ways(REPORTS),
    speed("crashes-at-once", "crashes", 10_000, 1_000).ways(REPORTS),
];

/// The value of `RUST_BACKTRACE` under which a column is measured.
pub fn backtrace_of(column: &str) -> &'static str {
    if column == "with backtrace" { "1" } else { "0" }
}
