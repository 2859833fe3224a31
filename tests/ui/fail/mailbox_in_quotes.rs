//! A capacity as a text, beside an `overflow` that is right.

use actor_otp::prelude::*;

struct Counter;

#[actor(mailbox = "1024", overflow = "fail")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::child_spec(());
}
