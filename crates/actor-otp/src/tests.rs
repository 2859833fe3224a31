//! The attribute inside the facade itself, whose path is its own there.

use crate::prelude::*;

struct Counter {
    count: i64,
}

#[actor(name = "inside the facade")]
impl GenServer for Counter {
    async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count }.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        self.count
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_of_the_facade_itself_works() {
    let counter = Counter::start(3).await.expect("starts");
    assert_eq!(Counter::NAME.get_count().await, Ok(3));
    assert_eq!(Counter::child_spec(3).get_restart(), Restart::Permanent);
    counter.stop().await.expect("stops");
}
