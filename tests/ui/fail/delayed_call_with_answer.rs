//! A call that is answered later and returns an answer too.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_count(&self, reply: ReplyTo<i64>) -> i64 {
        reply.send(1);
        1
    }
}

fn main() {}
