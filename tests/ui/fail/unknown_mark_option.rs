//! An option of a mark that there is not.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call(limit = "5s")]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {}
