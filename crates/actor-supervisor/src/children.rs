//! The children of a supervisor, in start order.
//!
//! Pure: no clock, no async, no I/O, no lock.
//!
//! Invariants:
//! 1. Keys rise in start order and are never used again; a restarted child keeps its key, so that
//!    it keeps its place (S-32).
//! 2. A child is found by the pid of its present incarnation alone (S-25).
//! 3. A temporary child is in the list only while it runs or starts (S-24).

#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::ops::RangeBounds;

use crate::child_id::ChildId;
use crate::child_spec::{AnyChildSpec, Restart};

/// Names one entry of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64);

/// What became of a child's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State<P> {
    /// There is none: not started yet, ended, or its start was ignored.
    Undefined,
    Running(P),
    /// A restart failed and will be tried again (S-40).
    Restarting,
}

impl<P> State<P> {
    pub(crate) fn pid(&self) -> Option<&P> {
        match self {
            Self::Running(pid) => Some(pid),
            Self::Undefined | Self::Restarting => None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Child<P> {
    pub(crate) spec: AnyChildSpec,
    pub(crate) state: State<P>,
    /// How often it was restarted.
    pub(crate) restarts: u64,
}

/// The list. `P` is what identifies a process.
#[derive(Debug)]
pub(crate) struct Children<P> {
    entries: BTreeMap<Key, Child<P>>,
    by_pid: HashMap<P, Key>,
    by_id: HashMap<ChildId, Key>,
    next: u64,
}

impl<P: Clone + Eq + Hash> Children<P> {
    pub(crate) fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            by_pid: HashMap::new(),
            by_id: HashMap::new(),
            next: 0,
        }
    }

    /// Appends a child that is not started yet, or hands back its id because it is taken.
    pub(crate) fn append(&mut self, spec: AnyChildSpec) -> Result<Key, ChildId> {
        let id = spec.fields.id.clone();
        if self.by_id.contains_key(&id) {
            return Err(id);
        }
        let key = Key(self.next);
        self.next += 1;
        self.by_id.insert(id, key);
        let child = Child {
            spec,
            state: State::Undefined,
            restarts: 0,
        };
        self.entries.insert(key, child);
        Ok(key)
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Child<P>> {
        self.entries.get(&key)
    }

    pub(crate) fn key_of(&self, pid: &P) -> Option<Key> {
        self.by_pid.get(pid).copied()
    }

    /// The children in start order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Key, &Child<P>)> {
        self.range(..)
    }

    /// The children within these bounds, in start order.
    pub(crate) fn range(
        &self,
        bounds: impl RangeBounds<Key>,
    ) -> impl DoubleEndedIterator<Item = (Key, &Child<P>)> {
        self.entries.range(bounds).map(|(key, child)| (*key, child))
    }

    /// The child runs from now on.
    pub(crate) fn set_running(&mut self, key: Key, pid: P) {
        self.set(key, State::Running(pid.clone()));
        self.by_pid.insert(pid, key);
    }

    /// The child waits for another try.
    pub(crate) fn set_restarting(&mut self, key: Key) {
        self.set(key, State::Restarting);
    }

    /// The child has no process: its spec stays, that of a temporary one goes (S-10, S-24, S-36) and
    /// is handed back, to be dropped with care.
    #[must_use = "the spec holds values of the user's"]
    pub(crate) fn set_undefined(&mut self, key: Key) -> Option<AnyChildSpec> {
        self.set(key, State::Undefined);
        let restart = self.get(key).map(|child| child.spec.fields.restart);
        if restart != Some(Restart::Temporary) {
            return None;
        }
        let child = self.entries.remove(&key)?;
        self.by_id.remove(&child.spec.fields.id);
        Some(child.spec)
    }

    pub(crate) fn count_restart(&mut self, key: Key) {
        if let Some(child) = self.entries.get_mut(&key) {
            child.restarts += 1;
        }
    }

    fn set(&mut self, key: Key, state: State<P>) {
        let Some(child) = self.entries.get_mut(&key) else {
            return;
        };
        if let State::Running(former) = std::mem::replace(&mut child.state, state) {
            self.by_pid.remove(&former);
        }
    }
}
