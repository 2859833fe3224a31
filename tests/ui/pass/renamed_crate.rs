//! `crate = path`, for a dependency under another name.

mod otp {
    pub use actor_otp::*;
}

use otp::prelude::*;

struct Counter;

#[actor(crate = crate::otp, name = "counter")]
impl GenServer for Counter {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(Counter::start(()).await?.get_count().await?, 0);
    Ok(())
}
