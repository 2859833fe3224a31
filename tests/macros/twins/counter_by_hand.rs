use std::convert::Infallible;

use actor_otp::prelude::*;
use actor_otp::{Defaults, Incoming};

pub struct Counter {
    count: i64,
}

pub enum CounterCall {
    GetCount { reply: ReplyTo<i64> },
}

pub enum CounterCast {
    Increment { by: i64 },
}

impl Counter {
    pub const NAME: Name<Self> = actor_otp::name!(Self, "counter");

    fn get_count(&self) -> i64 {
        self.count
    }

    fn increment(&mut self, by: i64) {
        self.count += by;
    }
}

impl GenServer for Counter {
    type Args = i64;
    type Call = CounterCall;
    type Cast = CounterCast;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Counter { count: initial }.into())
    }

    async fn handle_call(
        &mut self,
        call: CounterCall,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let CounterCall::GetCount { reply } = call;
        reply.send(self.get_count());
        Ok(Next::NoReply)
    }

    async fn handle_cast(
        &mut self,
        cast: CounterCast,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let CounterCast::Increment { by } = cast;
        self.increment(by);
        Ok(Next::NoReply)
    }

    fn message_name(message: Incoming<'_, Self>) -> &'static str {
        match message {
            Incoming::Call(CounterCall::GetCount { .. }) => "CounterCall::GetCount",
            Incoming::Cast(CounterCast::Increment { .. }) => "CounterCast::Increment",
            Incoming::Info(_) => "info",
        }
    }

    fn defaults() -> Defaults<Self> {
        Defaults::new().name(Self::NAME)
    }
}

pub trait CounterClient: Address<Counter> {
    fn get_count(&self) -> impl Future<Output = Result<i64, CallError>> + Send {
        self.call(|reply| CounterCall::GetCount { reply })
    }

    fn increment(&self, by: i64) -> Self::Sent<'_> {
        self.cast(CounterCast::Increment { by })
    }
}

impl<A: Address<Counter> + ?Sized> CounterClient for A {}

impl Supervised for Counter {
    type Args = i64;
    type Handle = ActorRef<Self>;

    fn start_supervised(
        args: i64,
    ) -> impl Future<Output = Result<ActorRef<Self>, StartError>> + Send {
        Self::start_link(args)
    }
}
