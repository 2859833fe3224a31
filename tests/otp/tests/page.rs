//! The scripts in `docs/reliability.md` are some.

use std::fs;
use std::path::Path;

use otp_differential::{Corpus, Processes, Trace, Trees};

/// The first block of JSON under that heading of the page.
fn example(heading: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reliability.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let (_, rest) = page.split_once(heading).expect("the page has the section");
    let (_, rest) = rest.split_once("```json\n").expect("it has a script");
    let (script, _) = rest.split_once("```").expect("the block ends");
    script.replace('\n', "")
}

fn played<C: Corpus>(heading: &str) -> Trace {
    let script = serde_json::from_str(&example(heading)).expect("it is a script");
    let (model, _) = C::play(&script);
    assert_eq!(C::run(&script), model);
    model
}

#[test]
fn the_tree_of_the_page_does_on_the_library_what_it_does_in_the_model() {
    let trace = played::<Trees>("## Scripts of trees");
    assert_eq!(trace.0[3]["ret"], "ok,running", "of the batch");
}

#[test]
fn the_processes_of_the_page_do_on_the_library_what_they_do_in_the_model() {
    let trace = played::<Processes>("## Scripts of processes");
    let got = trace.0[3]["events"]["a<b"].to_string();
    let told = r#"[["cast",10],["exit","error"],["down","m1","@m","error","none"]]"#;
    assert_eq!(got, told, "of the one that was held");
}
