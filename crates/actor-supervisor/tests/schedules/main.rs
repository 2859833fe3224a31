//! Races of supervisors, under schedules that shuttle draws: `just schedules`. Each model has a twin with a
//! planted bug, which must be found; see docs/reliability.md.
#![cfg(shuttle)]

#[path = "../../../actor-core/tests/schedules/schedules.rs"]
mod schedules;
mod server;

mod deaths;
mod starts;
