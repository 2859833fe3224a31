//! A message to a supervisor.

use actor_otp::prelude::*;

struct MyApp;

#[actor(name = "my_app")]
impl Supervisor for MyApp {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }

    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {
    let _ = MyApp::NAME;
    let _ = MyApp::child_spec(());
}
