//! The names that a message cannot have.

/// The methods that an address or a server has already. A client method of the same name would be
/// hidden by them, or hide them.
pub(crate) const RESERVED: &[&str] = &[
    "call",
    "call_by",
    "cast",
    "send",
    "send_request",
    "target",
    "within",
    "pid",
    "as_pid",
    "monitored_pid",
    "monitored_name",
    "exit",
    "exited",
    "stop",
    "stop_with",
    "stop_within",
    "is_alive",
    "whereis",
    "wait",
    "name",
    "as_str",
    "start",
    "start_link",
    "start_monitor",
    "options",
    "child_spec",
    "clone",
];
