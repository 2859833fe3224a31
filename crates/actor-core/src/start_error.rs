//! [`StartError`]: why a start did not give a process.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::exit_reason::ExitReason;
use crate::pid::Pid;

/// Says why a start failed. The process is dead then, and its name is free (G-8).
///
/// Its [`source`](Error::source) is what caused the error in a [`Failed`](Self::Failed) reason, whose
/// own text is told already, as with [`CallError`](crate::CallError).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// `init` answered that there is nothing to do (G-4).
    Ignored,
    /// The name is held by this process; `init` did not run (G-3).
    AlreadyStarted(Pid),
    /// `init` failed, panicked, or was killed, for this reason.
    Failed(ExitReason),
    /// `init` did not answer within the time that was given, and the process was killed (G-7).
    Timeout(Duration),
    /// The name that was asked for is empty: no process could be told by it (N-5). Nothing was started.
    EmptyName,
    /// There is no tokio runtime here to run the process.
    NoRuntime,
    /// A monitored start in plain code, such as `main` or a test: there is no process that could get
    /// the DOWN. Nothing was started.
    OutsideProcess,
    /// The system gave no thread for a process that runs on one of its own.
    NoThread(String),
    /// The program is built with `panic = "abort"`, so that a panic could not be contained.
    PanicAbort,
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(reason) => reason.cause(),
            _ => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignored => "the start was ignored: `init` answered `Init::Ignore`",
            Self::AlreadyStarted(pid) => return write!(f, "already started: {}", holder(pid)),
            Self::Failed(reason) => return write!(f, "`init` failed: {reason}"),
            Self::Timeout(limit) => {
                let killed = "and the process was killed";
                return write!(f, "`init` did not answer within {limit:?}, {killed}");
            }
            Self::EmptyName => "a name cannot be empty: give another, or start it `unnamed()`",
            Self::NoRuntime => {
                "no tokio runtime: start processes inside `#[tokio::main]`, `#[tokio::test]` or \
                 `Runtime::block_on`"
            }
            Self::OutsideProcess => {
                "no process here to monitor from: call `start_monitor` inside a callback of a \
                 server, or use `start` and wait for `exited()`"
            }
            Self::NoThread(why) => return write!(f, "no thread to run the process on: {why}"),
            Self::PanicAbort => {
                "built with panic = \"abort\": a panic would end the whole program; build with \
                 panic = \"unwind\" (remove `panic` from the profile in Cargo.toml)"
            }
        })
    }
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
