//! What starts nothing and sends nothing, as nobody uses it.

#![deny(unused_must_use)]

use actor_otp::prelude::*;

struct Counter;

#[actor(name = "counter")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {
    Counter::start(());
    Counter::child_spec(());
    Counter::options(());
    Counter::NAME.get_count();
    Counter::NAME.within(std::time::Duration::from_secs(1));
}
