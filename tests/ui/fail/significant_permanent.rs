//! A significant child that is permanent, as it is by default.

use actor_otp::prelude::*;

struct Counter;

#[actor(significant)]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::child_spec(());
}
