//! A `handle_call` by hand beside the one that is written.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(
        &mut self,
        call: CounterCall,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        drop(call);
        Ok(Next::NoReply)
    }

    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {}
