//! An application whose block lacks `#[async_trait]`.

use actor_otp::prelude::*;

struct Shop;

impl Application for Shop {
    type Config = u16;
    type State = ();

    async fn start(&self, _port: u16) -> Result<(SupervisorSpec, ()), StartError> {
        Ok((SupervisorSpec::new(Strategy::OneForOne), ()))
    }
}

fn main() {}
