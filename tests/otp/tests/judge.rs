//! What the judge says where there is no Erlang.

use std::process::{Command, Output};

/// Asks for one fresh case of each corpus, with nothing on the path.
fn judged(ci: bool) -> Output {
    let mut judge = Command::new(env!("CARGO_BIN_EXE_otp-judge"));
    judge.args(["fresh", "1"]).env("PATH", "/nonexistent");
    judge.env_remove("CI");
    if ci {
        judge.env("CI", "true");
    }
    judge.output().expect("the program is there")
}

#[test]
fn a_missing_erlang_is_one_line_at_home_and_a_failure_in_ci() {
    let (home, ci) = (judged(false), judged(true));
    let told = String::from_utf8_lossy(&home.stdout).into_owned();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("there is no `erl`"), "{told}");
    assert!(home.status.success());
    assert!(!ci.status.success());
}
