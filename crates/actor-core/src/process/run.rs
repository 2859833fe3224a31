//! The life of a process: `init`, the loop, `terminate`.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use crate::context::Context;
use crate::exit_reason::ExitReason;
use crate::gen_server::{GenServer, Init, InitResult, Next};
use crate::process::dispatch::dispatch;
use crate::process::incarnation::Incarnation;
use crate::process::report;
use crate::process::server::{Server, answer};
use crate::process::shield::{Outcome, Shield};
use crate::reply::PreparedReply;
use crate::signal::Info;
use crate::start_error::StartError;
use crate::unwind::catch;

/// Why a server stopped, and the reply that is to be sent after `terminate`.
type Ending = (ExitReason, Option<PreparedReply>);

/// Runs one life. It ends with the drop of `life`, which is the death.
///
/// This and the loop are blocks instead of `async fn`s: what a block captures is used in place,
/// where the arguments of an `async fn` would lie in the future twice.
#[expect(
    clippy::manual_async_fn,
    reason = "its arguments would lie there twice"
)]
pub(super) fn run<S: GenServer>(
    mut life: Incarnation<S>,
    args: S::Args,
) -> impl Future<Output = ()> + Send {
    async move {
        let mut cx = Context::new(Arc::clone(&life.cell));
        let Some(first) = initialise(&mut life, args, &mut cx).await else {
            return;
        };
        let served = {
            let Some(state) = &mut life.state else { return };
            let server = Server {
                state,
                batch: &mut life.batch,
                in_hand: &mut life.in_hand,
                last: &mut life.last,
                cx: &mut cx,
            };
            let future = pin!(Some(serve(server, first)));
            Shield::new(&life.cell, &mut life.presence, future).await
        };
        let (reason, reply) = match served {
            Outcome::Returned(ending) => ending,
            Outcome::Panicked(reason) => (reason, None),
            Outcome::Doomed(reason) => return life.end(reason),
        };
        terminate(&mut life, &mut cx, reason, reply).await;
    }
}

/// Runs `init`, and tells the starter. None if this life is over already.
async fn initialise<S: GenServer>(
    life: &mut Incarnation<S>,
    args: S::Args,
    cx: &mut Context<S>,
) -> Option<Next<S>> {
    let init = {
        // A block, so that also what runs before the first await is inside the shield.
        let future = pin!(Some(async move { S::init(args, cx).await }));
        Shield::new(&life.cell, &mut life.presence, future).await
    };
    let killed = matches!(init, Outcome::Doomed(_));
    match begin(init) {
        Ok((state, first)) => {
            life.acknowledge(state);
            Some(first)
        }
        Err((failure, reason)) => {
            if !killed {
                report::end(life, &reason);
            }
            life.fail(failure, reason);
            None
        }
    }
}

/// What the answer of `init` means: go on with a state, or fail with what the starter is told and
/// the reason of the end (G-4).
fn begin<S: GenServer>(
    init: Outcome<InitResult<S>>,
) -> Result<(S, Next<S>), (StartError, ExitReason)> {
    let init = match init {
        Outcome::Returned(result) => result.unwrap_or_else(Init::Stop),
        Outcome::Panicked(reason) | Outcome::Doomed(reason) => Init::Stop(reason),
    };
    match init {
        Init::Ready(state) => Ok((state, Next::NoReply)),
        Init::Continue(state, step) => Ok((state, Next::Continue(step))),
        Init::Timeout(state, limit) => Ok((state, Next::Timeout(limit))),
        Init::Ignore => Err((StartError::Ignored, ExitReason::Normal)),
        Init::Error(reason) => Err((StartError::Failed(reason), ExitReason::Normal)),
        Init::Stop(reason) => Err((StartError::Failed(reason.clone()), reason)),
    }
}

/// The loop: one message or continue at a time, until a callback stops it (G-12).
#[expect(
    clippy::manual_async_fn,
    reason = "its arguments would lie there twice"
)]
fn serve<S: GenServer>(
    mut server: Server<'_, S>,
    mut next: Next<S>,
) -> impl Future<Output = Ending> + Send {
    async move {
        let mut turns = 0;
        loop {
            // Nothing that has a destructor is held over an await: it would lie in the future.
            let limit = match next {
                Next::Stop(reason) => return (reason, None),
                Next::StopAndReply(reason, reply) => return (reason, Some(reply)),
                Next::Continue(step) => {
                    server.breathe(&mut turns).await;
                    *server.last = "continue";
                    next = answer(server.state.handle_continue(step, server.cx).await);
                    server.settle(&next);
                    continue;
                }
                Next::Timeout(limit) => Some(limit),
                Next::NoReply | Next::Hibernate => None,
            };
            server.breathe(&mut turns).await;
            next = match server.receive(limit).await {
                Some(envelope) => dispatch(&mut server, envelope).await,
                None => {
                    *server.last = "timeout";
                    answer(server.state.handle_info(Info::Timeout, server.cx).await)
                }
            };
            server.settle(&next);
        }
    }
}

/// Runs `terminate`, then sends the reply that waited for it, then reports (G-27, G-39, G-44).
async fn terminate<S: GenServer>(
    life: &mut Incarnation<S>,
    cx: &mut Context<S>,
    reason: ExitReason,
    reply: Option<PreparedReply>,
) {
    let Some(state) = &mut life.state else { return };
    let terminated = {
        let reason = &reason;
        let future = pin!(Some(async move { state.terminate(reason, cx).await }));
        Shield::new(&life.cell, &mut life.presence, future).await
    };
    let reason = match terminated {
        Outcome::Returned(()) => reason,
        Outcome::Panicked(panic) => {
            life.last = "terminate"; // whose panic is the reason now
            panic
        }
        Outcome::Doomed(doom) => return life.end(doom),
    };
    if let Some(reply) = reply {
        let _ = catch(|| reply.send()); // a value that nobody waits for is dropped in there
    }
    report::end(life, &reason);
    life.end(reason);
}
