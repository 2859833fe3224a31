//! Supervisors at work, through the public API: each test starts real processes in a node of its
//! own, and leaves none behind.

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

mod hostile;
mod scale;
mod strangers;
mod strategies;
mod stuck;
mod trees;

#[cfg(feature = "macros")]
mod derived;
mod own_supervisor;
mod races;
