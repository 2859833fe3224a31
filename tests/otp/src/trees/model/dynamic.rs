//! A simulated dynamic supervisor: children without an order, known by their processes (D-1 to D-16).

use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Value, json};

use super::super::log::End;
use super::super::script::{Child, Dyn, Restart, Step, join};
use super::ledger::Ledger;
use super::process::Process;
use super::{counted, counts, listed};

pub(in crate::trees) struct Dynamic {
    spec: Dyn,
    entries: Vec<Entry>,
    inbox: VecDeque<Mail>,
    restarts: Vec<u64>,
}

struct Entry {
    child: Rc<Child>,
    /// The incarnation by which it is known.
    n: u32,
    /// None while it waits for a restart (D-10).
    process: Option<Process>,
}

enum Mail {
    Exit {
        id: String,
        n: u32,
    },
    TryAgain {
        id: String,
        n: u32,
    },
    Request {
        slot: usize,
        request: Step,
        /// The incarnation of the child in question at the moment of asking.
        known: Option<u32>,
    },
}

impl Dynamic {
    pub(super) fn new(spec: &Dyn) -> Self {
        Self {
            spec: spec.clone(),
            entries: Vec::new(),
            inbox: VecDeque::new(),
            restarts: Vec::new(),
        }
    }

    /// All are told at once (D-13).
    pub(super) fn stop_all(&mut self, ledger: &mut Ledger) {
        if self.entries.len() > 1 {
            ledger.note("a dynamic supervisor stops several children");
        }
        let begun = ledger.now;
        let mut latest = begun;
        for process in self.running_mut() {
            ledger.now = begun;
            process.told_to_stop(ledger);
            latest = latest.max(ledger.now);
        }
        ledger.now = latest;
        self.entries.clear();
    }

    pub(super) fn settle(
        &mut self,
        path: &str,
        held: Option<&str>,
        ledger: &mut Ledger,
    ) -> Option<End> {
        for entry in &mut self.entries {
            let running = entry.process.as_mut();
            if let Some(process) = running.filter(|process| process.ended.is_none()) {
                process.settle(held, ledger);
                if process.ended.is_some() {
                    let (id, n) = (entry.child.id.clone(), entry.n);
                    self.inbox.push_back(Mail::Exit { id, n });
                }
            }
        }
        if held == Some(path) {
            return None;
        }
        while let Some(mail) = self.inbox.pop_front() {
            let end = match mail {
                Mail::Exit { id, n } => self.child_ended(&id, n, path, ledger),
                Mail::TryAgain { id, n } => self.try_again(&id, n, path, ledger),
                Mail::Request {
                    slot,
                    request,
                    known,
                } => {
                    let answer = self.answer(&request, known, path, ledger);
                    ledger.answer(slot, answer);
                    None
                }
            };
            if end.is_some() {
                return end;
            }
        }
        None
    }

    fn child_ended(&mut self, id: &str, n: u32, path: &str, ledger: &mut Ledger) -> Option<End> {
        let at = self.find(id, n)?;
        let entry = &self.entries[at];
        let end = entry.process.as_ref()?.ended?;
        let restart = entry.child.restart;
        let clean = matches!(end, End::Normal | End::Shutdown | End::Tagged);
        if restart == Restart::Temporary || restart == Restart::Transient && clean {
            self.entries.remove(at); // D-8
            ledger.note(format!("dynamic: a {restart:?} child is gone"));
            return None;
        }
        self.restart(at, path, ledger)
    }

    fn try_again(&mut self, id: &str, n: u32, path: &str, ledger: &mut Ledger) -> Option<End> {
        let at = self.find(id, n)?;
        match self.entries[at].process {
            None => self.restart(at, path, ledger),
            Some(_) => None,
        }
    }

    fn restart(&mut self, at: usize, path: &str, ledger: &mut Ledger) -> Option<End> {
        let now = ledger.now;
        let period = self.spec.period * 1000;
        self.restarts.retain(|then| now - then <= period);
        self.restarts.push(now);
        if self.restarts.len() > self.spec.intensity as usize {
            self.entries.remove(at);
            ledger.note("dynamic: the limit of restarts is exceeded");
            return Some(End::Shutdown);
        }
        let child = Rc::clone(&self.entries[at].child);
        match Process::start(&child, path, ledger) {
            Ok(Some(process)) => {
                let entry = &mut self.entries[at];
                entry.n = process.n;
                entry.process = Some(process);
                ledger.note("dynamic: a restart");
            }
            Ok(None) => {
                self.entries.remove(at); // D-9
                ledger.note("dynamic: a start is ignored at a restart");
            }
            Err(_) => {
                let entry = &mut self.entries[at];
                entry.process = None;
                let (id, n) = (child.id.clone(), entry.n);
                self.inbox.push_back(Mail::TryAgain { id, n });
                ledger.note("dynamic: a restart fails");
            }
        }
        None
    }

    fn answer(
        &mut self,
        request: &Step,
        known: Option<u32>,
        path: &str,
        ledger: &mut Ledger,
    ) -> String {
        let answer = match request {
            Step::StartChild { spec, .. } => self.start_child(spec, path, ledger),
            Step::TerminateChild { id, .. } => self.terminate_child(id, known, ledger),
            Step::WhichChildren { .. } => listed(&self.list()),
            Step::CountChildren { .. } => counted(self.counts()),
            _ => "unsupported".to_owned(),
        };
        match request {
            Step::StartChild { .. } => {
                let word = answer.split(' ').next().unwrap_or_default();
                ledger.note(format!("dynamic: start_child: {word}"));
            }
            Step::TerminateChild { .. } => {
                ledger.note(format!("dynamic: terminate_child: {answer}"));
            }
            _ => {}
        }
        answer
    }

    fn start_child(&mut self, spec: &Child, path: &str, ledger: &mut Ledger) -> String {
        if spec.significant {
            return "invalid".to_owned();
        }
        let limit = self.spec.max_children;
        if limit.is_some_and(|limit| self.entries.len() >= limit) {
            return "max_children".to_owned(); // D-6
        }
        let child = Rc::new(spec.clone());
        match Process::start(&child, path, ledger) {
            Ok(Some(process)) => {
                let n = process.n;
                let process = Some(process);
                self.entries.push(Entry { child, n, process });
                "started".to_owned()
            }
            Ok(None) => "ignored".to_owned(),
            Err(failure) => failure.told(),
        }
    }

    /// The child is known by the pid that was seen last at this name (D-10, D-11).
    fn terminate_child(&mut self, id: &str, known: Option<u32>, ledger: &mut Ledger) -> String {
        let Some(at) = known.and_then(|n| self.find(id, n)) else {
            return "not_found".to_owned();
        };
        match &mut self.entries[at].process {
            Some(process) => process.told_to_stop(ledger),
            None => ledger.note("dynamic: terminate_child cancels a restart"),
        }
        self.entries.remove(at);
        "ok".to_owned()
    }

    /// In the order of names; a child that waits for a restart has none.
    pub(super) fn list(&self) -> Vec<(String, Value)> {
        let told = |entry: &Entry| match entry.process {
            Some(_) => (entry.child.id.clone(), json!(entry.n)),
            None => ("?".to_owned(), json!("restarting")),
        };
        let mut list: Vec<_> = self.entries.iter().map(told).collect();
        list.sort_by(|(a, _), (b, _)| a.cmp(b));
        list
    }

    pub(super) fn counts(&self) -> [usize; 4] {
        let entries = self.entries.iter();
        counts(entries.map(|entry| (&*entry.child, entry.process.is_some())))
    }

    pub(super) fn hear_of_end(&mut self, id: &str, n: u32) {
        let id = id.to_owned();
        self.inbox.push_back(Mail::Exit { id, n });
    }

    pub(super) fn queue(&mut self, slot: usize, request: Step, path: &str, ledger: &Ledger) {
        let known = match &request {
            Step::TerminateChild { id, .. } => ledger.last(&join(path, id)),
            _ => None,
        };
        self.inbox.push_back(Mail::Request {
            slot,
            request,
            known,
        });
    }

    pub(super) fn fail_requests(&mut self, end: End, ledger: &mut Ledger) {
        for mail in self.inbox.drain(..) {
            if let Mail::Request { slot, .. } = mail {
                ledger.answer(slot, format!("exit {}", end.word()));
            }
        }
    }

    pub(in crate::trees) fn running(&self) -> impl Iterator<Item = &Process> {
        self.entries.iter().filter_map(|it| it.process.as_ref())
    }

    pub(super) fn running_mut(&mut self) -> impl Iterator<Item = &mut Process> {
        self.entries.iter_mut().filter_map(|it| it.process.as_mut())
    }

    pub(in crate::trees) fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.child.id.as_str())
    }

    pub(in crate::trees) fn max_children(&self) -> Option<usize> {
        self.spec.max_children
    }

    fn find(&self, id: &str, n: u32) -> Option<usize> {
        let is_it = |entry: &Entry| entry.child.id == id && entry.n == n;
        self.entries.iter().position(is_it)
    }
}
