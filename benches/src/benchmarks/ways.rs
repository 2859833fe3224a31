//! The same thing done with ours in several ways.

use std::convert::Infallible;

use actor_otp::prelude::*;
use actor_otp::{Deadline, NextResult};

use super::{Measured, timed};
use crate::contestants::ours::{Host, HostClient};
use crate::logic::{Logic, Message};

const TEXT: &str = "the one";

pub const CACHED: Name<Host> = actor_otp::name!(Host, TEXT);
pub const PLAIN: Name<Host> = Name::new(TEXT);

/// Written by hand, as the client that the attribute writes always has a deadline.
pub struct Answers;

pub struct Get(ReplyTo<u64>);

impl GenServer for Answers {
    type Args = ();
    type Call = Get;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(&mut self, Get(reply): Get, _cx: &mut Context<Self>) -> NextResult<Self> {
        reply.send(7);
        Ok(Next::NoReply)
    }
}

/// One client calls one actor, each time by the same deadline.
pub async fn call_by(deadline: Deadline, calls: u64) -> Measured {
    let actor = Answers::start(()).await.expect("starts");
    timed(calls, async {
        for _ in 0..calls {
            assert_eq!(actor.call_by(deadline, Get).await, Ok(7));
        }
    })
    .await
}

/// An actor that can be reached through [`CACHED`] and [`PLAIN`].
pub async fn start_named() -> ActorRef<Host> {
    let options = Host::options(Logic::default()).name(CACHED);
    options.start().await.expect("starts")
}

/// Tells or asks an actor through this address.
pub async fn addressed(benchmark: &str, to: &impl Address<Host>, messages: u64) -> Measured {
    match benchmark {
        "name-burst" | "observed-burst" => burst(to, messages).await,
        _ => calls(to, messages).await,
    }
}

/// Casts in bursts of 64, until they are handled.
async fn burst(to: &impl Address<Host>, casts: u64) -> Measured {
    let bursts = casts / 64;
    timed(bursts * 64, async {
        for _ in 0..bursts {
            for _ in 0..64 {
                to.deliver(Message::Add(1));
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(to.count().await, Ok(bursts * 64));
    })
    .await
}

async fn calls(to: &impl Address<Host>, calls: u64) -> Measured {
    to.deliver(Message::Add(7));
    timed(calls, async {
        for _ in 0..calls {
            assert_eq!(to.count().await, Ok(7));
        }
    })
    .await
}
