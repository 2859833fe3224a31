//! Children on demand: a session for each user, found by its name.
//!
//! `cargo run --example dynamic_sessions`

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use actor_otp::TerminateChildError;
use actor_otp::prelude::*;

/// What one user has in the basket.
struct Session {
    user: String,
    items: Vec<String>,
}

#[actor(restart = "temporary")] // a session that crashes is not started again by itself
impl GenServer for Session {
    async fn init(user: String, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self {
            user,
            items: vec![],
        }
        .into())
    }

    /// Adds an item.
    #[cast]
    fn add(&mut self, item: String) {
        self.items.push(item);
    }

    /// Returns what is in the basket.
    #[call]
    fn show(&self) -> String {
        format!("{}: {}", self.user, self.items.join(", "))
    }
}

/// The functions of the sessions' supervisor are plain functions over its name.
mod sessions {
    use super::{
        ActorRef, ChildSpec, DynamicSupervisor, DynamicSupervisorClient, DynamicSupervisorRef,
        Name, OptionsChildSpec, Pid, Session, Start, StartChildError, TerminateChildError,
    };

    pub(crate) const NAME: Name<DynamicSupervisor> = Name::new("sessions");

    pub(crate) fn child_spec() -> ChildSpec<DynamicSupervisorRef> {
        DynamicSupervisor::builder()
            .name(NAME)
            .max_children(2)
            .child_spec()
    }

    /// Starts the session of a user, named after the user.
    pub(crate) async fn start(user: &str) -> Result<ActorRef<Session>, StartChildError> {
        let name = Name::dynamic(format!("session:{user}"));
        let options = Session::options(user.to_owned()).name(name);
        NAME.start_child(options.child_spec()).await
    }

    pub(crate) async fn stop(session: Pid) -> Result<(), TerminateChildError> {
        NAME.terminate_child(session).await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = SupervisorSpec::new(Strategy::OneForOne)
        .child(sessions::child_spec())
        .start_link()
        .await?;
    let ann = sessions::start("ann").await?;
    sessions::start("bob").await?;
    ann.add("tea".into());
    Name::<Session>::dynamic("session:ann").add("milk".into()); // found by its name
    println!("{}", ann.show().await?);
    println!("{:?}", sessions::NAME.count_children().await?);
    if let Err(full) = sessions::start("cid").await {
        println!("cid: {full}");
    }
    sessions::stop(ann.pid()).await?;
    println!("{:?}", sessions::NAME.count_children().await?);
    if let Err(gone) = ann.show().await {
        println!("ann: {gone}");
    }
    app.stop().await?;
    Ok(())
}
