//! A process: its start, its loop, its end; and questions about processes in general.

mod debug;
mod dispatch;
mod handshake;
mod incarnation;
mod info;
mod launch;
mod presence;
mod report;
mod run;
mod server;
mod shield;
mod status;

#[cfg(feature = "cancellation")]
pub use crate::cancellation::stop_when_cancelled;
pub use crate::observation::{Longest, Observation, Times};
pub use crate::panic_hook::disable_panic_hook;
pub use crate::pid::Moment;
pub use crate::progress::Callback;
pub use crate::timer::{send_after, send_at, send_interval};
pub use crate::turns::{DEFAULT_LONG_TURN, LongTurnWatch};
pub use info::{ProcessInfo, ProcessState, info, list};
pub(crate) use launch::{Launched, Tie, launch};
#[doc(hidden)] // as `report`
pub use report::report_limited;

use std::fmt;
use std::future::Future;
use std::io;
use std::time::Duration;

use crate::current as identity;
use crate::delivery::dead_letter;
use crate::exit_reason::ExitReason;
use crate::log_line::LogLine;
use crate::node::Node;
use crate::pid::Pid;
use crate::undelivered::Undelivered;
use crate::unwind;
use crate::waits::Wait;

/// Returns the process in which the caller runs; none in plain code, such as `main` and tests.
#[must_use]
pub fn current() -> Option<Pid> {
    identity::process()
}

/// Says whether the process in which this is called was killed, or got an exit signal that it does not
/// trap: it ends when its callback awaits or returns (X-1).
///
/// For code that blocks a thread of its own in a loop. False in plain code.
#[must_use]
pub fn exit_requested() -> bool {
    identity::process().is_some_and(|pid| pid.cell().is_doomed())
}

/// Runs a future, and notes that meanwhile the calling process waits for `awaited`: a call from there
/// that would wait for the caller in turn fails as [`CallError::Cycle`](crate::CallError::Cycle).
///
/// For waits that are no calls, such as that of a supervisor for the end of a child.
///
/// # Cancel safety
///
/// As that of the future.
pub async fn waiting_for<F: Future>(awaited: &Pid, future: F) -> F::Output {
    let _wait = Noted(Wait::begin(awaited).ok().flatten());
    future.await
}

/// A wait that ends when this is dropped.
struct Noted(Option<Wait>);

impl Drop for Noted {
    fn drop(&mut self) {
        if let Some(wait) = &self.0 {
            wait.end();
        }
    }
}

/// Returns this moment in the order of all starts: processes started from now on are
/// [younger](Pid::is_younger_than).
#[must_use]
pub fn moment() -> Moment {
    Moment::now()
}

/// Returns the process that holds `name` in the caller's node, whatever its type (N-3).
#[must_use]
pub fn whereis(name: &str) -> Option<Pid> {
    Node::or_default(identity::node().as_ref()).whereis(name)
}

/// Lets every process of the program keep its times, which [`info`] tells, until the observation and
/// all others are dropped.
///
/// # Examples
///
/// ```
/// use actor_core::process;
///
/// let _observation = process::observe();
/// for pid in process::list() {
///     let times = process::info(&pid).and_then(|info| info.times);
///     if let Some(longest) = times.and_then(|times| times.longest) {
///         println!("{pid} took {:?} for {}", longest.took, longest.message);
///     }
/// }
/// ```
pub fn observe() -> Observation {
    Observation::begin()
}

/// Warns when a callback does not yield for `limit`, of the real clock: it holds up its thread, and
/// others with it, and nothing can end its process meanwhile (X-1).
///
/// The warning is one event for each such turn, with the target `actor::long_turn`, and names the
/// process and the callback; it goes to whoever listens where the watch is begun. A watch is a thread
/// of its own, for the runtime may have but the one that is held up. It sees turns that begin from
/// now on, of all processes but those on [threads of their own](crate::Options::on_own_thread), which
/// may block. The report of a crash in such a turn says so (`held_its_thread`). Without a watch,
/// processes do nothing for it.
///
/// # Errors
///
/// If the system gives no thread.
///
/// # Examples
///
/// ```
/// use actor_core::process;
///
/// # fn main() -> std::io::Result<()> {
/// let _watch = process::warn_of_long_turns(process::DEFAULT_LONG_TURN)?;
/// # Ok(())
/// # }
/// ```
pub fn warn_of_long_turns(limit: Duration) -> io::Result<LongTurnWatch> {
    LongTurnWatch::begin(limit)
}

/// Runs a future; a panic in it is an error, not the end of the process in which it runs.
///
/// For code of others that a process runs for them, such as a child's start function (S-9).
///
/// # Errors
///
/// The panic as an [`ExitReason::Panic`].
///
/// # Cancel safety
///
/// As that of the future.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let result = actor_core::process::contain(async { "x".parse::<i32>().unwrap() }).await;
/// assert!(result.unwrap_err().is_abnormal());
/// # }
/// ```
pub async fn contain<F: Future>(future: F) -> Result<F::Output, ExitReason> {
    unwind::contain(future).await
}

/// Reports a message that was dropped because nobody stands behind the address `to` (G-28): for
/// addresses of one's own.
pub fn not_delivered(to: &dyn fmt::Display) {
    dead_letter(Undelivered::NoProc, to);
}

/// Runs an event's report; a panic in a subscriber, or in printing a user's value, is swallowed.
///
/// A process must not end because its log cannot be written.
#[doc(hidden)] // as the two below: what `actor-supervisor` logs with, and programs get nothing of
pub fn report(event: impl FnOnce()) {
    unwind::report(event);
}

/// Returns the text of somebody else's value as it may stand in a log: one line of at most a thousand
/// characters, in which control characters are escaped. None if it says that it cannot be written, or
/// panics.
#[doc(hidden)]
#[must_use]
pub fn log_line(value: &dyn fmt::Display) -> Option<String> {
    unwind::catch(|| LogLine::of(value)).ok()?.ok()
}

/// Drops a value of somebody else's; a panic in its `Drop` is swallowed.
#[doc(hidden)]
pub fn discard<T>(value: T) {
    unwind::report(|| drop(value));
}
