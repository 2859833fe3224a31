//! No actor at all: futures and blocking functions under a supervisor, in place of loops that restart
//! by hand.
//!
//! `cargo run --example supervise_plain_tasks`

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actor_otp::prelude::*;

/// Reads numbers; the second line is none, and so the second run fails.
async fn read_numbers(runs: Arc<AtomicUsize>) -> Result<(), std::num::ParseIntError> {
    let run = runs.fetch_add(1, Ordering::Relaxed);
    let line = ["1", "two", "3"].get(run).copied().unwrap_or("4");
    println!("number {}", line.parse::<i32>()?);
    Ok(())
}

/// Blocks its thread, and looks now and then whether it should stop.
fn watch_files() {
    println!("watching, on a thread of its own");
    while !process::exit_requested() {
        std::thread::park_timeout(Duration::from_millis(5)); // blocks
    }
    println!("the watcher stops");
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runs = Arc::new(AtomicUsize::new(0));
    let reader = ChildSpec::task("reader", move || read_numbers(Arc::clone(&runs)));
    let app = SupervisorSpec::new(Strategy::OneForOne)
        .child(ChildSpec::blocking("watcher", watch_files))
        .start_link()
        .await?;
    // It runs again after every end, good or bad, until the limit of three restarts is exceeded.
    let readers = SupervisorSpec::as_child("readers", move || {
        SupervisorSpec::new(Strategy::OneForOne).child(reader.clone())
    });
    let readers = app.start_child(readers.restart(Restart::Temporary)).await?;
    readers.exited().await;
    println!("the readers gave up after four runs; the watcher did not notice");
    let watcher = app.which_child("watcher").await?;
    println!("watcher restarted {} times", watcher.restarts);
    app.stop().await?;
    Ok(())
}
