//! The inbox of a process and the slot of a call, compiled from their own sources with loom's lock, atomics
//! and cells.
//!
//! What they need beside them is the real thing where it is pure, and stands in for it elsewhere.
#![cfg(loom)]
#![allow(
    dead_code,
    unexpected_cfgs,
    unused_imports,
    unreachable_pub,
    reason = "models use a part of each file"
)]

/// The sources of actor-core that are looked at.
#[path = "../../../crates/actor-core/src"]
mod core {
    pub(crate) mod exit_reason;
    pub(crate) mod exit_signal;
    pub(crate) mod inbox;
    pub(crate) mod log_line;
    pub(crate) mod long_queue;
    pub(crate) mod mailbox;
    pub(crate) mod overflow;
    pub(crate) mod progress;
    pub(crate) mod slot;
    pub(crate) mod undelivered;
}
mod rt;

mod pid;
mod unwind;
mod waits;

pub mod executions;
pub mod models;
pub mod slots;

use core::{
    exit_reason, exit_signal, inbox, log_line, long_queue, mailbox, overflow, progress, slot,
    undelivered,
};
