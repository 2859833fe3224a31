//! Servers for trees, and tasks beside a model.

use std::convert::Infallible;
use std::future::Future;

use actor_core::{ActorRef, Context, ExitReason, GenServer, InitResult, Name, Node, Start};
use actor_supervisor::{ChildSpec, Strategy, SupervisorRef, SupervisorSpec};
use shuttle::future::{JoinHandle, yield_now};

/// Does nothing; others may run while it starts.
pub(crate) struct Idle;

impl GenServer for Idle {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        yield_now().await;
        Ok(Self.into())
    }
}

pub(crate) const GRANDCHILD: Name<Idle> = Name::new("grandchild");

/// Has a child of its own, of which there can be but one.
pub(crate) struct Parent;

impl GenServer for Parent {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Idle::options(()).name(GRANDCHILD).start_link().await?;
        Ok(Self.into())
    }
}

/// Traps exits, and takes its time to end.
pub(crate) struct Slow;

impl GenServer for Slow {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self.into())
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        for _ in 0..3 {
            yield_now().await;
        }
    }
}

pub(crate) fn child<S: GenServer<Args = ()>>(id: &'static str) -> ChildSpec<ActorRef<S>> {
    ChildSpec::new(id, || async { S::start_link(()).await })
}

/// A supervisor that allows one restart.
pub(crate) async fn supervisor() -> SupervisorRef {
    let spec = SupervisorSpec::new(Strategy::OneForOne).max_restarts(1);
    spec.start().await.expect("it starts")
}

/// Lets a future run beside the model, in its node.
pub(crate) fn beside<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let node = Node::current();
    shuttle::future::spawn(async move { node.run(future).await })
}
