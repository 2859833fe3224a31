//! The child of these trees: it tells when it has started.

use actor_otp::prelude::*;
use tokio::sync::mpsc;

pub struct Child;

pub type Started = mpsc::UnboundedSender<()>;

#[actor]
impl GenServer for Child {
    async fn init(started: Started, _cx: &mut Context<Self>) -> InitResult<Self> {
        let _ = started.send(());
        Ok(Self.into())
    }

    #[cast]
    pub fn crash(&mut self) {
        panic!("as it was told");
    }
}

pub fn spec(started: &Started) -> ChildSpec<ActorRef<Child>> {
    let started = started.clone();
    ChildSpec::new("child", move || Child::start_link(started.clone()))
}
