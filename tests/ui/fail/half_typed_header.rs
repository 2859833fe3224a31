//! A method whose first line is half typed.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_count(&self, by: ) -> i64 {
        0
    }
}

fn main() {}
