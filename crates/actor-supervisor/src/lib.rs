//! OTP supervision for tokio: who watches, and what happens on a crash.
//!
//! A supervisor starts its children in order, restarts them by rule, and stops them in reverse
//! order. It is an ordinary GenServer of `actor-core`; applications import the facade `actor-otp`. The
//! [guide](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/SUMMARY.md) explains both from the
//! beginning.
//!
//! A supervisor is described by a [`SupervisorSpec`], or by a type that implements [`Supervisor`];
//! its children by [`ChildSpec`]s, which types have by [`Supervised`]. [`SupervisorClient`] is what
//! one can be asked. A [`DynamicSupervisor`] has children that come and go, and a
//! [`SupervisionTree`] is a picture of what runs. Numbers such as S-23 are rules of OTP:
//! [the list](https://github.com/actor-otp/actor-otp/blob/main/docs/otp-semantics.md).
//!
//! # Example
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use actor_core::{Context, ExitReason, GenServer, InitResult, Start};
//! use actor_supervisor::{Strategy, Supervised, Supervisor, SupervisorClient, SupervisorSpec, actor};
//! use std::time::Duration;
//!
//! struct Worker;
//!
//! #[actor(name = "worker", restart = "transient", shutdown = "1s")]
//! impl GenServer for Worker {
//!     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
//!         Ok(Worker.into())
//!     }
//! }
//!
//! struct App;
//!
//! #[actor(name = "app")]
//! impl Supervisor for App {
//!     fn init((): ()) -> SupervisorSpec {
//!         SupervisorSpec::new(Strategy::OneForOne).child(Worker::child_spec(()))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app = App::start_link(()).await?;
//! let worker = Worker::NAME.whereis().ok_or("not running")?;
//! worker.exit(ExitReason::Kill);
//! worker.exited().await;
//! let successor = Worker::NAME.wait(Duration::from_secs(1)).await?;
//! assert_ne!(successor, worker);
//! assert_eq!(App::NAME.which_children().await?[0].restarts, 1);
//! app.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `macros` (default): the `#[actor]` attribute.
//! - `application`: `Application`, and `run`, which stops a program in order at SIGTERM and Ctrl-C.
//! - `test-util`: helpers for tests, those of `actor-core`.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(not(shuttle))]
mod rt;
#[cfg(shuttle)]
#[path = "rt/shuttle.rs"]
mod rt;

mod child_id;

mod auto_shutdown;
mod backoff;
mod child_policy;

mod spec_error;
mod task;

mod child_spec;
mod supervised;

mod strategy;

mod intensity;

mod flags;

mod children;

mod restart;

mod child_info;
mod failed_to_start_child;

mod board;
mod child_error;
mod report;

mod stuck;

mod burial;
mod shutdown;

mod supervision;

mod supervisor_server;
mod supervisor_spec;

mod dynamic_supervisor;

mod child_ref;

mod tree;

mod client;
mod dynamic_client;
mod supervisor;

#[cfg(feature = "application")]
mod application;

#[cfg(feature = "macros")]
pub use actor_macros::supervisor as actor;
#[cfg(feature = "application")]
pub use application::{
    AnyApplication, Application, ApplicationEnd, ApplicationError, ApplicationReport,
    DEFAULT_STOP_LIMIT, Phase, RunEnd, RunReport, StartType, Survivor, app, run, run_all,
    run_until, stop_application,
};
#[cfg(feature = "application")]
pub use async_trait::async_trait;
pub use auto_shutdown::AutoShutdown;
pub use backoff::Backoff;
pub use child_error::{
    DeleteChildError, FindChildError, RestartChildError, StartChildError, TerminateChildError,
    UpdateError,
};
pub use child_id::ChildId;
pub use child_info::{ChildCounts, ChildInfo, ChildStatus};
pub use child_policy::{ChildType, DEFAULT_SHUTDOWN, Restart, Shutdown};
pub use child_ref::{ChildRef, WaitChildError};
pub use child_spec::{AnyChildSpec, ChildSpec, IntoChildSpec};
pub use client::SupervisorClient;
pub use dynamic_client::{DynamicSupervisorClient, TemplateClient};
pub use dynamic_supervisor::{
    DynamicSupervisor, DynamicSupervisorBuilder, DynamicSupervisorRef, NoTemplate, Template,
    TemplateOf,
};
pub use failed_to_start_child::FailedToStartChild;
pub use spec_error::SpecError;
pub use strategy::Strategy;
pub use supervised::{OptionsChildSpec, Supervised};
pub use supervisor::Supervisor;
pub use supervisor_server::{SupervisorRef, SupervisorServer};
pub use supervisor_spec::SupervisorSpec;
pub use task::{Outcome, TaskRef, TaskServer};
pub use tree::{SupervisionTree, SupervisorState, TreeRow};

/// What generated code uses; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        ChildSpec, ChildType, Restart, Shutdown, Supervised, Supervisor, SupervisorRef,
        SupervisorServer, SupervisorSpec,
    };
    pub use actor_core::__private::{
        ActorRef, Address, Answer, Box, CallError, Context, Deadline, Defaults, GenServer,
        Incoming, InitResult, Name, NameCache, Next, NextResult, Overflow, ReplyTo, Start,
        StartError, Steer,
    };
}
