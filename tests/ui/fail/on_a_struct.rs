//! The attribute on the struct.

use actor_otp::prelude::*;

#[actor(name = "counter")]
struct Counter;

fn main() {}
