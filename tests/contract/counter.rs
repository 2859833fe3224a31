//! Counter, with the attribute.

use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::isolated;

pub struct Counter {
    count: i64,
}

#[actor(name = "counter")]
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

pub struct MyTemporaryWorker;

#[actor(restart = "temporary")]
impl GenServer for MyTemporaryWorker {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(MyTemporaryWorker.into())
    }
}

#[tokio::test(start_paused = true)]
async fn counter_counts_through_its_reference_and_its_name() {
    isolated(async {
        session().await.expect("the session of the contract");
    })
    .await;
}

async fn session() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start_link(0).await?; // ActorRef<Counter>
    counter.increment(10);
    assert_eq!(counter.get_count().await?, 10); // Result<i64, CallError>
    assert_eq!(Counter::NAME.get_count().await?, 10); // through the registered name
    assert_eq!(
        counter
            .within(Duration::from_millis(50))
            .get_count()
            .await?,
        10
    );
    let () = Counter::NAME.within(Duration::from_millis(50)).increment(1);
    assert_eq!(counter.get_count().await?, 11);
    counter.stop().await?;
    Ok(())
}

#[test]
fn marked_methods_are_ordinary_methods_that_need_no_runtime() {
    let mut counter = Counter { count: 1 };
    counter.increment(2);
    assert_eq!(counter.get_count(), 3);
}

#[test]
fn the_child_spec_is_derived_with_the_defaults_of_otp() {
    let spec = Counter::child_spec(0);
    assert_eq!(spec.get_id().to_string(), "Counter");
    assert_eq!(spec.get_restart(), Restart::Permanent);
    assert_eq!(spec.get_shutdown(), Shutdown::After(Duration::from_secs(5)));
    assert_eq!(
        MyTemporaryWorker::child_spec(()).get_restart(),
        Restart::Temporary
    );
}
