//! A `child_spec` in the block takes the place of the derived one, also for generic code.

use actor_otp::prelude::*;

struct Worker;

#[actor(shutdown = "brutal_kill")]
impl GenServer for Worker {
    async fn init(_size: u8, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    fn child_spec(size: u8) -> ChildSpec<ActorRef<Self>> {
        let spec = ChildSpec::new("by hand", move || Self::start_link(size));
        Self::configure(spec).restart(Restart::Transient)
    }
}

fn spec_of<T: Supervised<Args = u8>>() -> ChildSpec<T::Handle> {
    T::child_spec(3)
}

fn main() {
    let _ = (Worker::child_spec(3), spec_of::<Worker>());
}
