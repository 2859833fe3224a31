//! The one place that names tokio's runtime parts, locks, atomics and dashmap.
//!
//! Everything else takes them from here, so that a model checker can be switched in at one spot.

pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering,
};
pub(crate) use std::sync::{LazyLock, Once, OnceLock};
pub(crate) use std::thread_local;

pub(crate) use arc_swap::ArcSwapOption;
pub(crate) use dashmap::mapref::entry::Entry;
pub(crate) use tokio::task::AbortHandle as TaskHandle;
pub(crate) use tokio::task::yield_now;
pub(crate) use tokio::time::{Instant, MissedTickBehavior, Sleep, sleep, sleep_until, timeout};

#[cfg(feature = "cancellation")]
pub(crate) use tokio_util::sync::CancellationToken;

mod mutex;

/// One that stands in a `static`; no model looks at it.
pub(crate) use mutex::Mutex as GlobalMutex;
pub(crate) use mutex::{Mutex, MutexGuard};

/// A channel for one value.
pub(crate) mod oneshot {
    pub(crate) use tokio::sync::oneshot::{Sender, channel};
}

mod unsafe_cell;

pub(crate) use unsafe_cell::UnsafeCell;

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

/// A map that many processes share.
pub(crate) type DashMap<K, V> = dashmap::DashMap<K, V, foldhash::fast::RandomState>;

/// Says whether a model of schedules has planted this bug, to see that it finds it. Here none is.
pub(crate) const fn planted(_bug: &str) -> bool {
    false
}

/// Says whether the caller runs inside a tokio runtime, where a task can be spawned.
pub(crate) fn in_runtime() -> bool {
    tokio::runtime::Handle::try_current().is_ok()
}

/// A future with more bytes than these is boxed: tokio moves one several times on its way into its task, and
/// at its end.
const MOVABLE: usize = 512;

/// Spawns the one task of a process; its handle is dropped because death is announced by the cell.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge where processes become tasks"
)]
pub(crate) fn spawn<F: Future<Output = ()> + Send + 'static>(task: F) {
    match size_of::<F>() > MOVABLE {
        true => drop(tokio::spawn(Box::pin(task))),
        false => drop(tokio::spawn(task)),
    }
}

thread_local! {
    /// This thread runs one process and nothing else.
    static OWN_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Keeps what one thread writes off the cache lines of its neighbours.
#[repr(align(128))]
#[derive(Debug, Default)]
pub(crate) struct OwnLine<T>(pub(crate) T);

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static THREAD_NUMBER: Cell<Option<usize>> = const { Cell::new(None) };
}

/// A number of this thread, which few others have, if any: for what each thread has of its own.
pub(crate) fn thread_number() -> usize {
    THREAD_NUMBER.get().unwrap_or_else(|| {
        let number = THREADS.fetch_add(1, Ordering::Relaxed);
        THREAD_NUMBER.set(Some(number));
        number
    })
}

/// Says whether this thread runs one process and nothing else.
pub(crate) fn is_own_thread() -> bool {
    OWN_THREAD.get()
}

/// Panics if this thread must not be blocked, because it drives more of a runtime than itself.
///
/// Tokio alone knows whether it is a worker, or a thread kept for such code, and tells by a panic.
pub(crate) fn assert_may_block() {
    if let Ok(runtime) = tokio::runtime::Handle::try_current()
        && !is_own_thread()
    {
        runtime.block_on(async {});
    }
}

/// Blocks this thread until the future is ready; none if that takes longer than `limit`, of the real
/// clock.
pub(crate) fn block_on<F: Future>(future: F, limit: Option<Duration>) -> Option<F::Output> {
    let begun = wall_clock();
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return Some(output);
        }
        match limit {
            None => thread::park(),
            Some(limit) => {
                let left = limit.saturating_sub(begun.elapsed());
                if left.is_zero() {
                    return None;
                }
                thread::park_timeout(left);
            }
        }
    }
}

/// Wakes a thread.
struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs the one task of a process on a thread of its own, with the runtime's clock and I/O.
///
/// # Errors
///
/// If the system gives no thread; the task is dropped then.
pub(crate) fn spawn_on_thread(task: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Handle::current();
    let thread = thread::Builder::new().name("actor".to_owned());
    let run = move || {
        OWN_THREAD.set(true);
        runtime.block_on(task);
    };
    thread.spawn(run).map(drop)
}

/// A thread that looks round once a pause, whatever the runtime does.
#[derive(Debug)]
pub(crate) struct Watchman(thread::Thread);

impl Watchman {
    /// Lets it look round until `look` returns false.
    ///
    /// # Errors
    ///
    /// If the system gives no thread.
    pub(crate) fn hire(
        pause: Duration,
        mut look: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let thread = thread::Builder::new().name("actor-watch".to_owned());
        let round = move || {
            while look() {
                thread::park_timeout(pause);
            }
        };
        let thread = thread.spawn(round)?;
        Ok(Self(thread.thread().clone()))
    }

    /// Lets it look round at once.
    pub(crate) fn wake(&self) {
        self.0.unpark();
    }
}

/// Reads the clock that no test pauses: for what blocks threads.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge where the clock is read"
)]
pub(crate) fn wall_clock() -> std::time::Instant {
    std::time::Instant::now()
}

/// Spawns the task of a timer, or of work that belongs to a process.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge where timers become tasks"
)]
pub(crate) fn spawn_timer(task: impl Future<Output = ()> + Send + 'static) -> TaskHandle {
    tokio::spawn(task).abort_handle()
}

/// Reads tokio's clock, which tests pause (TM-5).
#[expect(
    clippy::disallowed_methods,
    reason = "the edge where the clock is read"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Ticks once a period.
#[derive(Debug)]
pub(crate) struct Interval(tokio::time::Interval);

impl Interval {
    pub(crate) fn new(first: Instant, period: Duration, missed: MissedTickBehavior) -> Self {
        let mut ticks = tokio::time::interval_at(first, period);
        ticks.set_missed_tick_behavior(missed);
        Self(ticks)
    }

    /// Waits for the next tick; returns when it was due.
    pub(crate) async fn tick(&mut self) -> Instant {
        self.0.tick().await
    }
}

/// Makes three tests of one: on the current thread, on one worker, and on two.
///
/// For a test that does not pause the clock. It becomes a module of that name with the tests
/// `on_the_current_thread`, `on_one_worker` and `on_two_workers`. They are `#[tokio::test]`s, so the
/// package needs `tokio` with the features `macros` and `rt-multi-thread`.
///
/// # Examples
///
/// ```
/// use actor_core::testing::{isolated, on_every_runtime};
///
/// on_every_runtime! {
///     async fn a_server_survives_its_first_client() {
///         isolated(async { /* start, use and stop servers */ }).await;
///     }
/// }
/// # fn main() {}
/// ```
#[doc(hidden)] // at the root, where the compiler puts it: `testing` shows it
#[cfg(feature = "test-util")]
#[macro_export]
macro_rules! on_every_runtime {
    ($(#[doc = $doc:literal])* async fn $name:ident() $body:block) => {
        $(#[doc = $doc])*
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing from outside")]
            use super::*;

            async fn body() $body

            #[tokio::test(flavor = "current_thread")]
            async fn on_the_current_thread() {
                body().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn on_one_worker() {
                body().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_two_workers() {
                body().await;
            }
        }
    };
}

#[cfg(feature = "test-util")]
pub use on_every_runtime;
