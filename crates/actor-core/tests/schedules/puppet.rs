//! A server that does what a model tells it, and tasks beside it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actor_core::{
    ActorRef, Address, CallError, Context, ExitReason, GenServer, Info, InitResult, Next,
    NextResult, Node, Overflow, ReplyTo, Start,
};
use shuttle::future::{JoinHandle, yield_now};

/// What it has heard.
#[derive(Default)]
pub(crate) struct Puppet {
    pub(crate) downs: Vec<ExitReason>,
    pub(crate) exits: Vec<ExitReason>,
    pub(crate) called: Vec<Result<(), CallError>>,
    /// How many plain messages.
    pub(crate) heard: Arc<AtomicUsize>,
    /// Is told the reason of the first DOWN.
    awaits_down: Option<ReplyTo<ExitReason>>,
}

pub(crate) type Act = Box<dyn FnOnce(&mut Puppet, &mut Context<Puppet>) + Send>;

pub(crate) enum Cast {
    /// Something to drop.
    Keep(Box<dyn Send>),
    /// It calls another puppet, and notes what comes of it.
    Call(ActorRef<Puppet>),
    /// It starts a child with a link, and lets others run while that begins.
    StartLink,
}

impl GenServer for Puppet {
    /// How often others may run in `init`.
    type Args = usize;
    type Call = Act;
    type Cast = Cast;
    type Info = ();
    type Continue = ();

    async fn init(yields: usize, _cx: &mut Context<Self>) -> InitResult<Self> {
        for _ in 0..yields {
            yield_now().await;
        }
        Ok(Self::default().into())
    }

    async fn handle_call(&mut self, act: Act, cx: &mut Context<Self>) -> NextResult<Self> {
        act(self, cx);
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, cast: Cast, _cx: &mut Context<Self>) -> NextResult<Self> {
        match cast {
            Cast::Keep(value) => drop(value),
            Cast::Call(callee) => self.called.push(as_puppet(&callee, |_, _| ()).await),
            Cast::StartLink => drop(Self::start_link(1).await),
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(&mut self, info: Info<()>, _cx: &mut Context<Self>) -> NextResult<Self> {
        match info {
            Info::Down(down) => {
                self.downs.push(down.reason.clone());
                if let Some(reply) = self.awaits_down.take() {
                    reply.send(down.reason);
                }
            }
            Info::Exit(exit) => self.exits.push(exit.reason),
            Info::Message(()) => drop(self.heard.fetch_add(1, Ordering::Relaxed)),
            Info::Timeout => {}
        }
        Ok(Next::NoReply)
    }
}

impl Puppet {
    pub(crate) async fn new() -> ActorRef<Self> {
        Self::start(0).await.expect("it starts")
    }

    /// One with room for one message.
    pub(crate) async fn narrow(overflow: Overflow) -> ActorRef<Self> {
        let options = Self::options(0).mailbox(1).overflow(overflow);
        options.start().await.expect("it starts")
    }
}

/// Runs code as the puppet, and returns what it gives.
pub(crate) async fn as_puppet<T: Send + 'static>(
    puppet: &ActorRef<Puppet>,
    act: impl FnOnce(&mut Puppet, &mut Context<Puppet>) -> T + Send + 'static,
) -> Result<T, CallError> {
    let act = |reply: ReplyTo<T>| -> Act { Box::new(move |it, cx| reply.send(act(it, cx))) };
    puppet.call(act).await
}

/// The reason of the first DOWN that the puppet gets.
pub(crate) async fn first_down(puppet: &ActorRef<Puppet>) -> Result<ExitReason, CallError> {
    let wait = |reply: ReplyTo<ExitReason>| -> Act {
        Box::new(move |it, _| match it.downs.first() {
            Some(reason) => reply.send(reason.clone()),
            None => it.awaits_down = Some(reply),
        })
    };
    puppet.call(wait).await
}

/// Lets a future run beside the model, in its node.
pub(crate) fn beside<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let node = Node::current();
    shuttle::future::spawn(async move { node.run(future).await })
}

/// Kills a process from another task.
pub(crate) fn kill(puppet: &ActorRef<Puppet>) -> JoinHandle<()> {
    let puppet = puppet.clone();
    beside(async move { puppet.exit(ExitReason::Kill) })
}

/// Ends the puppets, which live.
pub(crate) async fn end(puppets: impl IntoIterator<Item = ActorRef<Puppet>>) {
    for puppet in puppets {
        puppet.stop().await.expect("it lives");
    }
}
