//! actix. Its actors stay on the thread on which they start: all of one run are on one thread, beside
//! the two workers on which the others run.

use std::future::Future;
use std::sync::OnceLock;

use actix::{
    Actor, ActorContext, Addr, Arbiter, ArbiterHandle, AsyncContext, Context, Handler, System,
};
use tokio::sync::oneshot;

use crate::contestant::{Contestant, Small};
use crate::logic::{Address, Logic, Message, Then};
use crate::runtime::Flavor;

pub struct Actix;

static ARBITER: OnceLock<ArbiterHandle> = OnceLock::new();

pub struct Host {
    logic: Logic<Addr<Host>>,
    /// Dropped with the actor.
    ends: Option<oneshot::Sender<()>>,
}

impl Host {
    fn new(logic: Logic<Addr<Self>>) -> Self {
        Self { logic, ends: None }
    }
}

impl Actor for Host {
    type Context = Context<Self>;
}

#[derive(actix::Message)]
#[rtype(result = "()")]
pub struct Tell(Message<Addr<Host>>);

#[derive(actix::Message)]
#[rtype(u64)]
pub struct Ask;

#[derive(actix::Message)]
#[rtype(result = "()")]
pub struct Stop(oneshot::Sender<()>);

impl Address for Addr<Host> {
    #[inline]
    fn tell(&self, message: Message<Self>) {
        self.do_send(Tell(message));
    }
}

impl Handler<Tell> for Host {
    type Result = ();

    fn handle(&mut self, Tell(message): Tell, cx: &mut Self::Context) {
        match self.logic.handle(message, || cx.address()) {
            Then::Wait => {}
            Then::Stop => cx.stop(),
            Then::Spawn(messages) => {
                for message in messages {
                    Host::new(Logic::default()).start().tell(message);
                }
            }
        }
    }
}

impl Handler<Ask> for Host {
    type Result = u64;

    fn handle(&mut self, _: Ask, _cx: &mut Self::Context) -> u64 {
        self.logic.count()
    }
}

impl Handler<Stop> for Host {
    type Result = ();

    fn handle(&mut self, Stop(ends): Stop, cx: &mut Self::Context) {
        self.ends = Some(ends);
        cx.stop();
    }
}

impl Contestant for Actix {
    const NAME: &'static str = "actix";

    type Addr = Addr<Host>;

    fn block_on<F>(flavor: Flavor, benchmark: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        System::with_tokio_rt(move || flavor.runtime()).block_on(async move {
            let handle = match flavor {
                Flavor::CurrentThread => Arbiter::current(),
                Flavor::MultiThread => Arbiter::new().handle(),
            };
            ARBITER.get_or_init(|| handle);
            tokio::spawn(benchmark).await.expect("no panic")
        })
    }

    async fn start(logic: Logic<Self::Addr>) -> Self::Addr {
        let arbiter = ARBITER.get().expect("made before the benchmark");
        Host::start_in_arbiter(arbiter, |_| Host::new(logic))
    }

    async fn ask(to: &Self::Addr) -> u64 {
        to.send(Ask).await.expect("it answers")
    }

    async fn stop(to: Self::Addr) {
        let (sender, receiver) = oneshot::channel();
        to.do_send(Stop(sender));
        let _ = receiver.await; // it ends with the actor
    }
}

/// One with nothing but a number.
pub struct Number(u64);

impl Actor for Number {
    type Context = Context<Self>;
}

#[derive(actix::Message)]
#[rtype(result = "()")]
pub struct Add(u64);

impl Handler<Add> for Number {
    type Result = ();

    fn handle(&mut self, Add(number): Add, _cx: &mut Self::Context) {
        self.0 += number;
    }
}

impl Handler<Ask> for Number {
    type Result = u64;

    fn handle(&mut self, _: Ask, _cx: &mut Self::Context) -> u64 {
        self.0
    }
}

impl Small for Actix {
    type Small = Addr<Number>;

    async fn start_small() -> Self::Small {
        let arbiter = ARBITER.get().expect("made before the benchmark");
        Number::start_in_arbiter(arbiter, |_| Number(0))
    }

    async fn add_small(to: &Self::Small, number: u64) {
        to.do_send(Add(number));
    }

    async fn ask_small(to: &Self::Small) -> u64 {
        to.send(Ask).await.expect("it answers")
    }
}
