//! What the processes of one script share: who lives, what happened, and how often each was started.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use actor_otp::{ExitReason, Pid};
use serde_json::Value;

use super::super::log::{End, Event, Role, canon};
use super::super::script::{Child, Outcome};
use super::processes::Handle;

/// A handle on what is shared.
#[derive(Clone, Default)]
pub(super) struct World(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    incarnations: HashMap<String, u32>,
    living: BTreeMap<String, Life>,
    names: HashMap<Pid, (String, u32)>,
    last: HashMap<String, Pid>,
    handles: HashMap<Pid, Handle>,
    events: Vec<Event>,
    /// Who was alive when its successor began.
    ghosts: Vec<String>,
    /// Rises with everything that happens.
    version: usize,
}

#[derive(Clone)]
struct Life {
    n: u32,
    pid: Pid,
    role: Role,
}

impl World {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().expect("nobody panics inside")
    }

    /// Begins the `init` of a process, and tells its number and what is to become of it. The former
    /// incarnation, and all below it, must be gone, which is stricter than OTP.
    pub(super) fn init(&self, path: &str, child: &Child, pid: Option<Pid>) -> (u32, Outcome) {
        let mut book = self.book();
        book.sweep();
        let below = format!("{path}/");
        let is_ghost = |it: &&String| *it == path || it.starts_with(&below);
        let ghosts: Vec<_> = book.living.keys().filter(is_ghost).cloned().collect();
        book.ghosts.extend(ghosts);
        let n = book.incarnations.entry(path.to_owned()).or_default();
        *n += 1;
        let (n, outcome) = (*n, child.outcome(*n));
        book.add(Event::Init(path.to_owned(), n, outcome));
        if let (Outcome::Ok, Some(pid)) = (outcome, pid) {
            book.enter(path, n, pid, Role::of(child));
        }
        (n, outcome)
    }

    /// Enters a process that could not tell of itself.
    pub(super) fn enter(&self, path: &str, n: u32, pid: Pid, role: Role) {
        self.book().enter(path, n, pid, role);
    }

    pub(super) fn term(&self, path: &str, n: u32, reason: &ExitReason) {
        let event = Event::Term(path.to_owned(), n, end_of(reason));
        self.book().add(event);
    }

    /// Keeps the handle of a process that has started.
    pub(super) fn keep(&self, handle: &Handle) {
        self.book().handles.insert(handle.pid(), handle.clone());
    }

    pub(super) fn living(&self, path: &str) -> Option<Handle> {
        let mut book = self.book();
        book.sweep();
        let life = book.living.get(path)?;
        book.handles.get(&life.pid).cloned()
    }

    pub(super) fn all_living(&self) -> Vec<(String, u32, Handle)> {
        let mut book = self.book();
        book.sweep();
        let handle = |life: &Life| book.handles.get(&life.pid).cloned();
        let living = book.living.iter();
        living
            .filter_map(|(path, life)| Some((path.clone(), life.n, handle(life)?)))
            .collect()
    }

    /// The id and the incarnation of a process that ever was.
    pub(super) fn name(&self, pid: &Pid) -> Option<(String, u32)> {
        self.book().names.get(pid).cloned()
    }

    /// The process that was there last.
    pub(super) fn last(&self, path: &str) -> Option<Pid> {
        self.book().last.get(path).cloned()
    }

    pub(super) fn version(&self) -> usize {
        let mut book = self.book();
        book.sweep();
        book.version
    }

    pub(super) fn take_ghosts(&self) -> Vec<String> {
        std::mem::take(&mut self.book().ghosts)
    }

    pub(super) fn take_events(&self) -> Value {
        canon(&std::mem::take(&mut self.book().events))
    }
}

impl Book {
    fn add(&mut self, event: Event) {
        self.version += 1;
        self.events.push(event);
    }

    fn enter(&mut self, path: &str, n: u32, pid: Pid, role: Role) {
        self.names.insert(pid.clone(), (path.to_owned(), n));
        self.last.insert(path.to_owned(), pid.clone());
        self.living.insert(path.to_owned(), Life { n, pid, role });
    }

    /// Notes who has died since the last look.
    fn sweep(&mut self) {
        let is_dead = |(_, life): &(&String, &Life)| !life.pid.is_alive();
        let dead = self.living.iter().filter(is_dead);
        let dead: Vec<_> = dead
            .map(|(path, life)| (path.clone(), life.clone()))
            .collect();
        for (path, Life { n, pid, role }) in dead {
            self.living.remove(&path);
            let end = end_of(&reason_of(&pid));
            self.add(Event::Down(path, n, end, role));
        }
    }
}

/// Why a dead process ended.
fn reason_of(pid: &Pid) -> ExitReason {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    let mut context = Context::from_waker(Waker::noop());
    match pin!(pid.exited()).poll(&mut context) {
        Poll::Ready(reason) => reason,
        Poll::Pending => unreachable!("the process is dead"),
    }
}

pub(super) fn end_of(reason: &ExitReason) -> End {
    match reason {
        ExitReason::Normal => End::Normal,
        ExitReason::Shutdown => End::Shutdown,
        ExitReason::ShutdownWith(_) => End::Tagged,
        ExitReason::Killed => End::Killed,
        ExitReason::NoProc => End::Noproc,
        _ => End::Error,
    }
}
