//! [`Board`]: what a supervisor shows of itself, so that nobody has to ask it.
//!
//! The supervisor alone writes, each change when it happens. No value of a user's is dropped while
//! its lock is held.

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::sync::{Arc, Weak};

use actor_core::{Pid, process};

use crate::child_id::ChildId;
use crate::child_info::ChildStatus;
use crate::child_policy::ChildType;
use crate::children::{Child, Key};
use crate::flags::Flags;
use crate::intensity::History;
use crate::rt::{Clock, DashMap, LazyLock, Mutex, Notify};

/// The boards of the supervisors that live.
static BOARDS: LazyLock<DashMap<Pid, Weak<Board>>> = LazyLock::new(DashMap::default);

pub(crate) struct Board {
    flags: Mutex<Flags>,
    clock: Clock,
    history: Mutex<History>,
    rows: Mutex<BTreeMap<Key, Row>>,
    changed: Notify,
}

/// What is shown of one child.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: ChildId,
    pub(crate) child_type: ChildType,
    pub(crate) status: ChildStatus,
    pub(crate) restarts: u64,
    /// Its present incarnation, or the last one.
    pub(crate) latest: Option<Pid>,
}

impl Board {
    /// The board of a living supervisor.
    pub(crate) fn of(supervisor: &Pid) -> Option<Arc<Self>> {
        BOARDS.get(supervisor).and_then(|board| board.upgrade())
    }

    pub(crate) fn flags(&self) -> Flags {
        *self.flags.lock()
    }

    pub(crate) fn set_flags(&self, flags: Flags) {
        *self.flags.lock() = flags;
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    /// The restarts that were made; the lock is for pure code alone.
    pub(crate) fn history(&self) -> &Mutex<History> {
        &self.history
    }

    /// How many restarts are left at this moment.
    pub(crate) fn restarts_left(&self) -> u32 {
        let (intensity, now) = (self.flags().intensity, self.clock.now());
        self.history.lock().left(intensity, now)
    }

    /// The children in start order.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.rows.lock().values().cloned().collect()
    }

    pub(crate) fn row(&self, key: Key) -> Option<Row> {
        self.rows.lock().get(&key).cloned()
    }

    /// Is notified when a child runs or leaves the list: what others wait for.
    pub(crate) fn changed(&self) -> &Notify {
        &self.changed
    }

    /// Shows a child as it is now; none if it is not in the list any more.
    pub(crate) fn show(&self, key: Key, child: Option<&Child<Pid>>) {
        let mut rows = self.rows.lock();
        let (gone, outdated) = match (child, rows.get_mut(&key)) {
            (None, _) => (rows.remove(&key), None),
            (Some(child), Some(row)) => (None, Some(row.renew(child))),
            (Some(child), None) => (rows.insert(key, Row::of(child)), None),
        };
        drop(rows);
        process::discard((gone, outdated));
        if child.is_none_or(|child| child.state.pid().is_some()) {
            self.changed.notify_waiters();
        }
    }

    fn clear(&self) {
        let rows = mem::take(&mut *self.rows.lock());
        rows.into_values().for_each(process::discard); // each by itself: two panics at once abort
        self.changed.notify_waiters();
    }
}

impl Row {
    fn of(child: &Child<Pid>) -> Self {
        Self {
            id: child.spec.fields.id.clone(),
            child_type: child.spec.fields.child_type,
            status: ChildStatus::of(&child.state),
            restarts: child.restarts,
            latest: child.state.pid().cloned(),
        }
    }

    /// Shows the same child as it is now, and gives back what was shown of it. A new spec may print its id in
    /// another way.
    fn renew(&mut self, child: &Child<Pid>) -> (ChildId, ChildStatus, Option<Pid>) {
        let id = mem::replace(&mut self.id, child.spec.fields.id.clone());
        self.child_type = child.spec.fields.child_type;
        self.restarts = child.restarts;
        let status = mem::replace(&mut self.status, ChildStatus::of(&child.state));
        let latest = child.state.pid().cloned();
        let outdated = latest.and_then(|latest| self.latest.replace(latest));
        (id, status, outdated)
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").finish_non_exhaustive()
    }
}

/// A board that can be found while this is kept.
pub(crate) struct Posted {
    supervisor: Pid,
    board: Arc<Board>,
}

impl Posted {
    pub(crate) fn new(supervisor: Pid, flags: Flags) -> Self {
        let board = Arc::new(Board {
            flags: Mutex::new(flags),
            clock: Clock::start(),
            history: Mutex::default(),
            rows: Mutex::default(),
            changed: Notify::new(),
        });
        BOARDS.insert(supervisor.clone(), Arc::downgrade(&board));
        Self { supervisor, board }
    }

    pub(crate) fn board(&self) -> &Arc<Board> {
        &self.board
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        BOARDS.remove(&self.supervisor);
        self.board.clear();
    }
}
