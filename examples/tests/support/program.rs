//! Where the examples lie that were built beside a test.

use std::env;
use std::path::PathBuf;

/// The program of an example.
pub(crate) fn path(example: &str) -> PathBuf {
    let mut path = env::current_exe().expect("this test has a path");
    path.pop(); // deps
    path.pop();
    path.push("examples");
    path.push(format!("{example}{}", env::consts::EXE_SUFFIX));
    path
}
