//! What the attribute says to mistakes, each on the user's own token; and that right code compiles.
//!
//! Around our words stand the compiler's, which change with its version. So the texts are compared
//! only under the version they were recorded with. To record them anew, set `TRYBUILD=overwrite`
//! and write the version into `ui/RUSTC_VERSION`.

use std::env;
use std::process::Command;

/// The version of the compiler whose words stand in `ui/fail`.
const RECORDED: &str = include_str!("ui/RUSTC_VERSION");

#[test]
fn the_attribute_compiles_right_code_and_explains_mistakes() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    let (version, recorded) = (rustc_version(), RECORDED.trim());
    if version == recorded {
        cases.compile_fail("ui/fail/*.rs");
    } else {
        eprintln!("ui/fail is skipped: it was recorded with rustc {recorded}, this is {version}");
    }
}

/// The number in `rustc 1.95.0 (..)`.
fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let output = output.expect("the compiler that built this test still runs");
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}
