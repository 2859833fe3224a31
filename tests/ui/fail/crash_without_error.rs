//! A cast that fails with what is no error.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn parse(&mut self, text: String) -> Result<(), String> {
        Err(text)
    }
}

fn main() {}
