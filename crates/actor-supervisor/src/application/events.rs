//! What applications report: every event, in one place.

use std::fmt::Display;
use std::time::Duration;

use actor_core::{ExitReason, Pid, process};
use tracing::level_filters::LevelFilter;
use tracing::{error, info};

use crate::application::error::ApplicationError;
use crate::application::report::{ApplicationEnd, ApplicationReport, RunEnd, RunReport};
use crate::application::survivors;

/// An application runs.
pub(super) fn started(application: &str, pid: &Pid, took: Duration) {
    process::report(|| {
        info!(
            target: "actor::application",
            application,
            pid = %pid,
            took = ?took,
            "application started",
        );
    });
}

/// The run is over before it began: nothing is left of what was started.
pub(super) fn failed(why: &ApplicationError) {
    process::report(|| {
        error!(target: "actor::application", error = ?why.to_string(), "start failed");
    });
}

/// The applications are stopped from here on.
pub(super) fn stopping(applications: usize) {
    process::report(|| info!(target: "actor::application", applications, "stopping"));
}

/// The operating system asked for the stop.
pub(super) fn asked(signal: &str) {
    process::report(|| {
        info!(
            target: "actor::application",
            signal,
            "asked to stop; once more ends the program at once",
        );
    });
    if !are_heard() {
        write(format!(
            "{signal}: stopping; once more ends the program at once"
        ));
    }
}

/// A callback panicked; the stop goes on.
pub(super) fn callback_failed(application: &str, callback: &str, reason: &ExitReason) {
    process::report(|| {
        error!(
            target: "actor::application",
            application,
            callback,
            reason = %reason.to_log(),
            "callback failed",
        );
    });
}

/// An application ended, or did not.
pub(super) fn ended(report: &ApplicationReport) {
    let ApplicationReport { name, end } = report;
    process::report(|| match end {
        ApplicationEnd::Stopped { took } => info!(
            target: "actor::application",
            application = name,
            took = ?took,
            "application stopped",
        ),
        ApplicationEnd::ByItself(reason) if reason.is_normal() => info!(
            target: "actor::application",
            application = name,
            "application ended by itself",
        ),
        ApplicationEnd::ByItself(reason) => error!(
            target: "actor::application",
            application = name,
            reason = %reason.to_log(),
            "application ended by itself",
        ),
        ApplicationEnd::NotAsked => error!(
            target: "actor::application",
            application = name,
            "application was not asked to stop",
        ),
        ApplicationEnd::Stuck {
            waited,
            phase,
            survivors,
        } => error!(
            target: "actor::application",
            application = name,
            waited = ?waited,
            phase = %phase,
            alive = survivors.len(),
            survivors = survivors::line(survivors),
            "application did not stop",
        ),
    });
}

/// The run did not end as it should have: told on stderr too if nobody listens to events, or if a log
/// may not be written any more.
pub(super) fn over(report: &RunReport) {
    let is_forced = matches!(report.end, RunEnd::Forced);
    if is_forced || report.code() != 0 && !are_heard() {
        write(report);
    }
}

/// The run does not answer: its runtime has no thread left to run it.
pub(super) fn unanswered() {
    write("the runtime is busy and does not answer: the program ends without a report");
}

/// Writes a text on stderr in one piece; what is wrong with either ends nobody.
fn write(text: impl Display) {
    process::report(move || {
        let text = text.to_string();
        eprintln!("{text}");
    });
}

/// Says whether anybody listens to events; if not, the same is written on stderr.
fn are_heard() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}
