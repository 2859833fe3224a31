//! A call and a cast of one name.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn reset(&mut self) -> i64 {
        0
    }

    #[cast]
    fn reset(&mut self) {}
}

fn main() {}
