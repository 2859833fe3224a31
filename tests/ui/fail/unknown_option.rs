//! An option that there is not.

use actor_otp::prelude::*;

struct Counter;

#[actor(named = "counter")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {}
