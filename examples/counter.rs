//! One server, without a supervisor: its messages, its address, its name, its end.
//!
//! `cargo run --example counter`

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::time::Duration;

use actor_otp::prelude::*;

/// The state of the server. Nobody outside ever sees it.
struct Counter {
    count: i64,
}

#[actor(name = "counter")] // writes the messages, and `CounterClient`, with a method for each
impl GenServer for Counter {
    /// Makes the state, in the new process; `start` returns when this has.
    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count: initial }.into())
    }

    /// Returns the current count. A call: who asks waits for the answer.
    #[call]
    fn get_count(&self) -> i64 {
        self.count
    }

    /// Adds `by` to the count. A cast: nobody waits.
    #[cast]
    fn increment(&mut self, by: i64) {
        self.count += by;
    }

    /// Divides the count. The answer may be an error, and then the server just goes on.
    #[call]
    fn divide(&mut self, by: i64) -> Result<i64, String> {
        self.count = self.count.checked_div(by).ok_or("that cannot be done")?;
        Ok(self.count)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start(0).await?;
    counter.increment(10);
    counter.increment(20);
    // From one sender, messages are handled in the order in which they were sent.
    println!("the count is {}", counter.get_count().await?);

    // By its name it is found from anywhere.
    Counter::NAME.increment(12);
    println!("by its name it is {}", Counter::NAME.get_count().await?);

    // A call waits five seconds at most, or as long as it is told.
    let soon = counter.within(Duration::from_secs(1));
    println!("a third of it is {}", soon.divide(3).await??);
    if let Err(error) = counter.divide(0).await? {
        println!("divided by zero: {error}");
    }

    // A name has one holder.
    if let Err(error) = Counter::start(0).await {
        let taken = matches!(error, StartError::AlreadyStarted { .. });
        println!("a second one of that name is refused: {taken}");
    }

    counter.stop().await?;
    if let Err(error) = counter.get_count().await {
        println!("after its end: {error}");
    }
    Ok(())
}
