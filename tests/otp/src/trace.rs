//! What a script did, in the one form in which three runners tell it.

use serde_json::{Value, json};

/// A record for each step: what was returned, what happened, what stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace(pub Vec<Value>);

impl Trace {
    /// Reads what a runner told of the case; what it says instead of a trace is the error.
    ///
    /// # Errors
    ///
    /// If the line is no trace.
    pub fn parse(line: &str) -> Result<Self, String> {
        let mut told: Value = serde_json::from_str(line).map_err(|e| format!("{e}: {line}"))?;
        match told.get_mut("trace").map(Value::take) {
            Some(Value::Array(steps)) => Ok(Self(steps)),
            _ => Err(line.to_owned()),
        }
    }

    /// Returns the line that the oracle would print.
    #[must_use]
    pub fn line(&self, case: &str) -> String {
        json!({"case": case, "trace": self.0}).to_string()
    }

    /// Returns the number of the first step, the start included, that is not the same.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<usize> {
        let len = self.0.len().max(other.0.len());
        (0..len).find(|at| self.0.get(*at) != other.0.get(*at))
    }
}
