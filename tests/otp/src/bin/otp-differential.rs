//! `otp-differential SCRIPTS.jsonl TRACES.jsonl` runs scripts, of trees and of processes, on this
//! library. The traces are the oracle's, line for line, where the library does what OTP does.

use std::env;
use std::error::Error;
use std::fs;

use otp_differential::{Trace, processes, trees};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<_> = env::args().skip(1).collect();
    let [scripts, traces] = args.as_slice() else {
        return Err("usage: otp-differential SCRIPTS.jsonl TRACES.jsonl".into());
    };
    let mut told = String::new();
    for (at, line) in fs::read_to_string(scripts)?.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let trace = run(line).map_err(|error| format!("line {}: {error}", at + 1))?;
        told.push_str(&trace);
        told.push('\n');
    }
    fs::write(traces, told)?;
    Ok(())
}

fn run(line: &str) -> Result<String, serde_json::Error> {
    let script: Value = serde_json::from_str(line)?;
    let (Trace(mut trace), start) = match script["tree"].is_null() {
        true => (processes::run(&serde_json::from_str(line)?), 0),
        false => (trees::run(&serde_json::from_str(line)?), 1),
    };
    // A step is repeated as it was written, with the defaults that were spelled out.
    if let Some(steps) = script["steps"].as_array() {
        for (record, step) in trace.iter_mut().skip(start).zip(steps) {
            record["step"] = step.clone();
        }
    }
    Ok(json!({"case": script["case"], "trace": trace}).to_string())
}
