//! A server that borrows, in short.

use actor_otp::prelude::*;

struct Counter<'a> {
    name: &'a str,
}

#[actor]
impl GenServer for Counter<'_> {
    async fn init(name: String, _cx: &mut Context<Self>) -> InitResult<Self> {
        let name = name.leak();
        Ok(Counter { name }.into())
    }

    #[call]
    fn title(&self) -> String {
        self.name.to_owned()
    }
}

fn main() {}
