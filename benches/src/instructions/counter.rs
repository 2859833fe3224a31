//! Runs one measurement under callgrind.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::benchmark::backtrace_of;
use crate::benchmarks::Measured;
use crate::runtime::Flavor;

/// How many instructions a whole run takes; none if the contestant has no such benchmark.
pub fn instructions(contestant: &str, benchmark: &str, size: u64) -> Result<Option<u64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(["--one", contestant, benchmark])
        .args([Flavor::CurrentThread.name(), &size.to_string()])
        .env("RUST_BACKTRACE", backtrace_of(contestant))
        .output()
        .context("valgrind does not run; is it installed?")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{benchmark} of {contestant} failed:\n{stderr}"
    );
    let measured: Option<Measured> =
        serde_json::from_slice(&output.stdout).context("what it printed is no measurement")?;
    if measured.is_none() {
        return Ok(None);
    }
    let total = collected(&stderr).context("callgrind printed no total")?;
    Ok(Some(total))
}

/// The total in what callgrind prints at the end.
fn collected(stderr: &str) -> Option<u64> {
    let line = stderr.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_found_in_what_callgrind_prints() {
        for (stderr, total) in [
            (
                "==7== Events    : Ir\n==7== Collected : 1234\n==7== \n",
                Some(1_234),
            ),
            ("==7== Collected : many\n", None),
            ("==7== Command: x\n", None),
            ("", None),
        ] {
            assert_eq!(collected(stderr), total, "{stderr}");
        }
    }
}
