//! What the loop works on: the next message, fairness, late replies.

use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use crate::context::Context;
use crate::gen_server::{GenServer, Next, NextResult};
use crate::pending::Pending;
use crate::rt::{sleep, yield_now};
use crate::signal::Envelope;

/// After so many callbacks in a row the process lets others run.
const TURNS_BEFORE_YIELD: u32 = 256;

/// What the loop works on, borrowed from the life, so that the state survives a panic.
pub(super) struct Server<'a, S: GenServer> {
    pub(super) state: &'a mut S,
    pub(super) batch: &'a mut VecDeque<Envelope<S>>,
    pub(super) in_hand: &'a mut Option<Arc<dyn Pending>>,
    pub(super) last: &'a mut &'static str,
    pub(super) cx: &'a mut Context<S>,
}

impl<S: GenServer> Server<'_, S> {
    /// After each callback but the last: what became of the replies (G-25, G-26).
    pub(super) fn settle(&mut self, next: &Next<S>) {
        if !matches!(next, Next::Stop(_) | Next::StopAndReply(..)) {
            self.cx.cell().settle_replies(self.in_hand.take());
        }
    }

    /// Before each callback: a doomed process starts none, and others have their turn.
    pub(super) async fn breathe(&mut self, turns: &mut u32) {
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
    pub(super) async fn receive(&mut self, limit: Option<Duration>) -> Option<Envelope<S>> {
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
