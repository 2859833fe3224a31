//! A server that does not say how it begins.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {}
