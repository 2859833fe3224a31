//! An orderly end: a chat that needs a store, and stops before it.
//!
//! `cargo run --example graceful_shutdown`, then Ctrl-C: the chat takes no more guests, its room is
//! saved, and the store is closed last. `cargo run --example graceful_shutdown -- 60` has a room that
//! takes a minute to save: Ctrl-C once more ends the program at once, and it says who did not stop. In
//! this order: the room, the two applications, `main`.

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::{app, run_all};
use tokio::time::sleep;

/// A server that has something to save at its end.
struct Room {
    saving: Duration,
}

#[actor(name = "lobby", shutdown = "infinity")]
impl GenServer for Room {
    async fn init(saving: Duration, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true); // so that `terminate` runs when its supervisor tells it to stop
        println!("the lobby is open");
        Ok(Self { saving }.into())
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        println!("the lobby is being saved");
        sleep(self.saving).await;
        println!("the lobby is saved");
    }
}

/// An application without a tree: something that is opened first and closed last.
struct Store;

#[async_trait]
impl Application for Store {
    type Config = &'static str;
    type State = &'static str;

    async fn start(&self, path: &'static str) -> Result<(SupervisorSpec, Self::State), StartError> {
        println!("the store {path} is open");
        Ok((SupervisorSpec::new(Strategy::OneForOne), path))
    }

    async fn stop(&self, path: &'static str) {
        println!("the store {path} is closed");
    }
}

/// An application with a tree.
struct Chat;

#[async_trait]
impl Application for Chat {
    type Config = Duration;
    type State = ();

    async fn start(&self, saving: Duration) -> Result<(SupervisorSpec, ()), StartError> {
        let rooms = SupervisorSpec::new(Strategy::OneForOne).child(Room::child_spec(saving));
        Ok((rooms, ()))
    }

    async fn prep_stop(&self, (): ()) {
        println!("the chat takes no more guests");
    }

    fn dependencies(&self) -> Vec<&str> {
        vec!["Store"]
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let argument = env::args().nth(1).map(|seconds| seconds.parse());
    let Ok(seconds) = argument.unwrap_or(Ok(1)) else {
        eprintln!("write it as: graceful_shutdown [SECONDS]");
        return ExitCode::FAILURE;
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    run_all([
        app(Chat, Duration::from_secs(seconds)),
        app(Store, "chat.db"),
    ])
    .await
}
