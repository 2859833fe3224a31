//! A mailbox that would take no message.

use actor_otp::prelude::*;

struct Counter;

#[actor(mailbox = 0, overflow = "fail")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::child_spec(());
}
