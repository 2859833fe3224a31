//! The rules of supervision once more, as a simulation without processes and without a clock.
//!
//! It is written from `docs/otp-semantics.md` alone and shares nothing with the library, so that a
//! wrong belief has to be held twice to stay unseen. It also guides the generator.

mod dynamic;
mod ledger;
mod process;
mod supervisor;

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::log::{End, Role, canon};
use super::script::{Child, Kind, Script, Step, split};
use crate::corpus::Facts;
use crate::trace::Trace;
use ledger::Ledger;
pub(super) use process::{Body, Process};
use process::{Deed, Failure};
pub(super) use supervisor::{Entry, State, Supervisor};

/// A tree that is being simulated.
pub(super) struct Model {
    root: Option<Process>,
    ledger: Ledger,
}

/// Simulates a whole script.
pub(super) fn play(script: &Script) -> (Trace, Facts) {
    let (mut model, boot) = Model::boot(&script.tree);
    let mut trace = vec![boot];
    trace.extend(script.steps.iter().map(|step| model.apply(step)));
    trace.push(model.shut_down());
    (Trace(trace), model.ledger.facts)
}

impl Model {
    pub(super) fn boot(tree: &Child) -> (Self, Value) {
        let mut ledger = Ledger::default();
        let started = Process::start(&Rc::new(tree.clone()), "", &mut ledger);
        ledger.note_boot(&started);
        let (root, ret) = match started {
            Ok(Some(root)) => (Some(root), "started".to_owned()),
            Ok(None) => (None, "ignored".to_owned()),
            Err(failure) => (None, failure.told()),
        };
        let mut model = Self { root, ledger };
        let record = model.record(&json!("boot"), &ret);
        (model, record)
    }

    /// Does one step, and returns the record of it.
    pub(super) fn apply(&mut self, step: &Step) -> Value {
        let ret = self.perform(step);
        self.settle(None);
        let ret = self.ledger.answers().unwrap_or(ret);
        self.ledger.note_step(step, &ret);
        self.record(&json!(step), &ret)
    }

    /// The root is told to stop by its parent.
    pub(super) fn shut_down(&mut self) -> Value {
        let ret = match self.root.take() {
            None => "noproc",
            Some(mut root) => {
                root.terminate(End::Shutdown, &mut self.ledger);
                root.end(End::Shutdown, &mut self.ledger);
                "shutdown"
            }
        };
        self.record(&json!("shutdown"), ret)
    }

    /// Every living process, parents first, with its path.
    pub(super) fn living(&self) -> Vec<&Process> {
        let mut living = Vec::new();
        if let Some(root) = &self.root {
            root.collect(&mut living);
        }
        living
    }

    fn perform(&mut self, step: &Step) -> String {
        match step {
            Step::Wait { ms } => {
                self.ledger.now += ms;
                "ok".to_owned()
            }
            Step::Batch { path, ops } => self.batch(path, ops),
            Step::Stop { path, reason } => self.strike(path, Deed::Stop((*reason).into())),
            Step::Panic { path } => self.strike(path, Deed::Panic),
            Step::Kill { path } => self.strike(path, Deed::Kill),
            Step::Exit { path, reason } => self.strike(path, Deed::Exit((*reason).into())),
            Step::AskStop { path, reason } => self.strike(path, Deed::AskStop((*reason).into())),
            request => self.ask(request),
        }
    }

    /// Something happens to a process from outside; its parent hears of its end.
    fn strike(&mut self, path: &str, deed: Deed) -> String {
        let (parent, id) = split(path);
        let ledger = &mut self.ledger;
        let struck = match parent {
            "-" => self.root.as_mut().filter(|root| root.path == path),
            _ => find(self.root.as_mut(), parent).and_then(|parent| parent.child_mut(id)),
        };
        let Some(process) = struck.filter(|process| process.ended.is_none()) else {
            return "noproc".to_owned();
        };
        if !process.suffer(deed, ledger) {
            return "unsupported".to_owned();
        }
        let n = process.n;
        if process.ended.is_some()
            && let Some(parent) = find(self.root.as_mut(), parent)
        {
            parent.note_strike(id, deed, ledger);
            parent.hear_of_end(id, n);
        }
        "ok".to_owned()
    }

    fn ask(&mut self, request: &Step) -> String {
        let path = request.path().unwrap_or_default();
        match find(self.root.as_mut(), path) {
            None => "noproc".to_owned(),
            Some(process) => match process.is_worker() {
                true => "unsupported".to_owned(),
                false => {
                    let slot = self.ledger.slot();
                    process.queue(slot, request.clone(), &self.ledger);
                    String::new()
                }
            },
        }
    }

    /// Everything lies in the supervisor's inbox before it handles any of it.
    fn batch(&mut self, path: &str, ops: &[Step]) -> String {
        match find(self.root.as_mut(), path) {
            None => return "noproc".to_owned(),
            Some(process) if process.is_worker() => return "unsupported".to_owned(),
            Some(_) => {}
        }
        for op in ops {
            let ret = match op {
                Step::Wait { .. } | Step::Batch { .. } | Step::Exit { .. } => {
                    "unsupported".to_owned()
                }
                op if op.path() == Some(path) => self.ask(op),
                op => self.perform(op),
            };
            if !ret.is_empty() {
                let slot = self.ledger.slot();
                self.ledger.answer(slot, ret);
            }
            self.settle(Some(path));
        }
        String::new()
    }

    /// Lets every supervisor but the held one work until nothing is left to do.
    fn settle(&mut self, held: Option<&str>) {
        if let Some(root) = &mut self.root {
            root.settle(held, &mut self.ledger);
            if root.ended.is_some() {
                self.root = None;
            }
        }
    }

    fn record(&mut self, step: &Value, ret: &str) -> Value {
        let events = std::mem::take(&mut self.ledger.events);
        let snap: Map<_, _> = self.living().into_iter().map(Process::stands).collect();
        json!({"step": step, "ret": ret, "events": canon(&events), "snap": snap})
    }
}

/// The living process at that path.
fn find<'a>(root: Option<&'a mut Process>, path: &str) -> Option<&'a mut Process> {
    let mut ids = path.split('/');
    let mut at = root.filter(|root| Some(root.path.as_str()) == ids.next())?;
    for id in ids {
        at = at.child_mut(id)?;
    }
    Some(at).filter(|process| process.ended.is_none())
}

fn role_of_type(child: &Child) -> &'static str {
    match child.kind {
        Kind::Worker(_) => "worker",
        Kind::Sup(_) | Kind::Dyn(_) => "supervisor",
    }
}

/// What a supervisor tells of its list: how many entries, how many live, and of which type.
fn counts<'a>(entries: impl Iterator<Item = (&'a Child, bool)>) -> [usize; 4] {
    let mut counts = [0; 4];
    for (child, active) in entries {
        counts[0] += 1;
        counts[1] += usize::from(active);
        counts[2] += usize::from(Role::of(child) != Role::Worker);
        counts[3] += usize::from(Role::of(child) == Role::Worker);
    }
    counts
}

/// A list of children in one line of text.
fn listed(list: &[(String, Value)]) -> String {
    let shown: Vec<_> = list
        .iter()
        .map(|(id, state)| format!("{id}:{}", state.to_string().trim_matches('"')))
        .collect();
    shown.join(" ")
}

fn counted(counts: [usize; 4]) -> String {
    counts.map(|count| count.to_string()).join(" ")
}

impl Failure {
    /// The children that failed, from the outermost on, and why the last one did.
    fn told(&self) -> String {
        let mut words = vec!["failed"];
        words.extend(self.at.iter().map(String::as_str));
        words.push(self.end.word());
        words.join(" ")
    }
}
