//! What happened in one step, and the one order in which it is told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::script::{Child, Kind, Outcome, Reason, split};

/// Why a process ended, as far as a trace tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Normal,
    Shutdown,
    Tagged,
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
            Reason::Boom => Self::Error,
        }
    }
}

/// What kind of process it is about, as far as the order depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Worker,
    Sup,
    Dyn,
}

impl Role {
    pub(super) fn of(child: &Child) -> Self {
        match child.kind {
            Kind::Worker(_) => Self::Worker,
            Kind::Sup(_) => Self::Sup,
            Kind::Dyn(_) => Self::Dyn,
        }
    }
}

/// One thing that happened to the n-th incarnation of the process at a path.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Init(String, u32, Outcome),
    Term(String, u32, End),
    Down(String, u32, End, Role),
}

/// A list for each parent, in order, and the ends as a set. Where OTP leaves the order open the list
/// is sorted: below a supervisor that was killed, and of a dynamic supervisor that ended.
pub(super) fn canon(events: &[Event]) -> Value {
    let mut told = lists(events);
    for (parent, list) in &mut told {
        if events.iter().any(|event| opens(event, parent)) {
            list.sort();
        }
    }
    let mut told: BTreeMap<_, _> = told
        .iter()
        .map(|(p, l)| ((*p).to_owned(), json!(l)))
        .collect();
    told.insert("down".to_owned(), json!(ends(events)));
    json!(told)
}

type Entry<'a> = (&'static str, &'a str, u32, &'static str);

fn lists(events: &[Event]) -> BTreeMap<&str, Vec<Entry<'_>>> {
    let mut lists: BTreeMap<_, Vec<Entry<'_>>> = BTreeMap::new();
    for event in events {
        let (what, path, n, word) = match event {
            Event::Init(path, n, outcome) => ("init", path, n, outcome_word(*outcome)),
            Event::Term(path, n, end) => ("term", path, n, end.word()),
            Event::Down(..) => continue,
        };
        let (parent, id) = split(path);
        lists.entry(parent).or_default().push((what, id, *n, word));
    }
    lists
}

fn ends(events: &[Event]) -> Vec<(&str, u32, &'static str)> {
    let down = |event| match event {
        &Event::Down(ref path, n, end, _) => Some((path.as_str(), n, end.word())),
        _ => None,
    };
    let mut ends: Vec<_> = events.iter().filter_map(down).collect();
    ends.sort_unstable();
    ends
}

/// Whether this end leaves the order of that parent's list open.
fn opens(event: &Event, parent: &str) -> bool {
    match event {
        Event::Down(path, _, End::Killed, Role::Sup | Role::Dyn) if is_below(parent, path) => true,
        Event::Down(path, _, _, Role::Dyn) => path == parent,
        _ => false,
    }
}

fn is_below(path: &str, top: &str) -> bool {
    let rest = path.strip_prefix(top);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Error => "error",
        Outcome::Ignore => "ignore",
        Outcome::Panic => "panic",
    }
}
