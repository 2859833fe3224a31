//! A function that is neither a callback nor marked.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {
    let _ = Counter.get_count();
}
