//! actor-otp, as its users get it: default features, links, monitors, deadlines, crash reports, and the
//! client that the attribute writes.

use std::sync::Mutex;
use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::{CallError, ChildRef, DynamicSupervisorRef, Overflow};

use crate::contestant::{Bounded, Contestant, Named, Restarts, Small, Supervises};
use crate::logic::{Address as _, Logic, Message, Then};

pub struct Ours;

pub struct Host(Logic<ActorRef<Host>>);

#[actor]
impl GenServer for Host {
    async fn init(logic: Logic<ActorRef<Host>>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(logic).into())
    }

    #[call]
    pub fn count(&self) -> u64 {
        self.0.count()
    }

    #[cast]
    pub fn deliver(
        &mut self,
        message: Message<ActorRef<Host>>,
        cx: &mut Context<Self>,
    ) -> Next<Self> {
        match self.0.handle(message, || cx.actor_ref()) {
            Then::Wait => Next::NoReply,
            Then::Stop => Next::Stop(ExitReason::Normal),
            Then::Spawn(_) => unreachable!("`grow` starts others"),
        }
    }

    #[cast]
    pub async fn grow(
        &mut self,
        message: Message<ActorRef<Host>>,
        cx: &mut Context<Self>,
    ) -> Result<Next<Self>, StartError> {
        match self.0.handle(message, || cx.actor_ref()) {
            Then::Wait => {}
            Then::Stop => return Ok(Next::Stop(ExitReason::Normal)),
            Then::Spawn(messages) => {
                for message in messages {
                    Host::start(Logic::default()).await?.tell(message);
                }
            }
        }
        Ok(Next::NoReply)
    }
}

impl crate::logic::Address for ActorRef<Host> {
    #[inline]
    fn tell(&self, message: Message<Self>) {
        match message {
            Message::Grow(..) => self.grow(message),
            message => self.deliver(message),
        }
    }
}

impl Contestant for Ours {
    const NAME: &'static str = "ours";

    type Addr = ActorRef<Host>;

    async fn start(logic: Logic<Self::Addr>) -> Self::Addr {
        Host::start(logic).await.expect("starts")
    }

    async fn ask(to: &Self::Addr) -> u64 {
        to.count().await.expect("it answers")
    }

    async fn stop(to: Self::Addr) {
        to.stop().await.expect("it stops");
    }
}

impl Bounded for Ours {
    type Bounded = ActorRef<Host>;

    async fn start_bounded(capacity: usize) -> Self::Bounded {
        let options = Host::options(Logic::default()).mailbox(capacity);
        let started = options.overflow(Overflow::Wait).start().await;
        started.expect("starts")
    }

    async fn add(to: &Self::Bounded, number: u64) {
        to.waiting()
            .deliver(Message::Add(number))
            .await
            .expect("it lives");
    }

    async fn ask_bounded(to: &Self::Bounded) -> u64 {
        let answer: Result<u64, CallError> = to.count().await;
        answer.expect("it answers")
    }
}

impl Named for Ours {
    async fn start_named(name: String) -> Self::Addr {
        let options = Host::options(Logic::default()).name(Name::dynamic(name));
        options.start().await.expect("starts")
    }

    fn add_by_name(name: &str, number: u64) {
        let found = process::whereis(name).and_then(|pid| pid.typed::<Host>());
        found
            .expect("it is registered")
            .deliver(Message::Add(number));
    }
}

/// A supervisor's child through its restarts, and its incarnation that is known to have run last.
pub struct Supervised {
    child: ChildRef<Host>,
    latest: Mutex<ActorRef<Host>>,
}

impl Supervised {
    fn latest(&self) -> ActorRef<Host> {
        self.latest.lock().expect("not poisoned").clone()
    }
}

impl Restarts for Ours {
    type Supervisor = Supervised;

    async fn supervise() -> Supervised {
        let child = ChildSpec::new("child", || Host::start_link(Logic::default()));
        let spec = SupervisorSpec::new(Strategy::OneForOne).max_restarts(u32::MAX);
        let supervisor = spec.child(child).start().await.expect("starts");
        let child = supervisor.child("child").await.expect("it is in the list");
        let first = child.wait(Duration::from_secs(5)).await;
        let first = first.expect("it runs");
        Supervised {
            child,
            latest: Mutex::new(first),
        }
    }

    fn crash(supervised: &Supervised) {
        supervised.latest().deliver(Message::Crash);
    }

    /// Asks the next one, once the supervisor shows that it runs.
    async fn try_ask(supervised: &Supervised) -> Option<u64> {
        let former = supervised.latest();
        let next = supervised.child.wait_after(&former).await.ok()?;
        next.clone_into(&mut supervised.latest.lock().expect("not poisoned"));
        next.count().await.ok()
    }
}

impl Supervises for Ours {
    type Supervisor = DynamicSupervisorRef;

    async fn start_supervisor() -> Self::Supervisor {
        DynamicSupervisor::builder().start().await.expect("starts")
    }

    async fn start_child(supervisor: &Self::Supervisor) -> Self::Addr {
        let spec = ChildSpec::new("child", || Host::start_link(Logic::default()));
        supervisor.start_child(spec).await.expect("starts")
    }

    async fn stop_all(supervisor: Self::Supervisor, _children: Vec<Self::Addr>) {
        supervisor.stop().await.expect("stops");
    }
}

/// One with nothing but a number.
pub struct Number(u64);

#[actor]
impl GenServer for Number {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(0).into())
    }

    #[call]
    pub fn number(&self) -> u64 {
        self.0
    }

    #[cast]
    pub fn add(&mut self, number: u64) {
        self.0 += number;
    }
}

impl Small for Ours {
    type Small = ActorRef<Number>;

    async fn start_small() -> Self::Small {
        Number::start(()).await.expect("starts")
    }

    async fn add_small(to: &Self::Small, number: u64) {
        to.add(number);
    }

    async fn ask_small(to: &Self::Small) -> u64 {
        to.number().await.expect("it answers")
    }
}
