//! GenServer-style actors with OTP's supervision on tokio.
//!
//! A server is a trait with `init`, `handle_call` and `handle_cast`; a supervisor restarts it with
//! fresh state when it crashes, by rule, and the rest of the tree never notices. This crate is what
//! applications import: it re-exports `actor-core` and `actor-supervisor`, and has a short
//! [`prelude`].
//!
//! The [guide](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/SUMMARY.md) explains it from
//! the beginning, with tables for those who know Elixir or another crate of actors.
//!
//! A server implements [`GenServer`], with the attribute [`actor`] or by hand, and a [`Supervisor`]
//! lists the specs of its children. Both are talked to through an [`Address`]: a reference to one
//! life, or a [`Name`], which survives restarts. Numbers such as S-23 are rules of OTP:
//! [the list](https://github.com/actor-otp/actor-otp/blob/main/docs/otp-semantics.md).
//!
//! # Example
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use actor_otp::prelude::*;
//! use std::time::Duration;
//!
//! pub struct Counter {
//!     count: i64,
//! }
//!
//! #[actor(name = "counter")]
//! impl GenServer for Counter {
//!     type Args = i64;
//!
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
//! pub struct MyApp;
//!
//! #[actor(name = "my_app")]
//! impl Supervisor for MyApp {
//!     fn init((): ()) -> SupervisorSpec {
//!         SupervisorSpec::new(Strategy::OneForOne).child(Counter::child_spec(0))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app = MyApp::start_link(()).await?; // returns when every child has started
//! Counter::NAME.increment(10);
//! assert_eq!(Counter::NAME.get_count().await?, 10);
//!
//! let old = Counter::NAME.whereis().ok_or("not running")?;
//! old.exit(ExitReason::Kill);
//! old.exited().await; // dead, and its name is free
//! Counter::NAME.wait(Duration::from_secs(1)).await?; // its successor
//! assert_eq!(Counter::NAME.get_count().await?, 0); // fresh state
//! app.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Crashes and restarts are `tracing` events: with a subscriber, such as that of
//! `tracing-subscriber`, you see them. Examples at single items name the inner crates; write
//! `actor_otp::` instead.
//!
//! # Features
//!
//! - `application` (default): `Application` and `run`, which stops a program in order at SIGTERM and
//!   Ctrl-C; it takes tokio's `signal`.
//! - `axum`: a `CallError` is an HTTP response.
//! - `cancellation`: `process::stop_when_cancelled`, for a `CancellationToken`.
//! - `macros` (default): the `#[actor]` attribute.
//! - `sink`: `CastSink`, casts as a `Sink`.
//! - `test-util`: helpers for tests, in the module `testing`.
//! - `tower`: `CallService`, calls as a `Service`.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[allow(
    unused_extern_crates,
    reason = "the attribute's paths must resolve inside this crate too"
)]
extern crate self as actor_otp;

pub mod prelude;
#[cfg(all(test, feature = "macros"))]
mod tests;

#[cfg(feature = "tower")]
pub use actor_core::CallService;
#[cfg(feature = "sink")]
pub use actor_core::CastSink;
#[cfg(feature = "test-util")]
pub use actor_core::testing;
pub use actor_core::{
    ActorRef, Address, AsPid, CallError, Caller, CastError, Context, Continues,
    DEFAULT_CALL_TIMEOUT, DEFAULT_LONG_QUEUE, DeadLetter, DeadLetterCounts, DeadLetters, Deadline,
    Defaults, Down, Exit, ExitReason, Exited, GenServer, Incoming, Info, Init, InitResult,
    MissedTicks, MonitorRef, Monitorable, Name, NeverContinues, Next, NextResult, NoProc,
    NoResponse, Node, NotFound, NotSent, Options, Overflow, OwnedTask, PanicReport, Pid,
    PreparedReply, Protocol, Recipient, Reply, ReplyTo, Request, Requests, Response, Sending,
    Start, StartError, StopError, StopRequested, Term, TimerRef, Undelivered, Unhandled, WaitError,
    Waiting, Within, name, process, sys,
};
#[cfg(feature = "macros")]
pub use actor_macros::facade as actor;
#[cfg(feature = "application")]
pub use actor_supervisor::{
    AnyApplication, Application, ApplicationEnd, ApplicationError, ApplicationReport,
    DEFAULT_STOP_LIMIT, Phase, RunEnd, RunReport, StartType, Survivor, app, async_trait, run,
    run_all, run_until, stop_application,
};
pub use actor_supervisor::{
    AnyChildSpec, AutoShutdown, Backoff, ChildCounts, ChildId, ChildInfo, ChildRef, ChildSpec,
    ChildStatus, ChildType, DEFAULT_SHUTDOWN, DeleteChildError, DynamicSupervisor,
    DynamicSupervisorBuilder, DynamicSupervisorClient, DynamicSupervisorRef, FailedToStartChild,
    FindChildError, IntoChildSpec, NoTemplate, OptionsChildSpec, Outcome, Restart,
    RestartChildError, Shutdown, SpecError, StartChildError, Strategy, Supervised, SupervisionTree,
    Supervisor, SupervisorClient, SupervisorRef, SupervisorServer, SupervisorSpec, SupervisorState,
    TaskRef, TaskServer, Template, TemplateClient, TemplateOf, TerminateChildError, TreeRow,
    UpdateError, WaitChildError,
};

/// What generated code uses; not for people.
#[doc(hidden)]
pub mod __private {
    pub use actor_supervisor::__private::{
        ActorRef, Address, Answer, Box, CallError, ChildSpec, ChildType, Context, Deadline,
        Defaults, GenServer, Incoming, InitResult, Name, NameCache, Next, NextResult, Overflow,
        ReplyTo, Restart, Shutdown, Start, StartError, Steer, Supervised, Supervisor,
        SupervisorRef, SupervisorServer, SupervisorSpec,
    };
}
