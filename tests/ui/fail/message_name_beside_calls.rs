//! A `message_name` by hand beside the one that is written.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    fn message_name(_: actor_otp::Incoming<'_, Self>) -> &'static str {
        "counted"
    }

    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {}
