//! Modules stand in reading order: a file imports only from modules above its own.

use crate::{
    file::{File, Line},
    tree::Tree,
    violations::Violations,
    words,
};

/// Checks one crate against the `mod` lines of its `lib.rs`.
pub(crate) fn check(name: &str, tree: &Tree, found: &mut Violations) {
    let src = format!("crates/{name}/src/");
    let lib = format!("{src}lib.rs");
    let Some(root) = tree.get(&lib) else {
        found.add(
            &lib,
            1,
            "the crate has no lib.rs, correct the list in tests/tidy.rs",
        );
        return;
    };
    let declared = declared(root);
    for file in tree.shipped() {
        if let Some(below) = file.path.strip_prefix(&src).filter(|_| file.path != lib) {
            imports(file, below, &declared, found);
        }
    }
}

/// The modules that have files, in the order of their `mod` lines.
fn declared(lib: &File) -> Vec<String> {
    let name = |Line { text, .. }: Line| {
        let (before, after) = text.trim().strip_suffix(';')?.split_once("mod ")?;
        let is_mod = before.is_empty() || before.starts_with("pub") && before.ends_with(' ');
        (is_mod && words::ident(after) == after).then(|| after.to_owned())
    };
    lib.code().into_iter().filter_map(name).collect()
}

fn imports(file: &File, below: &str, declared: &[String], found: &mut Violations) {
    let own = words::ident(below);
    let Some(place) = declared.iter().position(|module| module == own) else {
        let what = format!("lib.rs has no line `mod {own};`, add it where it belongs in the order");
        found.add(&file.path, 1, &what);
        return;
    };
    for Line { number, text } in file.spelled() {
        for module in named(&text, below, declared) {
            match declared.iter().position(|other| other == module) {
                Some(other) if other <= place => {}
                Some(_) => {
                    let what = format!(
                        "`{own}` stands above `{module}` in lib.rs and may not import it, \
                         move what both need further up"
                    );
                    found.add(&file.path, number, &what);
                }
                None => {
                    let what = format!("`crate::{module}` is no module, import it from its file");
                    found.add(&file.path, number, &what);
                }
            }
        }
    }
}

/// What the line names at the crate's root: after `crate::`, or after as many `super::` as lead
/// there. `$crate::x` and `crate::x!` name what is exported, not a file.
fn named<'a>(text: &'a str, below: &str, declared: &[String]) -> Vec<&'a str> {
    let exported = |at: usize, name: &str| {
        text[..at].ends_with('$') || text[at..].contains(&format!("::{name}!"))
    };
    let rooted = words::places(text, "crate::").filter_map(|at| {
        let name = words::ident(&text[at + "crate::".len()..]);
        (!name.is_empty() && !exported(at, name)).then_some(name)
    });
    let ups = "super::".repeat(below.split('/').count());
    let climbed = text.match_indices(&ups).filter_map(|(at, _)| {
        let name = words::ident(&text[at + ups.len()..]);
        declared.iter().any(|module| module == name).then_some(name)
    });
    rooted.chain(climbed).collect()
}

mod planted {
    use super::*;
    use crate::tree::planted;

    const LIB: &str =
        "mod pid;\npub mod call;\npub(crate) mod process;\n#[cfg(test)]\nmod tests;\n";

    fn places(path: &'static str, text: &'static str) -> Vec<String> {
        let tree = planted([("crates/c/src/lib.rs", LIB), (path, text)]);
        let mut found = Violations::default();
        check("c", &tree, &mut found);
        found.places()
    }

    #[test]
    fn an_import_from_below_is_found() {
        let call = "crates/c/src/call.rs";
        assert_eq!(
            places(call, "use crate::{\n    pid::Pid,\n    process::P,\n};\n"),
            [format!("{call}:1")]
        );
        assert_eq!(
            places(call, "\nfn f() { crate::process::run() }\n"),
            [format!("{call}:2")]
        );
        assert_eq!(places(call, "use super::process;\n"), [format!("{call}:1")]);
        assert_eq!(
            places("crates/c/src/pid/a/b.rs", "use super::super::super::call;"),
            ["crates/c/src/pid/a/b.rs:1"]
        );
    }

    #[test]
    fn imports_from_above_and_from_its_own_folder_pass() {
        let text = "use crate::{call, pid, process::run::Batch};\nuse super::launch;\n";
        assert!(places("crates/c/src/process/run.rs", text).is_empty());
        assert!(places("crates/c/src/pid/tests.rs", "use crate::process;").is_empty());
        let tests = "#[cfg(test)]\nmod tests {\n    use crate::process;\n}\n";
        assert!(places("crates/c/src/pid.rs", tests).is_empty());
        assert!(
            places(
                "crates/c/src/pid.rs",
                "// crate::process\nfn f() { $crate::call::x }"
            )
            .is_empty()
        );
    }

    #[test]
    fn an_import_through_the_root_is_found() {
        assert_eq!(
            places("crates/c/src/call.rs", "use crate::Process;"),
            ["crates/c/src/call.rs:1"]
        );
    }

    #[test]
    fn a_file_that_lib_does_not_declare_is_found() {
        assert_eq!(
            places("crates/c/src/stray.rs", ""),
            ["crates/c/src/stray.rs:1"]
        );
    }
}
