//! Asks real OTP: `otp-judge golden` records its traces, `otp-judge fresh N [SEED]` compares N new
//! scripts of each corpus with it. After a `--` the name of a corpus says that it is about that one.
//!
//! Without Erlang it says so in one line; with `CI` in the environment that is a failure.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use otp_differential::golden::{self, Header};
use otp_differential::{Corpus, Dynamic, Oracle, Processes, Trees, compare, hash};

const USAGE: &str = "usage: otp-judge golden [-- CORPUS] | otp-judge fresh N [SEED] [-- CORPUS]";

/// The seed of the first recorded case.
const GOLDEN_SEED: u64 = 1;

/// So many scripts are drawn at once.
const CHUNK: u64 = 300;

type Done = Result<bool, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Done {
    let (args, corpus) = match *args {
        [ref args @ .., "--", corpus] => (args, Some(corpus)),
        ref args => (args, None),
    };
    let task = match *args {
        ["golden"] => Task::Golden,
        ["fresh", number] => Task::Fresh(number.parse()?, seed()?),
        ["fresh", number, seed] => Task::Fresh(number.parse()?, seed.parse()?),
        _ => return Err(USAGE.into()),
    };
    let mut oracle = match Oracle::start() {
        Ok(oracle) => oracle,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            say("not compared with OTP: there is no `erl`; Debian has it as erlang-base");
            return Ok(env::var_os("CI").is_none());
        }
        Err(error) => return Err(error.into()),
    };
    say(&format!("judged by {}", oracle.about()));
    let wanted = |name| corpus.is_none_or(|corpus| corpus == name);
    let mut agreed = true;
    if wanted(Trees::NAME) {
        agreed &= task.run::<Trees>(&mut oracle)?;
    }
    if wanted(Processes::NAME) {
        agreed &= task.run::<Processes>(&mut oracle)?;
    }
    if wanted(Dynamic::NAME) {
        if oracle.about()["elixir"].is_null() {
            say("dynamic: not compared with Elixir: there is none; Debian has it as elixir");
            return Ok(agreed && env::var_os("CI").is_none());
        }
        agreed &= task.run::<Dynamic>(&mut oracle)?;
    }
    Ok(agreed)
}

#[derive(Clone, Copy)]
enum Task {
    Golden,
    /// So many cases from this seed on.
    Fresh(u64, u64),
}

impl Task {
    fn run<C: Corpus>(self, oracle: &mut Oracle) -> Done {
        match self {
            Self::Golden => record::<C>(oracle),
            Self::Fresh(number, seed) => fresh::<C>(oracle, number, seed),
        }
    }
}

/// Records, and tells what the cases lack.
fn record<C: Corpus>(oracle: &mut Oracle) -> Done {
    let scripts: Vec<_> = (GOLDEN_SEED..GOLDEN_SEED + C::RECORDED)
        .map(C::draw)
        .collect();
    let traces = compare::ask::<C>(oracle, &scripts)?;
    let traces = traces.into_iter().collect::<Result<Vec<_>, _>>()?;
    let cases: Vec<_> = scripts.into_iter().zip(traces).collect();
    let header = Header {
        corpus: C::NAME.to_owned(),
        about: oracle.about().clone(),
        oracle: hash()?,
        seed: GOLDEN_SEED,
        cases: cases.len(),
    };
    golden::write::<C>(&header, &cases)?;
    let outcome = compare::recorded::<C>(&cases);
    let lacking = outcome.lacking(&C::required());
    for (fact, count) in &lacking {
        say(&format!("{}: only {count} times: {fact}", C::NAME));
    }
    Ok(told::<C>(&outcome) && lacking.is_empty())
}

fn fresh<C: Corpus>(oracle: &mut Oracle, number: u64, seed: u64) -> Done {
    say(&format!("{}: {number} cases from seed {seed} on", C::NAME));
    let mut outcome = compare::Outcome::default();
    let mut from = 0;
    while from < number && outcome.differences.is_empty() {
        let to = number.min(from + CHUNK);
        let seeds = (from..to).map(|at| seed.wrapping_add(at));
        let scripts: Vec<_> = seeds.map(C::draw).collect();
        outcome.extend(compare::fresh::<C>(oracle, &scripts)?);
        from = to;
    }
    Ok(told::<C>(&outcome))
}

fn told<C: Corpus>(outcome: &compare::Outcome) -> bool {
    for difference in &outcome.differences {
        say(difference);
    }
    let (cases, differences) = (outcome.cases, outcome.differences.len());
    say(&format!(
        "{}: {differences} differences in {cases} cases",
        C::NAME
    ));
    let (asked, otherwise) = outcome.again;
    if asked > 0 {
        say(&format!(
            "asked again: {asked}, of which OTP told {otherwise} otherwise"
        ));
    }
    differences == 0
}

/// A seed that nobody has chosen.
fn seed() -> Result<u64, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(now.as_secs() << 20 | u64::from(now.subsec_micros()))
}

fn say(line: &str) {
    // A closed output is no reason to stop.
    let _ = writeln!(io::stdout(), "{line}");
}
