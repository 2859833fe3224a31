//! An `init` that takes only the context.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init(_cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {}
