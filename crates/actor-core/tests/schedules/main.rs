//! Races, under schedules that shuttle draws: `just schedules`. Each model has a twin with a planted bug,
//! which must be found; see docs/reliability.md.
#![cfg(shuttle)]

mod calls;
mod letters;
mod links;
mod mailboxes;
mod monitors;
mod names;
mod puppet;
mod readiness;
mod schedules;
mod starts;
mod streams;
mod suspension;
mod token;
