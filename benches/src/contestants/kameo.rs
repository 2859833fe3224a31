//! kameo.

use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::mailbox;
use kameo::message::{Context, Message as Handles};

use crate::contestant::{Bounded, Contestant, Named, Restarts, Small, Supervises};
use crate::logic::{Address, Logic, Message, Then};

pub struct Kameo;

#[derive(Actor)]
pub struct Host(Logic<ActorRef<Host>>);

pub struct Tell(Message<ActorRef<Host>>);

pub struct Ask;

impl Address for ActorRef<Host> {
    #[inline]
    fn tell(&self, message: Message<Self>) {
        let _ = ActorRef::tell(self, Tell(message)).try_send();
    }
}

impl Handles<Tell> for Host {
    type Reply = ();

    async fn handle(&mut self, Tell(message): Tell, cx: &mut Context<Self, ()>) {
        match self.0.handle(message, || cx.actor_ref().clone()) {
            Then::Wait => {}
            Then::Stop => cx.stop(),
            Then::Spawn(messages) => {
                for message in messages {
                    Address::tell(&spawn(Logic::default()), message);
                }
            }
        }
    }
}

impl Handles<Ask> for Host {
    type Reply = u64;

    async fn handle(&mut self, _: Ask, _cx: &mut Context<Self, u64>) -> u64 {
        self.0.count()
    }
}

fn spawn(logic: Logic<ActorRef<Host>>) -> ActorRef<Host> {
    Host::spawn_with_mailbox(Host(logic), mailbox::unbounded())
}

impl Contestant for Kameo {
    const NAME: &'static str = "kameo";

    type Addr = ActorRef<Host>;

    async fn start(logic: Logic<Self::Addr>) -> Self::Addr {
        spawn(logic)
    }

    async fn ask(to: &Self::Addr) -> u64 {
        to.ask(Ask).await.expect("it answers")
    }

    async fn stop(to: Self::Addr) {
        to.stop_gracefully().await.expect("it lives");
        to.wait_for_shutdown().await;
    }
}

impl Bounded for Kameo {
    type Bounded = ActorRef<Host>;

    async fn start_bounded(capacity: usize) -> Self::Bounded {
        Host::spawn_with_mailbox(Host(Logic::default()), mailbox::bounded(capacity))
    }

    async fn add(to: &Self::Bounded, number: u64) {
        let tell = ActorRef::tell(to, Tell(Message::Add(number)));
        tell.await.expect("it lives");
    }

    async fn ask_bounded(to: &Self::Bounded) -> u64 {
        to.ask(Ask).await.expect("it answers")
    }
}

impl Named for Kameo {
    async fn start_named(name: String) -> Self::Addr {
        let actor = spawn(Logic::default());
        actor.register(name).expect("the name is free");
        actor
    }

    fn add_by_name(name: &str, number: u64) {
        let found = ActorRef::<Host>::lookup(name).expect("of this type");
        Address::tell(&found.expect("it is registered"), Message::Add(number));
    }
}

/// Supervises as kameo does it: each for itself.
#[derive(Actor)]
pub struct Keeper;

async fn start_child(keeper: &ActorRef<Keeper>) -> ActorRef<Host> {
    let child = Host::supervise_with(keeper, || Host(Logic::default()));
    child
        .restart_limit(u32::MAX, Duration::from_secs(5))
        .spawn_with_mailbox(mailbox::unbounded())
        .await
}

impl Restarts for Kameo {
    /// The reference stays the same over restarts, as the mailbox does.
    type Supervisor = (ActorRef<Keeper>, ActorRef<Host>);

    async fn supervise() -> Self::Supervisor {
        let keeper = Keeper::spawn(Keeper);
        let child = start_child(&keeper).await;
        (keeper, child)
    }

    fn crash((_, child): &Self::Supervisor) {
        Address::tell(child, Message::Crash);
    }

    async fn try_ask((_, child): &Self::Supervisor) -> Option<u64> {
        child.ask(Ask).await.ok()
    }
}

impl Supervises for Kameo {
    type Supervisor = ActorRef<Keeper>;

    async fn start_supervisor() -> Self::Supervisor {
        Keeper::spawn(Keeper)
    }

    async fn start_child(supervisor: &Self::Supervisor) -> Self::Addr {
        start_child(supervisor).await
    }

    async fn stop_all(supervisor: Self::Supervisor, _children: Vec<Self::Addr>) {
        supervisor.stop_gracefully().await.expect("it lives");
        supervisor.wait_for_shutdown().await;
    }
}

/// One with nothing but a number.
#[derive(Actor)]
pub struct Number(u64);

pub struct Add(u64);

impl Handles<Add> for Number {
    type Reply = ();

    async fn handle(&mut self, Add(number): Add, _cx: &mut Context<Self, ()>) {
        self.0 += number;
    }
}

impl Handles<Ask> for Number {
    type Reply = u64;

    async fn handle(&mut self, _: Ask, _cx: &mut Context<Self, u64>) -> u64 {
        self.0
    }
}

impl Small for Kameo {
    type Small = ActorRef<Number>;

    async fn start_small() -> Self::Small {
        Number::spawn_with_mailbox(Number(0), mailbox::unbounded())
    }

    async fn add_small(to: &Self::Small, number: u64) {
        let tell = ActorRef::tell(to, Add(number));
        tell.await.expect("it lives");
    }

    async fn ask_small(to: &Self::Small) -> u64 {
        to.ask(Ask).await.expect("it answers")
    }
}
