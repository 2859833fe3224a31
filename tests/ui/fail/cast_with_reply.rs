//! A cast with an answer.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn increment(&mut self, by: i64) -> i64 {
        by
    }
}

fn main() {
    let _ = |counter: ActorRef<Counter>| counter.increment(1);
}
