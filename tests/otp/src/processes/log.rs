//! What happened in one step, for each process.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::script::Reason;

/// Why a process ended, or what a signal says, as far as a trace tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Normal,
    Shutdown,
    Tagged,
    Kill,
    Killed,
    Noproc,
    Error,
}

impl End {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Shutdown => "shutdown",
            Self::Tagged => "shutdown_tagged",
            Self::Kill => "kill",
            Self::Killed => "killed",
            Self::Noproc => "noproc",
            Self::Error => "error",
        }
    }
}

impl From<Reason> for End {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Normal => Self::Normal,
            Reason::Shutdown => Self::Shutdown,
            Reason::Tagged => Self::Tagged,
            Reason::Kill => Self::Kill,
            Reason::Killed => Self::Killed,
            Reason::Noproc => Self::Noproc,
            Reason::Boom => Self::Error,
        }
    }
}

/// For each process what it did, in order, and for each pair what the one got from the other, in
/// order: no other order is promised (P-2).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Log {
    events: BTreeMap<String, Vec<Value>>,
    ends: BTreeSet<(String, &'static str)>,
    /// Rises with everything that happens.
    pub(super) version: usize,
}

impl Log {
    pub(super) fn own(&mut self, label: &str, what: Value) {
        self.version += 1;
        self.events.entry(label.to_owned()).or_default().push(what);
    }

    pub(super) fn did(&mut self, label: &str, op: &str, result: &str) {
        self.own(label, json!(["did", op, result]));
    }

    pub(super) fn got(&mut self, label: &str, from: &str, what: Value) {
        self.own(&format!("{label}<{from}"), what);
    }

    pub(super) fn ended(&mut self, label: &str, end: End) {
        self.version += 1;
        self.ends.insert((label.to_owned(), end.word()));
    }

    /// Takes the record of a step.
    pub(super) fn record(
        &mut self,
        step: &Value,
        ret: &str,
        alive: &[String],
        names: &BTreeMap<String, String>,
    ) -> Value {
        let events = std::mem::take(&mut self.events);
        let ends = std::mem::take(&mut self.ends);
        json!({
            "step": step, "ret": ret, "events": events, "ends": ends, "alive": alive, "names": names,
        })
    }
}
