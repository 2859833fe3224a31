//! A call that says how to go on, and forgets the answer.

use actor_otp::prelude::*;

struct Counter {
    count: i64,
}

#[actor]
impl GenServer for Counter {
    async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count }.into())
    }

    #[call]
    fn take(&mut self, n: i64) -> NextResult<Self> {
        self.count -= n;
        Ok(Next::NoReply)
    }

    #[call]
    async fn drain(&mut self) -> Result<Next<Self>, ExitReason> {
        Ok(Next::Stop(ExitReason::Normal))
    }

    // A delayed answer, and one that is only called so, are no mistakes.
    #[call]
    fn later(&mut self, reply: ReplyTo<i64>) -> NextResult<Self> {
        reply.send(self.count);
        Ok(Next::NoReply)
    }
}

fn main() {}
