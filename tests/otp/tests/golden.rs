//! What OTP did is what the model says and what the library does, in every recorded case.

use std::fs;
use std::path::Path;
use std::process::Command;

use otp_differential::golden::{self, Header};
use otp_differential::{Corpus, Dynamic, Processes, Trees, compare, hash};

/// The cases that a corpus has at least.
const CASES: usize = 2000;

fn compared<C: Corpus>() {
    let (_, cases) = golden::read::<C>().expect("the traces are recorded");
    let outcome = compare::recorded::<C>(&cases);
    assert!(outcome.cases >= CASES, "{} cases are few", outcome.cases);
    let shown = outcome.differences.iter().take(3);
    let shown: Vec<_> = shown.map(String::as_str).collect();
    let number = outcome.differences.len();
    assert_eq!(
        number,
        0,
        "differences; the first ones:\n{}",
        shown.join("\n")
    );
    assert_eq!(outcome.lacking(&C::required()), [], "happen too rarely");
}

#[test]
fn trees_do_what_they_do_in_otp() {
    compared::<Trees>();
}

#[test]
fn trees_with_dynamic_supervisors_do_what_they_do_in_elixir() {
    compared::<Dynamic>();
}

#[test]
fn processes_do_to_each_other_what_they_do_in_otp() {
    compared::<Processes>();
}

fn header<C: Corpus>() -> Header {
    golden::read::<C>().expect("the traces are recorded").0
}

#[test]
fn the_recorded_traces_are_those_of_the_present_oracle() {
    let oracle = hash().expect("the oracle can be read");
    let headers = [
        header::<Trees>(),
        header::<Dynamic>(),
        header::<Processes>(),
    ];
    for header in headers {
        let Header { corpus, about, .. } = &header;
        assert_eq!(
            header.oracle, oracle,
            "{corpus}: record again, `just otp-golden`"
        );
        assert!(
            about["otp"].is_string(),
            "{corpus}: {about} does not say which OTP"
        );
    }
}

#[test]
fn a_trace_that_is_not_otps_is_found_and_told_with_its_script_and_its_step() {
    let (_, mut cases) = golden::read::<Trees>().expect("the traces are recorded");
    cases.truncate(1);
    let last = cases[0].1.0.len() - 1;
    cases[0].1.0[last]["ret"] = "normal".into();
    let told = compare::recorded::<Trees>(&cases).differences;
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("\"tree\""), "no script in {}", told[0]);
    assert!(
        told[0].contains(&format!("step {last} differs")),
        "{}",
        told[0]
    );
}

/// Runs the program on recorded scripts; its output is the recorded traces, to the letter.
fn program<C: Corpus>() {
    let (_, cases) = golden::read::<C>().expect("the traces are recorded");
    let mut scripts = String::new();
    let mut expected = String::new();
    for (script, trace) in cases.iter().take(100) {
        scripts += &format!(
            "{}\n",
            serde_json::to_string(script).expect("it is a script")
        );
        expected += &format!("{}\n", trace.line(C::case(script)));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let from = folder.join(format!("{}-scripts.jsonl", C::NAME));
    let to = folder.join(format!("{}-traces.jsonl", C::NAME));
    fs::write(&from, scripts).expect("the folder is writable");
    let ran = Command::new(env!("CARGO_BIN_EXE_otp-differential"))
        .args([&from, &to])
        .status();
    assert!(ran.expect("the program is there").success());
    let told = fs::read_to_string(&to).expect("it has written traces");
    assert_eq!(told, expected);
}

#[test]
fn the_program_tells_of_the_same_scripts_line_for_line_what_the_oracle_tells() {
    program::<Trees>();
    program::<Dynamic>();
    program::<Processes>();
}
