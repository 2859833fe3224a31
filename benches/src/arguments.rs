//! The command line.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use lexopt::prelude::*;

use crate::benchmark::{BENCHMARKS, CONTESTANTS};
use crate::instructions::Task;
use crate::runtime::Flavor;
use crate::scale;

#[derive(Debug, PartialEq)]
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
    /// The same of ours in several ways.
    InstructionsOfWays,
    /// One part of the scale, in this process.
    ScaleOne {
        part: String,
        contestant: String,
        size: u64,
    },
    Scale {
        size: u64,
        json: Option<PathBuf>,
        parts: Vec<String>,
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
    parse(lexopt::Parser::from_env())
}

fn parse(mut parser: lexopt::Parser) -> Result<Arguments> {
    let (mut quick, mut json, mut names) = (false, None, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("one") => return one(&mut parser),
            Long("quick") => quick = true,
            Long("json") => json = Some(parser.value()?.into()),
            Value(word) if word == "instructions" => return instructions(&mut parser),
            Value(word) if word == "scale" => return scale(&mut parser),
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
            Value(word) if word == "ways" => return Ok(Arguments::InstructionsOfWays),
            Value(name) => contestants.push(among(CONTESTANTS, "contestant", name.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    if contestants.is_empty() {
        contestants.push("ours".to_owned());
    }
    Ok(Arguments::Instructions { task, contestants })
}

fn scale(parser: &mut lexopt::Parser) -> Result<Arguments> {
    let (mut size, mut json, mut parts) = (scale::SIZE, None, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("one") => {
                let mut next = || parser.value()?.string();
                return Ok(Arguments::ScaleOne {
                    part: next()?,
                    contestant: next()?,
                    size: next()?.parse()?,
                });
            }
            Long("json") => json = Some(parser.value()?.into()),
            Value(word) => {
                let word = word.string()?;
                match word.parse() {
                    Ok(number) => size = number,
                    Err(_) => parts.push(word),
                }
            }
            other => return Err(other.unexpected().into()),
        }
    }
    ensure!(size >= scale::LEAST, "at least {}", scale::LEAST);
    Ok(Arguments::Scale { size, json, parts })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Arguments> {
        parse(lexopt::Parser::from_iter(
            format!("actor-benches {line}").split_whitespace(),
        ))
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_line_says_what_is_done() {
        let series = |quick, json: Option<&str>, names| Arguments::Series {
            quick,
            json: json.map(PathBuf::from),
            names: owned(names),
        };
        let instructions = |task, contestants| Arguments::Instructions {
            task,
            contestants: owned(contestants),
        };
        let scale = |size, json: Option<&str>, parts| Arguments::Scale {
            size,
            json: json.map(PathBuf::from),
            parts: owned(parts),
        };
        for (line, arguments) in [
            ("", series(false, None, &[])),
            ("--quick ring", series(true, None, &["ring"])),
            (
                "fib --json a ring",
                series(false, Some("a"), &["fib", "ring"]),
            ),
            ("instructions", instructions(Task::Show, &["ours"])),
            ("instructions check", instructions(Task::Check, &["ours"])),
            (
                "instructions tokio-raw record",
                instructions(Task::Record, &["tokio-raw"]),
            ),
            ("instructions ways", Arguments::InstructionsOfWays),
            ("scale", scale(scale::SIZE, None, &[])),
            (
                "scale 20000 names --json a idle",
                scale(20_000, Some("a"), &["names", "idle"]),
            ),
        ] {
            assert_eq!(of(line).expect("it can be read"), arguments, "{line}");
        }
    }

    #[test]
    fn what_is_unknown_is_refused() {
        for line in [
            "rings",
            "--slow",
            "instructions rings",
            "instructions akka",
            "scale 10",
            "plots a",
            "--one ours ring sometimes 3",
        ] {
            assert!(of(line).is_err(), "{line}");
        }
    }
}
