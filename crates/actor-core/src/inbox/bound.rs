//! The bound of a mailbox: how many messages lie in the queue, and who waits for room.
//!
//! Invariant: somebody waits only while there is no room. So whoever finds room overtakes nobody.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::task::Waker;

use super::line::{Line, Sender};
use super::{Entry, KEPT_CAPACITY};
use crate::overflow::Overflow;
#[cfg(feature = "tower")]
use crate::overflow::{Answer, Manner};

pub(super) struct Bound<E> {
    capacity: usize,
    pub(super) overflow: Overflow,
    /// So many at the front of the queue are known to be signals: a search for the oldest message
    /// begins behind them.
    signals_ahead: usize,
    pub(super) line: Line<E>,
    /// Who wants to know when there is room, and has no message yet: by the key it was given.
    watchers: BTreeMap<u64, Waker>,
    #[cfg(feature = "tower")]
    next_watcher: u64,
}

impl<E: Entry> Bound<E> {
    pub(super) fn new(capacity: usize, overflow: Overflow) -> Self {
        Self {
            capacity,
            overflow,
            signals_ahead: 0,
            line: Line::new(),
            watchers: BTreeMap::new(),
            #[cfg(feature = "tower")]
            next_watcher: 0,
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Takes the oldest message out of the queue.
    pub(super) fn displace(&mut self, queue: &mut VecDeque<E>) -> Option<E> {
        let behind = queue.range(self.signals_ahead..);
        let signals = behind.take_while(|entry| entry.is_signal()).count();
        self.signals_ahead += signals;
        queue.remove(self.signals_ahead)
    }

    /// Moves the next few entries into the empty `batch`, and who waits for room into the queue;
    /// returns whom to tell. A few, so that room comes back soon; not one by one, as each costs a lock.
    pub(super) fn take(
        &mut self,
        queue: &mut VecDeque<E>,
        batch: &mut VecDeque<E>,
        room: &mut i32,
    ) -> Vec<Sender> {
        let bite = (self.capacity / 8).clamp(1, KEPT_CAPACITY).min(queue.len());
        batch.extend(queue.drain(..bite));
        *room += messages(batch);
        self.signals_ahead = self.signals_ahead.saturating_sub(bite);
        let admitted = self.admit(queue, room);
        if queue.is_empty() && queue.capacity() > KEPT_CAPACITY {
            *queue = VecDeque::new();
        }
        admitted
    }

    /// One was taken out of the `queue` from its `place`; returns whom to tell.
    pub(super) fn removed(
        &mut self,
        place: usize,
        entry: &E,
        queue: &mut VecDeque<E>,
        room: &mut i32,
    ) -> Vec<Sender> {
        if place < self.signals_ahead {
            self.signals_ahead -= 1;
        }
        if !entry.is_signal() {
            *room += 1;
        }
        self.admit(queue, room)
    }

    /// The batch comes back before the queue.
    pub(super) fn give_back(&mut self, batch: &VecDeque<E>, room: &mut i32) {
        *room -= messages(batch);
        self.signals_ahead = 0;
    }

    /// Says whether a message that finds no room would have to wait, or be refused.
    #[cfg(feature = "tower")]
    pub(super) fn refuses(&self) -> bool {
        self.overflow.answer(Manner::Patient) != Answer::Displace
    }

    /// Wakes it as soon as there is room. It has the key of its last time, or gets one; returns the
    /// waker of the last time.
    #[cfg(feature = "tower")]
    pub(super) fn watch(&mut self, key: &mut Option<u64>, waker: Waker) -> Option<Waker> {
        let next = &mut self.next_watcher;
        let key = *key.get_or_insert_with(|| mem::replace(next, *next + 1));
        self.watchers.insert(key, waker)
    }

    /// It does not want to know any more.
    #[cfg(feature = "tower")]
    pub(super) fn unwatch(&mut self, key: u64) -> Option<Waker> {
        self.watchers.remove(&key)
    }

    /// There is no bound any more: everybody is to be told.
    pub(super) fn everybody(&mut self) -> Vec<Sender> {
        let mut everybody = self.line.senders();
        everybody.extend(self.watching());
        everybody
    }

    /// No more come than have gone, so the buffer does not grow unasked.
    fn admit(&mut self, queue: &mut VecDeque<E>, room: &mut i32) -> Vec<Sender> {
        let mut admitted = Vec::new();
        while *room > 0
            && let Some(first) = self.line.first()
        {
            queue.push_back(first.envelope);
            *room -= 1;
            admitted.push(first.sender);
        }
        if *room > 0 {
            admitted.extend(self.watching());
        }
        admitted
    }

    fn watching(&mut self) -> impl Iterator<Item = Sender> + use<E> {
        let watchers = mem::take(&mut self.watchers);
        watchers.into_values().map(Sender::watching)
    }
}

/// How many messages there are beside signals.
fn messages<E: Entry>(entries: &VecDeque<E>) -> i32 {
    let messages = entries.iter().filter(|entry| !entry.is_signal()).count();
    super::room_of(messages)
}
