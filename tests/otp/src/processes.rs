//! Processes: links, monitors, names, exits, calls, stops and timers.

mod draw;
mod log;
mod model;
mod required;
mod runner;
mod script;
mod smaller;

use crate::corpus::{Corpus, Facts};
use crate::trace::Trace;
pub use script::{Act, How, InitPlan, Reason, Script, What};

/// Processes and what they do to each other, which plain OTP judges.
#[derive(Clone, Copy, Debug)]
pub struct Processes;

/// Runs a script on the library.
#[must_use]
pub fn run(script: &Script) -> Trace {
    runner::run(script)
}

impl Corpus for Processes {
    type Script = Script;

    const NAME: &'static str = "processes";

    const RECORDED: u64 = 3000;

    fn draw(seed: u64) -> Script {
        draw::draw(format!("{}-{seed}", Self::NAME), seed)
    }

    fn play(script: &Script) -> (Trace, Facts) {
        model::play(script)
    }

    fn run(script: &Script) -> Trace {
        run(script)
    }

    fn smaller(script: &Script) -> Vec<Script> {
        smaller::smaller(script)
    }

    fn required() -> Vec<String> {
        required::of_processes()
    }

    fn case(script: &Script) -> &str {
        &script.case
    }
}
