//! The first supervised session: a counter and a store under one supervisor.
//!
//! `cargo run --example first_supervisor`, then `help`. Kill a server or let it crash: the
//! supervisor starts it again with fresh state, and the other one never notices. Do it too often,
//! and the supervisor gives up. Here are the two servers, their supervisor and `main`;
//! `commands.rs` is who talks to them, and `session.rs` reads and prints lines.

mod commands;
mod session;

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::process::ExitCode;

use actor_otp::prelude::*;
use tracing_subscriber::filter::LevelFilter;

/// A server that counts.
struct Counter {
    count: i64,
}

#[actor(name = "counter")]
impl GenServer for Counter {
    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count: initial }.into())
    }

    /// Returns the current count.
    #[call]
    fn get_count(&self) -> i64 {
        self.count
    }

    /// Adds `by` to the count, which stops at the largest and at the smallest number there is.
    #[cast]
    fn increment(&mut self, by: i64) {
        self.count = self.count.saturating_add(by);
    }

    /// Panics: this process ends, and nothing else does.
    #[cast]
    fn crash(&mut self) {
        panic!("crashed on request");
    }
}

/// A server that keeps values by their keys.
struct KvStore {
    entries: HashMap<String, String>,
}

#[actor(name = "kv")]
impl GenServer for KvStore {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        let entries = HashMap::new();
        Ok(Self { entries }.into())
    }

    /// Returns the value of `key`, if there is one.
    #[call]
    fn fetch(&self, key: String) -> Option<String> {
        self.entries.get(&key).cloned()
    }

    /// Stores `value` under `key`, in place of what was there.
    #[cast]
    fn put(&mut self, key: String, value: String) {
        self.entries.insert(key, value);
    }

    /// Panics: this process ends, and nothing else does.
    #[cast]
    fn crash(&mut self) {
        panic!("crashed on request");
    }
}

/// The supervisor: it restarts the one that ended, at most three times within five seconds.
struct MyApp;

#[actor(name = "my_app")]
impl Supervisor for MyApp {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
            .max_restarts(3)
            .max_seconds(5)
            .child(Counter::child_spec(0))
            .child(KvStore::child_spec(()))
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    tracing_subscriber::fmt()
        .compact()
        .with_max_level(LevelFilter::WARN)
        .with_writer(io::stderr)
        .log_internal_errors(false) // a log that cannot be written must not panic
        .init();

    let app = MyApp::start_link(()).await?; // returns when both servers have started
    let session = session::run(&app).await;
    if app.stop().await.is_err() {
        return Ok(session::gave_up(&app.exited().await)); // it had ended by itself
    }
    match session {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {} // nobody reads any more
        result => result?,
    }
    Ok(ExitCode::SUCCESS)
}
