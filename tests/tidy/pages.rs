//! Pages that must name what the tree holds.

use crate::{file::File, violations::Violations, words};

/// A module is named by its path from `src`, as in `process/run.rs`.
pub(crate) fn module(file: &File, page: &str, found: &mut Violations) {
    let Some(path) = file.in_src().filter(|&path| path != "lib.rs") else {
        return;
    };
    if !names_path(page, path) {
        let what = format!("docs/architecture.md names every module, say there what `{path}` is");
        found.add(&file.path, 1, &what);
    }
}

/// The path stands alone or after `src/`, not as the end of a longer one.
fn names_path(page: &str, path: &str) -> bool {
    words::places(page, path).any(|at| {
        let before = &page[..at];
        before.ends_with("src/") || !before.ends_with(['/', '-', '.'])
    })
}

/// An example is named by its file, or by its package where it has one.
pub(crate) fn example(file: &File, page: &str, found: &mut Violations) {
    let Some(path) = file.path.strip_prefix("examples/") else {
        return;
    };
    if path.starts_with("tests/") {
        return;
    }
    let name = path
        .split('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".rs");
    if !words::has(page, name) {
        let what = format!("examples/README.md names every example, add `{name}` to its list");
        found.add(&file.path, 1, &what);
    }
}

/// Lines that a file of an example stays under: what is read in one go.
const EXAMPLE_LINES: usize = 120;

/// A whole program, with modules of its own: it is held to what libraries are held to.
const WHOLE_PROGRAM: &str = "examples/chat/";

pub(crate) fn long_example(file: &File, found: &mut Violations) {
    let is_test = file.path.split('/').any(|folder| folder == "tests");
    let is_example = file.path.starts_with("examples/") && !is_test;
    let lines = file.text.lines().count();
    if is_example && !file.path.starts_with(WHOLE_PROGRAM) && lines >= EXAMPLE_LINES {
        let what =
            format!("a file of an example stays under {EXAMPLE_LINES} lines (it has {lines})");
        found.add(&file.path, 1, &what);
    }
}

/// A test finds the program of an example by its name; `tests` are their texts.
pub(crate) fn example_runs(manifest: &File, tests: &[&str], found: &mut Violations) {
    let mut lines = manifest.text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some((_, line)) = (line == "[[example]]").then(|| lines.next()).flatten() else {
            continue;
        };
        let name = line.trim_start_matches("name = ").trim_matches('"');
        let call = format!("(\"{name}\")");
        if !tests.iter().any(|text| text.contains(&call)) {
            let what = format!("a test runs each example and checks what it prints, run `{name}`");
            found.add(&manifest.path, at + 1, &what);
        }
    }
}

mod planted {
    use super::*;
    use crate::violations::found_in;

    #[test]
    fn a_module_without_a_place_in_the_page_is_found() {
        let file = File::new("crates/c/src/run.rs", "");
        let found = |page: &str| found_in(&file, |file, found| module(file, page, found));
        assert_eq!(
            found("`process/run.rs` and `rerun.rs`"),
            ["crates/c/src/run.rs:1"]
        );
        assert!(found("`run.rs`: the loop").is_empty());
        assert!(found("crates/c/src/run.rs").is_empty());
    }

    #[test]
    fn an_example_without_a_place_in_the_readme_is_found() {
        let file = File::new("examples/first.rs", "");
        let found = |page: &str| found_in(&file, |file, found| example(file, page, found));
        assert_eq!(found("1. `first_supervisor`"), ["examples/first.rs:1"]);
        assert!(found("1. `first`: how it begins").is_empty());
        let its_test = File::new("examples/tests/first.rs", "");
        assert!(found_in(&its_test, |file, found| example(file, "", found)).is_empty());
    }

    #[test]
    fn a_long_example_is_found() {
        let long = "x();\n".repeat(EXAMPLE_LINES);
        for path in ["examples/first.rs", "examples/first/main.rs"] {
            let file = File::new(path, long.as_str());
            assert_eq!(found_in(&file, long_example), [format!("{path}:1")]);
            let short = File::new(path, &long[5..]);
            assert!(found_in(&short, long_example).is_empty());
        }
        for path in [
            "examples/tests/a.rs",
            "examples/a/tests/a.rs",
            "examples/chat/src/app.rs",
        ] {
            assert!(found_in(&File::new(path, long.as_str()), long_example).is_empty());
        }
    }

    #[test]
    fn an_example_that_no_test_runs_is_found() {
        let manifest = "[package]\nname = \"x\"\n[[example]]\nname = \"first\"\n";
        let file = File::new("examples/Cargo.toml", manifest);
        let found = |test: &str| found_in(&file, |file, found| example_runs(file, &[test], found));
        assert_eq!(found("// first"), ["examples/Cargo.toml:3"]);
        assert!(found("run(\"first\")").is_empty());
    }
}
