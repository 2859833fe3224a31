//! Each mistake is one error.

use actor_otp::prelude::*;

struct Counter;

#[actor(name = "counter", restart = "never", speed = 3)]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn pid(&self) -> i64 {
        0
    }

    #[cast]
    fn increment(&mut self, by: &i64, (): ()) {
        let _ = by;
    }

    #[call]
    fn get_count(&self) -> i64 {
        0
    }

    fn other(&self) {}
}

fn main() {
    let _ = Counter::NAME;
    let _ = |counter: ActorRef<Counter>| drop(counter.get_count());
}
