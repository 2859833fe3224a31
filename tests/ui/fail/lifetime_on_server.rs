//! A server that borrows.

use actor_otp::prelude::*;

struct Counter<'a> {
    name: &'a str,
}

#[actor]
impl<'a> GenServer for Counter<'a> {
    async fn init(name: &'a str, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Counter { name }.into())
    }

    #[call]
    fn title(&self) -> String {
        self.name.to_owned()
    }
}

fn main() {
    let _ = |counter: ActorRef<Counter<'static>>| drop(counter.title());
}
