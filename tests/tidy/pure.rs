//! Files that only decide: values in, a value out.

use crate::{
    file::{File, Line},
    tree::Tree,
    violations::Violations,
    words,
};

const MARK: &str = "//! Pure: no clock, no async, no I/O, no lock.";

const IMPURE: [&str; 8] = [
    "async",
    ".await",
    "tokio",
    "tracing",
    "Mutex",
    "RwLock",
    "Instant::now",
    "crate::rt",
];

/// Whether the file says that it is pure.
fn is_marked(file: &File) -> bool {
    file.text.lines().any(|line| line == MARK)
}

/// A file that says it is pure must be.
pub(crate) fn check(file: &File, found: &mut Violations) {
    if !is_marked(file) {
        return;
    }
    for Line { number, text } in file.spelled() {
        for word in IMPURE.iter().filter(|word| words::has(&text, word)) {
            let what = format!("a pure file names no `{word}`, take the value as an argument");
            found.add(&file.path, number, &what);
        }
    }
}

/// A file that must be pure says so.
pub(crate) fn marked(path: &str, file: Option<&File>, found: &mut Violations) {
    if !file.is_some_and(is_marked) {
        let what = format!("this file is pure and says so, add the docs line `{MARK}`");
        found.add(path, 1, &what);
    }
}

/// A decision has its table of cases beside it or in it.
pub(crate) fn tested(path: &str, tree: &Tree, found: &mut Violations) {
    let beside = format!("{}/tests.rs", path.trim_end_matches(".rs"));
    let inside = |file: &File| {
        file.code()
            .iter()
            .any(|line| words::has(&line.text, "mod tests"))
    };
    if tree.get(&beside).is_none() && !tree.get(path).is_some_and(inside) {
        let what = format!("a decision has a table of cases, write it in {beside}");
        found.add(path, 1, &what);
    }
}

mod planted {
    use super::*;
    use crate::{tree::planted, violations::found_in};

    const PATH: &str = "crates/c/src/x.rs";

    #[test]
    fn impure_words_in_a_pure_file_are_found() {
        for line in [
            "async fn f() {}",
            "fn f() { g().await }",
            "use tokio::time::Instant;",
            "use crate::{pid::Pid, rt::Lock};",
            "fn f() { Instant::now() }",
        ] {
            let file = File::new(PATH, format!("{MARK}\n\n{line}\n"));
            assert_eq!(found_in(&file, check), [format!("{PATH}:3")], "{line}");
        }
    }

    #[test]
    fn pure_files_and_unmarked_ones_pass() {
        let pure = "/// Not async, no tokio.\nfn f(now: Instant) -> bool { \"await\".is_empty() }";
        assert!(found_in(&File::new(PATH, format!("{MARK}\n{pure}\n")), check).is_empty());
        assert!(found_in(&File::new(PATH, "async fn f() {}"), check).is_empty());
    }

    #[test]
    fn a_missing_mark_is_found() {
        let places = |file: Option<&File>| {
            let mut found = Violations::default();
            marked(PATH, file, &mut found);
            found.places()
        };
        assert_eq!(places(None), [format!("{PATH}:1")]);
        assert_eq!(
            places(Some(&File::new(PATH, "//! Decides."))),
            [format!("{PATH}:1")]
        );
        assert!(places(Some(&File::new(PATH, MARK))).is_empty());
    }

    #[test]
    fn a_decision_without_tests_is_found() {
        let places = |tree: &Tree| {
            let mut found = Violations::default();
            tested(PATH, tree, &mut found);
            found.places()
        };
        assert_eq!(
            places(&planted([(PATH, "// mod tests")])),
            [format!("{PATH}:1")]
        );
        assert!(places(&planted([(PATH, ""), ("crates/c/src/x/tests.rs", "")])).is_empty());
        assert!(places(&planted([(PATH, "#[cfg(test)]\nmod tests {}")])).is_empty());
    }
}
