//! Timers: plain messages that come later (TM-1 to TM-5).
//!
//! A timer is a task that sleeps on tokio's clock and then sends. It is no process: nobody can link
//! to it, and it ends with its target, or when it is cancelled.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::address::{Address, send_patiently};
use crate::lifecycle::unless_dead;
use crate::node::Node;
use crate::protocol::Protocol;
use crate::rt::{
    Instant, Interval, MissedTickBehavior, Mutex, TaskHandle, now, sleep_until, spawn_timer,
};

/// Says what a repeated timer does when its ticks could not be sent in time, because the runtime
/// was blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTicks {
    /// The missed ones come at once, one after the other. The default.
    #[default]
    Burst,
    /// The missed ones are left out, and the beat is kept.
    Skip,
    /// The next one comes a full period after the late one.
    Delay,
}

impl MissedTicks {
    fn behaviour(self) -> MissedTickBehavior {
        match self {
            Self::Burst => MissedTickBehavior::Burst,
            Self::Skip => MissedTickBehavior::Skip,
            Self::Delay => MissedTickBehavior::Delay,
        }
    }
}

/// Identifies a timer, to cancel it or to ask how long it still takes.
///
/// Dropping it does nothing: the timer goes on.
///
/// In the guide: [timers and continue](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/timers_and_continue.md).
#[derive(Clone)]
pub struct TimerRef {
    pending: Arc<Pending>,
    task: TaskHandle,
}

/// When a timer fires next; none when it has fired, or was cancelled.
struct Pending(Mutex<Option<Instant>>);

impl Pending {
    fn new(at: Instant) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(at))))
    }

    /// The one decision between firing and being cancelled: the time it was due, once.
    fn take(&self) -> Option<Instant> {
        self.0.lock().take()
    }

    /// The next tick of a repeated timer; false if it was cancelled.
    fn renew(&self, at: Instant) -> bool {
        let mut pending = self.0.lock();
        let goes_on = pending.is_some();
        if goes_on {
            *pending = Some(at);
        }
        goes_on
    }
}

impl TimerRef {
    /// Cancels the timer, and returns how long it would still have taken; none if it has fired,
    /// was cancelled, or its target is dead (TM-3). After a time was returned the message does not
    /// come; after none it may lie in the inbox already.
    #[expect(clippy::must_use_candidate, reason = "most do not ask for the time")]
    pub fn cancel(&self) -> Option<Duration> {
        let due = self.pending.take()?;
        self.task.abort();
        Some(due.saturating_duration_since(now()))
    }

    /// Returns how long the timer still takes; none if it has fired, was cancelled, or its target
    /// is dead (TM-4).
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let due = *self.pending.0.lock();
        due.map(|due| due.saturating_duration_since(now()))
    }
}

impl fmt::Debug for TimerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimerRef")
            .field("remaining", &self.remaining())
            .finish()
    }
}

/// Sends `message` to `address` after `delay`, never early (TM-1). A timer to a process ends with
/// it; one to a name finds the holder when it fires, and is a dead letter if there is none (TM-2).
/// If the mailbox is full and lets senders [wait](crate::Overflow::Wait), the message waits for room.
///
/// Zero is legal, and still asynchronous (TM-4).
///
/// # Panics
///
/// Outside a tokio runtime with a timer.
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Context, ExitReason, GenServer, Info, InitResult, Next, NextResult, Start};
/// use actor_core::{actor, process};
/// use std::time::Duration;
///
/// /// Ends when it hears that it has burnt down.
/// struct Fuse;
///
/// #[actor]
/// impl GenServer for Fuse {
///     type Info = &'static str;
///
///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
///         Ok(Fuse.into())
///     }
///
///     async fn handle_info(
///         &mut self,
///         _burnt: Info<&'static str>,
///         _cx: &mut Context<Self>,
///     ) -> NextResult<Self> {
///         Ok(Next::Stop(ExitReason::Normal))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let fuse = Fuse::start(()).await?;
/// process::send_after(&fuse, Duration::from_millis(5), "burnt down");
/// assert_eq!(fuse.exited().await, ExitReason::Normal);
/// # Ok(())
/// # }
/// ```
pub fn send_after<S, A>(address: &A, delay: Duration, message: S::Info) -> TimerRef
where
    S: Protocol,
    A: Address<S> + Clone + 'static,
{
    send_at(address, far(now(), delay), message)
}

/// As [`send_after`], at an instant of tokio's clock (TM-4).
///
/// # Panics
///
/// Outside a tokio runtime with a timer.
pub fn send_at<S, A>(address: &A, at: Instant, message: S::Info) -> TimerRef
where
    S: Protocol,
    A: Address<S> + Clone + 'static,
{
    let pending = Pending::new(at);
    let (fires, node, target) = (Arc::clone(&pending), Node::current(), address.target());
    let address = address.clone();
    let task = spawn_timer(async move {
        let expired = unless_dead(target, sleep_until(at)).await.is_some();
        if fires.take().is_some() && expired {
            node.run(send_patiently(&address, message)).await;
        }
    });
    TimerRef { pending, task }
}

/// Sends a copy of `message` to `address` each `period`, the first one after one period, until it
/// is cancelled or its target is dead. Otherwise as [`send_after`].
///
/// # Panics
///
/// Outside a tokio runtime with a timer, and if `period` is zero.
pub fn send_interval<S, A>(
    address: &A,
    period: Duration,
    missed: MissedTicks,
    message: S::Info,
) -> TimerRef
where
    S: Protocol<Info: Clone + Sync>,
    A: Address<S> + Clone + 'static,
{
    assert!(
        !period.is_zero(),
        "a period of zero would never let anything else happen"
    );
    let first = far(now(), period);
    let pending = Pending::new(first);
    let (beats, node, target) = (Arc::clone(&pending), Node::current(), address.target());
    let address = address.clone();
    let task = spawn_timer(async move {
        let mut ticks = Interval::new(first, period, missed.behaviour());
        while let Some(due) = unless_dead(target.clone(), ticks.tick()).await {
            if !beats.renew(far(due, period)) {
                return;
            }
            node.run(send_patiently(&address, message.clone())).await;
        }
        beats.take();
    });
    TimerRef { pending, task }
}

/// A duration may be longer than the clock can count.
fn far(now: Instant, delay: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    now.checked_add(delay).unwrap_or_else(|| now + CENTURY)
}
