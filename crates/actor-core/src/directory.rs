//! The map from names to holders, with people waiting for a name to be taken.
//!
//! Invariants:
//! 1. A name has at most one holder; taking it is one step (N-1, N-6).
//! 2. Only the holder releases it: a late old holder removes nothing of the new one's.
//! 3. No user code, no waker and no drop of a holder runs under a shard's lock.

#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::task::Waker;

use crate::rt::{AtomicU64, DashMap, Entry, Ordering};
use crate::unwind::wake;

/// The text of a name: part of the program, or made at run time.
#[derive(Clone)]
pub(crate) enum NameText {
    Static(&'static str),
    Shared(Arc<str>),
}

impl NameText {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl PartialEq for NameText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for NameText {}

impl Hash for NameText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for NameText {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for NameText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// Maps names to holders.
pub(crate) struct Directory<H> {
    slots: DashMap<NameText, Slot<H>>,
    next_waiter: AtomicU64,
}

struct Slot<H> {
    holder: Option<H>,
    waiters: Vec<(u64, Waker)>,
}

impl<H> Slot<H> {
    const EMPTY: Self = Self {
        holder: None,
        waiters: Vec::new(),
    };

    fn is_unused(&self) -> bool {
        self.holder.is_none() && self.waiters.is_empty()
    }
}

impl<H: Clone> Directory<H> {
    pub(crate) fn new() -> Self {
        Self {
            slots: DashMap::default(),
            next_waiter: AtomicU64::new(0),
        }
    }

    /// Takes the name for `holder`, or returns who has it.
    pub(crate) fn claim(&self, name: &NameText, holder: H) -> Result<(), H> {
        let waiters = {
            let mut slot = self.slots.entry(name.clone()).or_insert(Slot::EMPTY);
            if let Some(present) = &slot.holder {
                return Err(present.clone());
            }
            slot.holder = Some(holder);
            std::mem::take(&mut slot.waiters)
        };
        for (_, waker) in waiters {
            wake(waker);
        }
        Ok(())
    }

    /// Frees the name if `mine` says that its holder is the caller.
    pub(crate) fn release(&self, name: &NameText, mine: impl FnOnce(&H) -> bool) {
        let freed = match self.slots.entry(name.clone()) {
            Entry::Occupied(mut entry) if entry.get().holder.as_ref().is_some_and(mine) => {
                let holder = entry.get_mut().holder.take();
                if entry.get().is_unused() {
                    entry.remove();
                }
                holder
            }
            _ => None,
        };
        drop(freed); // outside the shard's lock
    }

    pub(crate) fn lookup(&self, name: &str) -> Option<H> {
        self.slots.get(name).and_then(|slot| slot.holder.clone())
    }

    /// Enters or renews a waker that is woken when the name is taken next.
    pub(crate) fn watch(&self, name: &NameText, key: &mut Option<u64>, waker: &Waker) {
        let key = *key.get_or_insert_with(|| self.next_waiter.fetch_add(1, Ordering::Relaxed));
        let waker = waker.clone();
        let old = {
            let mut slot = self.slots.entry(name.clone()).or_insert(Slot::EMPTY);
            match slot.waiters.iter_mut().find(|(k, _)| *k == key) {
                Some(entry) => Some(std::mem::replace(&mut entry.1, waker)),
                None => {
                    slot.waiters.push((key, waker));
                    None
                }
            }
        };
        drop(old); // outside the shard's lock
    }

    /// Withdraws a waker; the slot goes when nobody needs it, so that waiting leaves nothing.
    pub(crate) fn unwatch(&self, name: &NameText, key: u64) {
        let old = match self.slots.entry(name.clone()) {
            Entry::Occupied(mut entry) => {
                let waiters = &mut entry.get_mut().waiters;
                let place = waiters.iter().position(|(k, _)| *k == key);
                let old = place.map(|place| waiters.swap_remove(place));
                if entry.get().is_unused() {
                    entry.remove();
                }
                old
            }
            Entry::Vacant(_) => None,
        };
        drop(old); // outside the shard's lock
    }

    /// The names that are held, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let held = self.slots.iter().filter(|slot| slot.holder.is_some());
        let mut names: Vec<_> = held.map(|slot| slot.key().as_str().to_owned()).collect();
        names.sort_unstable();
        names
    }
}
