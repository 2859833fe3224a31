//! What every package says about itself.

use crate::{file::File, violations::Violations};

const FORBID: &str = "#![forbid(unsafe_code)]";

/// Lints live once, in the root.
pub(crate) fn lints(file: &File, found: &mut Violations) {
    let mut lines = file
        .text
        .lines()
        .map(str::trim)
        .skip_while(|&line| line != "[lints]");
    let inherited = lines.nth(1) == Some("workspace = true");
    if !inherited {
        let what = "every package takes the shared lints, say workspace = true below [lints]";
        found.add(&file.path, 1, what);
    }
}

/// What is not in `crates/` is for this checkout alone.
pub(crate) fn unpublished(file: &File, found: &mut Violations) {
    let library = file.path.starts_with("crates/");
    if !library
        && !file
            .text
            .lines()
            .any(|line| line.trim() == "publish = false")
    {
        found.add(
            &file.path,
            1,
            "only libraries are published, say publish = false",
        );
    }
}

pub(crate) fn forbids_unsafe(file: &File, found: &mut Violations) {
    if !file.code().iter().any(|line| line.text.trim() == FORBID) {
        let what = format!("this crate holds no unsafe, say {FORBID}");
        found.add(&file.path, 1, &what);
    }
}

mod planted {
    use super::*;
    use crate::violations::found_in;

    #[test]
    fn lints_of_its_own_are_found() {
        let own = File::new(
            "tests/Cargo.toml",
            "[lints]\nrust.unsafe_code = \"allow\"\n",
        );
        assert_eq!(found_in(&own, lints), ["tests/Cargo.toml:1"]);
        let none = File::new(
            "tests/Cargo.toml",
            "[dependencies.tokio]\nworkspace = true\n",
        );
        assert_eq!(found_in(&none, lints), ["tests/Cargo.toml:1"]);
        let shared = File::new(
            "tests/Cargo.toml",
            "[package]\n\n[lints]\nworkspace = true\n",
        );
        assert!(found_in(&shared, lints).is_empty());
    }

    #[test]
    fn an_example_that_could_be_published_is_found() {
        let text = "[package]\nname = \"x\"\n";
        let example = File::new("examples/Cargo.toml", text);
        assert_eq!(found_in(&example, unpublished), ["examples/Cargo.toml:1"]);
        assert!(found_in(&File::new("crates/x/Cargo.toml", text), unpublished).is_empty());
    }

    #[test]
    fn a_lib_that_does_not_forbid_unsafe_is_found() {
        let lib = File::new("crates/x/src/lib.rs", format!("//! {FORBID}\nmod a;\n"));
        assert_eq!(found_in(&lib, forbids_unsafe), ["crates/x/src/lib.rs:1"]);
        let forbids = File::new("crates/x/src/lib.rs", format!("//! Docs.\n{FORBID}\n"));
        assert!(found_in(&forbids, forbids_unsafe).is_empty());
    }
}
