//! [`DebugOptions`]: what a process is started with.

use crate::debugging::DEFAULT_LOG;

/// Says what of sys is on when a process starts; see [`Options::debug`](crate::Options::debug).
///
/// # Examples
///
/// ```
/// use actor_core::sys::DebugOptions;
///
/// let debug = DebugOptions::new().statistics().log();
/// # let _ = debug;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "options do nothing by themselves"]
pub struct DebugOptions {
    pub(crate) trace: bool,
    pub(crate) log: Option<usize>,
    pub(crate) statistics: bool,
}

impl DebugOptions {
    /// Switches nothing on.
    pub const fn new() -> Self {
        Self {
            trace: false,
            log: None,
            statistics: false,
        }
    }

    /// Tells each event to `tracing`; off by default. See [`sys::trace`](crate::sys::trace).
    pub const fn trace(mut self) -> Self {
        self.trace = true;
        self
    }

    /// Keeps the last ten events; none by default. See [`sys::log`](crate::sys::log).
    pub const fn log(self) -> Self {
        self.log_last(DEFAULT_LOG)
    }

    /// Keeps the last `most` events; none by default.
    pub const fn log_last(mut self, most: usize) -> Self {
        self.log = Some(most);
        self
    }

    /// Counts messages; off by default. See [`sys::statistics`](crate::sys::statistics).
    pub const fn statistics(mut self) -> Self {
        self.statistics = true;
        self
    }
}
