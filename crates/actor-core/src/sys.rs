//! Looks into running processes, and holds them still: OTP's `sys` (Y-1 to Y-6).
//!
//! These are functions of a module of their own, as a handle that sends is no licence to suspend a
//! server or to read its state. They work on every process: a [`Pid`], a reference, a name, a child
//! of a supervisor, and supervisors themselves. What touches a state by its type needs an address
//! that knows the type; `target.within(limit)` sets another limit than five seconds.
//!
//! What is asked takes its place in the inbox (Y-1): it is carried out between two messages, by the
//! framework, and no callback sees it. A server that is busy answers when it gets there.
//!
//! A function that is given here runs inside the process. While it runs nothing else does there, so
//! it should be short; a panic in it is an error for the caller, and does not end the server (Y-3).
//!
//! In the guide: [seeing what runs](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/seeing_what_runs.md).
//!
//! # Examples
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use actor_core::{Context, GenServer, InitResult, Start, actor, sys};
//!
//! struct Counter {
//!     count: i64,
//! }
//!
//! #[actor(name = "counter")]
//! impl GenServer for Counter {
//!     async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
//!         Ok(Counter { count }.into())
//!     }
//!
//!     /// Adds `by` to the count.
//!     #[cast]
//!     fn increment(&mut self, by: i64) {
//!         self.count += by;
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let counter = Counter::start(0).await?;
//! sys::suspend(&counter).await?;
//! counter.increment(1); // waits in the inbox
//! assert_eq!(sys::get_state(&Counter::NAME, |counter| counter.count).await?, 0);
//! sys::replace_state(&counter, |counter| counter.count = 41).await?;
//! sys::resume(&counter).await?;
//! assert_eq!(sys::get_state(&counter, |counter| counter.count).await?, 42);
//! # Ok(())
//! # }
//! ```
//!
//! # Errors and cancellation
//!
//! What goes wrong is a [`SysError`]. Every function here sends at its first poll: dropped before, nothing
//! happens; dropped later, it is carried out all the same, and nobody hears of it.

mod error;
mod status;
mod target;

pub use crate::debugging::{DebugOptions, Event, Statistics};
pub use error::SysError;
pub use status::Status;
pub use target::{ServerTarget, Target, within};

use std::any::Any;
use std::error::Error;
use std::mem;
use std::ops::ControlFlow;

use crate::call::{self, CallError};
use crate::debugging::{Debugging, Hook};
use crate::exit_reason::ExitReason;
use crate::lifecycle::StopError;
use crate::order::{Desk, Order};
use crate::pid::Pid;
use crate::rt::now;
use crate::unwind::{catch, report};

/// Lets a process handle nothing but what is asked of it here, stop requests, and the exit of its
/// parent if it traps exits; all else waits in its inbox, in order (Y-2).
///
/// Of a suspended process nothing changes but that: an exit signal that it does not trap ends it, and so
/// does a kill. Suspending it again is no error.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn suspend(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| desk.debugging().suspended = true).await
}

/// Lets a suspended process go on with its inbox. A timeout that it waited for begins anew, with its
/// full time (G-36). No error if it is not suspended.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn resume(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| desk.debugging().suspended = false).await
}

/// Looks at the state of a server, also of a suspended one (Y-3).
///
/// # Errors
///
/// [`SysError::Call`], and [`SysError::Failed`] if `look` panics.
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Context, GenServer, InitResult, Start, actor, sys};
///
/// # struct Counter(i64);
/// # #[actor(name = "counter")]
/// # impl GenServer for Counter {
/// #     async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> { Ok(Counter(count).into()) }
/// #     #[call]
/// #     fn get_count(&self) -> i64 { self.0 }
/// #     #[cast]
/// #     fn increment(&mut self, by: i64) { self.0 += by; }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Counter::start(7).await?;
/// sys::suspend(&counter).await?; // messages wait
/// assert_eq!(sys::get_state(&counter, |counter| counter.0).await?, 7);
/// sys::resume(&counter).await?;
/// # Ok(())
/// # }
/// ```
pub async fn get_state<T, R, F>(target: &T, look: F) -> Result<R, SysError>
where
    T: ServerTarget + ?Sized,
    R: Send + 'static,
    F: FnOnce(&T::Server) -> R + Send + 'static,
{
    replace_state(target, |state| look(state)).await
}

/// Changes the state of a server in place, also of a suspended one, and returns what `change`
/// does (Y-3).
///
/// If `change` panics, the state is as the panic left it (X-3), and the server goes on with that. What
/// makes a new state of the old one, or fails and leaves it, is [`change_code`].
///
/// # Errors
///
/// [`SysError::Call`], and [`SysError::Failed`] if `change` panics.
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn replace_state<T, R, F>(target: &T, change: F) -> Result<R, SysError>
where
    T: ServerTarget + ?Sized,
    R: Send + 'static,
    F: FnOnce(&mut T::Server) -> R + Send + 'static,
{
    let changed = order(target, |desk| {
        let state = state_of::<T::Server>(desk)?;
        catch(|| change(state)).map_err(SysError::Failed)
    });
    changed.await?
}

/// Replaces the state of a suspended server by one that `convert` makes of it (Y-6).
///
/// If that fails or panics, the state is the old one, and the server is as it was. Code itself
/// cannot be replaced (X-6).
///
/// # Errors
///
/// [`SysError::NotSuspended`] if the server is not suspended, [`SysError::Failed`] if `convert` panics
/// or returns an error, and [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn change_code<T, E, F>(target: &T, convert: F) -> Result<(), SysError>
where
    T: ServerTarget + ?Sized,
    E: Into<Box<dyn Error + Send + Sync>>,
    F: FnOnce(&T::Server) -> Result<T::Server, E> + Send + 'static,
{
    let changed = order(target, |desk| {
        if !desk.is_suspended() {
            return Err(SysError::NotSuspended);
        }
        let state = state_of::<T::Server>(desk)?;
        let converted = catch(|| convert(state).map_err(ExitReason::error));
        let new = converted.and_then(|new| new).map_err(SysError::Failed)?;
        let old = mem::replace(state, new);
        report(|| drop(old));
        Ok(())
    });
    changed.await?
}

/// Tells whether a process is suspended, what is switched on here, and its state, as its
/// [`format_status`](crate::GenServer::format_status) writes it (Y-3, G-49).
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn get_status(target: &(impl Target + ?Sized)) -> Result<Status, SysError> {
    let process = target.process()?;
    let of = process.clone();
    ask(&process, target, move |desk| Status::of(&of, desk)).await
}

/// Stops a process with `reason`, as [`Pid::stop_with`] does (Y-4, G-47), but waits no longer for its
/// end than the target says.
///
/// # Errors
///
/// [`StopError`], as there.
///
/// # Cancel safety
///
/// Dropped after the first poll, the process still stops.
pub async fn terminate(
    target: &(impl Target + ?Sized),
    reason: ExitReason,
) -> Result<(), StopError> {
    let process = target.process().map_err(|why| match why {
        CallError::WrongType => StopError::WrongType,
        _ => StopError::NoProc,
    })?;
    match target.deadline().limit() {
        Some(limit) => process.stop_within(reason, limit).await,
        None => process.stop_with(reason).await,
    }
}

/// Tells each [`Event`] of a process to `tracing`, at the level info with the target `actor::sys`
/// (Y-5).
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn trace(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| desk.debugging().trace = true).await
}

/// Ends [`trace`].
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn no_trace(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| desk.debugging().trace = false).await
}

/// Lets a process keep its last `most` events from here on (Y-5), also for its crash report (L-1).
/// If it keeps some already, as many of them stay as fit.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn log(target: &(impl Target + ?Sized), most: usize) -> Result<(), SysError> {
    order(target, move |desk| desk.debugging().keep_log(most)).await
}

/// Returns the events that are kept, the oldest first; none if there is no [`log`].
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn get_log(target: &(impl Target + ?Sized)) -> Result<Vec<Event>, SysError> {
    order(target, |desk| {
        let log = desk.debugging().log.as_ref();
        log.map(|log| log.events.iter().cloned().collect())
            .unwrap_or_default()
    })
    .await
}

/// Ends [`log`], and drops what was kept.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn no_log(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| desk.debugging().log = None).await
}

/// Lets a process count its messages from here on (Y-5). A count that has begun goes on.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn statistics(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| {
        let count = &mut desk.debugging().statistics;
        count.get_or_insert_with(|| Statistics::since(now()));
    })
    .await
}

/// Returns the count so far; none if there is no [`statistics`].
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn get_statistics(
    target: &(impl Target + ?Sized),
) -> Result<Option<Statistics>, SysError> {
    order(target, |desk| {
        let current_time = now();
        let count = desk.debugging().statistics.clone();
        count.map(|count| Statistics {
            current_time,
            ..count
        })
    })
    .await
}

/// Ends [`statistics`].
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn no_statistics(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| desk.debugging().statistics = None).await
}

/// Lets `hook` see each event of a server, with its state, until it answers `Break` or panics; the
/// server goes on as if nothing had happened (Y-5).
///
/// If a hook of this name is there already, it stays, and this one is dropped.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
///
/// # Examples
///
/// ```
/// # use actor_core::{ActorRef, GenServer, sys};
/// # async fn example<S: GenServer>(server: ActorRef<S>) -> Result<(), sys::SysError> {
/// use std::ops::ControlFlow;
///
/// let mut left = 3;
/// sys::install(&server, "first three", move |_state, event| {
///     println!("{event}");
///     left -= 1;
///     match left {
///         0 => ControlFlow::Break(()),
///         _ => ControlFlow::Continue(()),
///     }
/// })
/// .await
/// # }
/// ```
pub async fn install<T, F>(target: &T, name: impl Into<String>, mut hook: F) -> Result<(), SysError>
where
    T: ServerTarget + ?Sized,
    F: FnMut(&T::Server, &Event) -> ControlFlow<()> + Send + 'static,
{
    let see = move |state: &dyn Any, event: &Event| match state.downcast_ref() {
        Some(state) => hook(state, event),
        None => ControlFlow::Break(()),
    };
    let hook = Hook {
        name: name.into(),
        see: Box::new(see),
    };
    order(target, |desk| {
        let refused = desk.debugging().install(hook);
        report(|| drop(refused));
    })
    .await
}

/// Removes a hook; no error if there is none of this name.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn remove(
    target: &(impl Target + ?Sized),
    name: impl Into<String>,
) -> Result<(), SysError> {
    let name = name.into();
    order(target, move |desk| {
        let removed = desk.debugging().remove(&name);
        report(|| drop(removed));
    })
    .await
}

/// Ends trace, log and statistics, and removes every hook (Y-5). A suspended process stays so.
///
/// # Errors
///
/// [`SysError::Call`].
///
/// # Cancel safety
///
/// See the [module](self#errors-and-cancellation).
pub async fn no_debug(target: &(impl Target + ?Sized)) -> Result<(), SysError> {
    order(target, |desk| {
        let cleared: Debugging = desk.debugging().clear();
        report(|| drop(cleared));
    })
    .await
}

/// The state as its type; an address that knows the type never leads to another one.
fn state_of<'a, S: 'static>(desk: &'a mut Desk<'_>) -> Result<&'a mut S, SysError> {
    let state = desk.state.downcast_mut();
    state.ok_or(SysError::Call(CallError::WrongType))
}

/// Lets the process that is meant now carry out an order, and waits for what it returns.
async fn order<T, R, F>(target: &T, act: F) -> Result<R, SysError>
where
    T: Target + ?Sized,
    R: Send + 'static,
    F: FnOnce(&mut Desk<'_>) -> R + Send + 'static,
{
    let process = target.process()?;
    ask(&process, target, act).await
}

async fn ask<R, F>(process: &Pid, target: &(impl Target + ?Sized), act: F) -> Result<R, SysError>
where
    R: Send + 'static,
    F: FnOnce(&mut Desk<'_>) -> R + Send + 'static,
{
    let make = |reply: crate::reply::ReplyTo<R>| Order::new(move |desk| reply.send(act(desk)));
    let answer = call::order(process.clone(), target.deadline(), make);
    answer.await.map_err(SysError::Call)
}
