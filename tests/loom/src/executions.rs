//! Runs a model in every execution of its threads, with at most three preemptions.

use std::env;
use std::process::Command;

use crate::rt::plant;

/// The bug that a test of another process is to find.
const PLANTED: &str = "PLANTED";

/// Checks that a model holds.
pub fn hold(model: fn()) {
    if let Ok(bug) = env::var(PLANTED) {
        plant(bug.leak());
    }
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

/// Checks that a test fails with a planted bug. In a process of its own: loom aborts when it has found that
/// nobody can go on.
///
/// # Panics
///
/// If no execution shows it.
pub fn find(bug: &str, test: &str) {
    let program = env::current_exe().expect("it runs");
    let mut command = Command::new(program);
    command.args(["--exact", test]).env(PLANTED, bug);
    let output = command.output().expect("it can be run");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("running 1 test"), "there is no test {test}");
    assert!(
        !output.status.success(),
        "no execution shows the planted bug: {bug}"
    );
}
