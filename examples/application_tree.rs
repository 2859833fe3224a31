//! A tree: three subsystems, each with a strategy of its own. A crash in one concerns the others not
//! at all, and a subsystem that gives up is started again by the supervisor above.
//!
//! `cargo run --example application_tree`

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::time::Duration;

use actor_otp::SupervisionTree;
use actor_otp::prelude::*;

/// A server that is there, under a name.
struct Part;

#[actor]
impl GenServer for Part {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn part(name: &'static str) -> ChildSpec<ActorRef<Part>> {
    Part::options(()).name(name).child_spec().id(name)
}

struct Database;

#[actor(name = "database")]
impl Supervisor for Database {
    fn init((): ()) -> SupervisorSpec {
        // The pool needs the repository: if that crashes, both start again.
        SupervisorSpec::new(Strategy::RestForOne).children(["repo", "pool"].map(part))
    }
}

struct Cache;

#[actor(name = "cache")]
impl Supervisor for Cache {
    fn init((): ()) -> SupervisorSpec {
        // Neither works with a fresh other one. One restart in five seconds, and then it gives up.
        SupervisorSpec::new(Strategy::OneForAll)
            .max_restarts(1)
            .children(["store", "ttl"].map(part))
    }
}

struct Web;

#[actor(name = "web")]
impl Supervisor for Web {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne).children(["router", "handler"].map(part))
    }
}

struct App;

#[actor(name = "app")]
impl Supervisor for App {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
            .child(Database::child_spec(()))
            .child(Cache::child_spec(()))
            .child(Web::child_spec(()))
    }
}

/// Kills who holds the name, and waits for the next one.
async fn crash(name: &'static str) -> Result<(), Box<dyn std::error::Error>> {
    let part = Name::<Part>::new(name);
    let victim = part.whereis().ok_or("it does not run")?;
    victim.exit(ExitReason::Kill);
    victim.exited().await;
    part.wait(Duration::from_secs(1)).await?;
    App::NAME.count_children().await?; // answered when its restarts are complete,
    Cache::NAME.count_children().await?; // and those of the cache
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::start_link(()).await?;
    let show = |title: &str| {
        let tree = SupervisionTree::of(&app).ok_or("the application has ended")?;
        println!("{title}\n{tree}");
        Ok::<_, &str>(())
    };
    show("At the start:")?;
    crash("ttl").await?;
    show("After a crash in the cache, which starts both its parts again:")?;
    crash("ttl").await?;
    show("After one too many, for which the cache itself is started again:")?;
    app.stop().await?;
    Ok(())
}
