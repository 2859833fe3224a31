//! The report of a call that got no reply: [`CallError`] is small, and does not say who was called.

use std::fmt;

use tracing::{debug, field};

use crate::call::{CallError, Deadline, WithName};
use crate::pid::Pid;
use crate::unwind::report;

/// Tells who was called and how long an answer had time, and gives the error on.
#[cold]
pub(crate) fn failed(
    callee: &dyn fmt::Display,
    deadline: Deadline,
    error: impl Into<CallError>,
) -> CallError {
    let error = error.into();
    report(|| {
        let limit = deadline.limit().map(field::debug);
        debug!(target: "actor::call", callee = %callee, limit, error = %error, "call failed");
    });
    error
}

/// As [`failed`], of a process.
#[cold]
pub(crate) fn failed_of(callee: &Pid, deadline: Deadline, error: CallError) -> CallError {
    failed(&WithName(callee), deadline, error)
}
