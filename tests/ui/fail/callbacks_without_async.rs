//! Callbacks that forgot their `async`.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    fn handle_info(&mut self, _info: Info<()>, _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::NoReply)
    }

    fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {}
}

fn main() {}
