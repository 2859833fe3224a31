//! A state that cannot go to another thread.

use std::rc::Rc;

use actor_otp::prelude::*;

struct Counter {
    count: Rc<i64>,
}

#[actor]
impl GenServer for Counter {
    async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        let count = Rc::new(count);
        Ok(Counter { count }.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        *self.count
    }
}

fn main() {}
