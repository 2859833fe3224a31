//! A name where one process is meant.

use actor_otp::prelude::*;

struct Counter;

#[actor(name = "counter")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = process::info(&Counter::NAME);
    let _ = process::info(&Counter::start(()));
}
