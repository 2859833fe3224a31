//! Measures actor-otp beside others.
//!
//! `actor-benches [--quick] [--json FILE] [NAME...]` runs the benchmarks of these names, or all, and
//! prints a table. Each measurement is a process of its own; the contestants take turns.

mod arguments;
mod benchmarks;
mod contestant;
mod contestants;
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
