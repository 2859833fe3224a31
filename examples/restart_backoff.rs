//! Waiting before a restart: a client of a service that is not there yet.
//!
//! `cargo run --example restart_backoff`. OTP restarts at once, and a child that cannot start burns the
//! restart limit; a delay leaves the service time to come.

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use actor_otp::Backoff;
use actor_otp::prelude::*;

static TRIES: AtomicUsize = AtomicUsize::new(0);

/// Needs three tries to connect.
struct Client;

#[actor(name = "client")]
impl GenServer for Client {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        match TRIES.fetch_add(1, Ordering::Relaxed) {
            1 | 2 => Err(ExitReason::error("connection refused")),
            _ => Ok(Self.into()),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let growing = Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10));
    let app = SupervisorSpec::new(Strategy::OneForOne)
        .child(Client::child_spec(()).restart_delay(growing))
        .start_link()
        .await?;
    println!("connected at the first try");
    let lost = SystemTime::now();
    let client = app.child::<Client>(ChildId::of::<Client>()).await?;
    let present = client.whereis().ok_or("it does not run")?;
    present.exit(ExitReason::error("connection lost"));
    println!("lost: {}", present.exited().await);
    let waiting = app.which_child(ChildId::of::<Client>()).await?;
    println!("the client is {:?}", waiting.status);
    client.wait(Duration::from_secs(10)).await?;
    let tries = TRIES.load(Ordering::Relaxed) - 1;
    // 100, 200 and 400 milliseconds
    let patient = lost.elapsed()? >= Duration::from_millis(700);
    println!("connected again after {tries} tries, waiting longer each time: {patient}");
    app.stop().await?;
    Ok(())
}
