//! What must not stay.

use crate::{
    file::{File, Line},
    violations::Violations,
    words,
};

// Put together from halves: this file is read too.
const UNFINISHED: [&str; 5] = [
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("dbg", "!"),
    concat!("todo", "!"),
    concat!("unimplemented", "!"),
];

const OUTSIDE: &str = concat!("../", "shared");

pub(crate) fn unfinished(file: &File, found: &mut Violations) {
    for Line { number, text } in file.lines() {
        for word in UNFINISHED.iter().filter(|word| words::has(&text, word)) {
            let what = format!("no {word} is left behind, finish it or open an issue");
            found.add(&file.path, number, &what);
        }
    }
}

/// A lone clone is whole.
pub(crate) fn outside(file: &File, found: &mut Violations) {
    for Line { number, text } in file.lines() {
        if text.contains(OUTSIDE) {
            let what = "nothing refers to what a clone does not hold, bring it in";
            found.add(&file.path, number, what);
        }
    }
}

/// A real sleep is too short on a slow machine and too long on every other.
pub(crate) fn sleeping_test(file: &File, found: &mut Violations) {
    if !file.is_test() {
        return;
    }
    for Line { number, text } in file.spelled() {
        if words::has(&text, "thread::sleep") {
            let what = "a test does not sleep, wait for a condition or pause the clock";
            found.add(&file.path, number, what);
        }
    }
}

/// What holds on one runtime may not hold on another; only a paused clock has but one.
pub(crate) fn test_on_one_runtime(file: &File, found: &mut Violations) {
    if !file.is_test() {
        return;
    }
    let lines = file.code();
    let begins = |line: &Line| line.text.trim_start().starts_with("#[tokio::test");
    for at in (0..lines.len()).filter(|&at| begins(&lines[at])) {
        let rest = lines[at..].iter().take(5).map(|line| line.text.as_str());
        let attribute = rest.collect::<String>();
        let attribute = attribute.split(']').next().unwrap_or_default();
        if !words::has(attribute, "start_paused") {
            let what = "a test pauses the clock or runs on every runtime, use `on_every_runtime!`";
            found.add(&file.path, lines[at].number, what);
        }
    }
}

mod planted {
    use super::*;
    use crate::violations::found_in;

    #[test]
    fn unfinished_work_is_found() {
        for word in UNFINISHED {
            let file = File::new("crates/c/src/x.rs", format!("\n// {word}()\n"));
            assert_eq!(found_in(&file, unfinished), ["crates/c/src/x.rs:2"]);
        }
        let file = File::new("crates/c/src/x.rs", format!("my_{}", UNFINISHED[2]));
        assert!(found_in(&file, unfinished).is_empty());
    }

    #[test]
    fn a_way_out_of_the_checkout_is_found() {
        let file = File::new("docs/x.md", format!("as {OUTSIDE}/x.md says\n"));
        assert_eq!(found_in(&file, outside), ["docs/x.md:1"]);
        assert!(found_in(&File::new("docs/x.md", "shared lints"), outside).is_empty());
    }

    #[test]
    fn a_sleeping_test_is_found() {
        let text = "use std::thread;\nfn f() { thread::sleep(d) }\n";
        let test = File::new("crates/c/tests/x.rs", text);
        assert_eq!(found_in(&test, sleeping_test), ["crates/c/tests/x.rs:2"]);
        assert!(found_in(&File::new("crates/c/src/x.rs", text), sleeping_test).is_empty());
    }

    #[test]
    fn a_test_on_one_runtime_is_found() {
        let paused = "#[tokio::test(start_paused = true)]\nasync fn f() {}\n";
        let broken = "#[tokio::test(\n    start_paused = true,\n)]\nasync fn g() {}\n";
        let one = "#[tokio::test]\nasync fn h() { start_paused }\n";
        let file = File::new("crates/c/tests/x.rs", format!("{paused}{broken}{one}"));
        let places = found_in(&file, test_on_one_runtime);
        assert_eq!(places, ["crates/c/tests/x.rs:7"]);
        assert!(found_in(&File::new("crates/c/src/x.rs", one), test_on_one_runtime).is_empty());
    }
}
