//! The public API as users write it: each program must compile as it stands, and behave.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::use_self,
    reason = "the programs are those of applications"
)]

mod chat;
mod counter;
mod kv_store;
mod my_app;
mod sessions;
