//! Real OTP, asked through a pipe.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::trace::Trace;

/// The oracle's own text, in the order in which it is hashed.
const SOURCES: [&str; 4] = [
    "otp_json.erl",
    "otp_oracle.erl",
    "otp_processes.erl",
    "otp_trees.erl",
];

/// How many scripts are asked at once: more would make waits inexact.
const BATCH: usize = 300;

/// A running Erlang that answers scripts with traces.
#[derive(Debug)]
pub struct Oracle {
    erl: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    about: Value,
}

impl Oracle {
    /// Compiles and starts the oracle.
    ///
    /// # Errors
    ///
    /// If there is no Erlang, or it does not work.
    pub fn start() -> io::Result<Self> {
        let beams = compile()?;
        let mut erl = Command::new("erl");
        erl.arg("-noshell").arg("-pa").arg(&beams);
        erl.args(["-run", "otp_oracle", "main"]);
        if let Some(elixir) = elixir() {
            erl.env("ERL_LIBS", elixir);
        }
        let mut erl = erl.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let to = erl.stdin.take();
        let from = erl.stdout.take().ok_or_else(|| broken("no output"))?;
        let mut from = BufReader::new(from);
        let about = serde_json::from_str(&line(&mut from)?)?;
        Ok(Self {
            erl,
            to,
            from,
            about,
        })
    }

    /// Returns what judges: the versions of OTP, its library and Elixir.
    #[must_use]
    pub fn about(&self) -> &Value {
        &self.about
    }

    /// Runs scripts, each one line of JSON, and returns their traces in the same order.
    ///
    /// # Errors
    ///
    /// If the oracle has died.
    pub fn ask(&mut self, scripts: &[String]) -> io::Result<Vec<Result<Trace, String>>> {
        let mut traces = Vec::with_capacity(scripts.len());
        for batch in scripts.chunks(BATCH) {
            let to = self.to.as_mut().ok_or_else(|| broken("no input"))?;
            writeln!(to, "{}\n", batch.join("\n"))?;
            to.flush()?;
            for _ in batch {
                traces.push(Trace::parse(&line(&mut self.from)?));
            }
        }
        Ok(traces)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.to.take()); // the end of its input is the end of the oracle
        let _ = self.erl.wait();
    }
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    match from.read_line(&mut line)? {
        0 => Err(broken("it has died")),
        _ => Ok(line),
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::other(format!("the oracle: {what}"))
}

/// Says which text of the oracle it is (FNV-1a, in hexadecimal digits).
///
/// # Errors
///
/// If the sources cannot be read.
pub fn hash() -> io::Result<String> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for name in SOURCES {
        for byte in fs::read(source(name))? {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{hash:016x}"))
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("erlang")
        .join(name)
}

/// Compiles the oracle into a folder of its own text's.
fn compile() -> io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("otp-oracle-{}", hash()?));
    fs::create_dir_all(&folder)?;
    let compiled = Command::new("erlc")
        .arg("-o")
        .arg(&folder)
        .args(SOURCES.map(source))
        .status()?;
    match compiled.success() {
        true => Ok(folder),
        false => Err(broken("it does not compile")),
    }
}

/// The folder with Elixir's applications, if it is installed.
fn elixir() -> Option<PathBuf> {
    let asked = Command::new("elixir")
        .args(["-e", "IO.puts(:code.lib_dir(:elixir))"])
        .stdin(Stdio::null())
        .output();
    let told = String::from_utf8(asked.ok()?.stdout).ok()?;
    Path::new(told.trim()).parent().map(Path::to_path_buf)
}
