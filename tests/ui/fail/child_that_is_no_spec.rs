//! What a beginner gives to a supervisor in the place of a child spec.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = SupervisorSpec::new(Strategy::OneForOne).child(Counter);
    let _ = SupervisorSpec::new(Strategy::OneForOne).child(Counter::options(()));
    let _ = SupervisorSpec::new(Strategy::OneForOne).child(Counter::start_link(()));
    let _ = SupervisorSpec::new(Strategy::OneForOne).children([Counter]);
}
