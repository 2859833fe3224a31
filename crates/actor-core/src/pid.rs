//! [`Pid`]: the identity of one life of a process, and what others may ask of its cell.

use std::any::Any;
use std::cmp;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;
use std::task::Waker;

use crate::ancestors::Ancestors;
use crate::exit_reason::ExitReason;
use crate::order::Order;
use crate::progress::Progress;
use crate::rt::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use crate::slot::Pending;

/// Identifies one process for ever; it is never used again (P-1).
///
/// A pid stays valid as a value when the process is dead: signals to it then vanish, and
/// [`exited`](Self::exited) answers at once.
#[derive(Clone)]
pub struct Pid(Arc<dyn AnyCell>);

/// A moment in the order of all starts; see [`process::moment`](crate::process::moment).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

impl Moment {
    /// The ids of the processes that were started since then.
    pub(crate) fn ids_since(self) -> Range<u64> {
        self.0..Self::now().0
    }

    pub(crate) fn now() -> Self {
        Self(NEXT_ID.load(Ordering::SeqCst))
    }
}

/// The id of a process that is being started.
pub(crate) fn next_id() -> u64 {
    NEXT_ID.fetch_add(1, Ordering::SeqCst)
}

/// How far a process has come.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It handles messages, or will.
    Alive,
    /// Its state is being dropped; nobody has been told yet.
    Dying,
    /// It is dead: name free, mailbox closed.
    Dead(ExitReason),
}

/// What one process may ask of the cell of another, whatever the types of its messages.
///
/// Each method takes the locks of this cell alone: ties, then inbox, never two cells at once.
pub(crate) trait AnyCell: Any + Send + Sync {
    fn id(&self) -> u64;
    /// The name registered at the start, also after death.
    fn name(&self) -> Option<&str>;
    /// The ancestors of a process that this one starts.
    fn ancestors_of_child(&self) -> Ancestors;
    /// The process that started it with a link, while they are linked.
    fn parent(&self) -> Option<Pid>;
    /// Whether the process with this id is among its ancestors.
    fn descends_from(&self, id: u64) -> bool;
    /// Whether it ends only after the processes that it started.
    fn outlives_children(&self) -> bool;
    /// Whether it does so now: its `terminate` runs.
    fn is_ending_after_children(&self) -> bool;
    /// Whether this process holds its name in the node with this id at present.
    fn is_named_in(&self, node: u64) -> bool;
    /// The id of its node.
    fn node(&self) -> u64;
    fn fate(&self) -> Fate;
    /// It has not died yet.
    fn is_alive(&self) -> bool;
    /// A kill or a fatal exit signal has arrived.
    fn is_doomed(&self) -> bool;
    /// The type of the server.
    fn server(&self) -> &'static str;
    fn progress(&self) -> Progress;
    /// Where it stands in the registry.
    fn place(&self) -> &Place;
    /// What can be seen of it; none if this process is dead.
    fn look(&self) -> Option<Look>;
    /// Those it is tied to.
    fn tied(&self) -> TiedTo;

    /// `exit(pid, reason)`: judged by the trap flag at arrival.
    fn exit(&self, from: Option<Pid>, reason: ExitReason);
    /// Asks the process to stop, as a message in order; false if it is dead.
    fn stop(&self, reason: ExitReason) -> bool;
    /// Lets the process carry out an order between two messages; false if it is dead.
    fn order(&self, order: Order) -> bool;

    /// Enters a link from `peer`; false if this process is dead.
    fn add_link(&self, peer: Pid, bond: Bond) -> bool;
    fn remove_link(&self, peer: u64);
    /// The start of a linked child is acknowledged: from now on its death is a message.
    fn confirm_link(&self, peer: u64);
    /// A start was given up: the child's exit is no signal any more, but the child is remembered
    /// until it is dead.
    fn give_up_start(&self, child: &Pid);
    /// The linked children that are not dead; none when this process is.
    fn linked_children(&self) -> Vec<Pid>;
    /// The linked children that were left behind at the death, as far as they still exist.
    fn orphans(&self) -> Vec<Pid>;
    /// A linked process died. Counts only while the link is entered here.
    fn link_fired(&self, peer: &Pid, reason: ExitReason);

    /// Enters a monitor that this process holds on `target`, with the name it was placed by; false if
    /// this process is dead.
    fn add_watch(&self, monitor: u64, target: Pid, name: Option<String>) -> bool;
    /// Withdraws a monitor that this process holds, and returns its target; with `flush` also one
    /// whose DOWN lies in the inbox.
    fn remove_watch(&self, monitor: u64, flush: bool) -> Option<Pid>;
    /// Enters a monitor held by `watcher`; the exit reason is lost to it if this process is dead.
    fn add_watcher(&self, monitor: u64, watcher: Pid) -> bool;
    fn remove_watcher(&self, monitor: u64);
    /// A monitored process died. Counts only while this process still watches.
    fn down(&self, monitor: u64, target: Pid, reason: ExitReason);

    /// Enters or renews a waker that is woken at death; the reason if that has happened.
    fn add_waiter(&self, key: &mut Option<u64>, waker: &Waker) -> Option<ExitReason>;
    fn remove_waiter(&self, key: u64);

    /// Says whether a search for circles finds it by its id.
    fn is_waypoint(&self) -> bool;
    /// It does from here on.
    fn become_waypoint(&self);
    /// Notes that this process waits for `callee`, and returns by what the wait is ended; none if it waits
    /// already, or is not watched.
    fn begin_wait(&self, callee: u64) -> Option<u64>;
    /// It no longer waits, unless the wait that was noted so is over, and this is another one.
    fn end_wait(&self, noted: u64);
    /// The process that this one waits for.
    fn waits_for(&self) -> Option<u64>;

    /// A reply handle was dropped on this process's own turn: settled when the turn ends.
    fn orphaned(&self, pending: Pending);
}

/// A place in one of several lists; read and written under the lock of that list.
#[derive(Default)]
pub(crate) struct Place {
    index: AtomicU32,
    /// Which list; never another one once the process is there.
    shard: AtomicU8,
}

impl Place {
    pub(crate) fn shard(&self) -> usize {
        usize::from(self.shard.load(Ordering::Relaxed))
    }

    pub(crate) fn get(&self) -> usize {
        self.index.load(Ordering::Relaxed) as usize
    }

    pub(crate) fn set(&self, shard: usize, place: usize) {
        self.shard.store(shard as u8, Ordering::Relaxed);
        self.index.store(place as u32, Ordering::Relaxed);
    }
}

/// What can be seen of a process from outside at one moment.
pub(crate) struct Look {
    /// Messages that are not handled yet, those in the batch in hand included.
    pub(crate) queue_len: usize,
    /// Of a bounded one.
    pub(crate) capacity: Option<usize>,
    pub(crate) waiting_senders: usize,
    pub(crate) progress: Progress,
    pub(crate) awaits: Awaits,
    pub(crate) traps: bool,
    /// A kill or a fatal exit signal has arrived, or the state is being dropped.
    pub(crate) ends: bool,
}

/// What a process sleeps for, beside a kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaits {
    Nothing,
    Message,
    /// It is suspended: only what the framework itself acts on (Y-2).
    Signal,
}

/// To whom a process is tied, in no order.
#[derive(Default)]
pub(crate) struct TiedTo {
    pub(crate) links: Vec<Pid>,
    /// Whom it monitors, as often as it does.
    pub(crate) monitors: Vec<Pid>,
    /// Who monitors it, as often as they do.
    pub(crate) monitored_by: Vec<Pid>,
}

/// What a linked process is to the one that holds the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bond {
    /// Its equal, or its parent.
    Peer,
    /// A child whose start is not acknowledged yet.
    Starting,
    /// A child: the holder started it.
    Child,
}

impl Pid {
    pub(crate) fn new(cell: Arc<dyn AnyCell>) -> Self {
        Self(cell)
    }

    pub(crate) fn cell(&self) -> &Arc<dyn AnyCell> {
        &self.0
    }

    pub(crate) fn id(&self) -> u64 {
        self.0.id()
    }

    /// Says whether the process was started after this moment.
    #[must_use]
    pub fn is_younger_than(&self, moment: Moment) -> bool {
        self.id() >= moment.0
    }

    /// Says whether the process has not died yet; it may do so at any moment (N-4).
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.cell().is_alive()
    }

    /// Returns the linked processes that this one started and that are not dead, the oldest first; also
    /// one whose `init` has not answered yet. A dead process has none, but may have [`orphans`].
    ///
    /// [`orphans`]: Self::orphans
    #[must_use]
    pub fn linked_children(&self) -> Vec<Self> {
        self.0.linked_children()
    }

    /// Returns the linked children that the process left behind when it died, as far as they have
    /// not ended for good; none while it lives.
    ///
    /// They got its exit signal. After any reason but `normal` they are on their way out; who must
    /// know that nothing is left of a tree waits for each, and then for what it left behind.
    #[must_use]
    pub fn orphans(&self) -> Vec<Self> {
        self.0.orphans()
    }

    /// Returns the name that the process registered at its start, also after its death.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name()
    }
}

impl PartialEq for Pid {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Pid {}

impl Hash for Pid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl PartialOrd for Pid {
    fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pid {
    /// Orders by age: a process started later is greater.
    fn cmp(&self, other: &Self) -> cmp::Ordering {
        self.id().cmp(&other.id())
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.id())
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pid<{}>", self.id())
    }
}

/// Anything that stands for one process: a [`Pid`] or a typed reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not stand for one process",
    label = "give a `Pid` or an `ActorRef`",
    note = "the holder of a name changes with each restart: `NAME.whereis()` gives the present one, if there is one",
    note = "a start is a future: write `.await?` behind `start` or `start_link` to get the reference"
)]
pub trait AsPid {
    /// Returns the pid of the process.
    fn as_pid(&self) -> Pid;
}

impl AsPid for Pid {
    fn as_pid(&self) -> Pid {
        self.clone()
    }
}
