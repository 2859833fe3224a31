//! A duration without a unit.

use actor_otp::prelude::*;

struct Counter;

#[actor(shutdown = "5")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {}
