//! What [`rt`](crate::rt) names, for models of schedules: `--cfg shuttle` puts this file in its place.
//!
//! It is that of actor-core; see there. What only applications use is the real thing, and not explored.

pub(crate) use std::sync::LazyLock;
pub(crate) use std::sync::atomic::{AtomicUsize, Ordering}; // of what is only counted

pub(crate) use actor_core::testing::schedules::{DashMap, Mutex, planted, timeout};
pub(crate) use tokio::sync::Notify;
#[cfg(feature = "application")]
pub(crate) use tokio::{
    runtime::Builder,
    signal,
    sync::{oneshot, watch},
};

use std::time::Duration;

/// No time passes in a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock;

impl Clock {
    pub(crate) fn start() -> Self {
        Self
    }

    pub(crate) fn now(&self) -> Duration {
        Duration::ZERO
    }
}
