//! xtra.

use futures_util::FutureExt;
use xtra::prelude::*;

use crate::contestant::{Bounded, Contestant, Small};
use crate::logic::{self, Logic, Message, Then};

pub struct Xtra;

#[derive(xtra::Actor)]
pub struct Host {
    logic: Logic<Address<Host>>,
    /// An actor without an address would end.
    me: Address<Host>,
}

pub struct Tell(Message<Address<Host>>);

pub struct Ask;

pub struct Stop;

impl logic::Address for Address<Host> {
    #[inline]
    fn tell(&self, message: Message<Self>) {
        // Into an unbounded mailbox it is sent by the first poll.
        let _ = self.send(Tell(message)).detach().now_or_never();
    }
}

impl Handler<Tell> for Host {
    type Return = ();

    async fn handle(&mut self, Tell(message): Tell, cx: &mut Context<Self>) {
        match self.logic.handle(message, || self.me.clone()) {
            Then::Wait => {}
            Then::Stop => cx.stop_self(),
            Then::Spawn(messages) => {
                for message in messages {
                    logic::Address::tell(&spawn(Logic::default()), message);
                }
            }
        }
    }
}

impl Handler<Ask> for Host {
    type Return = u64;

    async fn handle(&mut self, _: Ask, _cx: &mut Context<Self>) -> u64 {
        self.logic.count()
    }
}

impl Handler<Stop> for Host {
    type Return = ();

    async fn handle(&mut self, _: Stop, cx: &mut Context<Self>) {
        cx.stop_self();
    }
}

fn spawn(logic: Logic<Address<Host>>) -> Address<Host> {
    spawn_with(Mailbox::unbounded(), logic)
}

fn spawn_with(
    (me, mailbox): (Address<Host>, Mailbox<Host>),
    logic: Logic<Address<Host>>,
) -> Address<Host> {
    let host = Host {
        logic,
        me: me.clone(),
    };
    xtra::spawn_tokio(host, (me, mailbox))
}

impl Contestant for Xtra {
    const NAME: &'static str = "xtra";

    type Addr = Address<Host>;

    /// Its queue is a heap, which keeps no order among equals.
    const IN_ORDER: bool = false;

    async fn start(logic: Logic<Self::Addr>) -> Self::Addr {
        spawn(logic)
    }

    async fn ask(to: &Self::Addr) -> u64 {
        to.send(Ask).await.expect("it answers")
    }

    async fn stop(to: Self::Addr) {
        to.send(Stop).await.expect("it lives");
        to.join().await;
    }
}

impl Bounded for Xtra {
    type Bounded = Address<Host>;

    async fn start_bounded(capacity: usize) -> Self::Bounded {
        spawn_with(Mailbox::bounded(capacity), Logic::default())
    }

    async fn add(to: &Self::Bounded, number: u64) {
        let sent = to.send(Tell(Message::Add(number))).detach().await;
        drop(sent.expect("it lives"));
    }

    async fn ask_bounded(to: &Self::Bounded) -> u64 {
        to.send(Ask).await.expect("it answers")
    }
}

/// One with nothing but a number.
#[derive(xtra::Actor)]
pub struct Number(u64);

pub struct Add(u64);

impl Handler<Add> for Number {
    type Return = ();

    async fn handle(&mut self, Add(number): Add, _cx: &mut Context<Self>) {
        self.0 += number;
    }
}

impl Handler<Ask> for Number {
    type Return = u64;

    async fn handle(&mut self, _: Ask, _cx: &mut Context<Self>) -> u64 {
        self.0
    }
}

impl Small for Xtra {
    type Small = Address<Number>;

    async fn start_small() -> Self::Small {
        xtra::spawn_tokio(Number(0), Mailbox::unbounded())
    }

    async fn add_small(to: &Self::Small, number: u64) {
        let sent = to.send(Add(number)).detach().await;
        drop(sent.expect("it lives"));
    }

    async fn ask_small(to: &Self::Small) -> u64 {
        to.send(Ask).await.expect("it answers")
    }
}
