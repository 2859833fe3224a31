//! GenServer-style processes for tokio, as OTP has them: one ordered inbox, calls and casts,
//! names, links and monitors, and a death that is one event.
//!
//! Supervision lives in `actor-supervisor`, on top; applications import the facade `actor-otp`. The
//! [guide](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/SUMMARY.md) explains both from the
//! beginning.
//!
//! A server implements [`GenServer`] and is started by [`Start`]; it is talked to through an
//! [`Address`], which a reference ([`ActorRef`]) and a name ([`Name`]) are. [`Context`] is what a
//! callback knows of its own process, [`ExitReason`] why one ended. The modules [`process`] and
//! [`sys`] are about processes of any type. Numbers such as G-12 are rules of OTP:
//! [the list](https://github.com/actor-otp/actor-otp/blob/main/docs/otp-semantics.md).
//!
//! # Example
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use actor_core::{Address, Context, ExitReason, GenServer, InitResult, Start, actor};
//!
//! struct Counter {
//!     count: i64,
//! }
//!
//! #[actor(name = "counter")]
//! impl GenServer for Counter {
//!     async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
//!         Ok(Counter { count: initial }.into())
//!     }
//!
//!     /// Returns the current count.
//!     #[call]
//!     fn get_count(&self) -> i64 {
//!         self.count
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
//! counter.increment(10);
//! assert_eq!(counter.get_count().await?, 10);
//! assert_eq!(Counter::NAME.get_count().await?, 10);
//!
//! counter.exit(ExitReason::Kill);
//! assert_eq!(counter.exited().await, ExitReason::Killed);
//! assert!(Counter::NAME.whereis().is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `axum`: a `CallError` is an HTTP response.
//! - `cancellation`: `process::stop_when_cancelled`, for a `CancellationToken`.
//! - `macros` (default): the `#[actor]` attribute.
//! - `sink`: `CastSink`, casts as a `Sink`.
//! - `test-util`: helpers for tests, in the module `testing`.
//! - `tower`: `CallService`, calls as a `Service`.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// In reading order: a file imports only from files above it. Groups keep rustfmt from sorting.
#[cfg(not(shuttle))]
mod rt;
#[cfg(shuttle)]
#[path = "rt/shuttle.rs"]
mod rt;

// Values and pure decisions.
mod log_line;
mod report_limit;

mod long_queue;
mod undelivered;

mod overflow;

mod mailbox;

mod exit_reason;
mod exit_signal;
mod protocol;

// Panics.
mod panic_hook;
mod unwind;

// Who is who.
mod directory;

mod ancestors;
mod slot;

mod observation;
mod progress;

mod debugging;
mod order;

mod pid;

mod dead_letter;
mod registry;

mod node;

mod turns;

mod current;
mod lifecycle;

mod waits;

// What arrives, and where.
mod reply;
mod signal;

mod inbox;
mod ties;

mod cell;
mod monitor;

// The client's side.
mod delivery;

mod actor_ref;
mod call;
mod name;
mod request;

mod sending;

mod address;
mod recipient;

// The interfaces of others.
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "tower")]
mod call_service;
#[cfg(feature = "cancellation")]
mod cancellation;
#[cfg(feature = "sink")]
mod cast_sink;

mod owned;
mod timer;

pub mod sys;

// The contract.
mod context;
mod defaults;
mod gen_server;

// The machinery.
mod start_error;

pub mod process;

mod start;

#[cfg(feature = "test-util")]
pub mod testing;

#[cfg(feature = "macros")]
pub use actor_macros::core as actor;
pub use actor_ref::ActorRef;
pub use address::{Address, Waiting, Within};
pub use call::{CallError, DEFAULT_CALL_TIMEOUT, Deadline};
#[cfg(feature = "tower")]
pub use call_service::CallService;
#[cfg(feature = "sink")]
pub use cast_sink::CastSink;
pub use context::{Context, NoProc, StopRequested};
pub use dead_letter::{DeadLetter, DeadLetterCounts, DeadLetters};
pub use defaults::Defaults;
pub use exit_reason::{ExitReason, PanicReport, Term};
pub use gen_server::{
    Continues, GenServer, Incoming, Init, InitResult, NeverContinues, Next, NextResult, Reply,
    Unhandled,
};
pub use lifecycle::{Exited, StopError};
pub use long_queue::DEFAULT_LONG_QUEUE;
pub use monitor::Monitorable;
pub use name::{Name, NotFound, WaitError};
pub use node::Node;
pub use overflow::Overflow;
pub use owned::OwnedTask;
pub use pid::{AsPid, Pid};
pub use protocol::Protocol;
pub use recipient::{Caller, Recipient};
pub use reply::{PreparedReply, ReplyTo};
pub use request::{NoResponse, Request, Requests, Response};
pub use sending::{CastError, NotSent, Sending};
pub use signal::{Down, Exit, Info, MonitorRef};
pub use start::{Options, Start};
pub use start_error::StartError;
pub use timer::{MissedTicks, TimerRef};
pub use undelivered::Undelivered;

/// What generated code uses; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::gen_server::{Answer, Steer};
    pub use crate::name::NameCache;
    pub use crate::{
        ActorRef, Address, CallError, Context, Deadline, Defaults, GenServer, Incoming, InitResult,
        Name, Next, NextResult, Overflow, ReplyTo, Start, StartError,
    };
    pub use std::boxed::Box;
}
