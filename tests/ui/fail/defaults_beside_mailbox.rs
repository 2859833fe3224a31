//! A `defaults` by hand beside the one that is written.

use actor_otp::prelude::*;

struct Counter;

#[actor(mailbox = 1024, overflow = "fail")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    fn defaults() -> actor_otp::Defaults<Self> {
        actor_otp::Defaults::new()
    }
}

fn main() {
    let _ = Counter::child_spec(());
}
