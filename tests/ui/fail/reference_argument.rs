//! An argument that is borrowed from the caller.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn rename(&mut self, name: &str) {
        drop(name.to_owned());
    }
}

fn main() {}
