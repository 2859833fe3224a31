//! The file of the counts that were kept, under the compiler with which they were counted.

use std::collections::BTreeMap;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.toml");

const HEADER: &str = "\
# Instructions per operation, by compiler and contestant. Written by `just bench-instructions record`;
# CI fails where one is exceeded by more than 5 %.

";

/// Instructions by operation.
pub type Counts = BTreeMap<String, u64>;

/// By compiler, then by contestant.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept(BTreeMap<String, BTreeMap<String, Counts>>);

impl Kept {
    pub fn read() -> Result<Self> {
        Self::parse(&fs::read_to_string(FILE).with_context(|| format!("cannot read {FILE}"))?)
    }

    pub fn write(&self) -> Result<()> {
        Ok(fs::write(FILE, self.text()?)?)
    }

    pub fn of(&self, key: &str, contestant: &str) -> Option<&Counts> {
        self.0.get(key)?.get(contestant)
    }

    pub fn record(&mut self, key: &str, contestant: &str, counts: Counts) {
        let compiler = self.0.entry(key.to_owned()).or_default();
        compiler.insert(contestant.to_owned(), counts);
    }

    fn parse(text: &str) -> Result<Self> {
        Ok(toml::from_str(text)?)
    }

    fn text(&self) -> Result<String> {
        Ok(format!("{HEADER}{}", toml::to_string(self)?))
    }
}

/// The key of the compiler that builds here: its release, and for whom it compiles.
pub fn key() -> Result<String> {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc).arg("-vV").output()?;
    let said = String::from_utf8(output.stdout)?;
    key_of(&said).context("the compiler does not tell its version")
}

fn key_of(said: &str) -> Option<String> {
    let value = |name| said.lines().find_map(|line| line.strip_prefix(name));
    Some(format!("{} {}", value("release: ")?, value("host: ")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_release_and_host() {
        for (said, key) in [
            (
                "rustc 1.95.0 (5980 2026-04-14)\nbinary: rustc\nhost: x86_64-a-b\nrelease: 1.95.0\n",
                Some("1.95.0 x86_64-a-b"),
            ),
            (
                "host: arm\nrelease: 1.96.0-nightly\n",
                Some("1.96.0-nightly arm"),
            ),
            ("host: arm\n", None),
            ("", None),
        ] {
            assert_eq!(key_of(said).as_deref(), key);
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_other_compilers_are_kept() {
        let mut kept = Kept::default();
        kept.record("1.95.0 x", "ours", [("ring hop".to_owned(), 600)].into());
        kept.record("1.96.0 x", "ours", [("ring hop".to_owned(), 500)].into());
        kept.record("1.96.0 x", "ours", [("ring hop".to_owned(), 400)].into());
        let again = Kept::parse(&kept.text().expect("text")).expect("it is read");
        assert_eq!(again, kept);
        let hop = |key| again.of(key, "ours").map(|counts| counts["ring hop"]);
        assert_eq!(hop("1.95.0 x"), Some(600));
        assert_eq!(hop("1.96.0 x"), Some(400));
        assert_eq!(hop("1.97.0 x"), None);
        assert_eq!(again.of("1.95.0 x", "kameo"), None);
    }

    #[test]
    fn the_kept_file_can_be_read() {
        assert_ne!(Kept::read().expect("it is read"), Kept::default());
    }
}
