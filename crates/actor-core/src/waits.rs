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
//! operations, and the first call of each process an entry in a table.

use std::sync::{Arc, Weak};

use crate::current;
use crate::pid::{AnyCell, Pid};
use crate::rt::{DashMap, LazyLock, planted};

/// A circle is found within so many steps, or taken for none.
const LONGEST: usize = 1000;

/// Processes that have waited, by id: those that a walk can come through.
static WAITERS: LazyLock<DashMap<u64, Weak<dyn AnyCell>>> = LazyLock::new(DashMap::default);

/// The wait of a process for a callee, until it is [ended](Self::end).
#[derive(Clone)]
pub(crate) struct Wait {
    caller: Pid,
    callee: u64,
}

impl Wait {
    /// Notes that the process on this thread waits for `callee`: none if there is no process, or it
    /// waits already. The circle that this would close is the error.
    pub(crate) fn begin(callee: &Pid) -> Result<Option<Self>, Vec<Pid>> {
        let Some(caller) = current::on_turn() else {
            return Ok(None);
        };
        if caller.cell().waits_first() {
            // Before its wait can be seen, so that no walk comes to a stop at it.
            WAITERS.insert(caller.id(), Arc::downgrade(caller.cell()));
        }
        let early = planted("a wait is noted after the look").then(|| circle(&caller, callee));
        if !caller.cell().begin_wait(callee.id()) {
            return Ok(None);
        }
        let wait = Self {
            caller,
            callee: callee.id(),
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

    pub(crate) fn caller(&self) -> &Pid {
        &self.caller
    }

    /// The callee has answered, or is waited for no more.
    pub(crate) fn end(&self) {
        self.caller.cell().end_wait(self.callee);
    }
}

/// A dead process is in no circle.
pub(crate) fn forget(dead: &dyn AnyCell) {
    if !dead.waits_first() {
        WAITERS.remove(&dead.id());
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
        let cell = WAITERS.get(&next).and_then(|cell| cell.upgrade());
        path.push(Pid::new(cell?));
    }
    None
}
