//! [`ApplicationError`]: why applications do not run.

use std::fmt;
use std::io;
use std::sync::Arc;

use actor_core::{Pid, StartError, StopError};
use thiserror::Error;

/// Says why applications could not be started, or one not be stopped.
#[derive(Clone, Error)]
#[non_exhaustive]
pub enum ApplicationError {
    /// Two applications have the same name; nothing was started.
    #[error("two applications are called `{0}`: give one of them another `name`")]
    Duplicate(String),
    /// An application depends on one that is neither in the list nor running; nothing was started.
    #[error(
        "application `{application}` depends on `{dependency}`, which is not among the applications \
         to start: {}", list(.known)
    )]
    UnknownDependency {
        /// The application.
        application: String,
        /// What it depends on.
        dependency: String,
        /// The applications in the list.
        known: Vec<String>,
    },
    /// Applications depend on each other in a circle; nothing was started.
    #[error("applications depend on each other in a circle: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// An application of this name runs in this node already (AP-2).
    #[error("application `{application}` is already started, as process {pid}")]
    AlreadyStarted {
        /// The application.
        application: String,
        /// The process that owns its tree.
        pid: Pid,
    },
    /// What an application depends on has ended before it could start (AP-2).
    #[error("application `{application}` depends on `{dependency}`, which is not running any more")]
    NotStarted {
        /// The application.
        application: String,
        /// What it depends on.
        dependency: String,
    },
    /// The `start` of an application failed, or that of its tree.
    #[error("application `{application}` failed to start: {error}")]
    StartFailed {
        /// The application.
        application: String,
        /// Why.
        #[source]
        error: StartError,
    },
    /// No application of this name runs in this node (AP-2).
    #[error("application `{0}` is not running")]
    NotRunning(String),
    /// The application did not end as it was asked to.
    #[error("application `{application}` did not stop as asked: {error}")]
    NotStopped {
        /// The application.
        application: String,
        /// What came in between.
        #[source]
        error: StopError,
    },
    /// The signals that stop the program cannot be heard; nothing was started.
    #[error("cannot listen for the signals that stop the program: {0}")]
    Signals(#[source] Arc<io::Error>),
}

fn list(names: &[String]) -> String {
    names.join(", ")
}

impl fmt::Debug for ApplicationError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApplicationError: {self}")
    }
}
