//! The three strategies: who is restarted when one of three crashes.
//!
//! `cargo run --example strategies`. A letter with a stroke is a new process.

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::time::Duration;

use actor_otp::prelude::*;

/// A server that is there, and can crash.
struct Part;

#[actor]
impl GenServer for Part {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    /// Panics.
    #[cast]
    fn crash(&self) {
        panic!("crashed on request");
    }
}

const NAMES: [&str; 3] = ["A", "B", "C"];

fn part(name: &'static str) -> ChildSpec<ActorRef<Part>> {
    Part::options(()).name(name).child_spec().id(name)
}

/// The present process of each child.
async fn pids(sup: &SupervisorRef) -> Result<Vec<Pid>, Box<dyn std::error::Error>> {
    let mut pids = Vec::new();
    for name in NAMES {
        let child = sup.child::<Part>(name).await?;
        pids.push(child.wait(Duration::from_secs(1)).await?.pid());
    }
    Ok(pids)
}

async fn show(
    strategy: Strategy,
    crashing: &'static str,
) -> Result<(), Box<dyn std::error::Error>> {
    let sup = SupervisorSpec::new(strategy)
        .children(NAMES.map(part))
        .start_link()
        .await?;
    let before = pids(&sup).await?;
    let child = sup.child::<Part>(crashing).await?; // it follows restarts
    let victim = child.whereis().ok_or("it does not run")?; // this does not
    victim.crash();
    victim.exited().await;
    child.wait(Duration::from_secs(1)).await?; // its successor
    sup.count_children().await?; // answered when the restart is complete
    let after = pids(&sup).await?;
    let drawn = NAMES.iter().zip(before.iter().zip(&after));
    let drawn = drawn.map(|(name, (old, new))| match old == new {
        true => (*name).to_owned(),
        false => format!("{name}'"),
    });
    println!(
        "{strategy:?}, {crashing} crashes: {}",
        drawn.collect::<Vec<_>>().join(" ")
    );
    sup.stop().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    show(Strategy::OneForOne, "C").await?;
    show(Strategy::OneForAll, "A").await?;
    show(Strategy::RestForOne, "B").await?;
    Ok(())
}
