//! The command line.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::benchmark::{BENCHMARKS, CONTESTANTS};
use crate::instructions::Task;
use crate::runtime::Flavor;

pub enum Arguments {
    /// One measurement, in this process.
    One {
        contestant: String,
        benchmark: String,
        flavor: Flavor,
        size: u64,
    },
    /// How many instructions each operation takes.
    Instructions {
        task: Task,
        contestants: Vec<String>,
    },
    Plots {
        json: PathBuf,
        folder: PathBuf,
    },
    Series {
        quick: bool,
        json: Option<PathBuf>,
        names: Vec<String>,
    },
}

pub fn read() -> Result<Arguments> {
    let mut parser = lexopt::Parser::from_env();
    let (mut quick, mut json, mut names) = (false, None, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("one") => return one(&mut parser),
            Long("quick") => quick = true,
            Long("json") => json = Some(parser.value()?.into()),
            Value(word) if word == "instructions" => return instructions(&mut parser),
            Value(word) if word == "plots" => {
                let (json, folder) = (parser.value()?.into(), parser.value()?.into());
                return Ok(Arguments::Plots { json, folder });
            }
            Value(name) => names.push(benchmark(name.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Arguments::Series { quick, json, names })
}

fn one(parser: &mut lexopt::Parser) -> Result<Arguments> {
    let mut next = || parser.value()?.string();
    let (contestant, benchmark, flavor) = (next()?, next()?, next()?);
    Ok(Arguments::One {
        contestant,
        benchmark,
        flavor: Flavor::named(&flavor).context("no such runtime")?,
        size: next()?.parse()?,
    })
}

fn instructions(parser: &mut lexopt::Parser) -> Result<Arguments> {
    let (mut task, mut contestants) = (Task::Show, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) if word == "check" => task = Task::Check,
            Value(word) if word == "record" => task = Task::Record,
            Value(name) => contestants.push(among(CONTESTANTS, "contestant", name.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    if contestants.is_empty() {
        contestants.push("ours".to_owned());
    }
    Ok(Arguments::Instructions { task, contestants })
}

fn benchmark(name: String) -> Result<String> {
    let names: Vec<_> = BENCHMARKS.iter().map(|it| it.name).collect();
    among(&names, "benchmark", name)
}

fn among(names: &[&str], what: &str, name: String) -> Result<String> {
    if names.contains(&name.as_str()) {
        return Ok(name);
    }
    bail!("no {what} `{name}`; there are: {}", names.join(", "))
}
