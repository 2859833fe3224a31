//! A mistake in a message is no mistake of those who send it.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_count(&self, of: &str) -> i64 {
        of.len() as i64
    }

    #[cast]
    fn increment(&mut self, by: impl Into<i64>, (): ()) {
        let _ = by.into();
    }
}

fn main() {
    let _ = async |counter: ActorRef<Counter>, text: String| {
        counter.increment(1_u8, ());
        let count: i64 = counter.get_count(&text).await?;
        Ok::<i64, CallError>(count)
    };
}
