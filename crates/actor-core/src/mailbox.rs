//! What a mailbox is made like: how much it holds, what it does when it is full, when it is told to be
//! long.
//!
//! Pure: no clock, no async, no I/O, no lock.

use crate::long_queue::DEFAULT_LONG_QUEUE;
use crate::overflow::Overflow;

/// The mailbox that a process is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// None means as many as come.
    pub(crate) capacity: Option<usize>,
    pub(crate) overflow: Overflow,
    pub(crate) long: usize,
}

impl Mailbox {
    /// Unbounded, as in OTP.
    pub(crate) const UNBOUNDED: Self = Self {
        capacity: None,
        overflow: Overflow::Wait,
        long: DEFAULT_LONG_QUEUE,
    };
}
