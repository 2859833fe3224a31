//! The counter: messages, client, name and child spec from one block.

use actor_otp::prelude::*;

pub struct Counter {
    count: i64,
}

#[actor(name = "counter", restart = "temporary", shutdown = "5s")]
impl GenServer for Counter {
    type Args = i64;

    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Counter { count: initial }.into())
    }

    /// Returns the current count.
    #[call]
    fn get_count(&self) -> i64 {
        self.count
    }

    /// Adds `by` to the count.
    #[cast]
    fn increment(&mut self, by: i64) {
        self.count += by;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start_link(0).await?;
    counter.increment(10);
    assert_eq!(counter.get_count().await?, 10);
    assert_eq!(Counter::NAME.get_count().await?, 10);
    assert_eq!(Counter { count: 3 }.get_count(), 3);
    assert_eq!(
        format!("{:?}", CounterCast::Increment { by: 1 }),
        "Increment"
    );
    let _ = Counter::child_spec(0);
    Ok(())
}
