//! A supervisor without the crate of supervision.

use actor_core::actor;
use actor_supervisor::{Strategy, Supervisor, SupervisorSpec};

struct MyApp;

#[actor]
impl Supervisor for MyApp {
    type Args = ();

    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }
}

fn main() {}
