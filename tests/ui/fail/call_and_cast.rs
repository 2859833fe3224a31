//! A message that is answered and is not.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    #[cast]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {
    let _ = |counter: ActorRef<Counter>| drop(counter.get_count());
}
