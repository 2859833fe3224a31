//! A word of `restart` that there is not.

use actor_otp::prelude::*;

struct Counter;

#[actor(name = "counter", restart = "always")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::NAME;
    let _ = Counter::child_spec(());
}
