//! The registry: all processes of the program, for whoever wants to see them.
//!
//! A shard is a dense list: a start appends, a death moves the last one into its place. So both take
//! a lock and a few steps, nothing is ever hashed, and no room stays behind. Each process knows its
//! place, which is written under the lock of its shard alone. A thread enters what it starts into one
//! shard, which stays in its cache while processes end on the thread that started them.

use std::sync::{Arc, Weak};

use crate::pid::{AnyCell, Pid};
use crate::rt::{GlobalMutex, OwnLine, thread_number};

/// So many locks, so that starts on several threads seldom meet.
pub(crate) const SHARDS: usize = 16;

/// Room for so many in each shard is never given back.
const KEPT: usize = 32;

/// Weak, as a process does not live by being listed.
type Shard = Vec<Weak<dyn AnyCell>>;

static REGISTRY: [OwnLine<GlobalMutex<Shard>>; SHARDS] =
    [const { OwnLine(GlobalMutex::new(Vec::new())) }; SHARDS];

/// Enters a process, once; `count` counts it in the same shard, under its lock.
pub(crate) fn enter(cell: &Arc<dyn AnyCell>, count: impl FnOnce(usize)) {
    let listed = Arc::downgrade(cell);
    let number = thread_number() % SHARDS;
    let mut shard = REGISTRY[number].0.lock();
    cell.place().set(number, shard.len());
    shard.push(listed);
    count(number);
}

/// Takes a process out that was entered; `count` counts that as [`enter`] did.
pub(crate) fn leave(cell: &dyn AnyCell, count: impl FnOnce(usize)) {
    let number = cell.place().shard();
    let mut shard = REGISTRY[number].0.lock();
    count(number);
    let place = cell.place().get();
    if place >= shard.len() {
        return; // it is not there
    }
    let left = shard.swap_remove(place);
    let moved = shard.get(place).and_then(Weak::upgrade);
    if let Some(moved) = &moved {
        moved.place().set(number, place);
    }
    let length = shard.len();
    if length >= KEPT && length.is_power_of_two() {
        shard.shrink_to(2 * length); // at least half of it is unused then, or nothing happens
    }
    drop(shard);
    drop((left, moved)); // outside the lock
}

/// The processes of the node with this id, the oldest first; some may come and go meanwhile.
pub(crate) fn of_node(node: u64) -> Vec<Pid> {
    let mut found = Vec::new();
    for shard in &REGISTRY {
        // The others are dropped outside the lock, as they may have ended meanwhile.
        let listed: Vec<_> = shard.0.lock().iter().filter_map(Weak::upgrade).collect();
        found.extend(listed.into_iter().filter(|cell| cell.node() == node));
    }
    found.sort_unstable_by_key(|cell| cell.id());
    found.into_iter().map(Pid::new).collect()
}

/// The process with this id, if it lives.
pub(crate) fn find(id: u64) -> Option<Pid> {
    REGISTRY.iter().find_map(|shard| {
        let listed: Vec<_> = shard.0.lock().iter().filter_map(Weak::upgrade).collect();
        let found = listed.into_iter().find(|cell| cell.id() == id);
        found.map(Pid::new)
    })
}
