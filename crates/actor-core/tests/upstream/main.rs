//! Cases of the suites of Erlang/OTP and Elixir, under their names there. What could not be taken
//! over stands, with its reason, at the end of `docs/otp-parity.md`.

mod gen_server_suite;
mod gen_server_test;
#[allow(dead_code, reason = "each program uses another part of it")]
#[path = "../behaviour/listener.rs"]
mod listener;
mod process_test;
mod sys_suite;
#[path = "../behaviour/time.rs"]
mod time;
#[allow(dead_code, reason = "each program uses another part of it")]
#[path = "../behaviour/witness.rs"]
mod witness;
