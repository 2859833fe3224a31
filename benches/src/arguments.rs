//! The command line.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::plan::BENCHMARKS;
use crate::runtime::Flavor;

pub enum Arguments {
    /// One measurement, in this process.
    One {
        contestant: String,
        benchmark: String,
        flavor: Flavor,
        size: u64,
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
            Value(name) => names.push(known(name.string()?)?),
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

fn known(name: String) -> Result<String> {
    if BENCHMARKS.iter().any(|benchmark| benchmark.name == name) {
        return Ok(name);
    }
    let names: Vec<_> = BENCHMARKS.iter().map(|it| it.name).collect();
    bail!("no benchmark `{name}`; there are: {}", names.join(", "))
}
