//! What the program can be told.
//!
//! `actor-benches [--quick] [--json FILE] [NAME...]` runs the benchmarks of these names, or all, and
//! prints a table. Each measurement is a process of its own; the contestants take turns.
//!
//! `actor-benches plots FILE FOLDER` draws what such a file of JSON holds.
//!
//! `counted scale [--json FILE] [SIZE] [PART...]` says whether what is cheap a thousand times is so that many times; a
//! million, if nothing else is said.
//!
//! `actor-benches instructions [check | record] [CONTESTANT...]` counts instructions, of `ours` if no other
//! is named, and compares them with `instructions.toml`. `actor-benches instructions ways` counts those of ours in
//! several ways.

use std::fs;

use anyhow::Result;

use crate::arguments::Arguments;
use crate::heap::Heap;
use crate::results::Results;
use crate::setting::Setting;
use crate::{arguments, heap, instructions, plan, plots, scale, series, table};

/// Does what the command line says; with a counter, if the program's allocator counts.
///
/// # Errors
///
/// If what it is told makes no sense, or a measurement fails.
pub fn run(counter: Option<fn() -> Heap>) -> Result<()> {
    if let Some(counter) = counter {
        heap::count_with(counter);
    }
    match arguments::read()? {
        Arguments::One {
            contestant,
            benchmark,
            flavor,
            size,
        } => {
            let measured = plan::run(&contestant, &benchmark, flavor, size);
            println!("{}", serde_json::to_string(&measured)?);
        }
        Arguments::Instructions { task, contestants } => instructions::run(task, &contestants)?,
        Arguments::InstructionsOfWays => instructions::show_ways()?,
        Arguments::Series { quick, json, names } => {
            let results = Results {
                setting: Setting::read()?,
                rows: series::run(quick, &names)?,
            };
            print!("{}", table::markdown(&results));
            if let Some(path) = json {
                fs::write(path, serde_json::to_string_pretty(&results)?)?;
            }
        }
        Arguments::ScaleOne {
            part,
            contestant,
            size,
        } => scale::one(&part, &contestant, size)?,
        Arguments::Scale { size, json, parts } => scale::run(size, json.as_deref(), &parts)?,
        Arguments::Plots { json, folder } => {
            let results: Results = serde_json::from_str(&fs::read_to_string(json)?)?;
            plots::draw(&results, &folder)?;
        }
    }
    Ok(())
}
