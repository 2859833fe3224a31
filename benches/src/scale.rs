//! Whether what is cheap a thousand times is as cheap a million times: on one thread, in the program whose
//! allocator counts. Each part is a process of its own.

mod child;
mod children;
mod deep;
mod idle;
mod names;
mod points;
mod restarts;

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;

use crate::benchmarks::failure;
use crate::setting::Setting;
use points::{Limit, Point};

/// So many of what there are most of, if nothing else is said.
pub const SIZE: u64 = 1_000_000;

/// No fewer, as nothing could be compared.
pub const LEAST: u64 = 10_000;

type Run = fn(&str, u64) -> Vec<Point>;

struct Part {
    name: &'static str,
    contestants: &'static [&'static str],
    /// What must hold of ours; the others are there to compare.
    limit: Limit,
    run: Run,
}

/// Of the others as many as fit into memory. Bare tasks come first: what they grow by is what memory costs
/// that no cache holds, and ours may grow by so much times the limit.
const PARTS: [Part; 5] = [
    Part {
        name: "idle",
        contestants: &["tokio-raw", "ours"],
        limit: Limit::AtMost(1_200.0),
        run: idle::points,
    },
    Part {
        name: "children",
        contestants: &["tokio-raw", "ours", "ractor", "kameo"],
        limit: Limit::Growth(1.5),
        run: children::points,
    },
    Part {
        name: "names",
        contestants: &["ours"],
        limit: Limit::None,
        run: names::points,
    },
    Part {
        name: "restarts",
        contestants: &["ours"],
        limit: Limit::Growth(1.5),
        run: restarts::points,
    },
    Part {
        name: "levels",
        contestants: &["ours"],
        limit: Limit::None,
        run: deep::points,
    },
];

/// What was measured, as it is kept in a file.
#[derive(Serialize)]
struct Results {
    setting: Setting,
    columns: Vec<Column>,
}

/// What one contestant came to in one part.
#[derive(Serialize)]
struct Column {
    part: &'static str,
    contestant: &'static str,
    points: Vec<Point>,
}

/// Runs all parts, or those named, with sizes up to this one, and keeps what they came to; fails at the end if a
/// limit is passed.
pub fn run(size: u64, json: Option<&Path>, names: &[String]) -> Result<()> {
    for name in names {
        let known = PARTS.iter().any(|part| part.name == name);
        ensure!(known, "no part `{name}`");
    }
    let (mut passed, mut columns) = (Vec::new(), Vec::new());
    for part in &PARTS {
        if !names.is_empty() && !names.iter().any(|name| name == part.name) {
            continue;
        }
        println!("\n### {}\n", part.name);
        let mut bare = Vec::new();
        for contestant in part.contestants {
            let points = in_process(part.name, contestant, size)?;
            print!("{}", points::table(contestant, &points));
            match *contestant {
                "ours" => passed.extend(points::passed(part.limit, &points, &bare)),
                "tokio-raw" => bare.clone_from(&points),
                _ => {}
            }
            columns.push(Column {
                part: part.name,
                contestant,
                points,
            });
        }
    }
    if let Some(path) = json {
        let setting = Setting::read()?;
        let results = Results { setting, columns };
        fs::write(path, serde_json::to_string_pretty(&results)?)?;
    }
    ensure!(passed.is_empty(), "not as wanted: {}", passed.join("; "));
    Ok(())
}

/// One part, in this process; printed as JSON.
pub fn one(part: &str, contestant: &str, size: u64) -> Result<()> {
    let Some(part) = PARTS.iter().find(|it| it.name == part) else {
        bail!("no part `{part}`");
    };
    failure::silence();
    let points = (part.run)(contestant, size);
    println!("{}", serde_json::to_string(&points)?);
    Ok(())
}

fn in_process(part: &str, contestant: &str, size: u64) -> Result<Vec<Point>> {
    let output = Command::new(env::current_exe()?)
        .args(["scale", "--one", part, contestant, &size.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "{part} of {contestant} failed");
    serde_json::from_slice(&output.stdout).context("what it printed are no points")
}

/// The powers of ten from `least` to `most`.
fn sizes(least: u64, most: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(least), |size| size.checked_mul(10))
        .take_while(move |it| *it <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_ten_within_the_bounds() {
        for (least, most, expected) in [
            (10, 10, &[10][..]),
            (10, 999, &[10, 100]),
            (1_000, 1_000_000, &[1_000, 10_000, 100_000, 1_000_000]),
            (10, 9, &[]),
        ] {
            assert_eq!(sizes(least, most).collect::<Vec<_>>(), expected);
        }
    }
}
