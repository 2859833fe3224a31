//! Source: erlang/otp lib/stdlib/test/supervisor_SUITE.erl
//!
//! Where the suite uses `simple_one_for_one`, the cases here use a `DynamicSupervisor` (S-71).

mod auto_shutdown;
mod child_api;
mod kinds;
mod many;
mod restart_loops;
mod specs;
mod start;
mod stop;
mod strategies;
mod trees;
mod upgrade;
