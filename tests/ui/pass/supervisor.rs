//! A supervisor with a name, under a supervisor without one.

use actor_otp::prelude::*;

struct Inner;

#[actor(name = "inner", restart = "transient", shutdown = "2m")]
impl Supervisor for Inner {
    fn init(_size: usize) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }
}

struct Outer;

#[actor]
impl Supervisor for Outer {
    type Args = ();

    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne).child(Inner::child_spec(3))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _outer = Outer::start_link(()).await?;
    assert!(Inner::NAME.whereis().is_some());
    Ok(())
}
