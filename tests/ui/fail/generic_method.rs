//! A message of many types.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn put<T: Send>(&mut self, value: T) {
        drop(value);
    }
}

fn main() {}
