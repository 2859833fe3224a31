//! A timeout that is no duration.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call(timeout = "soon")]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {}
