//! Starts a process in each way and tells how that went. Built with `panic = "abort"`, each is refused.

#![expect(clippy::print_stdout, reason = "what it prints is looked at")]

use std::convert::Infallible;

use actor_otp::prelude::*;

struct Idle;

impl GenServer for Idle {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn tell<T>(started: Result<T, StartError>) {
    match started {
        Ok(_) => println!("started"),
        Err(error) => println!("{error}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tell(Idle::start(()).await);
    tell(Idle::options(()).name("idle").start_link().await);
    tell(SupervisorSpec::new(Strategy::OneForOne).start_link().await);
}
