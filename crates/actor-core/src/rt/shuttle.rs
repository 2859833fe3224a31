//! What [`rt`](crate::rt) names, for models of schedules: `--cfg shuttle` puts this file in its place.
//!
//! Tasks are shuttle's, and so is the lock. Before each operation on a map or a channel, and on an atomic if
//! it is not relaxed, stands a [`point`], where another task may run; the operation itself is one step. A clock does not exist: a
//! timer of at most [`NEAR`] goes off at any moment that the schedule likes, a longer one never.

#![allow(missing_docs, reason = "nobody sees it but models")]

pub(crate) use std::sync::atomic::{AtomicU8, AtomicU32, Ordering}; // of what is only told
pub(crate) use std::sync::{LazyLock, Once, OnceLock};

pub(crate) use arc_swap::ArcSwapOption;
pub(crate) use dashmap::mapref::entry::Entry;
/// The real one: models share it, and it is held for no operation with a point.
pub(crate) use parking_lot::Mutex as GlobalMutex;
pub(crate) use shuttle::future::{AbortHandle as TaskHandle, yield_now};
pub(crate) use shuttle::sync::MutexGuard;
pub(crate) use shuttle::thread_local;
pub(crate) use tokio::time::{Instant, MissedTickBehavior};
#[cfg(feature = "cancellation")]
pub(crate) use tokio_util::sync::CancellationToken;

mod unsafe_cell;

pub(crate) use unsafe_cell::UnsafeCell;

use std::borrow::Borrow;
use std::cell::Cell;
use std::future::Future;
use std::hash::Hash;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError, atomic};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Timers that take longer never go off in a model.
const NEAR: Duration = Duration::from_millis(1);

std::thread_local! {
    /// One thread runs all tasks of a model.
    static PLANTED: Cell<&'static str> = const { Cell::new("") };
}

/// Plants a bug in what this thread runs from now on; an empty name is none.
pub fn plant(bug: &'static str) {
    PLANTED.set(bug);
}

/// Says whether this bug is planted.
#[must_use]
pub fn planted(bug: &str) -> bool {
    PLANTED.get() == bug
}

#[derive(Debug, Default)]
pub(crate) struct OwnLine<T>(pub(crate) T);

/// One thread runs all tasks of a model.
pub(crate) fn thread_number() -> usize {
    0
}

/// Lets the schedule choose who goes on: what every operation on an atomic of shuttle's does first.
fn point() {
    shuttle::sync::atomic::AtomicBool::new(false).load(Ordering::SeqCst);
}

/// What is relaxed counts, numbers or tells something: nobody relies on when others see it.
fn point_before(order: Ordering) {
    if order != Ordering::Relaxed {
        point();
    }
}

/// Shuttle's, with the interface of ours: a panic poisons nothing.
#[derive(Debug, Default)]
pub struct Mutex<T>(shuttle::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self(shuttle::sync::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lock_patiently(&self) -> MutexGuard<'_, T> {
        self.lock()
    }
}

/// Std's atomics behind a point. Shuttle's own could not stand in a `static`, which other threads use.
macro_rules! atomics {
    ($($name:ident $value:ty),*) => {$(
        #[derive(Debug, Default)]
        pub(crate) struct $name(atomic::$name);

        #[allow(dead_code, reason = "not each type uses each operation")]
        impl $name {
            pub(crate) const fn new(value: $value) -> Self {
                Self(atomic::$name::new(value))
            }

            pub(crate) fn load(&self, order: Ordering) -> $value {
                point_before(order);
                self.0.load(order)
            }

            pub(crate) fn store(&self, value: $value, order: Ordering) {
                point_before(order);
                self.0.store(value, order);
            }

            pub(crate) fn swap(&self, value: $value, order: Ordering) -> $value {
                point_before(order);
                self.0.swap(value, order)
            }

            pub(crate) fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                point_before(success);
                self.0.compare_exchange(current, new, success, failure)
            }
        }
    )*};
}

atomics!(AtomicBool bool, AtomicU64 u64, AtomicUsize usize);

macro_rules! counters {
    ($($name:ident $value:ty),*) => {$(
        #[allow(dead_code, reason = "not each type uses each operation")]
        impl $name {
            pub(crate) fn fetch_add(&self, value: $value, order: Ordering) -> $value {
                point_before(order);
                self.0.fetch_add(value, order)
            }

            pub(crate) fn fetch_sub(&self, value: $value, order: Ordering) -> $value {
                point_before(order);
                self.0.fetch_sub(value, order)
            }
        }
    )*};
}

counters!(AtomicU64 u64, AtomicUsize usize);

/// The real map behind a point. Nothing may stand still while a guard of it lives.
#[derive(Debug)]
pub struct DashMap<K: Eq + Hash, V>(dashmap::DashMap<K, V>);

// By hand: derived, it would ask the same of keys and values.
impl<K: Eq + Hash, V> Default for DashMap<K, V> {
    fn default() -> Self {
        Self(dashmap::DashMap::default())
    }
}

impl<K: Eq + Hash, V> DashMap<K, V> {
    pub fn entry(&self, key: K) -> Entry<'_, K, V> {
        point();
        self.0.entry(key)
    }

    pub fn get<Q>(&self, key: &Q) -> Option<dashmap::mapref::one::Ref<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        point();
        self.0.get(key)
    }

    pub fn insert(&self, key: K, value: V) -> Option<V> {
        point();
        self.0.insert(key, value)
    }

    pub fn remove(&self, key: &K) -> Option<(K, V)> {
        point();
        self.0.remove(key)
    }

    pub fn remove_if(&self, key: &K, f: impl FnOnce(&K, &V) -> bool) -> Option<(K, V)> {
        point();
        self.0.remove_if(key, f)
    }

    pub fn iter(&self) -> dashmap::iter::Iter<'_, K, V> {
        point();
        self.0.iter()
    }
}

/// A channel for one value: the real one behind a point.
pub(crate) mod oneshot {
    use super::{Context, Future, Pin, Poll, point};

    use tokio::sync::oneshot::error::RecvError;

    #[derive(Debug)]
    pub(crate) struct Sender<T>(tokio::sync::oneshot::Sender<T>);

    #[derive(Debug)]
    pub(crate) struct Receiver<T>(tokio::sync::oneshot::Receiver<T>);

    pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        (Sender(sender), Receiver(receiver))
    }

    impl<T> Sender<T> {
        pub(crate) fn send(self, value: T) -> Result<(), T> {
            point();
            self.0.send(value)
        }
    }

    impl<T> Future for Receiver<T> {
        type Output = Result<T, RecvError>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            point();
            Pin::new(&mut self.0).poll(cx)
        }
    }
}

pub(crate) fn in_runtime() -> bool {
    true
}

pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(shuttle::future::spawn(task));
}

pub(crate) fn is_own_thread() -> bool {
    false
}

pub(crate) fn assert_may_block() {}

/// Blocks this thread; the limit is longer than any model.
pub(crate) fn block_on<F: Future>(future: F, _limit: Option<Duration>) -> Option<F::Output> {
    Some(shuttle::future::block_on(future))
}

pub(crate) fn spawn_on_thread(task: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    drop(shuttle::thread::spawn(|| shuttle::future::block_on(task)));
    Ok(())
}

/// Nobody watches in a model.
#[derive(Debug)]
pub(crate) struct Watchman;

impl Watchman {
    pub(crate) fn hire(
        _pause: Duration,
        _look: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn wake(&self) {}
}

pub(crate) fn wall_clock() -> std::time::Instant {
    std::time::Instant::now()
}

pub(crate) fn spawn_timer(task: impl Future<Output = ()> + Send + 'static) -> TaskHandle {
    shuttle::future::spawn(task).abort_handle()
}

/// The real clock; models do not look at it.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// A timer.
pub(crate) struct Sleep {
    time: Duration,
    alarm: Option<Arc<std::sync::Mutex<Alarm>>>,
}

#[derive(Default)]
struct Alarm {
    rung: bool,
    waker: Option<Waker>,
}

pub(crate) fn sleep(time: Duration) -> Sleep {
    Sleep { time, alarm: None }
}

pub(crate) fn sleep_until(at: Instant) -> Sleep {
    sleep(at.saturating_duration_since(now()))
}

/// Rings when the schedule lets this task of its own run.
async fn ring(alarm: Arc<std::sync::Mutex<Alarm>>) {
    let waker = {
        let mut alarm = alarm.lock().unwrap_or_else(PoisonError::into_inner);
        alarm.rung = true;
        alarm.waker.take()
    };
    waker.into_iter().for_each(Waker::wake);
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.time > NEAR {
            return Poll::Pending;
        }
        let alarm = self.alarm.get_or_insert_with(|| {
            let alarm = Arc::default();
            spawn(ring(Arc::clone(&alarm)));
            alarm
        });
        let mut alarm = alarm.lock().unwrap_or_else(PoisonError::into_inner);
        if alarm.rung {
            return Poll::Ready(());
        }
        alarm.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// As tokio's: the future first, then the time.
pub async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut limit = pin!(sleep(limit));
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => limit.as_mut().poll(cx).map(|()| Err(Elapsed)),
    })
    .await
}

#[derive(Debug)]
pub struct Elapsed;

/// Ticks once a period.
pub(crate) struct Interval {
    next: Instant,
    period: Duration,
}

impl Interval {
    pub(crate) fn new(first: Instant, period: Duration, _missed: MissedTickBehavior) -> Self {
        let next = first;
        Self { next, period }
    }

    /// Waits for the next tick; returns when it was due.
    pub(crate) async fn tick(&mut self) -> Instant {
        let due = self.next;
        sleep(self.period).await;
        self.next = due + self.period;
        due
    }
}
