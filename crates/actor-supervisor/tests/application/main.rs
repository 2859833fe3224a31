//! Applications at work, through the public API: each test runs them in a node of its own, and leaves
//! no process behind.

#[path = "../../../actor-core/tests/behaviour/listener.rs"]
mod listener;
mod support;

mod ends;
mod forced;
mod starts;
mod stops;

mod events;
#[cfg(unix)]
mod signals;
