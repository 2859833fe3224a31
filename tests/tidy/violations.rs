//! What is wrong with the tree.

use crate::file::File;

/// What a check found.
#[derive(Default)]
pub(crate) struct Violations(Vec<String>);

impl Violations {
    /// Adds `path:line: rule, what to do`.
    pub(crate) fn add(&mut self, path: &str, line: usize, what: &str) {
        self.0.push(format!("{path}:{line}: {what}"));
    }

    /// The places alone, as `path:line`.
    pub(crate) fn places(&self) -> Vec<String> {
        let place = |line: &String| line.split(": ").next().unwrap_or_default().to_owned();
        self.0.iter().map(place).collect()
    }

    /// Fails with everything that was found.
    #[track_caller]
    pub(crate) fn report(&self) {
        assert!(self.0.is_empty(), "\n{}\n", self.0.join("\n"));
    }
}

/// What a check finds in a planted file: the places, as `path:line`.
pub(crate) fn found_in(file: &File, check: impl Fn(&File, &mut Violations)) -> Vec<String> {
    let mut found = Violations::default();
    check(file, &mut found);
    found.places()
}
