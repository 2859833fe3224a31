//! The compiler's own error in the body of a method.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        "zero"
    }
}

fn main() {}
