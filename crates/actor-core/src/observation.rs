//! [`Observation`]: while somebody observes, processes keep times.
//!
//! Nobody is told to begin or to end: each process looks when it turns to its inbox, at one number.

use std::sync::Arc;
use std::time::Duration;

use crate::rt::{AtomicU64, DashMap, GlobalMutex, Instant, LazyLock, Mutex, Ordering, now};

/// The number of the present observation; zero while nobody observes.
static PRESENT: AtomicU64 = AtomicU64::new(0);

static OBSERVERS: GlobalMutex<Observers> = GlobalMutex::new(Observers { count: 0, last: 0 });

/// The times of those processes that had a turn since the observation began, by id.
static TIMES: LazyLock<DashMap<u64, Arc<Kept>>> = LazyLock::new(DashMap::default);

struct Kept {
    /// Of the observation.
    number: u64,
    times: Mutex<Times>,
}

struct Observers {
    count: usize,
    /// The number of the last observation.
    last: u64,
}

/// Lets every process of the program keep its [`Times`], until it and all others are dropped.
///
/// A process begins when it looks into its inbox next: one that waits with the next message, a busy one
/// when it is through. Each message then costs it two readings of the clock, and two locks.
#[derive(Debug)]
#[must_use = "the observation ends when it is dropped"]
pub struct Observation(());

/// What an observed process has done with its time, on tokio's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// When it began to keep them.
    pub observed_since: Instant,
    /// Since when it handles this message or, if there is none, waits.
    pub since: Instant,
    /// The name of the message that it handles; `terminate` while it ends.
    pub message: Option<&'static str>,
    /// How long it handled messages in all, their waits included.
    pub busy: Duration,
    /// The message that took longest; also one that it still handles.
    pub longest: Option<Longest>,
}

/// The message that took longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Longest {
    /// Its name, or `terminate`.
    pub message: &'static str,
    /// From when the process took it until it was back at its inbox, waits and continues included.
    pub took: Duration,
}

impl Observation {
    pub(crate) fn begin() -> Self {
        let mut observers = OBSERVERS.lock();
        observers.count += 1;
        if observers.count == 1 {
            observers.last += 1;
            PRESENT.store(observers.last, Ordering::Relaxed);
        }
        Self(())
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        let mut observers = OBSERVERS.lock();
        observers.count -= 1;
        if observers.count == 0 {
            PRESENT.store(0, Ordering::Relaxed);
        }
    }
}

/// The number of the present observation, if there is one.
#[inline]
pub(crate) fn present() -> Option<u64> {
    match PRESENT.load(Ordering::Relaxed) {
        0 => None,
        number => Some(number),
    }
}

/// The times of the process with this id; none if nobody observes, or it had no turn since.
pub(crate) fn times(id: u64) -> Option<Times> {
    let present = present()?;
    let kept = Arc::clone(&*TIMES.get(&id)?);
    if kept.number != present {
        return None; // an idle process keeps those of the last observation until its next turn
    }
    let mut times = kept.times.lock().clone();
    times.pass(now());
    Some(times)
}

/// What an observed process writes to. It is found by [`times`] until it is dropped.
pub(crate) struct Record {
    id: u64,
    kept: Arc<Kept>,
}

impl Record {
    pub(crate) fn new(id: u64, number: u64) -> Self {
        let now = now();
        let times = Mutex::new(Times {
            observed_since: now,
            since: now,
            message: None,
            busy: Duration::ZERO,
            longest: None,
        });
        let kept = Arc::new(Kept { number, times });
        TIMES.insert(id, Arc::clone(&kept));
        Self { id, kept }
    }

    /// The number of the observation.
    pub(crate) fn number(&self) -> u64 {
        self.kept.number
    }

    /// It begins to handle a message.
    pub(crate) fn begin(&self, message: &'static str) {
        self.turn(Some(message));
    }

    /// It is back at its inbox.
    pub(crate) fn end(&self) {
        self.turn(None);
    }

    fn turn(&self, message: Option<&'static str>) {
        let now = now();
        let mut times = self.kept.times.lock();
        times.pass(now);
        times.since = now;
        times.message = message;
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        TIMES.remove_if(&self.id, |_, kept| Arc::ptr_eq(kept, &self.kept));
    }
}

impl Times {
    /// Counts the time since the last turn.
    fn pass(&mut self, now: Instant) {
        let Some(message) = self.message else { return };
        let took = now.saturating_duration_since(self.since);
        self.busy += took;
        if self.longest.is_none_or(|longest| took > longest.took) {
            self.longest = Some(Longest { message, took });
        }
    }
}
