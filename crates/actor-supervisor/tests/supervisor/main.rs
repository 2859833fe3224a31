//! Supervisors at work, through the public API: each test starts real processes in a node of its
//! own, and leaves none behind.

#[path = "../../../actor-core/tests/behaviour/listener.rs"]
mod listener;
mod support;
mod tasks;

mod backlog;
mod bad_input;
mod failed_start;
mod start;
mod stop;

mod info;
mod intensity;
mod restart;
mod retry;

mod auto_shutdown;
mod child_ref;
mod dynamic;
mod dynamic_restart;
mod dynamic_stop;
mod ids;
mod reports;
mod restart_delay;
mod runtime_api;
mod runtime_order;
mod runtime_races;

mod faults;
mod hostile;
mod many;
mod scale;
mod strangers;
mod strategies;
mod stuck;
mod suspended;
mod tree;
mod trees;
mod updates;

#[cfg(feature = "macros")]
mod derived;
mod own_supervisor;
mod races;
