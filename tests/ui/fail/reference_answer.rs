//! An answer that is borrowed from the server.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn title(&self) -> &str {
        "counter"
    }
}

fn main() {}
