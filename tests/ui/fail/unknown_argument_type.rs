//! The compiler's own error on a type that is not there.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn put(&mut self, value: Missing) {
        drop(value);
    }
}

fn main() {}
