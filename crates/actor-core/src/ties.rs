//! What ties a process to others: links, monitors both ways, waiters, delayed calls.
//!
//! One record per process, behind one lock, allocated at first use: a small one if it is only waited for.
//! Invariants:
//! 1. The receiver's table decides: a link or monitor counts only while it is entered on the side
//!    that hears of the death. So after `unlink` nothing arrives (P-16), and a DOWN arrives once.
//! 2. Death replaces the record by `Cutting`: whoever comes to link or to monitor sees that the
//!    process is dead. It becomes `Cut` when links and monitors have been told, and only then are
//!    waiters woken: when `exited` returns, the EXIT lies in every linked inbox. The reason stands in
//!    the inbox, which is closed before.
//! 3. Wakers, callers and peers are told after the lock is released.

mod by_id;
#[cfg(test)]
mod tests;

pub(crate) use by_id::ById;

use std::collections::BTreeMap;
use std::mem;
use std::ops::Range;
use std::sync::{Arc, Weak};
use std::task::Waker;

use crate::pid::{AnyCell, Bond, Pid, TiedTo};
use crate::slot::Pending;
use crate::unwind::wake;

/// A pointer at the most, as every cell has room for the largest.
#[derive(Default)]
pub(crate) enum Ties {
    /// Nothing yet, and nothing allocated.
    #[default]
    None,
    /// It is waited for, and nothing else.
    Waited(Box<Waiters>),
    Some(Box<Tied>),
    /// The process is dead; links and monitors are being told.
    Cutting(Option<Box<Waiters>>),
    /// The process is dead, and everybody knows.
    Cut(Option<Box<Orphans>>),
}

/// The linked children of a dead process. Weak, so that a chain of generations is not kept: who is
/// gone from memory is dead for sure.
pub(crate) struct Orphans(Box<[Weak<dyn AnyCell>]>);

/// Those who wait for the death, by key, which is the order in which they came.
#[derive(Default)]
pub(crate) struct Waiters {
    /// The first of them, as there is seldom another; it may be gone before the others.
    first: Option<(u64, Waker)>,
    others: BTreeMap<u64, Waker>,
    next: u64,
    /// Those of a death that is being told.
    orphans: Option<Box<Orphans>>,
}

impl Waiters {
    /// Enters or renews a waker; returns the one before.
    fn enter(&mut self, key: &mut Option<u64>, waker: Waker) -> Option<Waker> {
        let key = *key.get_or_insert_with(|| {
            self.next += 1;
            self.next
        });
        match &mut self.first {
            Some((first, present)) if *first == key => Some(mem::replace(present, waker)),
            first @ None if self.others.is_empty() => {
                *first = Some((key, waker));
                None
            }
            _ => self.others.insert(key, waker),
        }
    }

    fn get(&self, key: u64) -> Option<&Waker> {
        match &self.first {
            Some((first, waker)) if *first == key => Some(waker),
            _ => self.others.get(&key),
        }
    }

    pub(crate) fn remove(&mut self, key: u64) -> Option<Waker> {
        let first = self.first.take_if(|(first, _)| *first == key);
        first.map_or_else(|| self.others.remove(&key), |(_, waker)| Some(waker))
    }

    /// Wakes all, in the order in which they came.
    pub(crate) fn wake(self) {
        let first = self.first.map(|(_, waker)| waker);
        first
            .into_iter()
            .chain(self.others.into_values())
            .for_each(wake);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.others.len()
    }
}

#[derive(Default)]
pub(crate) struct Tied {
    /// By the peer's id.
    pub(crate) links: ById<Link>,
    /// Children whose start was given up, and which are being killed.
    pub(crate) given_up: Vec<Pid>,
    /// Monitors that others hold on this process, by monitor id.
    pub(crate) watchers: ById<Pid>,
    /// The one of them that the start placed.
    pub(crate) start_monitor: Option<u64>,
    /// Monitors that this process holds, by monitor id.
    pub(crate) watching: ById<Watch>,
    waiters: Option<Box<Waiters>>,
    /// Calls whose handle outlived the callback that got it.
    pub(crate) delayed: Vec<Pending>,
    /// Calls whose handle was dropped on this process's own turn.
    pub(crate) orphaned: Vec<Pending>,
}

/// What a death has taken out of the ties.
pub(crate) enum Severed {
    Nothing,
    /// Nobody else is to be told.
    Waiters(Box<Waiters>),
    /// Those who wait are told after these.
    Ties(Box<Tied>),
}

pub(crate) struct Link {
    pub(crate) peer: Pid,
    pub(crate) bond: Bond,
}

pub(crate) struct Watch {
    pub(crate) target: Pid,
    /// The name it was placed by, until it is told.
    pub(crate) name: Option<String>,
    /// The DOWN lies in the inbox.
    pub(crate) fired: bool,
}

impl Ties {
    /// The record to write to, made if need be; none if the process is dead.
    pub(crate) fn tied(&mut self) -> Option<&mut Tied> {
        if matches!(self, Self::None | Self::Waited(_)) {
            let waiters = match mem::take(self) {
                Self::Waited(waiters) => Some(waiters),
                _ => None,
            };
            *self = Self::Some(Box::new(Tied {
                waiters,
                ..Tied::default()
            }));
        }
        self.existing()
    }

    /// Enters or renews a waker, and returns the one before; the waker back, if all have been told of
    /// the death.
    pub(crate) fn wait(
        &mut self,
        key: &mut Option<u64>,
        waker: Waker,
    ) -> Result<Option<Waker>, Waker> {
        if matches!(self, Self::None) {
            *self = Self::Waited(Box::default());
        }
        let waiters = match self {
            Self::Waited(waiters) => waiters,
            Self::Some(tied) => tied.waiters.get_or_insert_default(),
            Self::Cutting(waiters) => waiters.get_or_insert_default(),
            Self::None | Self::Cut(_) => return Err(waker),
        };
        Ok(waiters.enter(key, waker))
    }

    /// Says whether this one waits on with this waker, or all have been told of the death; none if it has
    /// another waker now.
    pub(crate) fn waits(&mut self, key: u64, waker: &Waker) -> Option<bool> {
        if matches!(self, Self::Cut(_)) {
            return Some(false);
        }
        let present = self.waiters()?.get(key)?;
        present.will_wake(waker).then_some(true)
    }

    pub(crate) fn waiters(&mut self) -> Option<&mut Waiters> {
        match self {
            Self::Waited(waiters) => Some(waiters),
            Self::Some(tied) => tied.waiters.as_deref_mut(),
            Self::Cutting(waiters) => waiters.as_deref_mut(),
            Self::None | Self::Cut(_) => None,
        }
    }

    /// The first half of a death: takes the record, but keeps the waiters while others are to be told. All is
    /// over where there is nobody.
    pub(crate) fn cut(&mut self) -> Severed {
        match mem::replace(self, Self::Cut(None)) {
            Self::Some(mut tied) => {
                let mut waiters = tied.waiters.take();
                if let Some(orphans) = tied.orphans() {
                    waiters.get_or_insert_default().orphans = Some(orphans);
                }
                *self = Self::Cutting(waiters);
                Severed::Ties(tied)
            }
            Self::Waited(waiters) => Severed::Waiters(waiters),
            Self::None | Self::Cutting(_) | Self::Cut(_) => Severed::Nothing,
        }
    }

    /// The second half: all have been told, and the waiters may go on.
    pub(crate) fn all_told(&mut self) -> Option<Box<Waiters>> {
        let Self::Cutting(waiters) = self else {
            return None;
        };
        let mut waiters = waiters.take();
        let orphans = waiters.as_mut().and_then(|it| it.orphans.take());
        *self = Self::Cut(orphans);
        waiters
    }

    /// The linked children that were left behind, as far as they are still in memory.
    pub(crate) fn orphans(&self) -> Vec<Pid> {
        let orphans = match self {
            Self::Cutting(Some(waiters)) => &waiters.orphans,
            Self::Cut(orphans) => orphans,
            Self::None | Self::Waited(_) | Self::Some(_) | Self::Cutting(None) => &None,
        };
        let weak = orphans.iter().flat_map(|orphans| &orphans.0);
        weak.filter_map(Weak::upgrade).map(Pid::new).collect()
    }

    /// The record, if there is one.
    pub(crate) fn existing(&mut self) -> Option<&mut Tied> {
        match self {
            Self::Some(tied) => Some(tied),
            Self::None | Self::Waited(_) | Self::Cutting(_) | Self::Cut(_) => None,
        }
    }
}

impl Tied {
    /// The linked processes that this one started, the oldest first; also those whose start was
    /// given up. Some may be dead: asking them takes their locks.
    pub(crate) fn children(&self) -> Vec<Pid> {
        let links = self.links.values().filter(|link| link.bond != Bond::Peer);
        let children = links.map(|link| &link.peer).chain(&self.given_up);
        let mut children: Vec<_> = children.cloned().collect();
        children.sort_unstable();
        children
    }

    /// Those of the [`children`](Self::children) whose ids lie in this range. It costs what is less: a
    /// look for each id, or for each link.
    pub(crate) fn children_among(&self, ids: Range<u64>) -> Vec<Pid> {
        let few = usize::try_from(ids.end.saturating_sub(ids.start)).unwrap_or(usize::MAX);
        if few >= self.links.len() {
            let mut children = self.children();
            children.retain(|pid| ids.contains(&pid.id()));
            return children;
        }
        let given_up = |id: u64| self.given_up.iter().find(move |pid| pid.id() == id);
        let child = |id: u64| match self.links.get(id) {
            Some(link) => (link.bond != Bond::Peer).then_some(&link.peer),
            None => given_up(id),
        };
        ids.filter_map(child).cloned().collect()
    }

    pub(crate) fn to(&self) -> TiedTo {
        TiedTo {
            links: self.links.values().map(|link| link.peer.clone()).collect(),
            monitors: self.watching.values().map(|it| it.target.clone()).collect(),
            monitored_by: self.watchers.values().cloned().collect(),
        }
    }

    fn orphans(&self) -> Option<Box<Orphans>> {
        let children = self.children();
        let weak = children.iter().map(|child| Arc::downgrade(child.cell()));
        (!children.is_empty()).then(|| Box::new(Orphans(weak.collect())))
    }

    /// The start failed: the starter gets its result alone, and no DOWN (G-9).
    pub(crate) fn forget_start_monitor(&mut self) {
        if let Some(monitor) = self.start_monitor {
            self.watchers.remove(monitor);
        }
    }

    /// Keeps a call whose reply comes later; forgets answered ones at each doubling.
    pub(crate) fn delay(&mut self, pending: Pending) {
        if self.delayed.len() == self.delayed.capacity() {
            self.delayed.retain(|call| call.is_open());
            self.delayed.reserve(self.delayed.len() + 1);
        }
        self.delayed.push(pending);
    }
}
