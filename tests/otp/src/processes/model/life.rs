//! Beginnings and ends: starts, exit signals, links and monitors that fire.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::log::End;
use super::super::script::{Act, How, InitPlan, Reason};
use super::process::{Busy, Item, Process, Rest, Signal, Wait, Watch};
use super::{DRIVER, Model};

impl Model {
    /// A start by plain code: without a link and without a parent.
    pub(super) fn spawn_by_nobody(&mut self, step: &Act) -> String {
        let Act::Spawn { label, ms, .. } = step else {
            return "unsupported".to_owned();
        };
        match self.begin(DRIVER, step) {
            Some(result) => result,
            None => {
                self.advance(ms.unwrap_or_default());
                self.die(label, End::Killed);
                "timeout".to_owned()
            }
        }
    }

    /// A start by a process, which waits if the `init` does not return.
    pub(super) fn spawn(&mut self, by: &str, step: &Act) {
        match self.begin(by, step) {
            Some(result) => self.tell(by, "spawn", &result),
            None => {
                let Act::Spawn { label, ms, .. } = step else {
                    return;
                };
                let wait = Wait {
                    request: 0,
                    op: "spawn",
                    deadline: ms.map(|ms| self.now + ms),
                    forwards: None,
                    starts: Some(label.clone()),
                };
                self.set_busy(by, Busy::Waits(wait));
            }
        }
    }

    /// Begins a process; none if its `init` does not return (G-1 to G-9).
    fn begin(&mut self, by: &str, step: &Act) -> Option<String> {
        let Act::Spawn {
            label,
            how,
            monitor,
            trap,
            name,
            init,
            reason,
            ..
        } = step
        else {
            return None;
        };
        if let Some(holder) = name.as_ref().and_then(|name| self.names.get(name)) {
            return Some(format!("already_started {holder}"));
        }
        let process = Process::new(*trap, name.clone(), *how);
        self.processes.insert(label.clone(), process);
        if let Some(name) = name {
            self.names.insert(name.clone(), label.clone());
            if !self.used.insert(name.clone()) {
                self.note("a name is held again");
            }
        }
        self.log.own(label, json!(["init"]));
        self.note(format!("init {init:?}, {how:?}"));
        let end = End::from(reason.unwrap_or(Reason::Normal));
        match init {
            InitPlan::Ignore => {
                self.die(label, End::Normal);
                return Some("ignored".to_owned());
            }
            InitPlan::Stop => return Some(self.fail_start(label, end)),
            InitPlan::Panic => return Some(self.fail_start(label, End::Error)),
            InitPlan::Ok | InitPlan::Brief | InitPlan::Hang => {}
        }
        match how {
            How::Start => {}
            How::Link => self.adopt(by, label),
            How::Monitor => {
                let word = monitor.clone().unwrap_or_default();
                self.watch(by, word, label, label);
            }
        }
        match init {
            InitPlan::Hang => {
                self.set_busy(label, Busy::Init);
                return None;
            }
            InitPlan::Brief => {
                let brief = (label.clone(), Item::Brief(end));
                self.with(label, |process| process.inbox.push_front(brief));
            }
            _ => {}
        }
        Some("started".to_owned())
    }

    fn fail_start(&mut self, label: &str, end: End) -> String {
        self.die(label, end);
        format!("failed {}", end.word())
    }

    fn adopt(&mut self, parent: &str, child: &str) {
        self.tie(parent, child);
        let parent = Some(parent.to_owned());
        self.with(child, |process| process.parent = parent);
    }

    pub(super) fn tie(&mut self, a: &str, b: &str) {
        self.with(a, |process| process.links.insert(b.to_owned()));
        self.with(b, |process| process.links.insert(a.to_owned()));
    }

    pub(super) fn untie(&mut self, a: &str, b: &str) {
        self.with(a, |process| process.links.remove(b));
        self.with(b, |process| process.links.remove(a));
    }

    /// Enters a monitor (P-18); the DOWN will name `object`.
    pub(super) fn watch(&mut self, by: &str, word: String, target: &str, object: &str) {
        let monitor = self.id();
        let watch = Watch {
            word,
            object: object.to_owned(),
            target: target.to_owned(),
        };
        self.with(by, |process| {
            process.words.insert(watch.word.clone());
            process.watches.insert(monitor, watch);
        });
        match self.is_alive(target) {
            _ if by == target => {} // nothing ever comes of it (P-23)
            true => {
                let entry = (by.to_owned(), monitor);
                self.with(target, |process| process.watchers.push(entry));
            }
            false => {
                self.note("a monitor on the dead");
                let end = End::Noproc;
                self.send(target, by, Signal::Down { monitor, end });
            }
        }
    }

    /// An exit signal arrives (P-6 to P-11).
    pub(super) fn exit_arrives(&mut self, from: &str, to: &str, end: End, link: bool) {
        let Some(process) = self.processes.get_mut(to).filter(|it| it.is_alive()) else {
            return;
        };
        if link && !process.links.remove(from) {
            return; // unlinked meanwhile (P-16)
        }
        let trap = process.trap;
        let over = if link { "a link" } else { "exit" };
        self.note(format!("{} over {over}, trapping {trap}", end.word()));
        match end {
            End::Kill if !link => self.die(to, End::Killed),
            End::Normal if !trap => {}
            end if !trap => self.die(to, end),
            end => {
                let item = (from.to_owned(), Item::Exit { end });
                self.with(to, |process| process.inbox.push_back(item));
            }
        }
    }

    /// An EXIT has its turn: that of the parent ends a server (G-42).
    pub(super) fn handle_exit(&mut self, label: &str, from: &str, end: End) {
        let parent = self
            .processes
            .get(label)
            .and_then(|it| it.parent.as_deref());
        if parent == Some(from) {
            self.note("the exit of a parent ends a trapping server");
            self.end_with(label, end);
        } else {
            self.log.got(label, from, json!(["exit", end.word()]));
        }
    }

    /// An orderly end.
    pub(super) fn end_with(&mut self, label: &str, end: End) {
        self.log.own(label, json!(["terminate", end.word()]));
        self.then(label, Rest::Die(end));
    }

    /// The end: the name is free, then links and monitors fire, then callers hear of it (P-24).
    pub(super) fn die(&mut self, label: &str, end: End) {
        let Some(process) = self.processes.get_mut(label).filter(|it| it.is_alive()) else {
            return;
        };
        process.ended = Some(end);
        process.inbox.clear();
        process.watches.clear();
        let links = std::mem::take(&mut process.links);
        let watchers = std::mem::take(&mut process.watchers);
        let name = process.name.take();
        self.log.ended(label, end);
        if let Some(name) = name {
            self.names.remove(&name);
        }
        for peer in links {
            self.send(label, &peer, Signal::Exit { end, link: true });
        }
        let mut once = BTreeSet::new();
        if !watchers.iter().all(|(watcher, _)| once.insert(watcher)) {
            self.note("one death, and several DOWN to one watcher");
        }
        for (watcher, monitor) in watchers {
            self.send(label, &watcher, Signal::Down { monitor, end });
        }
        self.fail_requests_to(label, end);
    }

    /// A DOWN arrives, if its monitor is still there.
    pub(super) fn down_arrives(&mut self, from: &str, to: &str, monitor: u64, end: End) {
        let Some(process) = self.processes.get_mut(to).filter(|it| it.is_alive()) else {
            return;
        };
        if let Some(watch) = process.watches.remove(&monitor) {
            let item = (from.to_owned(), Item::Down { watch, end });
            process.inbox.push_back(item);
        }
    }

    pub(super) fn set_busy(&mut self, label: &str, busy: Busy) {
        self.with(label, |process| process.busy = busy);
    }

    pub(super) fn with<T>(&mut self, label: &str, change: impl FnOnce(&mut Process) -> T) {
        if let Some(process) = self.processes.get_mut(label) {
            change(process);
        }
    }
}
