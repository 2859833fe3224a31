//! What the attribute writes does what its twin by hand does.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::use_self,
    reason = "the programs are those of applications"
)]

mod answers;
mod by_hand;
mod child_specs;
mod mailboxes;
mod messages;
mod paths;
mod twins;
