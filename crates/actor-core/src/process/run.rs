//! The life of a process: `init`, the loop, `terminate`.

use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use crate::context::Context;
use crate::exit_reason::ExitReason;
use crate::gen_server::{GenServer, Init, InitResult, Next, NextResult};
use crate::pending::Pending;
use crate::process::dispatch::dispatch;
use crate::process::incarnation::Incarnation;
use crate::process::report;
use crate::process::shield::{Outcome, Shield};
use crate::reply::PreparedReply;
use crate::rt::{sleep, yield_now};
use crate::signal::{Envelope, Info};
use crate::start_error::StartError;

/// After so many callbacks in a row the process lets others run.
const TURNS_BEFORE_YIELD: u32 = 256;

/// Runs one life. It ends with the drop of `life`, which is the death.
///
/// A block instead of an `async fn`: what a block captures is used in place, where the arguments of
/// an `async fn` would lie in the future twice. So it is wherever the argument is not tiny.
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
        let init = {
            // A block, so that also what runs before the first await is inside the shield.
            let cx = &mut cx;
            let future = pin!(Some(async move { S::init(args, cx).await }));
            Shield::new(&life.cell, &mut life.identity, future).await
        };
        let killed = matches!(init, Outcome::Doomed(_));
        let first = match begin(init) {
            Ok((state, first)) => {
                life.acknowledge(state);
                first
            }
            Err((failure, reason)) => {
                if !killed {
                    report::end(&life.cell, &reason);
                }
                return life.fail(failure, reason);
            }
        };
        let Some(state) = life.state.as_mut() else {
            return;
        };
        let served = {
            let server = Server {
                state: &mut *state,
                batch: &mut life.batch,
                in_hand: &mut life.in_hand,
                cx: &mut cx,
            };
            let future = pin!(Some(server.serve(first)));
            Shield::new(&life.cell, &mut life.identity, future).await
        };
        let (reason, reply) = match served {
            Outcome::Returned((reason, reply)) => (reason, reply),
            Outcome::Panicked(reason) => (reason, None),
            Outcome::Doomed(reason) => return life.end(reason),
        };
        let terminated = {
            let (cx, reason) = (&mut cx, &reason);
            let future = pin!(Some(async move { state.terminate(reason, cx).await }));
            Shield::new(&life.cell, &mut life.identity, future).await
        };
        let reason = match terminated {
            Outcome::Returned(()) => reason,
            Outcome::Panicked(panic) => panic, // G-44
            Outcome::Doomed(doom) => return life.end(doom),
        };
        if let Some(reply) = reply {
            reply.send(); // after `terminate`, also when it panicked (G-27)
        }
        report::end(&life.cell, &reason);
        life.end(reason);
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

/// Why a server stopped, and the reply that is to be sent after `terminate`.
type Ending = (ExitReason, Option<PreparedReply>);

/// What the loop works on, borrowed from the life, so that the state survives a panic.
pub(super) struct Server<'a, S: GenServer> {
    pub(super) state: &'a mut S,
    batch: &'a mut VecDeque<Envelope<S>>,
    pub(super) in_hand: &'a mut Option<Arc<dyn Pending>>,
    pub(super) cx: &'a mut Context<S>,
}

impl<S: GenServer> Server<'_, S> {
    /// The loop: one message or continue at a time, until a callback stops it (G-12).
    #[expect(
        clippy::manual_async_fn,
        reason = "its arguments would lie there twice"
    )]
    fn serve(mut self, mut next: Next<S>) -> impl Future<Output = Ending> + Send {
        async move {
            let mut turns = 0;
            loop {
                // Nothing that has a destructor is held over an await: it would lie in the future.
                let limit = match next {
                    Next::Stop(reason) => return (reason, None),
                    Next::StopAndReply(reason, reply) => return (reason, Some(reply)),
                    Next::Continue(step) => {
                        self.breathe(&mut turns).await;
                        next = answer(self.state.handle_continue(step, self.cx).await);
                        self.settle(&next);
                        continue;
                    }
                    Next::Timeout(limit) => Some(limit),
                    Next::NoReply | Next::Hibernate => None,
                };
                self.breathe(&mut turns).await;
                next = match self.receive(limit).await {
                    Some(envelope) => dispatch(&mut self, envelope).await,
                    None => answer(self.state.handle_info(Info::Timeout, self.cx).await),
                };
                self.settle(&next);
            }
        }
    }

    /// After each callback but the last: what became of the replies (G-25, G-26).
    fn settle(&mut self, next: &Next<S>) {
        if !matches!(next, Next::Stop(_) | Next::StopAndReply(..)) {
            self.cx.cell().settle_replies(self.in_hand.take());
        }
    }

    /// Before each callback: a doomed process starts none, and others have their turn.
    async fn breathe(&mut self, turns: &mut u32) {
        if self.cx.cell().inbox.is_doomed() {
            pending::<()>().await; // the shield around us looks at the doom next
        }
        *turns += 1;
        if *turns == TURNS_BEFORE_YIELD {
            *turns = 0;
            yield_now().await;
        }
    }

    /// The one place that waits for the inbox; none if nothing came within the limit (G-34).
    async fn receive(&mut self, limit: Option<Duration>) -> Option<Envelope<S>> {
        let Some(limit) = limit else {
            return poll_fn(|cx| self.poll_inbox(cx).map(Some)).await;
        };
        // What lies in the inbox comes first, also before a zero limit (G-37).
        let mut elapsed = (!limit.is_zero()).then(|| Box::pin(sleep(limit)));
        poll_fn(|cx| match self.poll_inbox(cx) {
            Poll::Ready(envelope) => Poll::Ready(Some(envelope)),
            Poll::Pending if self.cx.cell().inbox.is_doomed() => Poll::Pending,
            Poll::Pending => match &mut elapsed {
                Some(elapsed) => elapsed.as_mut().poll(cx).map(|()| None),
                None => Poll::Ready(None),
            },
        })
        .await
    }

    fn poll_inbox(&mut self, cx: &TaskContext<'_>) -> Poll<Envelope<S>> {
        let cell = self.cx.cell();
        loop {
            if cell.inbox.is_doomed() {
                return Poll::Pending; // the shield around us looks at the doom next
            }
            if self.batch.is_empty() {
                ready!(cell.inbox.poll_batch(cx, self.batch));
            }
            match self.batch.pop_front() {
                // A DOWN that was flushed meanwhile is no message, and cancels no timeout (P-23).
                Some(Envelope::System(system)) if !cell.counts(&system) => {}
                Some(envelope) => return Poll::Ready(envelope),
                None => return Poll::Pending,
            }
        }
    }
}

/// An error in a callback is a stop with that error: "let it crash".
pub(super) fn answer<S: GenServer>(result: NextResult<S>) -> Next<S> {
    result.unwrap_or_else(Next::Stop)
}
