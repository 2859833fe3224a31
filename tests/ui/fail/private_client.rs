//! A client that is as visible as its messages.

mod counter {
    use actor_otp::prelude::*;

    pub struct Counter;

    struct Secret;

    #[actor(name = "counter")]
    impl GenServer for Counter {
        async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
            Ok(Self.into())
        }

        #[call]
        pub(self) fn get_secret(&self) -> Secret {
            Secret
        }
    }
}

use counter::{Counter, CounterClient};

fn main() {
    let _ = Counter::NAME;
}
