//! Measures actor-otp beside others.
//!
//! `actor-benches [--quick] [--json FILE] [NAME...]` runs the benchmarks of these names, or all, and
//! prints a table. Each measurement is a process of its own; the contestants take turns.
//!
//! `actor-benches instructions [check | record] [CONTESTANT...]` counts instructions, of `ours` if no other
//! is named, and compares them with `instructions.toml`.

mod arguments;
mod benchmarks;
mod contestant;
mod contestants;
mod instructions;
mod logic;
mod plan;
mod runtime;
mod series;
mod table;

use anyhow::Result;

use arguments::Arguments;

fn main() -> Result<()> {
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
        Arguments::Series { quick, json, names } => {
            let results = series::run(quick, &names)?;
            print!("{}", table::markdown(&results));
            if let Some(path) = json {
                std::fs::write(path, serde_json::to_string_pretty(&results)?)?;
            }
        }
    }
    Ok(())
}
