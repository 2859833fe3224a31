//! An `init` of a server without the context, and one of a supervisor with it.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init(_count: i64) -> InitResult<Self> {
        Ok(Self.into())
    }
}

struct MyApp;

#[actor]
impl Supervisor for MyApp {
    fn init((): (), _cx: &mut Context<Counter>) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }
}

fn main() {}
