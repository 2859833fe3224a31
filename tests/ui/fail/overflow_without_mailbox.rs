//! What a full mailbox does, of one that is never full.

use actor_otp::prelude::*;

struct Counter;

#[actor(overflow = "drop_oldest")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::child_spec(());
}
