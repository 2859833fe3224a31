//! [`Board`]: what a supervisor shows of itself, so that nobody has to ask it.
//!
//! The supervisor alone writes, each change when it happens. No value of a user's is dropped while
//! its lock is held.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::mem;
use std::sync::{Arc, Weak};

use actor_core::{Pid, process};

use crate::child_id::ChildId;
use crate::child_info::ChildStatus;
use crate::child_policy::ChildType;
use crate::children::{Child, Key, State};
use crate::flags::Flags;
use crate::intensity::History;
use crate::rt::{AtomicUsize, Clock, DashMap, LazyLock, Mutex, Notify, Ordering};

/// The boards of the supervisors that live.
static BOARDS: LazyLock<DashMap<Pid, Weak<Board>>> = LazyLock::new(DashMap::default);

pub(crate) struct Board {
    clock: Clock,
    limits: Mutex<Limits>,
    rows: Mutex<BTreeMap<Key, Row>>,
    listeners: AtomicUsize,
    changed: Notify,
}

/// What decides whether a restart may be made.
pub(crate) struct Limits {
    pub(crate) flags: Flags,
    /// The restarts that were made.
    pub(crate) history: History,
}

/// What is shown of one child.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: ChildId,
    pub(crate) child_type: ChildType,
    pub(crate) restarts: u64,
    /// Its present incarnation, or the last one.
    pub(crate) latest: Option<Pid>,
    phase: Phase,
}

/// What became of a child's process, without its pid: that is the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Running,
    Restarting,
    Undefined,
}

/// Somebody listens for changes, until this is dropped.
pub(crate) struct Listener<'a>(&'a Board);

impl Board {
    /// The board of a living supervisor.
    pub(crate) fn of(supervisor: &Pid) -> Option<Arc<Self>> {
        BOARDS.get(supervisor).and_then(|board| board.upgrade())
    }

    pub(crate) fn flags(&self) -> Flags {
        self.limits.lock().flags
    }

    pub(crate) fn set_flags(&self, flags: Flags) {
        self.limits.lock().flags = flags;
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    /// The lock is for pure code alone.
    pub(crate) fn limits(&self) -> &Mutex<Limits> {
        &self.limits
    }

    /// How many restarts are left at this moment.
    pub(crate) fn restarts_left(&self) -> u32 {
        let now = self.clock.now();
        let limits = self.limits.lock();
        limits.history.left(limits.flags.intensity, now)
    }

    /// The children in start order.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.rows.lock().values().cloned().collect()
    }

    /// Looks at what is shown of a child; none if it is not in the list any more. It is pure code, under the
    /// lock.
    pub(crate) fn look<T>(&self, key: Key, look: impl FnOnce(&Row) -> T) -> Option<T> {
        self.rows.lock().get(&key).map(look)
    }

    /// Who listens first and then looks misses no change.
    pub(crate) fn listen(&self) -> Listener<'_> {
        self.listeners.fetch_add(1, Ordering::Relaxed); // the lock of the look after it makes it seen
        Listener(self)
    }

    /// Shows a child as it is now; none if it is not in the list any more.
    pub(crate) fn show(&self, key: Key, child: Option<&Child<Pid>>) {
        let mut rows = self.rows.lock();
        let (gone, outdated) = match (child, rows.get_mut(&key)) {
            (None, _) => (rows.remove(&key), None),
            (Some(child), Some(row)) => (None, row.renew(child)),
            (Some(child), None) => (rows.insert(key, Row::of(child)), None),
        };
        drop(rows);
        process::discard((gone, outdated));
        if child.is_none_or(|child| child.state.pid().is_some()) {
            self.tell_change();
        }
    }

    /// Shows a child that got another spec, which may print its id in another way.
    pub(crate) fn show_spec(&self, key: Key, child: &Child<Pid>) {
        let fields = &child.spec.fields;
        let mut id = fields.id.clone();
        if let Some(row) = self.rows.lock().get_mut(&key) {
            mem::swap(&mut row.id, &mut id);
            row.child_type = fields.child_type;
        }
        process::discard(id);
        self.show(key, Some(child));
    }

    /// A child runs or has left the list: what others wait for.
    fn tell_change(&self) {
        if self.listeners.load(Ordering::Relaxed) > 0 {
            self.changed.notify_waiters();
        }
    }

    fn clear(&self) {
        let rows = mem::take(&mut *self.rows.lock());
        rows.into_values().for_each(process::discard); // each by itself: two panics at once abort
        self.tell_change();
    }
}

impl Row {
    fn of(child: &Child<Pid>) -> Self {
        Self {
            id: child.spec.fields.id.clone(),
            child_type: child.spec.fields.child_type,
            restarts: child.restarts,
            latest: child.state.pid().cloned(),
            phase: Phase::of(&child.state),
        }
    }

    /// The process of a child that runs, or has ended a moment ago.
    pub(crate) fn running(&self) -> Option<&Pid> {
        self.latest
            .as_ref()
            .filter(|_| self.phase == Phase::Running)
    }

    pub(crate) fn status(&self) -> ChildStatus {
        match (self.phase, self.running()) {
            (_, Some(pid)) => ChildStatus::Running(pid.clone()),
            (Phase::Restarting, None) => ChildStatus::Restarting,
            (Phase::Undefined | Phase::Running, None) => ChildStatus::Undefined,
        }
    }

    /// Shows the same child as it is now, and gives back the process by which it was known.
    fn renew(&mut self, child: &Child<Pid>) -> Option<Pid> {
        self.restarts = child.restarts;
        self.phase = Phase::of(&child.state);
        let latest = child.state.pid()?;
        self.latest.replace(latest.clone())
    }
}

impl Phase {
    fn of(state: &State<Pid>) -> Self {
        match state {
            State::Running(_) => Self::Running,
            State::Restarting { .. } => Self::Restarting,
            State::Undefined => Self::Undefined,
        }
    }
}

impl Listener<'_> {
    /// Is ready at the next change after it was called.
    pub(crate) fn changed(&self) -> impl Future<Output = ()> {
        self.0.changed.notified()
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        self.0.listeners.fetch_sub(1, Ordering::Relaxed);
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
            clock: Clock::start(),
            limits: Mutex::new(Limits {
                flags,
                history: History::default(),
            }),
            rows: Mutex::default(),
            listeners: AtomicUsize::new(0),
            changed: Notify::new(),
        });
        BOARDS.insert(supervisor.clone(), Arc::downgrade(&board));
        Self { supervisor, board }
    }

    pub(crate) fn supervisor(&self) -> &Pid {
        &self.supervisor
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
