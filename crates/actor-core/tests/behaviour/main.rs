//! The behaviour of processes, through the public API. Each test names the rules it proves.

mod answers;
mod auto_traits;
mod calls;
mod cycles;
mod deaths;
mod edges;
mod events;
mod inits;
mod links;
mod lookups;
mod lost_call;
mod monitors;
mod names;
mod panics;
mod parents;
mod probe;
mod reports;
mod requests;
mod script;
mod signals;
mod starts;
mod stops;
mod time;
mod timeouts;
mod timers;
mod witness;
