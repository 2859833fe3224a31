//! Supervision trees: the corpus of static supervisors, and that of dynamic ones as nodes.

mod draw;
mod log;
mod model;
mod required;
mod runner;
mod script;
mod smaller;

use crate::corpus::{Corpus, Facts};
use crate::trace::Trace;
pub use script::{
    AutoShutdown, Child, Dyn, Kind, OnShutdown, Outcome, Reason, Restart, Script, Shutdown,
    ShutdownWord, Step, Strategy, Sup, Worker,
};

/// Trees of static supervisors, which plain OTP judges.
#[derive(Clone, Copy, Debug)]
pub struct Trees;

/// Trees with dynamic supervisors, which Elixir's judges.
#[derive(Clone, Copy, Debug)]
pub struct Dynamic;

/// Runs a script of either corpus on the library.
#[must_use]
pub fn run(script: &Script) -> Trace {
    runner::run(script)
}

impl Corpus for Trees {
    type Script = Script;

    const NAME: &'static str = "trees";

    const RECORDED: u64 = 2400;

    fn draw(seed: u64) -> Script {
        draw::draw(format!("{}-{seed}", Self::NAME), seed, false)
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
        required::of_trees()
    }

    fn case(script: &Script) -> &str {
        &script.case
    }
}

impl Corpus for Dynamic {
    type Script = Script;

    const NAME: &'static str = "dynamic";

    const RECORDED: u64 = 2400;

    fn draw(seed: u64) -> Script {
        draw::draw(format!("{}-{seed}", Self::NAME), seed, true)
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
        required::of_dynamic()
    }

    fn case(script: &Script) -> &str {
        &script.case
    }
}
