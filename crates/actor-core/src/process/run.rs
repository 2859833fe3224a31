//! The life of a process: `init`, the loop, `terminate`.
//!
//! Its futures are blocks instead of `async fn`s: what a block captures is used in place, where the
//! arguments of an `async fn` would lie in the future twice. A value goes to its next place as a
//! whole, by a function: what a `match` takes apart lies in the future over every await in its arms.
#![expect(
    clippy::manual_async_fn,
    reason = "its arguments would lie in the future twice"
)]

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;

use crate::exit_reason::ExitReason;
use crate::gen_server::{GenServer, Init, InitResult};
use crate::process::dispatch::dispatch;
use crate::process::incarnation::Incarnation;
use crate::process::report;
use crate::process::server::{Due, Ending, Server};
use crate::process::shield::{Outcome, Shield};
use crate::progress::Callback;
use crate::reply::PreparedReply;
use crate::start_error::StartError;
use crate::unwind::catch;

/// A start that failed: what the starter is told, and the reason of the end.
type Failure = (StartError, ExitReason);

/// Runs one life, to its death.
pub(super) fn run<S: GenServer>(mut life: Incarnation<S>) -> impl Future<Output = ()> + Send {
    async move {
        let due = match initialise(&mut life).await {
            Ok(due) => due,
            Err((failure, reason)) => return life.fail(failure, reason),
        };
        let served = {
            let Incarnation {
                state: Some(state),
                server,
                body,
                ..
            } = &mut life
            else {
                return;
            };
            let future = pin!(Some(serve(state, server, due)));
            Shield::new(body, future).await
        };
        let (reason, reply) = match ending(served) {
            Ok(ending) => ending,
            Err(doom) => return life.end(doom),
        };
        let reason = terminate(&mut life, reason, reply).await;
        life.end(reason);
    }
}

/// Runs `init`, and tells the starter if it succeeded.
fn initialise<S: GenServer>(
    life: &mut Incarnation<S>,
) -> impl Future<Output = Result<Due<S>, Failure>> + Send {
    async move {
        let init = {
            let args = life.take_args();
            let cx = &mut life.server.cx;
            // A block, so that also what runs before the first await is inside the shield.
            let future = pin!(args.map(|args| async move { S::init(args, cx).await }));
            Shield::new(&mut life.body, future).await
        };
        let killed = matches!(init, Outcome::Doomed(_));
        match begin(init) {
            Ok((state, due)) => {
                life.acknowledge(state);
                Ok(due)
            }
            Err((failure, reason)) => {
                if !killed {
                    report::end(life, &reason);
                }
                Err((failure, reason))
            }
        }
    }
}

/// What the answer of `init` means: go on with a state, or fail (G-4).
fn begin<S: GenServer>(init: Outcome<InitResult<S>>) -> Result<(S, Due<S>), Failure> {
    let init = match init {
        Outcome::Returned(result) => result.unwrap_or_else(Init::Stop),
        Outcome::Panicked(reason) | Outcome::Doomed(reason) => Init::Stop(reason),
    };
    match init {
        Init::Ready(state) => Ok((state, Due::Message)),
        Init::Continue(state, step) => Ok((state, Due::Continue(step))),
        Init::Timeout(state, limit) => Ok((state, Due::MessageWithin(limit))),
        Init::Ignore => Err((StartError::Ignored, ExitReason::Normal)),
        Init::Error(reason) => Err((StartError::Failed(reason), ExitReason::Normal)),
        Init::Stop(reason) => Err((StartError::Failed(reason.clone()), reason)),
    }
}

/// The loop: one message or continue at a time, until a callback stops it (G-12).
fn serve<S: GenServer>(
    state: &mut S,
    server: &mut Server<S>,
    mut due: Due<S>,
) -> impl Future<Output = Result<Infallible, Ending>> + Send {
    async move {
        let mut turns = 0;
        loop {
            if server.must_breathe(&mut turns) {
                server.breathe().await;
            }
            let result = match due {
                Due::Continue(step) => {
                    server.cx.cell().begin_callback(Callback::HandleContinue);
                    server.last = "continue";
                    state.handle_continue(step, &mut server.cx).await
                }
                Due::Message | Due::MessageWithin(_) => {
                    if let Due::MessageWithin(limit) = due {
                        server.receive_within(state, &mut turns, limit).await;
                    } else if !server.has_message() {
                        server.receive(state, &mut turns).await;
                    }
                    // In one place, so that the compiler takes the callbacks into the loop.
                    dispatch(state, server).await
                }
            };
            due = server.settle(result)?;
        }
    }
}

/// How the loop ended; a doom is an error, as nothing follows it (G-40).
fn ending(served: Outcome<Result<Infallible, Ending>>) -> Result<Ending, ExitReason> {
    match served {
        Outcome::Returned(Err(ending)) => Ok(ending),
        Outcome::Panicked(reason) => Ok((reason, None)),
        Outcome::Doomed(doom) => Err(doom),
    }
}

/// Runs `terminate`, then sends the reply that waited for it, then reports (G-27, G-39, G-44).
/// Returns the reason of the end.
fn terminate<S: GenServer>(
    life: &mut Incarnation<S>,
    reason: ExitReason,
    reply: Option<PreparedReply>,
) -> impl Future<Output = ExitReason> + Send {
    async move {
        life.body.cell.begin_ending();
        let terminated = {
            let Incarnation {
                state,
                server,
                body,
                ..
            } = life;
            body.cell.begin_callback(Callback::Terminate);
            server.time_the_end();
            let future = pin!(last_callback(state, server, &reason));
            Shield::new(body, future).await
        };
        let reason = match terminated {
            Outcome::Returned(()) => reason,
            Outcome::Panicked(panic) => {
                life.server.last = "terminate"; // whose panic is the reason now
                panic
            }
            Outcome::Doomed(doom) => {
                life.drop_as_process(reply); // what its drop does wrong is no reason of the death
                return doom;
            }
        };
        if let Some(reply) = reply {
            let _ = catch(|| reply.send()); // a value that nobody waits for is dropped in there
        }
        report::end(life, &reason);
        reason
    }
}

/// Calls `terminate`, if there is a state. A block, as for `init`.
fn last_callback<S: GenServer>(
    state: &mut Option<S>,
    server: &mut Server<S>,
    reason: &ExitReason,
) -> Option<impl Future<Output = ()> + Send> {
    let state = state.as_mut()?;
    Some(async move { state.terminate(reason, &mut server.cx).await })
}
