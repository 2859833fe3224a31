//! The files of the checkout.

use std::{fs, path::Path};

use crate::file::File;

/// Every text file that a check reads, sorted by path.
pub(crate) struct Tree(Vec<File>);

impl Tree {
    /// Reads the checkout this test was built from.
    pub(crate) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = Vec::new();
        walk(&root, "", &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self(files)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files().find(|file| file.path == path)
    }

    /// The text of a page; a missing one is empty, so that the check says what it should hold.
    pub(crate) fn page(&self, path: &str) -> &str {
        self.get(path).map_or("", |file| &file.text)
    }

    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files().filter(|file| file.path.ends_with(".rs"))
    }

    /// The Rust files below `crates/*/src`.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &File> {
        self.rust().filter(|file| file.in_src().is_some())
    }

    /// The sources without their tests.
    pub(crate) fn shipped(&self) -> impl Iterator<Item = &File> {
        self.sources().filter(|file| !file.is_test())
    }

    pub(crate) fn libs(&self) -> impl Iterator<Item = &File> {
        self.sources()
            .filter(|file| file.in_src() == Some("lib.rs"))
    }

    /// The manifests of packages; the root's is a workspace alone.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = &File> {
        self.files()
            .filter(|file| file.path.ends_with("/Cargo.toml"))
    }
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let entry = entry.expect("the entry can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !matches!(&*name, "target" | ".git") {
                walk(&entry.path(), &format!("{path}/"), files);
            }
        } else if is_read(&path) {
            let text = fs::read_to_string(entry.path()).expect("the file is text");
            files.push(File::new(path, text));
        }
    }
}

fn is_read(path: &str) -> bool {
    let ending = Path::new(path)
        .extension()
        .and_then(|ending| ending.to_str());
    matches!(ending, Some("rs" | "md" | "toml")) || matches!(path, "justfile" | ".ci/run")
}

/// A tree of planted files.
pub(crate) fn planted(files: impl IntoIterator<Item = (&'static str, &'static str)>) -> Tree {
    Tree(
        files
            .into_iter()
            .map(|(path, text)| File::new(path, text))
            .collect(),
    )
}
