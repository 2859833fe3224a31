//! [`Cell`]: everything that others can reach of one process. One allocation; the state is not in it.
//!
//! Lock order: ties, then inbox, of the same cell; never the locks of two cells at once.

mod any_cell;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::mem;
use std::sync::Arc;

use tracing::warn;

use crate::ancestors::Ancestors;
use crate::current;
use crate::directory::NameText;
use crate::exit_reason::ExitReason;
use crate::inbox::{Entry, Inbox, Wakers};
use crate::mailbox::Mailbox;
use crate::pid::{AnyCell, Bond, Moment, Pid, Place, next_id};
use crate::progress::Callback;
use crate::protocol::Protocol;
use crate::rt::{AtomicBool, AtomicU8, AtomicU64, Mutex, MutexGuard, Ordering, oneshot, planted};
use crate::signal::{Envelope, System};
use crate::slot::Pending;
use crate::ties::{Severed, Tied, Ties};
use crate::unwind;

/// Its fields keep their order, from those that senders write over those that the process writes at each
/// message to those that hardly anybody writes: no two of these share a cache line. See [`Inbox`].
#[repr(C)]
pub(crate) struct Cell<P: Protocol> {
    pub(crate) inbox: Inbox<Envelope<P>>,
    /// The [`Callback`] that has begun last.
    callback: AtomicU8,
    /// `ties.orphaned` is not empty, or a wait was noted in this callback.
    unsettled: AtomicBool,
    /// `terminate` has begun.
    ending: AtomicBool,
    /// Its `init`, its loop or its `terminate` ended in a turn of which a watch has told.
    held_its_thread: AtomicBool,
    /// Messages that were taken out of the inbox to be handled. This and the callback are written by
    /// the process alone, before each callback, and read by anybody.
    handled: AtomicU64,
    ties: Mutex<Ties>,
    name: Option<NameText>,
    /// The first is the starter, whose exit stops a trapping process (G-11, G-42).
    ancestors: Ancestors,
    /// The process whose answer this one waits for, and how many waits have ended; see `waits.rs`.
    waits_for: AtomicU64,
    place: Place,
    /// True while the directory names this process.
    named: AtomicBool,
    /// It stands in the table of `waits.rs`.
    waypoint: AtomicBool,
    outlives_children: AtomicBool,
    id: u64,
    node: u64,
}

/// The bits of `waits_for` that hold the callee; those above them count the waits that have ended, so that
/// an end that comes late ends no other wait.
const CALLEE: u64 = (1 << 48) - 1;
/// What stands for the callee when there is no wait; ids of processes lie between the two.
const NOBODY: u64 = 0;
const UNWATCHED: u64 = CALLEE;

impl<P: Protocol> Cell<P> {
    pub(crate) fn new(
        node: u64,
        name: Option<NameText>,
        ancestors: Ancestors,
        mailbox: Mailbox,
    ) -> Self {
        Self {
            inbox: Inbox::new(mailbox),
            callback: AtomicU8::new(Callback::Init as u8),
            unsettled: AtomicBool::new(false),
            ending: AtomicBool::new(false),
            held_its_thread: AtomicBool::new(false),
            handled: AtomicU64::new(0),
            ties: Mutex::default(),
            name,
            ancestors,
            waits_for: AtomicU64::new(NOBODY),
            place: Place::default(),
            named: AtomicBool::new(false),
            waypoint: AtomicBool::new(false),
            outlives_children: AtomicBool::new(false),
            id: next_id(),
            node,
        }
    }

    pub(crate) fn pid(self: &Arc<Self>) -> Pid {
        Pid::new(Arc::clone(self) as Arc<dyn AnyCell>)
    }

    /// Waits of this process are not noted from here on: calls through it are no cycle.
    pub(crate) fn unwatch_waits(&self) {
        self.waits_for.store(UNWATCHED, Ordering::SeqCst);
    }

    /// The linked processes that this one has started since then and that are not dead.
    pub(crate) fn linked_children_since(&self, moment: Moment) -> Vec<Pid> {
        let mut ties = self.ties.lock();
        let tied = ties.existing();
        let children = tied.map(|tied| tied.children_among(moment.ids_since()));
        drop(ties);
        let mut children = children.unwrap_or_default();
        children.retain(Pid::is_alive); // outside the lock, as it takes theirs
        children
    }

    /// A callback begins for a message that was taken out of the inbox.
    pub(crate) fn begin_message(&self, callback: Callback) {
        let handled = self.handled.load(Ordering::Relaxed);
        self.handled.store(handled + 1, Ordering::Relaxed);
        self.begin_callback(callback);
    }

    /// A callback begins for no message.
    pub(crate) fn begin_callback(&self, callback: Callback) {
        self.callback.store(callback as u8, Ordering::Relaxed);
    }

    pub(crate) fn note_long_turn(&self) {
        self.held_its_thread.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_held_its_thread(&self) -> bool {
        self.held_its_thread.load(Ordering::Relaxed)
    }

    pub(crate) fn begin_ending(&self) {
        self.wait_no_more();
        self.ending.store(true, Ordering::Relaxed);
    }

    pub(crate) fn outlive_children(&self) {
        self.outlives_children.store(true, Ordering::Relaxed);
    }

    pub(crate) fn name_text(&self) -> Option<&NameText> {
        self.name.as_ref()
    }

    pub(crate) fn set_named(&self, named: bool) {
        self.named.store(named, Ordering::Release);
    }

    pub(crate) fn ancestors(&self) -> &Ancestors {
        &self.ancestors
    }

    pub(crate) fn is_parent(&self, from: Option<&Pid>) -> bool {
        let parent = self.ancestors.parent();
        parent.is_some() && parent == from.map(Pid::id)
    }

    /// Waits until all that lies in the inbox now has been handled; false if the process ends before.
    pub(crate) async fn works_off(&self) -> bool {
        let (mark, reached) = oneshot::channel();
        let accepted = self.inbox.push(system(System::Mark(mark)));
        let accepted = accepted.map(|wakers| self.wake(wakers)).is_ok();
        accepted && (planted("a reader does not wait for its mark") || reached.await.is_ok())
    }

    // Links, by the process itself; for monitors see `monitor.rs`.

    /// Links both sides; false if the other is dead, and then nothing is entered.
    pub(crate) fn link(self: &Arc<Self>, peer: &Pid) -> bool {
        // Twice is once, also when the peer is dying: its own signal is on the way (P-13).
        if peer.id() == self.id || self.is_linked(peer) {
            return true;
        }
        self.add_link(peer.clone(), Bond::Peer);
        let alive = peer.cell().add_link(self.pid(), Bond::Peer)
            || planted("a link to a dead process counts");
        if !alive {
            self.remove_link(peer.id());
        }
        alive
    }

    fn is_linked(&self, peer: &Pid) -> bool {
        let mut ties = self.ties.lock();
        let tied = ties.existing();
        tied.is_some_and(|tied| tied.links.get(peer.id()).is_some())
    }

    /// Removes the link on both sides, the own one first: then no signal counts any more (P-16).
    pub(crate) fn unlink(&self, peer: &Pid) {
        self.remove_link(peer.id());
        peer.cell().remove_link(self.id);
    }

    /// Notes which monitor the start placed.
    pub(crate) fn set_start_monitor(&self, monitor: u64) {
        self.with_tied(|tied| tied.start_monitor = Some(monitor));
    }

    /// Says whether a signal that was taken out of the inbox still counts: a DOWN whose monitor was
    /// flushed meanwhile does not. Its monitor is gone from here on.
    pub(crate) fn counts(&self, signal: &System) -> bool {
        let System::Down(down) = signal else {
            return true;
        };
        let watch = self.with_tied(|tied| tied.watching.remove(down.monitor.id));
        watch.flatten().is_some() || planted("a flushed DOWN counts")
    }

    /// Settles replies after a callback that does not end the process: a handle dropped meanwhile
    /// means unanswered, one still open means that the reply comes later. And it waits for nobody now.
    #[inline]
    pub(crate) fn settle(&self, in_hand: Option<Pending>) {
        if self.unsettled.load(Ordering::Relaxed) {
            self.unsettled.store(false, Ordering::Relaxed); // written on its own turns alone
            self.wait_no_more();
            self.lose_orphans();
        }
        if let Some(pending) = in_hand.filter(|pending| pending.is_open()) {
            self.delay(pending);
        }
    }

    /// The reply of this call comes later.
    #[cold]
    fn delay(&self, pending: Pending) {
        self.with_tied(|tied| tied.delay(pending));
    }

    /// What has begun to wait in a callback, and is kept for later, waits only when it is polled again.
    #[cold]
    fn wait_no_more(&self) {
        self.end_wait(self.waits_for.load(Ordering::SeqCst));
    }

    #[cold]
    fn lose_orphans(&self) {
        let mut ties = self.ties.lock();
        let orphans = ties.existing().map(|tied| mem::take(&mut tied.orphaned));
        drop(ties);
        orphans.unwrap_or_default().iter().for_each(|o| o.lose());
    }

    /// Takes the ties of a dying process; from here on it is dead to whoever wants to tie itself.
    pub(crate) fn cut_ties(&self) -> Severed {
        self.ties.lock().cut()
    }

    /// What a death must not do while it tells others: two linked ones would wait for each other.
    pub(crate) fn planted_lock(&self) -> Option<MutexGuard<'_, Ties>> {
        planted("a death holds its own lock").then(|| self.ties.lock())
    }

    /// Links and monitors have been told: whoever waits for the death may go on.
    pub(crate) fn wake_waiters(&self) {
        let waiters = self.ties.lock().all_told();
        if let Some(waiters) = waiters {
            waiters.wake();
        }
    }

    /// Wakes whom a push has to wake, and tells what it has to tell. No lock is held.
    #[inline]
    pub(crate) fn wake(&self, wakers: Wakers<'_>) {
        if let Some(length) = wakers.wake() {
            self.tell_long_queue(length);
        }
    }

    #[cold]
    fn tell_long_queue(&self, length: usize) {
        unwind::report(|| {
            warn!(
                target: "actor::long_queue",
                pid = %format_args!("<{}>", self.id),
                name = self.name(),
                length,
                "the queue of a process has become long",
            );
        });
    }

    /// Runs `act` on the ties, made if need be; none if the process is dead.
    fn with_tied<T>(&self, act: impl FnOnce(&mut Tied) -> T) -> Option<T> {
        self.ties.lock().tied().map(act)
    }
}

impl<P: Protocol> Entry for Envelope<P> {
    fn is_signal(&self) -> bool {
        matches!(self, Self::System(_))
    }

    fn is_awaited(&self) -> bool {
        matches!(self, Self::Call(..))
    }
}

/// What nobody is sent.
enum Nothing {}

impl Protocol for Nothing {
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
}

/// A process that never lived: what a name stands for that nobody holds.
pub(crate) fn nobody() -> Pid {
    let cell = Arc::new(Cell::<Nothing>::new(
        current::node_id(),
        None,
        Ancestors::default(),
        Mailbox::UNBOUNDED,
    ));
    drop(cell.inbox.close(ExitReason::NoProc));
    drop(cell.cut_ties());
    cell.pid()
}

fn system<P: Protocol>(signal: System) -> Envelope<P> {
    Envelope::System(Box::new(signal))
}
