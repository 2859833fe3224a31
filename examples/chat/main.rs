//! A chat server: `cargo run --example chat`, then open <http://localhost:4001> or `nc localhost 4000`.
//!
//! Ctrl-C stops it in order; `cargo run --example chat -- --help` lists what else can be said.

#![expect(clippy::print_stdout, reason = "it tells where its doors are")]

use std::env;
use std::error::Error;
use std::io::stderr;
use std::process::ExitCode;

use actor_chat::{ChatApp, ChatConfig, Doors, USAGE};

#[tokio::main]
async fn main() -> ExitCode {
    match open() {
        Ok(opened) => actor_otp::run(ChatApp, opened).await,
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn open() -> Result<(ChatConfig, Doors), Box<dyn Error>> {
    let config = ChatConfig::parse(env::args().skip(1))?;
    tracing_subscriber::fmt().with_writer(stderr).init();
    let doors = Doors::open(&config)?;
    let [http, tcp] = [&doors.http, &doors.tcp].map(|door| door.local_addr());
    println!("open http://localhost:{}", http?.port());
    println!("or nc localhost {}", tcp?.port());
    Ok((config, doors))
}
