//! Who waits for whom: finds a cycle of calls at the moment in which it closes (F-06).
//!
//! Each process notes in its cell the one process that it waits for: the callee of a call without a
//! deadline of its own, or a child whose `init` runs. A call that would close a circle of such waits
//! could only end by a timeout, and fails at once instead.
//!
//! The wait ends when the answer is given, not when the caller gets to see it: a server that answers
//! and then calls its former caller closes no circle. It also ends with the callback that began it: what is
//! kept for later holds up nobody until it is polled again, and a message that waits for room is then noted
//! again. A second call at the same time is not noted, as
//! nobody knows whether the process needs both. Outside a circle this costs a call two atomic
//! operations, and the first call to each process an entry in a table. A start makes none, unless it
//! is one in an `init`.

use std::sync::{Arc, Weak};

use crate::current;
use crate::pid::{AnyCell, Pid};
use crate::progress::Callback;
use crate::rt::{DashMap, LazyLock, planted};

/// A circle is found within so many steps, or taken for none.
const LONGEST: usize = 1000;

/// Those that a walk may come to by their id: who was called, and who has waited in its `init`. Nobody else is
/// part of a circle.
static WAYPOINTS: LazyLock<DashMap<u64, Weak<dyn AnyCell>>> = LazyLock::new(DashMap::default);

/// The wait of a process for a callee, until it is [ended](Self::end).
#[derive(Clone)]
pub(crate) struct Wait {
    caller: Pid,
    /// As the caller's cell knows it.
    noted: u64,
}

impl Wait {
    /// Notes that the process on this thread waits for `callee`: none if there is no process, or it
    /// waits already. The circle that this would close is the error.
    pub(crate) fn begin(callee: &Pid) -> Result<Option<Self>, Vec<Pid>> {
        let Some(caller) = current::on_turn() else {
            return Ok(None);
        };
        mark(callee);
        let early = planted("a wait is noted after the look").then(|| circle(&caller, callee));
        let Some(wait) = Self::note(caller, callee.id()) else {
            return Ok(None);
        };
        let look = || ends_after(callee, &wait.caller).or_else(|| circle(&wait.caller, callee));
        match early.unwrap_or_else(look) {
            None => Ok(Some(wait)),
            Some(circle) => {
                wait.end();
                Err(circle)
            }
        }
    }

    /// The same for a child whose `init` is to run: it waits for nobody yet, so this closes no circle.
    pub(crate) fn for_start(child: u64) -> Option<Self> {
        Self::note(current::on_turn()?, child)
    }

    fn note(caller: Pid, callee: u64) -> Option<Self> {
        if caller.cell().progress().callback == Callback::Init {
            mark(&caller); // its starter waits for it, and has not called it
        }
        let noted = caller.cell().begin_wait(callee)?;
        Some(Self { caller, noted })
    }

    pub(crate) fn caller(&self) -> &Pid {
        &self.caller
    }

    /// The callee has answered, or is waited for no more. Again, or late, it does nothing.
    pub(crate) fn end(&self) {
        self.caller.cell().end_wait(self.noted);
    }
}

/// Enters a process, once, before a wait can be seen that leads to it: so no walk comes to a stop there.
fn mark(process: &Pid) {
    let cell = process.cell();
    if cell.is_waypoint() {
        return;
    }
    WAYPOINTS.insert(cell.id(), Arc::downgrade(cell));
    cell.become_waypoint(); // behind the entry, on which others rely who see it
    if !process.is_alive() {
        WAYPOINTS.remove(&cell.id()); // it may have died before it could be seen
    }
}

/// A dead process is in no circle.
pub(crate) fn forget(dead: &dyn AnyCell) {
    if dead.is_waypoint() {
        WAYPOINTS.remove(&dead.id());
    }
}

/// A process that ends after its children, and has begun to, waits for all that are below it.
fn ends_after(callee: &Pid, caller: &Pid) -> Option<Vec<Pid>> {
    let waits = callee.cell().is_ending_after_children();
    let below = waits && caller.cell().descends_from(callee.id());
    below.then(|| vec![caller.clone(), callee.clone()])
}

/// Follows the waits from `callee`, and returns the way if it leads back to `caller`.
fn circle(caller: &Pid, callee: &Pid) -> Option<Vec<Pid>> {
    callee.cell().waits_for()?; // most callees wait for nobody: nothing is allocated for them
    let mut path = vec![caller.clone(), callee.clone()];
    while path.len() < LONGEST {
        let next = path.last()?.cell().waits_for()?;
        if next == caller.id() {
            return Some(path);
        }
        let cell = WAYPOINTS.get(&next).and_then(|cell| cell.upgrade());
        path.push(Pid::new(cell?));
    }
    None
}
