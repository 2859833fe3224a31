//! Under which circumstances something was measured.

use std::collections::BTreeMap;
use std::fs;
use std::thread::available_parallelism;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::instructions;

const LOCK: &str = include_str!("../Cargo.lock");
const README: &str = include_str!("../README.md");
const PACKAGES: [&str; 6] = ["actor-otp", "tokio", "ractor", "kameo", "actix", "xtra"];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Setting {
    pub cpu: String,
    /// Those that may be used.
    pub cores: usize,
    pub memory: String,
    pub kernel: String,
    /// Release and host.
    pub rustc: String,
    /// By package.
    pub versions: BTreeMap<String, String>,
    /// From the README, a line each.
    pub not_the_same_work: Vec<String>,
}

impl Setting {
    pub fn read() -> Result<Self> {
        let file = |path| fs::read_to_string(path).unwrap_or_default();
        let field = |path, name| value(&file(path), name).unwrap_or_else(|| "unknown".to_owned());
        Ok(Self {
            cpu: field("/proc/cpuinfo", "model name"),
            cores: available_parallelism().map_or(1, usize::from),
            memory: field("/proc/meminfo", "MemTotal"),
            kernel: file("/proc/sys/kernel/osrelease").trim().to_owned(),
            rustc: instructions::compiler()?,
            versions: versions(LOCK)?,
            not_the_same_work: not_the_same_work(README),
        })
    }
}

/// The value in the first line `name : value`.
fn value(text: &str, name: &str) -> Option<String> {
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    let mut values = fields.filter(|(field, _)| field.trim() == name);
    values.next().map(|(_, value)| value.trim().to_owned())
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

fn versions(lock: &str) -> Result<BTreeMap<String, String>> {
    let lock: Lock = toml::from_str(lock).context("the lock file cannot be read")?;
    let packages = lock.package.into_iter();
    let ours = packages.filter(|package| PACKAGES.contains(&&*package.name));
    Ok(ours.map(|it| (it.name, it.version)).collect())
}

/// The list below the heading.
fn not_the_same_work(readme: &str) -> Vec<String> {
    let lines = readme.lines();
    let section = lines
        .skip_while(|line| *line != "## What is not the same work")
        .skip(1)
        .take_while(|line| !line.starts_with("## "));
    let mut items: Vec<String> = Vec::new();
    for line in section {
        if let Some(item) = line.strip_prefix("- ") {
            items.push(item.replace("**", ""));
        } else if let (Some(item), false) = (items.last_mut(), line.is_empty()) {
            item.push(' ');
            item.push_str(&line.trim().replace("**", ""));
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        let text = "processor\t: 0\nmodel name\t: A: B\nmodel name\t: C\nflags\n";
        for (name, found) in [
            ("model name", Some("A: B")),
            ("processor", Some("0")),
            ("model", None),
            ("flags", None),
        ] {
            assert_eq!(value(text, name).as_deref(), found, "{name}");
        }
    }

    #[test]
    fn the_lock_file_tells_all_versions() {
        let versions = versions(LOCK).expect("it is read");
        let names: Vec<_> = versions.keys().map(String::as_str).collect();
        assert_eq!(names.len(), PACKAGES.len(), "{names:?}");
    }

    #[test]
    fn the_list_is_taken_from_the_page_an_item_a_line() {
        let page = "- no\n## What is not the same work\n\n- **a** b\n  c\n- d\n\n## More\n- no\n";
        assert_eq!(not_the_same_work(page), ["a b c", "d"]);
        assert_eq!(not_the_same_work("- no\n"), [""; 0]);
        assert!(not_the_same_work(README).len() > 4);
    }
}
