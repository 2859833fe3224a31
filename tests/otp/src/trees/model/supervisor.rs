//! A simulated supervisor: its list, its inbox, and what it does about an end.

mod answers;

use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Value, json};

use super::super::log::End;
use super::super::script::{AutoShutdown, Child, Kind, Restart, Step, Strategy, Sup};
use super::counts;
use super::ledger::Ledger;
use super::process::{Failure, Process};

pub(in crate::trees) struct Supervisor {
    spec: Sup,
    /// Where it stands, in words.
    level: String,
    entries: Vec<Entry>,
    inbox: VecDeque<Mail>,
    restarts: Vec<u64>,
    /// The ids of children that were deleted.
    deleted: Vec<String>,
}

pub(in crate::trees) struct Entry {
    pub(in crate::trees) child: Rc<Child>,
    pub(in crate::trees) state: State,
    /// Whether it was in the list from the beginning.
    pub(in crate::trees) is_of_init: bool,
    /// How often its restart has failed in a row.
    failures: usize,
}

pub(in crate::trees) enum State {
    Down,
    Restarting,
    Up(Box<Process>),
}

enum Mail {
    Exit { id: String, n: u32 },
    TryAgain { id: String },
    Request { slot: usize, request: Step },
}

impl Supervisor {
    pub(super) fn new(spec: &Sup, level: String) -> Self {
        let entries = spec.children.iter().map(Entry::of_init).collect();
        Self {
            spec: spec.clone(),
            level,
            entries,
            inbox: VecDeque::new(),
            restarts: Vec::new(),
            deleted: Vec::new(),
        }
    }

    /// Starts the list in order; a failure stops what runs, in reverse (S-7, S-11).
    pub(super) fn start_all(&mut self, path: &str, ledger: &mut Ledger) -> Result<(), Failure> {
        let ids: Vec<_> = self.entries.iter().map(|e| e.child.id.clone()).collect();
        for id in ids {
            let Err(mut failure) = self.start(&id, path, ledger) else {
                if self
                    .find(&id)
                    .is_none_or(|at| self.entries[at].process().is_none())
                {
                    ledger.note("a start is ignored at boot");
                }
                continue;
            };
            failure.at.insert(0, id);
            failure.rolled_back |= self.running().next().is_some();
            self.stop_all(ledger);
            return Err(failure);
        }
        Ok(())
    }

    /// An ignored start leaves the spec, but for a temporary child (S-10).
    fn start(&mut self, id: &str, path: &str, ledger: &mut Ledger) -> Result<(), Failure> {
        let Some(at) = self.find(id) else {
            return Ok(());
        };
        let child = Rc::clone(&self.entries[at].child);
        match Process::start(&child, path, ledger)? {
            Some(process) => self.entries[at].state = State::Up(Box::new(process)),
            None if child.restart == Restart::Temporary => drop(self.entries.remove(at)),
            None => self.entries[at].state = State::Down,
        }
        Ok(())
    }

    /// In reverse order, one after the other (S-14).
    pub(super) fn stop_all(&mut self, ledger: &mut Ledger) {
        for entry in self.entries.iter_mut().rev() {
            entry.stop(ledger);
        }
        self.entries.retain(|entry| !entry.is_temporary());
    }

    pub(super) fn settle(
        &mut self,
        path: &str,
        held: Option<&str>,
        ledger: &mut Ledger,
    ) -> Option<End> {
        for entry in &mut self.entries {
            if let State::Up(process) = &mut entry.state
                && process.ended.is_none()
            {
                process.settle(held, ledger);
                if process.ended.is_some() {
                    let (id, n) = (entry.child.id.clone(), process.n);
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
                Mail::TryAgain { id } => self.try_again(&id, path, ledger),
                Mail::Request { slot, request } => {
                    let answer = self.answer(&request, path, ledger);
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

    /// Only the end of the present incarnation counts (S-25).
    fn child_ended(&mut self, id: &str, n: u32, path: &str, ledger: &mut Ledger) -> Option<End> {
        let at = self.find(id)?;
        let entry = &self.entries[at];
        let end = entry.process().filter(|process| process.n == n)?.ended?;
        let clean = matches!(end, End::Normal | End::Shutdown | End::Tagged);
        match entry.child.restart {
            Restart::Permanent => self.restart(id, path, ledger),
            Restart::Transient if !clean => self.restart(id, path, ledger),
            Restart::Transient | Restart::Temporary => self.lose(at, ledger),
        }
    }

    /// The child does not come back (S-24), which may be the end of its supervisor (S-60, S-61).
    fn lose(&mut self, at: usize, ledger: &mut Ledger) -> Option<End> {
        let entry = &mut self.entries[at];
        let significant = entry.child.significant;
        entry.state = State::Down;
        if entry.is_temporary() {
            self.entries.remove(at);
        }
        let others = self.entries.iter().filter(|other| other.child.significant);
        let none_left = others
            .clone()
            .all(|other| matches!(other.state, State::Down));
        let mode = self.spec.auto_shutdown;
        let ends = match mode {
            AutoShutdown::Never => false,
            AutoShutdown::AnySignificant => significant,
            AutoShutdown::AllSignificant => significant && none_left,
        };
        if ends {
            ledger.note(format!("auto_shutdown {mode:?}"));
        } else if significant && mode == AutoShutdown::AllSignificant {
            ledger.note("a significant child ends, and others are left");
        }
        ends.then_some(End::Shutdown)
    }

    /// Only a child that still waits is tried again (S-44).
    fn try_again(&mut self, id: &str, path: &str, ledger: &mut Ledger) -> Option<End> {
        let at = self.find(id)?;
        match self.entries[at].state {
            State::Restarting => self.restart(id, path, ledger),
            State::Down | State::Up(_) => None,
        }
    }

    /// Counts, then cycles everything in the strategy's range (S-26 to S-36).
    fn restart(&mut self, id: &str, path: &str, ledger: &mut Ledger) -> Option<End> {
        let now = ledger.now;
        let period = self.spec.period * 1000;
        let before = self.restarts.len();
        self.restarts.retain(|then| now - then <= period);
        if self.restarts.len() < before {
            ledger.note("a restart leaves the window");
        }
        self.restarts.push(now);
        let at = self.find(id)?;
        if self.restarts.len() > self.spec.intensity as usize {
            self.entries[at].state = State::Down;
            ledger.note(format!("the limit of restarts is exceeded {}", self.level));
            return Some(End::Shutdown);
        }
        let first = match self.spec.strategy {
            Strategy::OneForOne | Strategy::RestForOne => at,
            Strategy::OneForAll => 0,
        };
        let last = match self.spec.strategy {
            Strategy::OneForOne => at,
            Strategy::OneForAll | Strategy::RestForOne => self.entries.len() - 1,
        };
        for entry in self.entries[first..=last].iter_mut().rev() {
            entry.stop(ledger);
        }
        let range = self.entries.drain(first..=last);
        let (gone, back): (Vec<_>, Vec<_>) = range.partition(Entry::is_temporary);
        drop(gone);
        let ids: Vec<_> = back.iter().map(|entry| entry.child.id.clone()).collect();
        self.entries.splice(first..first, back);
        self.start_again(id, &ids, path, ledger);
        None
    }

    /// The first failure ends the cycle, and is tried again by a message (S-40, S-42).
    fn start_again(&mut self, failed: &str, ids: &[String], path: &str, ledger: &mut Ledger) {
        for id in ids {
            let started = self.start(id, path, ledger);
            let Some(at) = self.find(id) else { continue };
            let entry = &mut self.entries[at];
            if started.is_err() {
                if id != failed {
                    ledger.note("a sibling fails during a group restart");
                }
                entry.state = State::Restarting;
                entry.failures += 1;
                self.inbox.push_back(Mail::TryAgain { id: id.clone() });
                return;
            }
            if entry.failures > 0 {
                let times = entry.failures.min(3);
                ledger.note(format!("a restart fails {times} times, then succeeds"));
                entry.failures = 0;
            }
            if entry.process().is_none() {
                ledger.note("a start is ignored at a restart");
            }
        }
    }

    /// In start order.
    pub(super) fn list(&self) -> Vec<(String, Value)> {
        let told = |entry: &Entry| {
            let state = match &entry.state {
                State::Down => json!("down"),
                State::Restarting => json!("restarting"),
                State::Up(process) => json!(process.n),
            };
            (entry.child.id.clone(), state)
        };
        self.entries.iter().map(told).collect()
    }

    pub(super) fn counts(&self) -> [usize; 4] {
        let entries = self.entries.iter();
        let active = |entry: &Entry| entry.process().is_some_and(|p| p.ended.is_none());
        counts(entries.map(|entry| (&*entry.child, active(entry))))
    }

    pub(super) fn hear_of_end(&mut self, id: &str, n: u32) {
        let id = id.to_owned();
        self.inbox.push_back(Mail::Exit { id, n });
    }

    pub(super) fn queue(&mut self, slot: usize, request: Step) {
        self.inbox.push_back(Mail::Request { slot, request });
    }

    pub(super) fn fail_requests(&mut self, end: End, ledger: &mut Ledger) {
        for mail in self.inbox.drain(..) {
            if let Mail::Request { slot, .. } = mail {
                ledger.answer(slot, format!("exit {}", end.word()));
            }
        }
    }

    pub(in crate::trees) fn running(&self) -> impl Iterator<Item = &Process> {
        self.entries.iter().filter_map(Entry::process)
    }

    pub(super) fn running_mut(&mut self) -> impl Iterator<Item = &mut Process> {
        self.entries
            .iter_mut()
            .filter_map(|entry| match &mut entry.state {
                State::Up(process) => Some(&mut **process),
                State::Down | State::Restarting => None,
            })
    }

    pub(in crate::trees) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(in crate::trees) fn deleted(&self) -> &[String] {
        &self.deleted
    }

    pub(in crate::trees) fn auto_shutdown(&self) -> AutoShutdown {
        self.spec.auto_shutdown
    }

    pub(super) fn restart_of(&self, id: &str) -> Option<Restart> {
        let entry = self.find(id).map(|at| &self.entries[at])?;
        let is_worker = matches!(entry.child.kind, Kind::Worker(_));
        is_worker.then_some(entry.child.restart)
    }

    pub(super) fn strategy(&self) -> Strategy {
        self.spec.strategy
    }

    pub(super) fn allows_none(&self) -> bool {
        self.spec.intensity == 0
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.child.id == id)
    }
}

impl Entry {
    fn new(child: &Child) -> Self {
        Self {
            child: Rc::new(child.clone()),
            state: State::Down,
            is_of_init: false,
            failures: 0,
        }
    }

    fn of_init(child: &Child) -> Self {
        Self {
            is_of_init: true,
            ..Self::new(child)
        }
    }

    fn process(&self) -> Option<&Process> {
        match &self.state {
            State::Up(process) => Some(process),
            State::Down | State::Restarting => None,
        }
    }

    fn stop(&mut self, ledger: &mut Ledger) {
        if let State::Up(process) = &mut self.state {
            process.told_to_stop(ledger);
        }
        self.state = State::Down;
    }

    fn is_temporary(&self) -> bool {
        self.child.restart == Restart::Temporary
    }
}
