//! What a module root looks like.

use crate::{
    file::{File, Line},
    violations::Violations,
    words,
};

/// Code lines that a `lib.rs` may hold.
const LIB_LINES: usize = 120;

/// The one `lib.rs` that holds functions: the compiler wants a macro's entry at the crate's root.
const ENTRIES: (&str, usize) = ("crates/actor-macros/src/lib.rs", 3);

/// An editor's tab that says `mod.rs` says nothing.
pub(crate) fn mod_rs(file: &File, found: &mut Violations) {
    if let Some(folder) = file.path.strip_suffix("/mod.rs") {
        let what = format!("no mod.rs, name it {folder}.rs");
        found.add(&file.path, 1, &what);
    }
}

/// The list of re-exports is the table of contents.
pub(crate) fn glob_re_export(file: &File, found: &mut Violations) {
    for Line { number, text } in file.spelled() {
        if text.starts_with("pub") && words::has(&text, "use") && text.ends_with("::*") {
            found.add(
                &file.path,
                number,
                "no glob re-export, name what is re-exported",
            );
        }
    }
}

pub(crate) fn logic_in_lib(file: &File, found: &mut Violations) {
    let mut entries = 0;
    for Line { number, text } in file.code() {
        let text = text.trim();
        if file.path == ENTRIES.0 && text.starts_with("pub fn ") && entries < ENTRIES.1 {
            entries += 1;
        } else if words::has(text, "fn") || words::has(text, "impl") {
            let what = "no logic in lib.rs, move it to the module of its concept";
            found.add(&file.path, number, what);
        }
    }
}

pub(crate) fn long_lib(file: &File, found: &mut Violations) {
    let lines = file.code().len();
    if lines >= LIB_LINES {
        let what = format!("lib.rs stays under {LIB_LINES} code lines (it has {lines}), split it");
        found.add(&file.path, 1, &what);
    }
}

/// The crates that applications reach through the facade.
const FACED: [&str; 2] = [
    "crates/actor-core/src/lib.rs",
    "crates/actor-supervisor/src/lib.rs",
];

/// What a library re-exports, applications find in the facade, whose text is `facade`.
pub(crate) fn faced(file: &File, facade: &str, found: &mut Violations) {
    if !FACED.contains(&&*file.path) {
        return;
    }
    for Line { number, text } in file.spelled() {
        let name = text.rsplit("::").next().unwrap_or_default();
        // The attribute has an entry for each crate; what generated code uses is no word of users.
        let is_own = text.contains(" as ") || text.contains("crate::");
        if text.starts_with("pub use") && !is_own && !words::has(facade, name) {
            let what = format!("the facade re-exports everything, add `{name}` to actor-otp");
            found.add(&file.path, number, &what);
        }
    }
}

mod planted {
    use super::*;
    use crate::violations::found_in;

    #[test]
    fn a_name_that_the_facade_forgot_is_found() {
        let file = File::new(FACED[0], "pub use call::{CallError, Deadline};\n");
        let found = |facade: &str| found_in(&file, |file, found| faced(file, facade, found)).len();
        assert_eq!(found("pub use actor_core::{CallError};"), 1);
        assert_eq!(found("pub use actor_core::{CallError, Deadline};"), 0);
    }

    const LIB: &str = "crates/actor-core/src/lib.rs";

    #[test]
    fn a_mod_rs_is_found() {
        let file = File::new("crates/a/src/b/mod.rs", "");
        assert_eq!(found_in(&file, mod_rs), ["crates/a/src/b/mod.rs:1"]);
        assert!(found_in(&File::new("crates/a/src/b.rs", ""), mod_rs).is_empty());
    }

    #[test]
    fn a_glob_re_export_is_found() {
        let glob = File::new(LIB, "mod a;\n\npub use a::{\n    b,\n    c::*,\n};\n");
        assert_eq!(found_in(&glob, glob_re_export), [format!("{LIB}:3")]);
        let named = File::new(LIB, "pub use a::b; // not a::*\nuse c::*;\n");
        assert!(found_in(&named, glob_re_export).is_empty());
    }

    #[test]
    fn logic_in_lib_is_found() {
        let logic = File::new(
            LIB,
            "//! fn docs() {}\nmod a;\nfn f() {}\nimpl<T> A for T {}\n",
        );
        assert_eq!(
            found_in(&logic, logic_in_lib),
            [format!("{LIB}:3"), format!("{LIB}:4")]
        );
        let contents = File::new(
            LIB,
            "//! impl X\n#![forbid(unsafe_code)]\nmod a;\npub use a::A;\n",
        );
        assert!(found_in(&contents, logic_in_lib).is_empty());
    }

    #[test]
    fn a_fourth_entry_of_the_macros_is_found() {
        let text = "pub fn a() {}\npub fn b() {}\npub fn c() {}\nfn helper() {}\npub fn d() {}\n";
        let file = File::new(ENTRIES.0, text);
        let places = [format!("{}:4", ENTRIES.0), format!("{}:5", ENTRIES.0)];
        assert_eq!(found_in(&file, logic_in_lib), places);
    }

    #[test]
    fn a_long_lib_is_found() {
        let line = "mod a;\n\n// why\n";
        assert!(found_in(&File::new(LIB, line.repeat(LIB_LINES - 1)), long_lib).is_empty());
        let long = File::new(LIB, line.repeat(LIB_LINES));
        assert_eq!(found_in(&long, long_lib), [format!("{LIB}:1")]);
    }
}
