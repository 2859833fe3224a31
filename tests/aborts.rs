//! What ends the whole program instead of one process, and how a program that could contain nothing
//! is refused. Each case is a program of its own.

use std::env;
use std::path::Path;
use std::process::{Command, ExitStatus, Output};

/// The output and the errors, as text.
fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// Lets a server do this.
fn run(what: &str) -> (ExitStatus, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_aborts"));
    let output = program.arg(what).env_remove("RUST_BACKTRACE").output();
    let output = output.expect("the program runs");
    let (out, errors) = texts(&output);
    (output.status, out, errors)
}

#[cfg(unix)]
fn was_aborted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;

    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}

#[cfg(not(unix))]
fn was_aborted(status: ExitStatus) -> bool {
    !status.success()
}

/// Nothing is told of the server's end, for nobody is left to tell it.
#[track_caller]
fn ends_the_program(what: &str, says: &str) {
    let (status, out, errors) = run(what);
    assert!(was_aborted(status), "{status}: {errors}");
    assert_eq!(out, "");
    assert!(errors.contains(says), "{errors}");
}

#[test]
fn an_ordinary_panic_ends_its_process_alone() {
    // E-2: so that the others can fail
    let (status, out, errors) = run("panic");
    assert!(status.success(), "{status}: {errors}");
    assert!(out.contains("the server ended: panic: an ordinary panic"));
}

#[test]
fn a_panic_in_a_drop_while_another_one_unwinds_ends_the_program() {
    // F-28
    ends_the_program("panic in a drop", "the second panic");
}

#[test]
fn a_stack_overflow_ends_the_program() {
    // F-31
    ends_the_program("stack overflow", "has overflowed its stack");
}

#[test]
fn running_out_of_memory_ends_the_program() {
    // F-31
    ends_the_program("out of memory", "memory allocation of");
}

#[test]
fn an_abort_ends_the_program() {
    // F-31
    ends_the_program("abort", "");
}

/// The text of the error, as the docs tell it.
const REFUSED: &str = "built with panic = \"abort\": a panic would end the whole program; build \
    with panic = \"unwind\" (remove `panic` from the profile in Cargo.toml)\n";

#[test]
fn a_program_built_with_panic_abort_starts_no_process() {
    // F-29, X-3: the library is built anew with that setting, beside the usual one, and once only.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = [
        "run",
        "--quiet",
        "--locked",
        "--offline",
        "--bin",
        "refused",
    ];
    let output = Command::new(cargo)
        .args(run)
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_PROFILE_DEV_PANIC", "abort")
        .output()
        .expect("cargo runs");
    let (out, errors) = texts(&output);
    assert!(output.status.success(), "{errors}");
    assert_eq!(out, REFUSED.repeat(3));
}
