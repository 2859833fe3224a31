//! A word of `overflow` that there is not.

use actor_otp::prelude::*;

struct Counter;

#[actor(mailbox = 1024, overflow = "drop")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::child_spec(());
}
