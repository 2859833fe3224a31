//! An option given twice.

use actor_otp::prelude::*;

struct Counter;

#[actor(name = "counter", name = "counter_2")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::NAME;
}
