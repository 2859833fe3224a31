//! A name for a client that is not there.

use actor_otp::prelude::*;

struct Counter;

#[actor(client = "Api")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {}
