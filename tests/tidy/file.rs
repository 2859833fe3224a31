//! One text file, and three ways to read Rust in it: its code, its comments, and its code with
//! every import spelled out.

use crate::{split::Split, words};

/// A file of the tree; `path` is relative to the root, with slashes.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A line and its number, counted from 1.
#[derive(Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// The path below `crates/<name>/src/`, for a file that is there.
    pub(crate) fn in_src(&self) -> Option<&str> {
        let (_, below) = self.path.strip_prefix("crates/")?.split_once('/')?;
        below.strip_prefix("src/")
    }

    /// Whether the whole file is tests: `x/tests.rs`, or anything in a folder `tests`.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || format!("/{}", self.path).contains("/tests/")
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        numbered(&self.text)
    }

    /// The lines that hold code; comments and literals are blanked.
    pub(crate) fn code(&self) -> Vec<Line> {
        let mut lines = numbered(&Split::of(&self.text).code);
        lines.retain(|line| !line.text.trim().is_empty());
        lines
    }

    /// The lines that hold comments, docs included; everything else is blanked.
    pub(crate) fn comments(&self) -> Vec<Line> {
        let mut lines = numbered(&Split::of(&self.text).comments);
        lines.retain(|line| !line.text.trim().is_empty());
        lines
    }

    /// The code without a closing `#[cfg(test)] mod … { … }`.
    pub(crate) fn shipped(&self) -> Vec<Line> {
        let mut lines = self.code();
        let tests = lines.windows(2).position(|pair| {
            pair[0].text.trim() == "#[cfg(test)]"
                && words::has(&pair[1].text, "mod")
                && pair[1].text.contains('{')
        });
        lines.truncate(tests.unwrap_or(lines.len()));
        lines
    }

    /// The shipped code, where `use a::{b, c::*};` has become `use a::b` and `use a::c::*`, so that
    /// a path is found however it was imported.
    pub(crate) fn spelled(&self) -> Vec<Line> {
        let mut spelled = Vec::new();
        let mut lines = self.shipped().into_iter();
        while let Some(Line { number, mut text }) = lines.next() {
            if !is_use(&text) {
                spelled.push(Line { number, text });
                continue;
            }
            while !text.contains(';') {
                let Some(more) = lines.next() else { break };
                text.push_str(more.text.trim());
            }
            let statement = text.trim().trim_end_matches(';');
            spelled.extend(
                flatten(statement)
                    .into_iter()
                    .map(|text| Line { number, text }),
            );
        }
        spelled
    }
}

fn numbered(text: &str) -> Vec<Line> {
    let line = |(at, text): (usize, &str)| Line {
        number: at + 1,
        text: text.to_owned(),
    };
    text.lines().enumerate().map(line).collect()
}

/// `use …`, `pub use …` or `pub(…) use …`.
fn is_use(text: &str) -> bool {
    let text = text.trim_start();
    let rest = text.strip_prefix("pub").map_or(text, |rest| {
        let visible_in = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        visible_in.map_or(rest, |(_, rest)| rest).trim_start()
    });
    rest.starts_with("use ")
}

/// Spells out an import: one path for each name in its braces.
fn flatten(tree: &str) -> Vec<String> {
    let Some((prefix, group)) = tree.trim().split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let names = split_at_commas(group).into_iter().flat_map(flatten);
    names.map(|name| format!("{prefix}{name}")).collect()
}

/// Splits at the commas that stand outside braces.
fn split_at_commas(group: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = group.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.filter(|part| !part.trim().is_empty()).collect()
}

mod planted {
    use super::*;

    fn texts(lines: Vec<Line>) -> Vec<String> {
        let text = |line: Line| format!("{} {}", line.number, line.text.trim());
        lines.into_iter().map(text).collect()
    }

    #[test]
    fn imports_are_spelled_out() {
        let file = File::new(
            "x.rs",
            "pub(crate) use a::{\n    b,\n    c::{self, d as e},\n};\nuse f::*;\n",
        );
        let spelled = [
            "1 pub(crate) use a::b",
            "1 pub(crate) use a::c::self",
            "1 pub(crate) use a::c::d as e",
            "5 use f::*",
        ];
        assert_eq!(texts(file.spelled()), spelled);
    }

    #[test]
    fn tests_at_the_end_are_not_shipped() {
        let file = File::new(
            "x.rs",
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use tokio;\n}\n",
        );
        assert_eq!(texts(file.shipped()), ["1 fn f() {}"]);
        let beside = File::new("x.rs", "#[cfg(test)]\nmod tests;\nfn f() {}\n");
        assert_eq!(beside.shipped().len(), 3);
    }

    #[test]
    fn paths_tell_what_a_file_is() {
        assert_eq!(
            File::new("crates/a/src/b/c.rs", "").in_src(),
            Some("b/c.rs")
        );
        assert_eq!(File::new("crates/a/tests/c.rs", "").in_src(), None);
        assert!(File::new("crates/a/src/b/tests.rs", "").is_test());
        assert!(File::new("tests/tidy.rs", "").is_test());
        assert!(!File::new("crates/a/src/b.rs", "").is_test());
    }
}
