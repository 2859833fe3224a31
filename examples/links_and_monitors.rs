//! Who hears of an end, and who shares it: monitors, links, and exits that are trapped.
//!
//! `cargo run --example links_and_monitors`

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use actor_otp::prelude::*;

/// Ends with an error when it is told to.
struct Worker;

#[actor]
impl GenServer for Worker {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    /// Ends the worker: an error of a message that nobody waits for is its exit reason.
    #[cast]
    fn fail(&mut self) -> Result<(), ExitReason> {
        Err(ExitReason::error("the disk is full"))
    }
}

/// Hears of the ends of others, and keeps what it heard.
struct Watcher {
    heard: Vec<String>,
}

#[actor]
impl GenServer for Watcher {
    async fn init(traps: bool, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(traps);
        Ok(Self { heard: vec![] }.into())
    }

    /// Monitors the worker: one DOWN will tell of its end, and that is all.
    #[call]
    fn watch(&mut self, worker: ActorRef<Worker>, cx: &mut Context<Self>) {
        cx.monitor(&worker);
    }

    /// Links to the worker: each ends with the other, unless it traps exits.
    #[call]
    fn tie(&mut self, worker: ActorRef<Worker>, cx: &mut Context<Self>) -> bool {
        cx.link(&worker).is_ok()
    }

    /// Returns what it heard since it was last asked.
    #[call]
    fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.heard)
    }

    async fn handle_info(
        &mut self,
        info: Info<Self::Info>,
        _: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Down(down) => self.heard.push(format!("DOWN: {}", down.reason)),
            Info::Exit(exit) => self.heard.push(format!("EXIT: {}", exit.reason)),
            _ => {}
        }
        Ok(Next::NoReply)
    }
}

/// Starts a worker, lets it fail, and waits until everybody has been told.
async fn fail(worker: &ActorRef<Worker>) {
    worker.fail();
    worker.exited().await; // returns when links and monitors have been told
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let watcher = Watcher::start(true).await?;

    let worker = Worker::start(()).await?;
    watcher.watch(worker.clone()).await?;
    fail(&worker).await;
    println!("a monitor: {:?}", watcher.heard().await?);

    let worker = Worker::start(()).await?;
    watcher.tie(worker.clone()).await?;
    fail(&worker).await;
    println!("a link, trapped: {:?}", watcher.heard().await?);

    let peer = Watcher::start(false).await?;
    let worker = Worker::start(()).await?;
    peer.tie(worker.clone()).await?;
    fail(&worker).await;
    println!("a link, not trapped: it ended with {}", peer.exited().await);

    // A link works both ways; a monitor does not.
    let peer = Watcher::start(false).await?;
    let worker = Worker::start(()).await?;
    peer.tie(worker.clone()).await?;
    watcher.watch(worker.clone()).await?;
    peer.exit(ExitReason::Kill);
    println!(
        "the other way round: the worker is {}",
        worker.exited().await
    );
    println!("and who watched it heard {:?}", watcher.heard().await?);

    // Who monitors what has ended already hears at once.
    watcher.watch(worker).await?;
    println!("too late: {:?}", watcher.heard().await?);
    watcher.stop().await?;
    Ok(())
}
