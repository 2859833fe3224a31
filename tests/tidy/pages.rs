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
}
