//! Long turns: who holds its thread for long, seen from a thread beside (F-36).
//!
//! A blocked thread cannot tell of itself, and may be the only one that the runtime has. So a watch is
//! a thread of its own. While there is one, each process writes its id and a number into the seat of
//! its thread when its turn begins, and takes its id out when it ends. The watch alone reads the clock:
//! a number that it finds twice is a turn that has gone on since it was first seen.

use std::collections::HashMap;
use std::io;
use std::mem;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tracing::dispatcher::{self, Dispatch};
use tracing::warn;

use crate::registry;
use crate::rt::{
    AtomicBool, AtomicU64, AtomicUsize, GlobalMutex, Ordering, Watchman, is_own_thread, wall_clock,
};
use crate::unwind::report;

/// A callback that does not yield for so long is told of, if nothing else was asked for: a second.
pub const DEFAULT_LONG_TURN: Duration = Duration::from_secs(1);

/// How many watches there are.
static WATCHES: AtomicUsize = AtomicUsize::new(0);

/// The seats of all threads that had one since the first watch.
static SEATS: GlobalMutex<Vec<Weak<Seat>>> = GlobalMutex::new(Vec::new());

thread_local! {
    static OWN_SEAT: Arc<Seat> = Seat::new();
}

/// No process has this id.
const NOBODY: u64 = 0;

/// A thread, as a watch sees it; written by that thread, but for what was told.
struct Seat {
    process: AtomicU64,
    /// How many turns have begun.
    turns: AtomicU64,
    /// The last turn that a watch has told of.
    told: AtomicU64,
    /// Whose turn ended last, if that was told of.
    held_by: AtomicU64,
}

impl Seat {
    fn new() -> Arc<Self> {
        let seat = Arc::new(Self {
            process: AtomicU64::new(NOBODY),
            turns: AtomicU64::new(0),
            told: AtomicU64::new(0),
            held_by: AtomicU64::new(NOBODY),
        });
        SEATS.lock().push(Arc::downgrade(&seat));
        seat
    }

    /// The turn that goes on here.
    fn turn(&self) -> Option<Turn> {
        let number = self.turns.load(Ordering::Acquire);
        let process = self.process.load(Ordering::Acquire);
        (process != NOBODY).then_some(Turn { process, number })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Turn {
    process: u64,
    number: u64,
}

/// The turn of a process on this thread, until it is dropped.
pub(crate) struct Seating {
    turn: Turn,
    /// Whose turn this one interrupts, as a process may drop another one.
    former: u64,
}

/// A turn of the process begins, if anybody watches. Only then it is asked which one: that lies on a cache line
/// which senders to another process write, if its cell comes next in memory.
#[inline]
pub(crate) fn begin(process: impl FnOnce() -> Option<u64>) -> Option<Seating> {
    match WATCHES.load(Ordering::Relaxed) {
        0 => None,
        _ => take_seat(process()?),
    }
}

#[cold]
fn take_seat(process: u64) -> Option<Seating> {
    if is_own_thread() {
        return None; // it may block that
    }
    let take = |seat: &Arc<Seat>| {
        let number = seat.turns.load(Ordering::Relaxed) + 1;
        seat.turns.store(number, Ordering::Release);
        let former = seat.process.load(Ordering::Relaxed);
        seat.process.store(process, Ordering::Release);
        let turn = Turn { process, number };
        Seating { turn, former }
    };
    OWN_SEAT.try_with(take).ok() // a thread that is being torn down has none
}

impl Drop for Seating {
    fn drop(&mut self) {
        let Turn { process, number } = self.turn;
        let _ = OWN_SEAT.try_with(|seat| {
            seat.process.store(self.former, Ordering::Release);
            let held_by = match seat.told.load(Ordering::Relaxed) == number {
                true => process,
                false => NOBODY,
            };
            seat.held_by.store(held_by, Ordering::Relaxed);
        });
    }
}

/// Whether the turn that ended last on this thread was one of this process, and a watch has told of it.
pub(crate) fn was_long(process: u64) -> bool {
    let held_by = |seat: &Arc<Seat>| seat.held_by.load(Ordering::Relaxed) == process;
    WATCHES.load(Ordering::Relaxed) > 0 && OWN_SEAT.try_with(held_by).unwrap_or(false)
}

/// Warns of processes that do not yield; see
/// [`warn_of_long_turns`](crate::process::warn_of_long_turns). The watch ends when this is dropped.
#[derive(Debug)]
#[must_use = "the watch ends when it is dropped"]
pub struct LongTurnWatch {
    over: Arc<AtomicBool>,
    watchman: Watchman,
}

impl LongTurnWatch {
    pub(crate) fn begin(limit: Duration) -> io::Result<Self> {
        let over = Arc::new(AtomicBool::new(false));
        let mut watch = Watch {
            limit,
            seen: HashMap::new(),
            listener: dispatcher::get_default(Dispatch::clone),
        };
        let ends = Arc::clone(&over);
        let pause = (limit / 4).clamp(Duration::from_millis(1), Duration::from_millis(250));
        let watchman = Watchman::hire(pause, move || {
            let goes_on = !ends.load(Ordering::Relaxed);
            if goes_on {
                watch.look_round(wall_clock());
            }
            goes_on
        })?;
        WATCHES.fetch_add(1, Ordering::Relaxed);
        Ok(Self { over, watchman })
    }
}

impl Drop for LongTurnWatch {
    fn drop(&mut self) {
        WATCHES.fetch_sub(1, Ordering::Relaxed);
        self.over.store(true, Ordering::Relaxed);
        self.watchman.wake();
    }
}

struct Watch {
    limit: Duration,
    /// By the address of the seat.
    seen: HashMap<usize, Seen>,
    /// Whoever listened where the watch was begun.
    listener: Dispatch,
}

/// A turn that goes on.
struct Seen {
    turn: Turn,
    /// When it was first seen.
    since: Instant,
    told: bool,
}

impl Watch {
    fn look_round(&mut self, now: Instant) {
        let mut before = mem::take(&mut self.seen);
        for (seat, turn) in turns() {
            let address = Arc::as_ptr(&seat) as usize;
            let known = before.remove(&address).filter(|seen| seen.turn == turn);
            let mut seen = known.unwrap_or(Seen {
                turn,
                since: now,
                told: false,
            });
            let held = now.saturating_duration_since(seen.since);
            if held >= self.limit && !seen.told {
                seen.told = true;
                seat.told.store(turn.number, Ordering::Relaxed);
                dispatcher::with_default(&self.listener, || tell(turn.process, held));
            }
            self.seen.insert(address, seen);
        }
    }
}

/// What runs on each thread now.
fn turns() -> Vec<(Arc<Seat>, Turn)> {
    let mut seats = SEATS.lock();
    seats.retain(|seat| seat.strong_count() > 0);
    let seats = seats.iter().filter_map(Weak::upgrade);
    let turn = |seat: Arc<Seat>| seat.turn().map(|turn| (seat, turn));
    seats.filter_map(turn).collect()
}

/// Tells of a turn, once.
fn tell(process: u64, held: Duration) {
    let Some(process) = registry::find(process) else {
        return; // it drops what it leaves behind, and is dead for everybody else
    };
    let cell = process.cell();
    report(|| {
        warn!(
            target: "actor::long_turn",
            pid = %process,
            name = cell.name(),
            server = cell.server(),
            callback = %cell.progress().callback,
            held_ms = u64::try_from(held.as_millis()).unwrap_or(u64::MAX),
            ends = cell.is_doomed(),
            "a process does not yield: it holds up its thread, and its own end",
        );
    });
}
