//! Code that is half typed: one error, and the rest is known.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        let count = ;
        count
    }

    #[cast]
    fn increment(&mut self, by: i64) {
        let _ = by;
    }
}

fn main() {
    let _ = async |counter: ActorRef<Counter>| {
        counter.increment(1);
        counter.get_count().await
    };
}
