//! [`Backoff`]: how long a child waits before it is restarted.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use std::time::Duration;

/// Says how long a child waits before each restart, longer from one to the next.
///
/// OTP has no such thing: there a restart is tried at once, and a child that cannot start burns the
/// restart limit (S-40). A delay is for a child whose start depends on something outside that may
/// be gone for a while; the limit should then leave room for it.
///
/// In the guide: [restart limits](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/restart_limits.md).
///
/// # Examples
///
/// ```
/// use actor_supervisor::Backoff;
/// use std::time::Duration;
///
/// // 100 ms, 200 ms, 400 ms … and never more than 10 s
/// let growing = Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10));
/// let steady = Backoff::constant(Duration::from_secs(1));
/// # let _ = (growing, steady);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    reset_after: Duration,
}

impl Backoff {
    /// Waits `first` before the first restart, twice as long before each further one, and never
    /// longer than `longest`.
    #[must_use]
    pub fn exponential(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            reset_after: longest,
        }
    }

    /// Waits equally long before each restart.
    #[must_use]
    pub fn constant(delay: Duration) -> Self {
        Self::exponential(delay, delay)
    }

    /// Sets how long a child must have run for the next delay to be the first one again; by
    /// default as long as the longest delay.
    #[must_use]
    pub fn reset_after(mut self, running: Duration) -> Self {
        self.reset_after = running;
        self
    }

    /// The delay before the next restart, after so many that stand in a row.
    fn delay(&self, in_a_row: u32) -> Duration {
        let factor = 2_u32.saturating_pow(in_a_row);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

/// The restarts of one child that stand in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    length: u32,
    running_since: Option<Duration>,
}

impl Row {
    /// The child runs since `now`.
    pub(crate) fn started(&mut self, now: Duration) {
        self.running_since = Some(now);
    }

    /// The delay before the next restart of a child that ended, or failed to start, at `now`.
    pub(crate) fn next(&mut self, backoff: &Backoff, now: Duration) -> Duration {
        let ran = self.running_since.take();
        if ran.is_some_and(|since| now.saturating_sub(since) >= backoff.reset_after) {
            self.length = 0;
        }
        let delay = backoff.delay(self.length);
        self.length = self.length.saturating_add(1);
        delay
    }
}
