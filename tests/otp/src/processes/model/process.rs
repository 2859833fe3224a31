//! One simulated process, and what can reach it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::log::End;
use super::super::script::{Act, How};

/// What is under way to a process.
#[derive(Clone)]
pub(super) enum Signal {
    /// Something for its inbox.
    Item(Item),
    /// An exit signal, over a link or sent.
    Exit {
        end: End,
        link: bool,
    },
    /// The news that a link to the dead cannot be made.
    NoLink,
    Down {
        monitor: u64,
        end: End,
    },
    Reply {
        request: u64,
        n: u64,
    },
    /// Whoever was asked has ended.
    Failed {
        request: u64,
        told: String,
    },
}

/// What lies in an inbox.
#[derive(Clone)]
pub(super) enum Item {
    Do(Act),
    Hold(u64),
    Cast {
        n: u64,
    },
    Info {
        n: u64,
    },
    Call(u64),
    Stop(u64),
    Exit {
        end: End,
    },
    Down {
        watch: Watch,
        end: End,
    },
    /// It ends by itself, before it looks into its inbox.
    Brief(End),
    /// The rest of a callback. A process may be ended between any two things that it does.
    Rest(Rest),
}

/// What is left of a callback.
#[derive(Clone)]
pub(super) enum Rest {
    /// It tells what it did, and replies to the request that it forwards, if it does.
    Tell {
        op: &'static str,
        result: String,
        forwards: Option<u64>,
    },
    Reply {
        request: u64,
        n: u64,
    },
    /// It does what a call says.
    Call(u64),
    /// It has run its `terminate`.
    Die(End),
}

/// A monitor, seen from the one who watches.
#[derive(Clone)]
pub(super) struct Watch {
    /// What the script calls it.
    pub(super) word: String,
    /// What the DOWN names: a process, or the name that the monitor was placed by.
    pub(super) object: String,
    /// Whose end it tells.
    pub(super) target: String,
}

/// What a process is busy with.
#[derive(Clone, PartialEq)]
pub(super) enum Busy {
    Free,
    Held(u64),
    /// Its `init` never returns.
    Init,
    Waits(Wait),
}

/// What a process waits for.
#[derive(Clone, PartialEq)]
pub(super) struct Wait {
    pub(super) request: u64,
    pub(super) op: &'static str,
    pub(super) deadline: Option<u64>,
    /// The request that it forwards, if it does.
    pub(super) forwards: Option<u64>,
    /// The process whose start it waits for, if it does.
    pub(super) starts: Option<String>,
}

#[derive(Clone)]
pub(in crate::processes) struct Process {
    pub(super) ended: Option<End>,
    pub(in crate::processes) trap: bool,
    pub(super) parent: Option<String>,
    pub(in crate::processes) how: How,
    pub(super) name: Option<String>,
    pub(super) links: BTreeSet<String>,
    /// What the script calls the monitors that it ever placed.
    pub(super) words: BTreeSet<String>,
    /// By their numbers.
    pub(super) watches: BTreeMap<u64, Watch>,
    /// Monitors of others on this one: who, and which, the oldest first.
    pub(super) watchers: Vec<(String, u64)>,
    /// From whom, what.
    pub(super) inbox: VecDeque<(String, Item)>,
    pub(super) busy: Busy,
    /// Gates that were opened.
    pub(super) released: Vec<u64>,
    /// Requests that wait for a reply, by their keys.
    pub(super) kept: BTreeMap<String, u64>,
}

impl Process {
    pub(super) fn new(trap: bool, name: Option<String>, how: How) -> Self {
        Self {
            ended: None,
            trap,
            parent: None,
            how,
            name,
            links: BTreeSet::new(),
            words: BTreeSet::new(),
            watches: BTreeMap::new(),
            watchers: Vec::new(),
            inbox: VecDeque::new(),
            busy: Busy::Free,
            released: Vec::new(),
            kept: BTreeMap::new(),
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.ended.is_none()
    }

    pub(super) fn is_ready(&self) -> bool {
        self.is_alive() && self.busy == Busy::Free && !self.inbox.is_empty()
    }

    pub(super) fn deadline(&self) -> Option<u64> {
        match &self.busy {
            Busy::Waits(wait) => wait.deadline,
            Busy::Free | Busy::Held(_) | Busy::Init => None,
        }
    }

    /// Whether it does what it is told at once.
    pub(in crate::processes) fn is_free(&self) -> bool {
        self.busy == Busy::Free
    }

    /// The keys of the callers that it keeps waiting.
    pub(in crate::processes) fn keys(&self) -> impl Iterator<Item = &String> {
        self.kept.keys()
    }

    /// What the script calls its monitors that have not fired.
    pub(in crate::processes) fn monitors(&self) -> impl Iterator<Item = &String> {
        self.watches.values().map(|watch| &watch.word)
    }

    /// The same, each with the one that it watches and what its DOWN will name.
    pub(in crate::processes) fn watched(
        &self,
    ) -> impl Iterator<Item = (&String, &String, &String)> {
        let watches = self.watches.values();
        watches.map(|watch| (&watch.word, &watch.target, &watch.object))
    }

    pub(in crate::processes) fn links(&self) -> impl Iterator<Item = &String> {
        self.links.iter()
    }
}
