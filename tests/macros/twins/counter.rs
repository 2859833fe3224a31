use actor_otp::prelude::*;

pub struct Counter {
    count: i64,
}

#[actor(name = "counter")]
impl GenServer for Counter {
    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Counter { count: initial }.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        self.count
    }

    #[cast]
    fn increment(&mut self, by: i64) {
        self.count += by;
    }
}
