//! The few places that touch the outside: the runtime, the spawn, the inbox, the panic guard, and the one that
//! the compiler does not check.

use crate::{
    file::{File, Line},
    violations::Violations,
    words,
};

/// What only the runtime module of a crate names.
const RUNTIME: [&str; 7] = [
    "tokio::",
    "parking_lot",
    "spin::",
    "std::sync::",
    "core::sync::",
    "dashmap",
    "arc_swap",
];

/// What every file may share with: it counts owners, and guards nothing a model checker must see.
const SHARED: [&str; 2] = ["std::sync::Arc", "std::sync::Weak"];

/// A model checker replaces one module per crate; what another file names, it does not see.
pub(crate) fn runtime(file: &File, found: &mut Violations) {
    for Line { number, text } in file.spelled() {
        let text = SHARED
            .iter()
            .fold(text, |text, word| text.replace(word, ""));
        for word in RUNTIME.iter().filter(|word| words::has(&text, word)) {
            let what = format!("only rt.rs names `{word}`, import it from there");
            found.add(&file.path, number, &what);
        }
    }
}

/// Something that is done in one file only.
pub(crate) struct Deed {
    what: &'static str,
    lines: fn(&File) -> Vec<usize>,
    /// How often that file may do it.
    limit: usize,
}

pub(crate) const SPAWN: Deed = Deed {
    what: "spawns",
    lines: spawns,
    limit: usize::MAX,
};

pub(crate) const INBOX: Deed = Deed {
    what: "awaits the inbox",
    lines: awaits_inbox,
    limit: 1,
};

pub(crate) const CATCH: Deed = Deed {
    what: "catches panics",
    lines: catches,
    limit: usize::MAX,
};

pub(crate) const UNSAFE: Deed = Deed {
    what: "is unsafe",
    lines: unsafe_code,
    limit: usize::MAX,
};

/// Finds the deed in any file but its home, too often in its home, and its absence there.
pub(crate) fn only_in<'a>(
    home: &str,
    files: impl Iterator<Item = &'a File>,
    deed: &Deed,
    found: &mut Violations,
) {
    let what = deed.what;
    let mut at_home = 0;
    for file in files {
        for line in (deed.lines)(file) {
            at_home += usize::from(file.path == home);
            if file.path != home || at_home > deed.limit {
                let what = format!("one place {what}, go through {home}");
                found.add(&file.path, line, &what);
            }
        }
    }
    if at_home == 0 {
        let what = format!("nothing here {what} any more, name the right file in tests/tidy.rs");
        found.add(home, 1, &what);
    }
}

fn spawns(file: &File) -> Vec<usize> {
    let spawns = |text: &str| {
        let called = |at| !text[..at].ends_with("fn ");
        words::has(text, "rt::spawn") || words::places(text, "spawn(").any(called)
    };
    let lines = file.spelled().into_iter();
    lines
        .filter(|line| spawns(&line.text))
        .map(|line| line.number)
        .collect()
}

/// `.receive(…).await`, also where it is broken over lines.
fn awaits_inbox(file: &File) -> Vec<usize> {
    let lines = file.shipped();
    let awaited = |at: usize| {
        let after = |line: &Line| line.text.rsplit(".receive(").next().map(str::to_owned);
        let rest: String = lines[at..].iter().take(5).filter_map(after).collect();
        rest.split(';')
            .next()
            .is_some_and(|statement| statement.contains(".await"))
    };
    let calls = (0..lines.len()).filter(|&at| lines[at].text.contains(".receive("));
    calls
        .filter(|&at| awaited(at))
        .map(|at| lines[at].number)
        .collect()
}

fn catches(file: &File) -> Vec<usize> {
    lines_with(file, "catch_unwind")
}

fn unsafe_code(file: &File) -> Vec<usize> {
    lines_with(file, "unsafe")
}

fn lines_with(file: &File, word: &str) -> Vec<usize> {
    let lines = file.spelled().into_iter();
    lines
        .filter(|line| words::has(&line.text, word))
        .map(|line| line.number)
        .collect()
}

mod planted {
    use super::*;
    use crate::violations::found_in;

    const HOME: &str = "crates/c/src/home.rs";
    const OTHER: &str = "crates/c/src/other.rs";

    fn places(deed: &Deed, home: &str, other: &str) -> Vec<String> {
        let files = [File::new(HOME, home), File::new(OTHER, other)];
        let mut found = Violations::default();
        only_in(HOME, files.iter(), deed, &mut found);
        found.places()
    }

    #[test]
    fn the_runtime_named_elsewhere_is_found() {
        for line in [
            "use tokio::task;",
            "use std::{fmt, sync::atomic::AtomicBool};",
            "fn f() { parking_lot::Mutex::new(1); }",
            "use {dashmap::DashMap, std::fmt};",
        ] {
            let file = File::new(OTHER, format!("/// A tokio::task.\n{line}\n"));
            assert_eq!(found_in(&file, runtime), [format!("{OTHER}:2")], "{line}");
        }
    }

    #[test]
    fn an_arc_is_no_lock() {
        let shared = "use std::sync::{Arc, Weak};\nfn f(x: std::sync::Arc<X>) {}\n";
        assert!(found_in(&File::new(OTHER, shared), runtime).is_empty());
        let locked = "use std::sync::{Arc, Mutex};\n";
        assert_eq!(
            found_in(&File::new(OTHER, locked), runtime),
            [format!("{OTHER}:1")]
        );
    }

    #[test]
    fn a_spawn_elsewhere_is_found() {
        let home = "fn launch() { rt::spawn(run()) }";
        assert_eq!(
            places(&SPAWN, home, "fn f() { set.spawn(g()) }"),
            [format!("{OTHER}:1")]
        );
        assert_eq!(
            places(&SPAWN, home, "use crate::rt::{self, spawn};"),
            [format!("{OTHER}:1")]
        );
        assert!(places(&SPAWN, home, "pub fn spawn() { respawn() } // spawn(x)").is_empty());
    }

    #[test]
    fn a_second_await_of_the_inbox_is_found() {
        let home = "let batch = inbox.receive(&mut q).await;\n";
        assert!(places(&INBOX, home, "inbox.receive(&mut q);\nx.await;\n").is_empty());
        assert_eq!(
            places(&INBOX, home, "cell\n    .receive(q)\n    .await;\n"),
            [format!("{OTHER}:2")]
        );
        assert_eq!(places(&INBOX, &home.repeat(2), ""), [format!("{HOME}:2")]);
    }

    #[test]
    fn a_panic_caught_elsewhere_is_found() {
        let home = "catch_unwind(f)";
        assert_eq!(
            places(&CATCH, home, "std::panic::catch_unwind(f)"),
            [format!("{OTHER}:1")]
        );
        assert!(places(&CATCH, home, "").is_empty());
    }

    #[test]
    fn unsafe_code_elsewhere_is_found() {
        let home = "unsafe { it.read() }";
        assert_eq!(
            places(&UNSAFE, home, "// SAFETY: so.\nunsafe impl Send for X {}"),
            [format!("{OTHER}:2")]
        );
        assert!(places(&UNSAFE, home, "#![forbid(unsafe_code)] // no unsafe").is_empty());
    }

    #[test]
    fn a_deed_that_left_its_home_is_found() {
        assert_eq!(places(&CATCH, "", ""), [format!("{HOME}:1")]);
    }
}
