//! What the simulation writes down: events, incarnations, time, answers, and what it has covered.

use std::collections::BTreeMap;

use super::super::log::{End, Event};
use super::super::script::{Child, Outcome, Step};
use super::process::{Failure, Process};
use crate::corpus::Facts;

#[derive(Default)]
pub(super) struct Ledger {
    pub(super) events: Vec<Event>,
    pub(super) facts: Facts,
    /// In milliseconds.
    pub(super) now: u64,
    incarnations: BTreeMap<String, u32>,
    /// The incarnation at a path that was there last.
    last: BTreeMap<String, u32>,
    answers: Vec<String>,
}

impl Ledger {
    /// Begins the `init` of a process, and tells its number and what becomes of it.
    pub(super) fn init(&mut self, path: &str, child: &Child) -> (u32, Outcome) {
        let n = self.incarnations.entry(path.to_owned()).or_default();
        *n += 1;
        let (n, outcome) = (*n, child.outcome(*n));
        self.events.push(Event::Init(path.to_owned(), n, outcome));
        if outcome == Outcome::Ok {
            self.last.insert(path.to_owned(), n);
        }
        (n, outcome)
    }

    pub(super) fn last(&self, path: &str) -> Option<u32> {
        self.last.get(path).copied()
    }

    pub(super) fn term(&mut self, process: &Process, end: End) {
        let event = Event::Term(process.path.clone(), process.n, end);
        self.events.push(event);
    }

    /// Makes room for an answer that comes later.
    pub(super) fn slot(&mut self) -> usize {
        self.answers.push(String::new());
        self.answers.len() - 1
    }

    pub(super) fn answer(&mut self, slot: usize, answer: String) {
        if let Some(place) = self.answers.get_mut(slot) {
            *place = answer;
        }
    }

    /// Takes all answers of one step; none if nobody waits for any.
    pub(super) fn answers(&mut self) -> Option<String> {
        let answers = std::mem::take(&mut self.answers);
        (!answers.is_empty()).then(|| answers.join(","))
    }

    pub(super) fn note(&mut self, fact: impl Into<String>) {
        *self.facts.entry(fact.into()).or_default() += 1;
    }

    pub(super) fn note_boot(&mut self, started: &Result<Option<Process>, Failure>) {
        if let Err(Failure { rolled_back, .. }) = started {
            self.note("the start of the root fails");
            if *rolled_back {
                self.note("the start of the root fails, and siblings are rolled back");
            }
        }
    }

    /// Notes what each request was answered, and the size of batches.
    pub(super) fn note_step(&mut self, step: &Step, ret: &str) {
        let Step::Batch { ops, .. } = step else {
            return self.note_answer(step, ret);
        };
        for (op, ret) in ops.iter().zip(ret.split(',')) {
            self.note_answer(op, ret);
        }
        let ends: Vec<_> = ops
            .iter()
            .filter(|op| is_end(op))
            .filter_map(Step::path)
            .collect();
        let order = match ends.is_sorted() {
            true => "in order of their names",
            false => "in another order",
        };
        self.note(format!("a batch of {} deaths, {order}", ends.len()));
    }

    fn note_answer(&mut self, step: &Step, ret: &str) {
        let request = match step {
            Step::StartChild { .. } => "start_child",
            Step::RestartChild { .. } => "restart_child",
            Step::TerminateChild { .. } => "terminate_child",
            Step::DeleteChild { .. } => "delete_child",
            Step::GetChildspec { .. } => "get_childspec",
            Step::WhichChildren { .. } => "which_children",
            Step::CountChildren { .. } => "count_children",
            Step::AskStop { .. } => "ask_stop",
            Step::Exit { .. } => "exit",
            _ => return,
        };
        let known = ret.starts_with(char::is_alphabetic) && !ret.contains(':');
        let answer = match known {
            true => ret.split(' ').next().unwrap_or_default(),
            false => "told",
        };
        self.note(format!("{request}: {answer}"));
    }
}

fn is_end(op: &Step) -> bool {
    matches!(
        op,
        Step::Stop { .. } | Step::Panic { .. } | Step::Kill { .. } | Step::AskStop { .. }
    )
}
