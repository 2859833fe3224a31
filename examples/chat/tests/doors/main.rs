//! Both doors, over real sockets: what clients do, and what others see of it.

mod bad_input;
#[path = "../support/chat.rs"]
mod chat;
mod crashes;
mod lines;
mod overload;
mod web;
