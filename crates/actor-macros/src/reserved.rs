//! The names that a message or its method cannot have.
//!
//! A test of the workspace compares the lists with what the types really have.

/// The methods that addresses have already: a client's method of the same name would hide them, or be
/// hidden by them.
pub(crate) const OF_ADDRESSES: &[&str] = &[
    // `Address`, and what implements it.
    "actor_ref",
    "as_pid",
    "as_str",
    "borrow_ref",
    "call",
    "call_blocking",
    "call_blocking_by",
    "call_by",
    "cast",
    "cast_by",
    "cast_wait",
    "deadline",
    "deadline_for",
    "exit",
    "exited",
    "id",
    "is_alive",
    "monitored_name",
    "monitored_pid",
    "pid",
    "process",
    "send",
    "send_by",
    "send_request",
    "stop",
    "stop_with",
    "stop_within",
    "target",
    "try_cast",
    "try_send",
    "wait",
    "wait_after",
    "waiting",
    "whereis",
    "within",
    // The traits of the standard prelude that addresses implement.
    "clone",
    "eq",
    "into",
    "ne",
    "to_owned",
    "to_string",
    "try_into",
];

/// The functions that servers have already: a method of the same name would hide them.
pub(crate) const OF_SERVERS: &[&str] = &[
    "child_spec",
    "child_spec_once",
    "options",
    "start",
    "start_link",
    "start_monitor",
];
