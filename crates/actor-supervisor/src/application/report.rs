//! [`RunReport`]: how a run ended, and what the program says and answers for it.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use actor_core::ExitReason;

use crate::application::error::ApplicationError;
use crate::application::phase::Phase;
use crate::application::survivors::{self, Survivor};

/// The exit code of a run that was cut short.
pub(super) const FORCED: u8 = 2;

/// Tells how a run of applications ended.
///
/// Its `Display` is what [`run_all`](crate::run_all) writes on stderr.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunReport {
    /// Why and how it ended.
    pub end: RunEnd,
    /// The applications that had started, in the order in which they ended or should have.
    pub applications: Vec<ApplicationReport>,
}

/// Says why and how a run ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunEnd {
    /// It was asked to stop, or every application had been stopped one by one; the exit code is 0.
    Ordered,
    /// It could not start; what had been started was stopped in order. The exit code is 1.
    Failed(ApplicationError),
    /// A tree ended by itself and ended the run; the others were stopped in order. The exit code is 1.
    GaveUp {
        /// The application.
        application: String,
        /// Why its tree ended.
        reason: ExitReason,
    },
    /// The stop was cut short, by a second request or because the time was up; the exit code is 2.
    Forced,
}

/// Tells how one application ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApplicationReport {
    /// The application.
    pub name: String,
    /// How it ended, if it did.
    pub end: ApplicationEnd,
}

/// Says how one application ended, if it did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ApplicationEnd {
    /// It was stopped, and nothing of it is left.
    Stopped {
        /// How long that took; zero if somebody else stopped it.
        took: Duration,
    },
    /// Its tree ended by itself, for this reason; `prep_stop` and `stop` ran (AP-5).
    ByItself(ExitReason),
    /// It did not stop.
    Stuck {
        /// How long it was waited for.
        waited: Duration,
        /// What it was at.
        phase: Phase,
        /// What is alive of its tree, the youngest branch first.
        survivors: Vec<Survivor>,
    },
    /// It was not its turn to stop when the stop was cut short.
    NotAsked,
}

impl RunReport {
    /// Returns the exit code of the program: 0 after an ordered stop, 1 if a tree gave up or nothing
    /// could be started, 2 if the stop was cut short.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self.end {
            RunEnd::Ordered => 0,
            RunEnd::Failed(_) | RunEnd::GaveUp { .. } => 1,
            RunEnd::Forced => FORCED,
        }
    }
}

impl From<RunReport> for ExitCode {
    fn from(report: RunReport) -> Self {
        Self::from(report.code())
    }
}

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.end, f)?;
        let told = |report: &&ApplicationReport| matches!(&self.end, RunEnd::GaveUp { application, .. } if *application == report.name);
        for application in self.applications.iter().filter(|report| !told(report)) {
            write!(f, "\n{application}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RunEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ordered => f.write_str("all applications have stopped"),
            Self::Failed(error) => fmt::Display::fmt(error, f),
            Self::GaveUp {
                application,
                reason,
            } => {
                write!(f, "application `{application}` {}", ByItself(reason))
            }
            Self::Forced => f.write_str("the stop was cut short"),
        }
    }
}

/// The end of a tree that nobody has stopped. The reason `shutdown` says nothing by itself: a supervisor
/// that gives up has no other (S-28).
struct ByItself<'a>(&'a ExitReason);

impl fmt::Display for ByItself<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ended by itself: {}", self.0.to_log())?;
        if matches!(self.0, ExitReason::Shutdown) {
            f.write_str(" (a supervisor has reached its restart limit, or its work is done)")?;
        }
        Ok(())
    }
}

impl fmt::Display for ApplicationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, end } = self;
        write!(f, "application `{name}` {end}")
    }
}

impl fmt::Display for ApplicationEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped { took } => write!(f, "stopped in {took:.1?}"),
            Self::ByItself(reason) => fmt::Display::fmt(&ByItself(reason), f),
            Self::NotAsked => f.write_str("was not asked to stop"),
            Self::Stuck {
                waited,
                phase,
                survivors,
            } => {
                write!(f, "did not stop in {waited:.1?}: {phase}")?;
                write_survivors(survivors, f)
            }
        }
    }
}

fn write_survivors(survivors: &[Survivor], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for survivor in survivors.iter().take(survivors::MOST) {
        let indent = 2 * (survivor.depth + 1);
        write!(f, "\n{:indent$}{survivor} is alive", "")?;
    }
    match survivors.len().saturating_sub(survivors::MOST) {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more"),
    }
}
