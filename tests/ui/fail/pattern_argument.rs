//! An argument without a name.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn move_by(&mut self, (x, y): (i64, i64)) {
        let _ = x + y;
    }
}

fn main() {}
