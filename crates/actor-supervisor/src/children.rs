//! The children of a supervisor, in start order.
//!
//! Pure: no clock, no async, no I/O, no lock.
//!
//! Invariants:
//! 1. Keys rise in start order and are never used again; a restarted child keeps its key, so that
//!    it keeps its place (S-32).
//! 2. A child's end is matched by the pid of its present incarnation alone (S-25).
//! 3. A temporary child, and any child of a dynamic supervisor, is in the list only while it runs,
//!    starts or waits for a restart (S-24, D-8), or has not been started yet (S-69).
//! 4. Nothing here takes longer the more children there are, but for what goes through all of them
//!    (S-68).

#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::mem;
use std::ops::RangeBounds;
use std::sync::Arc;
use std::time::Duration;

use actor_core::process;
use foldhash::fast::RandomState;

use crate::backoff::Row;
use crate::child_id::ChildId;
use crate::child_policy::Restart;
use crate::child_spec::{AnyChildSpec, StartAny};

/// Names one entry of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key(u64);

/// Tells one wait for a restart from an earlier one of the same child (S-44).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

/// What a list keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Specs, by their ids, also of children that do not run.
    Specs,
    /// Processes: an entry without one goes, and ids are not looked at (D-3, D-8).
    Processes,
}

/// What a change took out of the list. It holds values of the user's: a process's reason, what a start
/// function captured.
#[must_use = "it is to be dropped with care"]
pub(crate) struct Leftovers<P> {
    #[expect(dead_code, reason = "kept to be dropped")]
    state: State<P>,
    #[cfg_attr(not(test), expect(dead_code, reason = "kept to be dropped"))]
    pub(crate) spec: Option<AnyChildSpec>,
    #[cfg_attr(not(test), expect(dead_code, reason = "kept to be dropped"))]
    pub(crate) start: Option<Arc<dyn StartAny>>,
}

/// What became of a child's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State<P> {
    /// There is none: not started yet, ended, or its start was ignored.
    Undefined,
    Running(P),
    /// It waits for a restart: one that failed is tried again (S-40), or it is delayed.
    Restarting {
        /// The process that ended, if it is still known by it (D-10).
        former: Option<P>,
        ticket: Ticket,
    },
}

impl<P> State<P> {
    pub(crate) fn pid(&self) -> Option<&P> {
        match self {
            Self::Running(pid) => Some(pid),
            Self::Undefined | Self::Restarting { .. } => None,
        }
    }

    /// The process by which the child is found.
    fn known_by(&self) -> Option<&P> {
        match self {
            Self::Running(pid) => Some(pid),
            Self::Restarting { former, .. } => former.as_ref(),
            Self::Undefined => None,
        }
    }

    fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }
}

#[derive(Debug)]
pub(crate) struct Child<P> {
    pub(crate) spec: AnyChildSpec,
    pub(crate) state: State<P>,
    /// How often it was restarted.
    pub(crate) restarts: u64,
    row: Row,
}

/// The list. `P` is what identifies a process.
#[derive(Debug)]
pub(crate) struct Children<P> {
    keeps: Keeps,
    entries: BTreeMap<Key, Child<P>>,
    by_pid: HashMap<P, Key, RandomState>,
    by_id: HashMap<ChildId, Key, RandomState>,
    /// Significant children that run or wait for a restart (S-61).
    significant: usize,
    next_key: u64,
    next_ticket: u64,
}

impl<P: Clone + Eq + Hash> Children<P> {
    pub(crate) fn new(keeps: Keeps) -> Self {
        Self {
            keeps,
            entries: BTreeMap::new(),
            by_pid: HashMap::default(),
            by_id: HashMap::default(),
            significant: 0,
            next_key: 0,
            next_ticket: 0,
        }
    }

    /// Appends a child that is not started yet, or hands back its id because it is taken.
    pub(crate) fn append(&mut self, spec: AnyChildSpec) -> Result<Key, ChildId> {
        if self.named(&spec.fields.id).is_some() {
            return Err(spec.fields.id);
        }
        Ok(self.push(spec))
    }

    fn push(&mut self, spec: AnyChildSpec) -> Key {
        let key = Key(self.next_key);
        if self.keeps == Keeps::Specs {
            self.by_id.insert(spec.fields.id.clone(), key);
        }
        self.next_key += 1;
        let child = Child {
            spec,
            state: State::Undefined,
            restarts: 0,
            row: Row::default(),
        };
        self.entries.insert(key, child);
        key
    }

    /// Gives the child with this id another spec, and gives back the former one; its process stays, and
    /// so does its place. A child that is not known is appended without a process (S-69).
    pub(crate) fn replace(&mut self, spec: AnyChildSpec) -> (Key, Option<Leftovers<P>>) {
        let known = self.named(&spec.fields.id);
        let Some(key) = known else {
            return (self.push(spec), None);
        };
        let spent = self.entries.get_mut(&key).map(|child| {
            self.significant -= usize::from(child.is_significant());
            let former = mem::replace(&mut child.spec, spec);
            self.significant += usize::from(child.is_significant());
            Leftovers::new(State::Undefined, Some(former), child.release())
        });
        (key, spent)
    }

    /// The specs, in start order.
    pub(crate) fn into_specs(mut self) -> impl Iterator<Item = AnyChildSpec> {
        let entries = mem::take(&mut self.entries);
        entries.into_values().map(|child| child.spec)
    }

    /// Takes a child that has no process out of the list.
    pub(crate) fn remove(&mut self, key: Key) -> Leftovers<P> {
        let state = self.set(key, State::Undefined);
        let child = self.entries.remove(&key);
        if let (Some(child), Keeps::Specs) = (&child, self.keeps) {
            self.by_id.remove(&child.spec.fields.id);
        }
        let spec = child.map(|child| child.spec);
        Leftovers::new(state, spec, None)
    }

    pub(crate) fn keeps(&self) -> Keeps {
        self.keeps
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Child<P>> {
        self.entries.get(&key)
    }

    /// The child whose present process this is.
    pub(crate) fn running_as(&self, pid: &P) -> Option<Key> {
        let key = self.known_as(pid)?;
        let running = self.get(key).and_then(|child| child.state.pid());
        running.map(|_| key)
    }

    /// The child whose present process this is, or was before the restart that it waits for (D-10).
    pub(crate) fn known_as(&self, pid: &P) -> Option<Key> {
        self.by_pid.get(pid).copied()
    }

    pub(crate) fn named(&self, id: &ChildId) -> Option<Key> {
        self.by_id.get(id).copied()
    }

    /// The number of significant children, without this one, that run or wait for a restart.
    pub(crate) fn other_significant(&self, key: Key) -> usize {
        let own = self.get(key).is_some_and(Child::is_significant);
        self.significant - usize::from(own)
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

    /// The child runs from `now` on. The start function of a temporary one is not needed again, and
    /// goes (S-67).
    pub(crate) fn set_running(&mut self, key: Key, pid: P, now: Duration) -> Leftovers<P> {
        let state = self.set(key, State::Running(pid));
        let Some(child) = self.entries.get_mut(&key) else {
            return Leftovers::new(state, None, None);
        };
        child.row.started(now);
        Leftovers::new(state, None, child.release())
    }

    /// The child waits for a restart, so long as its spec says; it stays known by its former pid if
    /// the list keeps processes (D-10).
    pub(crate) fn set_restarting(
        &mut self,
        key: Key,
        now: Duration,
    ) -> (Ticket, Duration, Leftovers<P>) {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        let former = self.former(key);
        let state = self.set(key, State::Restarting { former, ticket });
        let child = self.entries.get_mut(&key);
        let delay = child.and_then(|child| {
            let backoff = child.spec.fields.restart_delay?;
            Some(child.row.next(&backoff, now))
        });
        let leftovers = Leftovers::new(state, None, None);
        (ticket, delay.unwrap_or_default(), leftovers)
    }

    /// The child has no process, and a restart of it is under way.
    pub(crate) fn set_vacant(&mut self, key: Key) -> Leftovers<P> {
        let state = match self.former(key) {
            None => State::Undefined,
            former => State::Restarting {
                former,
                ticket: Ticket(0), // nobody has this one
            },
        };
        Leftovers::new(self.set(key, state), None, None)
    }

    /// The child has no process: its spec stays, that of a temporary one and of a dynamic
    /// supervisor's goes (S-10, S-24, S-36, D-8).
    pub(crate) fn set_undefined(&mut self, key: Key) -> Leftovers<P> {
        let restart = self.get(key).map(|child| child.spec.fields.restart);
        match self.keeps {
            Keeps::Specs if restart != Some(Restart::Temporary) => {
                Leftovers::new(self.set(key, State::Undefined), None, None)
            }
            Keeps::Specs | Keeps::Processes => self.remove(key),
        }
    }

    pub(crate) fn count_restart(&mut self, key: Key) {
        if let Some(child) = self.entries.get_mut(&key) {
            child.restarts += 1;
        }
    }

    fn former(&self, key: Key) -> Option<P> {
        let child = self.get(key).filter(|_| self.keeps == Keeps::Processes)?;
        child.state.known_by().cloned()
    }

    /// Gives back the former state.
    fn set(&mut self, key: Key, state: State<P>) -> State<P> {
        let Some(child) = self.entries.get_mut(&key) else {
            return state;
        };
        self.significant -= usize::from(child.is_significant());
        if let Some(pid) = child.state.known_by() {
            self.by_pid.remove(pid);
        }
        let former = mem::replace(&mut child.state, state);
        if let Some(pid) = child.state.known_by() {
            self.by_pid.insert(pid.clone(), key);
        }
        self.significant += usize::from(child.is_significant());
        former
    }
}

/// What the specs hold of the user's is dropped one by one: were it all at once, two drops that panic
/// would abort the program.
impl<P> Drop for Children<P> {
    fn drop(&mut self) {
        self.by_id.clear(); // each of these ids is in an entry too
        for child in mem::take(&mut self.entries).into_values() {
            process::discard(child);
        }
    }
}

impl<P> Leftovers<P> {
    fn new(state: State<P>, spec: Option<AnyChildSpec>, start: Option<Arc<dyn StartAny>>) -> Self {
        Self { state, spec, start }
    }
}

impl<P> Child<P> {
    /// The start function, if it is not needed again: that of a temporary child that runs (S-67).
    fn release(&mut self) -> Option<Arc<dyn StartAny>> {
        let runs = matches!(self.state, State::Running(_));
        match self.spec.fields.restart {
            Restart::Temporary if runs => self.spec.start.take(),
            Restart::Temporary | Restart::Permanent | Restart::Transient => None,
        }
    }

    /// It may end its supervisor, and has not ended for good (S-61).
    fn is_significant(&self) -> bool {
        self.spec.fields.significant && !self.state.is_undefined()
    }
}
