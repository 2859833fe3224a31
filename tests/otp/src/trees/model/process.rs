//! One simulated process: how it starts, how it ends, and what it does when it is told to.

use std::rc::Rc;

use serde_json::{Value, json};

use super::super::log::{End, Event, Role};
use super::super::script::{
    Child, Kind, OnShutdown, Outcome, Shutdown, ShutdownWord, Step, Worker, join, split,
};
use super::dynamic::Dynamic;
use super::ledger::Ledger;
use super::supervisor::Supervisor;

/// What happens to a process from outside.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Stop(End),
    Panic,
    Kill,
    /// An exit signal of a stranger.
    Exit(End),
    AskStop(End),
}

pub(in crate::trees) struct Process {
    pub(in crate::trees) child: Rc<Child>,
    pub(in crate::trees) path: String,
    pub(in crate::trees) n: u32,
    pub(super) ended: Option<End>,
    pub(in crate::trees) body: Body,
}

pub(in crate::trees) enum Body {
    Worker,
    Sup(Supervisor),
    Dyn(Dynamic),
}

/// Why there is no process.
pub(super) struct Failure {
    /// The children that failed, the outermost first.
    pub(super) at: Vec<String>,
    pub(super) end: End,
    /// Whether siblings had to be stopped again.
    pub(super) rolled_back: bool,
}

impl Process {
    /// Starts a process; none if its start was ignored (S-9 to S-11).
    pub(super) fn start(
        child: &Rc<Child>,
        parent: &str,
        ledger: &mut Ledger,
    ) -> Result<Option<Self>, Failure> {
        let path = join(parent, &child.id);
        let (n, outcome) = ledger.init(&path, child);
        match outcome {
            Outcome::Ok => {}
            Outcome::Ignore => return Ok(None),
            Outcome::Error | Outcome::Panic => return Err(Failure::of_itself()),
        }
        let body = Body::of(child, &path);
        let mut process = Self {
            child: Rc::clone(child),
            path,
            n,
            ended: None,
            body,
        };
        let Body::Sup(sup) = &mut process.body else {
            return Ok(Some(process));
        };
        match sup.start_all(&process.path, ledger) {
            Ok(()) => Ok(Some(process)),
            Err(failure) => {
                process.end(End::Tagged, ledger);
                Err(failure)
            }
        }
    }

    /// It is dead from now on.
    pub(super) fn end(&mut self, end: End, ledger: &mut Ledger) {
        self.ended = Some(end);
        let role = Role::of(&self.child);
        let event = Event::Down(self.path.clone(), self.n, end, role);
        ledger.events.push(event);
        match &mut self.body {
            Body::Worker => {}
            Body::Sup(sup) => sup.fail_requests(end, ledger),
            Body::Dyn(dynamic) => dynamic.fail_requests(end, ledger),
        }
    }

    /// Does what comes before an orderly end.
    pub(super) fn terminate(&mut self, end: End, ledger: &mut Ledger) {
        match &mut self.body {
            Body::Worker => ledger.term(self, end),
            Body::Sup(sup) => sup.stop_all(ledger),
            Body::Dyn(dynamic) => dynamic.stop_all(ledger),
        }
    }

    /// Returns false if there is no such thing for this kind of process.
    pub(super) fn suffer(&mut self, deed: Deed, ledger: &mut Ledger) -> bool {
        let worker = self.worker().cloned();
        match (deed, worker) {
            (Deed::Stop(_) | Deed::Panic, None) => return false,
            (Deed::Stop(end) | Deed::AskStop(end), _) => {
                self.terminate(end, ledger);
                self.end(end, ledger);
            }
            (Deed::Panic, Some(_)) => {
                self.terminate(End::Error, ledger);
                self.end(End::Error, ledger);
            }
            (Deed::Kill, _) => self.kill(ledger),
            (Deed::Exit(end), Some(worker)) if !worker.trap && end != End::Normal => {
                self.end(end, ledger);
            }
            (Deed::Exit(_), _) => {}
        }
        true
    }

    /// A supervisor that is killed stops nobody; its children hear of its death (S-66).
    pub(super) fn kill(&mut self, ledger: &mut Ledger) {
        self.end(End::Killed, ledger);
        let orphans: Vec<&mut Self> = match &mut self.body {
            Body::Worker => Vec::new(),
            Body::Sup(sup) => sup.running_mut().collect(),
            Body::Dyn(dynamic) => dynamic.running_mut().collect(),
        };
        for orphan in orphans {
            orphan.lose_parent(ledger);
        }
    }

    fn lose_parent(&mut self, ledger: &mut Ledger) {
        if self.ended.is_some() {
            return;
        }
        if self.worker().is_none_or(|worker| worker.trap) {
            self.terminate(End::Killed, ledger);
        }
        self.end(End::Killed, ledger);
    }

    /// Its parent stops it as its spec says (S-15, S-16); it may have ended already (S-18).
    pub(super) fn told_to_stop(&mut self, ledger: &mut Ledger) {
        if self.ended.is_some() {
            return;
        }
        let limit = match self.child.shutdown() {
            Shutdown::Word(ShutdownWord::BrutalKill) => {
                ledger.note("brutal_kill");
                return self.kill(ledger);
            }
            Shutdown::Word(ShutdownWord::Infinity) => None,
            Shutdown::Within(ms) => Some(ms),
        };
        let worker = self.worker().cloned();
        if worker.as_ref().is_some_and(|worker| !worker.trap) {
            ledger.note("a worker that does not trap is shut down");
            return self.end(End::Shutdown, ledger);
        }
        self.terminate(End::Shutdown, ledger);
        match worker.map(|worker| worker.on_shutdown) {
            Some(OnShutdown::Hang) => {
                ledger.now += limit.unwrap_or_default();
                ledger.note("the limit of a shutdown is hit");
                self.end(End::Killed, ledger);
            }
            Some(OnShutdown::Panic) => self.end(End::Error, ledger),
            Some(OnShutdown::Ok) | None => self.end(End::Shutdown, ledger),
        }
    }

    /// Lets all supervisors below work, then itself unless it is held.
    pub(super) fn settle(&mut self, held: Option<&str>, ledger: &mut Ledger) {
        let end = match &mut self.body {
            Body::Worker => None,
            Body::Sup(sup) => sup.settle(&self.path, held, ledger),
            Body::Dyn(dynamic) => dynamic.settle(&self.path, held, ledger),
        };
        if let (Some(end), None) = (end, self.ended) {
            self.terminate(end, ledger);
            self.end(end, ledger);
        }
    }

    pub(super) fn hear_of_end(&mut self, id: &str, n: u32) {
        match &mut self.body {
            Body::Worker => {}
            Body::Sup(sup) => sup.hear_of_end(id, n),
            Body::Dyn(dynamic) => dynamic.hear_of_end(id, n),
        }
    }

    pub(super) fn queue(&mut self, slot: usize, request: Step, ledger: &Ledger) {
        match &mut self.body {
            Body::Worker => {}
            Body::Sup(sup) => sup.queue(slot, request),
            Body::Dyn(dynamic) => dynamic.queue(slot, request, &self.path, ledger),
        }
    }

    pub(super) fn child_mut(&mut self, id: &str) -> Option<&mut Self> {
        let mut children: Box<dyn Iterator<Item = &mut Self>> = match &mut self.body {
            Body::Worker => return None,
            Body::Sup(sup) => Box::new(sup.running_mut()),
            Body::Dyn(dynamic) => Box::new(dynamic.running_mut()),
        };
        children.find(|child| child.child.id == id)
    }

    pub(super) fn collect<'a>(&'a self, into: &mut Vec<&'a Self>) {
        if self.ended.is_some() {
            return;
        }
        into.push(self);
        let children: Vec<&Self> = match &self.body {
            Body::Worker => Vec::new(),
            Body::Sup(sup) => sup.running().collect(),
            Body::Dyn(dynamic) => dynamic.running().collect(),
        };
        for child in children {
            child.collect(into);
        }
    }

    /// Its path, and what a snapshot tells of it.
    pub(super) fn stands(&self) -> (String, Value) {
        let (children, counts) = match &self.body {
            Body::Worker => return (self.path.clone(), json!(self.n)),
            Body::Sup(sup) => (sup.list(), sup.counts()),
            Body::Dyn(dynamic) => (dynamic.list(), dynamic.counts()),
        };
        let stands = json!({"children": children, "counts": counts});
        (self.path.clone(), stands)
    }

    /// Notes under which strategy a child of which kind ended how.
    pub(super) fn note_strike(&mut self, id: &str, deed: Deed, ledger: &mut Ledger) {
        let Body::Sup(sup) = &self.body else { return };
        let Some(restart) = sup.restart_of(id) else {
            return;
        };
        let how = match deed {
            Deed::Stop(end) => format!("stop {}", end.word()),
            Deed::Panic => "panic".to_owned(),
            Deed::Kill => "kill".to_owned(),
            Deed::Exit(_) => "exit signal".to_owned(),
            Deed::AskStop(_) => "stop from outside".to_owned(),
        };
        let strategy = sup.strategy();
        ledger.note(format!("{strategy:?}, {restart:?}, {how}"));
        if sup.allows_none() {
            ledger.note("a death under max_restarts 0");
        }
    }

    pub(super) fn is_worker(&self) -> bool {
        self.worker().is_some()
    }

    pub(in crate::trees) fn worker(&self) -> Option<&Worker> {
        match &self.child.kind {
            Kind::Worker(worker) => Some(worker),
            Kind::Sup(_) | Kind::Dyn(_) => None,
        }
    }
}

impl Body {
    fn of(child: &Child, path: &str) -> Self {
        let level = match split(path).0 {
            "-" => "at the root".to_owned(),
            _ => format!("at a {:?} supervisor", child.restart),
        };
        match &child.kind {
            Kind::Worker(_) => Self::Worker,
            Kind::Sup(sup) => Self::Sup(Supervisor::new(sup, level)),
            Kind::Dyn(dynamic) => Self::Dyn(Dynamic::new(dynamic)),
        }
    }
}

impl Failure {
    fn of_itself() -> Self {
        Self {
            at: Vec::new(),
            end: End::Error,
            rolled_back: false,
        }
    }
}
