//! A supervisor.

use actor_otp::prelude::*;

use crate::Counter;

/// An application.
#[derive(Debug)]
pub struct MyApp;

#[actor(name = "my_app", shutdown = "infinity")]
impl Supervisor for MyApp {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne).child(Counter::child_spec(0))
    }
}
