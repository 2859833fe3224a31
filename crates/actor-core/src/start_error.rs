//! [`StartError`]: why a start did not give a process.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::exit_reason::ExitReason;
use crate::pid::Pid;

/// Says why a start failed. The process is dead then, and its name is free (G-8).
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StartError {
    /// `init` answered that there is nothing to do (G-4).
    #[error("the start was ignored: `init` answered `Init::Ignore`")]
    Ignored,
    /// The name is held by this process; `init` did not run (G-3).
    #[error("already started: {}", holder(.0))]
    AlreadyStarted(Pid),
    /// `init` failed, panicked, or was killed, for this reason.
    #[error("`init` failed: {0}")]
    Failed(ExitReason),
    /// `init` did not answer within the time that was given, and the process was killed (G-7).
    #[error("`init` did not answer within {0:?}, and the process was killed")]
    Timeout(Duration),
    /// There is no tokio runtime here to run the process.
    #[error(
        "no tokio runtime: start processes inside `#[tokio::main]`, `#[tokio::test]` or \
         `Runtime::block_on`"
    )]
    NoRuntime,
    /// The program is built with `panic = "abort"`, so that a panic could not be contained.
    #[error(
        "built with panic = \"abort\": a panic would end the whole program; build with \
         panic = \"unwind\" (remove `panic` from the profile in Cargo.toml)"
    )]
    PanicAbort,
}

fn holder(pid: &Pid) -> String {
    let name = pid.name().unwrap_or_default();
    format!(
        "process {pid} holds the name \"{name}\" (tests of one program share names, unless each \
         runs in a node of its own)"
    )
}

impl fmt::Debug for StartError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StartError: {self}")
    }
}
