//! A value that stands alone in the attribute.

use actor_otp::prelude::*;

struct Counter;

#[actor("counter")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {}
