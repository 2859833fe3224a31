//! The behaviour of processes, through the public API. Each test names the rules it proves.

mod auto_traits;
mod calls;
mod deaths;
mod edges;
mod links;
mod lost_call;
mod monitors;
mod names;
mod panics;
mod probe;
mod reports;
mod requests;
mod script;
mod starts;
mod stops;
mod time;
mod timeouts;
mod timers;
