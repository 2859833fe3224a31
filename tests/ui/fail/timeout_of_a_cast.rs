//! A timeout where nobody waits.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast(timeout = "5s")]
    fn increment(&mut self) {}
}

fn main() {}
