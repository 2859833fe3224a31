//! A chat server: rooms, a log and two front doors under one supervision tree.
//!
//! `cargo run --example chat` runs it. To read it, begin with `app.rs`: the tree. A connection is a
//! `Session`, which does what its client says, and an `Outbox`, which writes what its client is told. A
//! `Room` puts messages into the outboxes of its members, and waits for none of them.

#![forbid(unsafe_code)]

mod app;
mod commands;
mod config;
mod line;
mod line_door;
mod logger;
mod outbox;
mod room;
mod rooms;
mod session;
mod sessions;
#[cfg(test)]
mod tests;
mod tree;
mod web_door;

pub use app::ChatApp;
pub use config::{ChatConfig, Doors, USAGE};
