//! What tests of servers need: a process to talk to and to watch with, a leak check, and waiting
//! without sleeping.
//!
//! Everything waits on tokio's clock, so that a test with a paused clock takes no time. In the guide:
//! [testing your servers](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/testing.md).
//!
//! # Example
//!
//! ```
//! use actor_core::{Address, ExitReason};
//! use actor_test::{Probe, isolated};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! isolated(async {
//!     let mut probe = Probe::<String>::start().await;
//!     probe.address().send("hello".to_owned());
//!     assert_eq!(probe.expect_message().await, "hello");
//!
//!     let other = Probe::<()>::start().await;
//!     let monitor = probe.monitor(&other).await;
//!     other.stop().await;
//!     let down = probe.expect_down(&monitor).await;
//!     assert_eq!(down.reason, ExitReason::Killed); // how a probe stops
//!     probe.expect_no_message().await;
//!     probe.stop().await;
//! })
//! .await;
//! # }
//! ```

#![forbid(unsafe_code)]

mod rt;

mod server;

mod incarnation;
mod probe;

pub use actor_core::testing::{isolated, on_every_runtime, wait_until};
pub use incarnation::kill_and_wait;
pub use probe::Probe;
pub use server::ProbeServer;
