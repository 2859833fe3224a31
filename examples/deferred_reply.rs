//! Answers that come later: a server that goes on with its work while callers wait.
//!
//! `cargo run --example deferred_reply`

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::time::Duration;

use actor_otp::prelude::*;
use tokio::time::sleep;

/// Bakes cakes, several at once, and answers each customer when the cake is done.
#[derive(Default)]
struct Bakery {
    in_the_oven: Vec<(String, ReplyTo<String>)>,
}

/// What the bakery tells itself.
enum Done {
    Baked,
    Delivered,
}

#[actor]
impl GenServer for Bakery {
    type Info = Done;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self::default().into())
    }

    /// Bakes a cake. The handle is kept, and answered by `handle_info`.
    #[call]
    fn bake(&mut self, cake: String, reply: ReplyTo<String>, cx: &mut Context<Self>) {
        if cake == "mud pie" {
            return; // the handle is dropped here, and the caller is told at once
        }
        self.in_the_oven.push((cake, reply));
        cx.send_after(Duration::from_millis(50), Done::Baked);
    }

    /// Has one delivered. The handle goes into work beside the server, which answers from there.
    #[call]
    fn deliver(&mut self, cake: String, reply: ReplyTo<String>, cx: &mut Context<Self>) {
        let ride = async move {
            sleep(Duration::from_millis(20)).await;
            reply.send(format!("{cake}, at your door"));
        };
        cx.spawn(ride, |_finished| Done::Delivered);
    }

    /// Returns how many cakes are in the oven. It is answered at once, whoever waits for a cake.
    #[call]
    fn baking(&self) -> usize {
        self.in_the_oven.len()
    }

    async fn handle_info(&mut self, info: Info<Done>, _cx: &mut Context<Self>) -> NextResult<Self> {
        if let Info::Message(Done::Baked) = info {
            let (cake, reply) = self.in_the_oven.remove(0);
            if reply.is_abandoned() {
                println!("nobody waits for the {cake} any more");
            }
            reply.send(format!("a warm {cake}"));
        }
        Ok(Next::NoReply)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bakery = Bakery::start(()).await?;
    let bake = |cake: &str| {
        let cake = cake.to_owned();
        // A call in two halves: it is sent now, and its answer waited for later.
        bakery.send_request(|reply| BakeryCall::Bake { cake, reply })
    };

    let (apple, plum) = (bake("apple pie"), bake("plum pie"));
    println!("{} are in the oven", bakery.baking().await?);
    println!("{}, and {}", apple.await?, plum.await?);

    println!("{}", bakery.deliver("lemon tart".to_owned()).await?);

    if let Err(error) = bakery.bake("mud pie".to_owned()).await {
        println!("mud pie: {error}");
    }

    let hasty = bakery.within(Duration::from_millis(1));
    if let Err(error) = hasty.bake("wedding cake".to_owned()).await {
        println!("wedding cake: {error}");
    }
    while bakery.baking().await? > 0 {
        sleep(Duration::from_millis(5)).await;
    }

    // Whoever waits when the server ends is told why it ended.
    let last = bake("bread");
    bakery.exit(ExitReason::Kill);
    if let Err(error) = last.await {
        println!("bread: {error}");
    }
    Ok(())
}
