//! `otp-recorded N` compares the first N recorded cases of each corpus with model and library, and
//! tells the first that differs: it needs no Erlang.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use otp_differential::{Corpus, Dynamic, Processes, Trees, compare, golden};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let number = env::args().nth(1).ok_or("usage: otp-recorded N")?.parse()?;
    Ok(agree::<Trees>(number)? && agree::<Processes>(number)? && agree::<Dynamic>(number)?)
}

fn agree<C: Corpus>(number: usize) -> Result<bool, Box<dyn Error>> {
    let (_, cases) = golden::read::<C>()?;
    let first = cases.get(..number).unwrap_or(&cases);
    let Some((case, told)) = compare::first_difference::<C>(first) else {
        say(&format!("{}: {} cases agree", C::NAME, first.len()));
        return Ok(true);
    };
    let step = told.lines().find(|line| line.starts_with("step "));
    let step = step.unwrap_or("no step differs");
    say(&format!("{}: case {case} differs, {step}", C::NAME));
    say(&told);
    Ok(false)
}

fn say(line: &str) {
    // A closed output is no reason to stop.
    let _ = writeln!(io::stdout(), "{line}");
}
