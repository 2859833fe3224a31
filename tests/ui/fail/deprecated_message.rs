//! A deprecated message is deprecated for who sends it, too.

#![deny(deprecated)]

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[deprecated = "count by hand"]
    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {
    let _ = async |counter: ActorRef<Counter>| counter.get_count().await;
}
