//! The script in `docs/reliability.md` is one.

use std::fs;
use std::path::Path;

use otp_differential::{Corpus, Trees};

/// The first block of JSON in the page.
fn example() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reliability.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let (_, rest) = page.split_once("```json\n").expect("the page has a script");
    let (script, _) = rest.split_once("```").expect("the block ends");
    script.replace('\n', "")
}

#[test]
fn the_script_of_the_page_does_on_the_library_what_it_does_in_the_model() {
    let script = serde_json::from_str(&example()).expect("it is a script");
    let (model, _) = Trees::play(&script);
    assert_eq!(Trees::run(&script), model);
    let answer = &model.0[3]["ret"];
    assert_eq!(answer, "ok,running", "of the batch");
}
