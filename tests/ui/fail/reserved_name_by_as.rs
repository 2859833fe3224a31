//! A message with the name of a method that every address has.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call(as = "send")]
    fn deliver(&self) -> bool {
        true
    }
}

fn main() {}
