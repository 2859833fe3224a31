//! What the processes of one script share: who is called what, who lives, and what happened.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use actor_otp::{ActorRef, ExitReason, Pid, TimerRef};
use serde_json::{Value, json};

use super::super::log::{End, Log};
use super::puppet::Puppet;

/// A handle on what is shared.
#[derive(Clone, Default)]
pub(super) struct World(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    labels: HashMap<Pid, String>,
    known: BTreeMap<String, ActorRef<Puppet>>,
    living: BTreeMap<String, Pid>,
    timers: HashMap<String, TimerRef>,
    log: Log,
}

impl World {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().expect("nobody panics inside")
    }

    /// A process is there, in its `init`.
    pub(super) fn begin(&self, label: &str, puppet: ActorRef<Puppet>) {
        let mut book = self.book();
        book.labels.insert(puppet.pid(), label.to_owned());
        book.living.insert(label.to_owned(), puppet.pid());
        book.known.insert(label.to_owned(), puppet);
        book.log.own(label, json!(["init"]));
    }

    /// The process of that label, living or not.
    pub(super) fn known(&self, label: &str) -> Option<ActorRef<Puppet>> {
        self.book().known.get(label).cloned()
    }

    pub(super) fn alive(&self, label: &str) -> Option<ActorRef<Puppet>> {
        self.known(label).filter(ActorRef::is_alive)
    }

    pub(super) fn living(&self) -> Vec<Pid> {
        let book = self.book();
        let living = book.living.values().filter(|pid| end(pid).is_none());
        living.cloned().collect()
    }

    /// What the script calls the process; plain code is `-`.
    pub(super) fn label(&self, pid: Option<&Pid>) -> String {
        match pid {
            None => "-".to_owned(),
            Some(pid) => {
                let label = self.book().labels.get(pid).cloned();
                label.unwrap_or_else(|| "?".to_owned())
            }
        }
    }

    pub(super) fn keep_timer(&self, word: &str, timer: TimerRef) {
        self.book().timers.insert(word.to_owned(), timer);
    }

    pub(super) fn timer(&self, word: &str) -> Option<TimerRef> {
        self.book().timers.get(word).cloned()
    }

    pub(super) fn did(&self, label: &str, op: &str, result: &str) {
        self.book().log.did(label, op, result);
    }

    pub(super) fn own(&self, label: &str, what: Value) {
        self.book().log.own(label, what);
    }

    pub(super) fn got(&self, label: &str, from: &str, what: Value) {
        self.book().log.got(label, from, what);
    }

    pub(super) fn record(&self, step: &Value, ret: &str) -> Value {
        let mut book = self.book();
        book.sweep();
        let alive: Vec<_> = book.living.keys().cloned().collect();
        let name = |(label, pid): (&String, &Pid)| Some((pid.name()?.to_owned(), label.clone()));
        let names = book.living.iter().filter_map(name).collect();
        book.log.record(step, ret, &alive, &names)
    }
}

impl Book {
    /// Notes who has died since the last look.
    fn sweep(&mut self) {
        let Self { living, log, .. } = self;
        living.retain(|label, pid| match end(pid) {
            None => true,
            Some(reason) => {
                log.ended(label, end_of(&reason));
                false
            }
        });
    }
}

/// Why the process ended, if it has.
fn end(pid: &Pid) -> Option<ExitReason> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(pid.exited()).poll(&mut context) {
        Poll::Ready(reason) => Some(reason),
        Poll::Pending => None,
    }
}

pub(super) fn end_of(reason: &ExitReason) -> End {
    match reason {
        ExitReason::Normal => End::Normal,
        ExitReason::Shutdown => End::Shutdown,
        ExitReason::ShutdownWith(_) => End::Tagged,
        ExitReason::Kill => End::Kill,
        ExitReason::Killed => End::Killed,
        ExitReason::NoProc => End::Noproc,
        _ => End::Error,
    }
}
