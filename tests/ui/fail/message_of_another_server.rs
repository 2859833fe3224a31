//! A message that is sent to a server of another type.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

struct Store;

#[actor]
impl GenServer for Store {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn put(&mut self, _key: String) {}
}

fn main() {
    let _ = |counter: ActorRef<Counter>| counter.put("a".into());
}
