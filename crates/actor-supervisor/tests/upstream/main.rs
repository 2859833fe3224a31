//! Cases of the suites of Erlang/OTP and Elixir, under their names there. What could not be taken
//! over stands, with its reason, at the end of `docs/otp-parity.md`.

mod beam;
mod dynamic_supervisor_test;
mod helpers;
mod supervisor_suite;
#[cfg(feature = "macros")]
mod supervisor_test;

#[path = "../../../actor-core/tests/behaviour/listener.rs"]
mod listener;
#[allow(dead_code, reason = "each program uses another part of it")]
#[path = "../supervisor/support.rs"]
mod support;
