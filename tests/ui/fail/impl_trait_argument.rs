//! An argument whose type has no name.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn rename(&mut self, name: impl Into<String>) {
        drop(name.into());
    }
}

fn main() {}
