//! A supervisor whose `init` waits.

use actor_otp::prelude::*;

struct MyApp;

#[actor]
impl Supervisor for MyApp {
    async fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }
}

fn main() {}
