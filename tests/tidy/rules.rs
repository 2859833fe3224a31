//! Rules of OTP, cited by number in comments.

use std::collections::BTreeSet;

use crate::{
    file::{File, Line},
    violations::Violations,
    words,
};

/// The letters that rules begin with; `UTF-8` and the like are none.
const PREFIXES: [&str; 18] = [
    "E", "P", "N", "TM", "G", "S", "D", "PS", "R", "T", "TS", "A", "AP", "PG", "ST", "Y", "L", "X",
];

/// The rules that the page lists: the first word of a line.
pub(crate) fn listed(page: &str) -> BTreeSet<String> {
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    page.lines()
        .filter_map(first)
        .filter(|word| ids(word) == [word.as_str()])
        .collect()
}

pub(crate) fn cited(file: &File, known: &BTreeSet<String>, found: &mut Violations) {
    for Line { number, text } in file.comments() {
        for id in ids(&text).into_iter().filter(|&id| !known.contains(id)) {
            let what = format!("{id} is no rule of docs/otp-semantics.md, cite one that is there");
            found.add(&file.path, number, &what);
        }
    }
}

/// The rule numbers in a line, such as `P-24`.
fn ids(text: &str) -> Vec<&str> {
    let inside = |c: char| words::is_ident(c) || c == '-';
    let is_id = |word: &&str| {
        word.split_once('-').is_some_and(|(prefix, number)| {
            PREFIXES.contains(&prefix)
                && !number.is_empty()
                && number.chars().all(|c| c.is_ascii_digit())
        })
    };
    text.split(|c| !inside(c)).filter(is_id).collect()
}

mod planted {
    use super::*;
    use crate::violations::found_in;

    #[test]
    fn a_rule_that_is_not_there_is_found() {
        let known = listed("# Rules\n\nP-1 A pid.\nS-23\n\nsee G-99\n");
        assert_eq!(known.len(), 2);
        let text = "// P-1, S-23: UTF-8 on x86-64.\nlet x = \"P-2\"; // G-99.\n/// (TM-5)\n";
        let file = File::new("crates/c/src/x.rs", text);
        let places = found_in(&file, |file, found| cited(file, &known, found));
        assert_eq!(places, ["crates/c/src/x.rs:2", "crates/c/src/x.rs:3"]);
    }
}
