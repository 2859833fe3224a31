//! A word of supervision without the crate of it.

use actor_core::{Context, GenServer, InitResult, actor};

struct Counter;

#[actor(name = "counter", restart = "transient")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn main() {
    let _ = Counter::NAME;
}
