//! The one place that names tokio's runtime parts, locks and dashmap.

pub(crate) use std::sync::LazyLock;
pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use parking_lot::Mutex;
pub(crate) use tokio::sync::Notify;
pub(crate) use tokio::time::timeout;
#[cfg(feature = "application")]
pub(crate) use tokio::{
    runtime::Builder,
    signal,
    sync::{oneshot, watch},
};

use std::time::Duration;

use tokio::time::Instant;

/// A map that many processes share.
pub(crate) type DashMap<K, V> = dashmap::DashMap<K, V, foldhash::fast::RandomState>;

/// Says whether a model of schedules has planted this bug, to see that it finds it. Here none is.
pub(crate) const fn planted(_bug: &str) -> bool {
    false
}

/// Tells how long ago a supervisor was made; decisions get that as an argument (TM-5).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    epoch: Instant,
}

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the edge where the clock is read"
    )]
    pub(crate) fn start() -> Self {
        Self {
            epoch: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Duration {
        self.epoch.elapsed()
    }
}
