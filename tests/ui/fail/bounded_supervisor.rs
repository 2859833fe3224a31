//! A supervisor with a bound for its mailbox.

use actor_otp::prelude::*;

struct App;

#[actor(mailbox = 1024, overflow = "drop_oldest")]
impl Supervisor for App {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }
}

fn main() {
    let _ = App::child_spec(());
}
