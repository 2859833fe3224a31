//! A method with the name of a function that every server has.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call(as = "begin")]
    fn start(&self) -> bool {
        true
    }
}

fn main() {}
