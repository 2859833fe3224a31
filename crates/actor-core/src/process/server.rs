//! What the loop works on: the next message, fairness, late replies.

use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use crate::cell::Cell;
use crate::context::Context;
use crate::debugging::Debugging;
use crate::exit_reason::ExitReason;
use crate::gen_server::{GenServer, Next, NextResult};
use crate::inbox::Entry;
use crate::observation;
use crate::process::debug::Screened;
use crate::progress::Callback;
use crate::reply::PreparedReply;
use crate::rt::{is_own_thread, sleep, yield_now};
use crate::signal::Envelope;
use crate::slot::Pending;

/// After so many callbacks in a row the process lets others run.
const TURNS_BEFORE_YIELD: u32 = 256;

/// What the loop works on beside the state. It belongs to the life, so that it survives a panic.
pub(super) struct Server<S: GenServer> {
    /// Accepted messages that were taken out of the inbox together.
    pub(super) batch: VecDeque<Envelope<S>>,
    /// The call that is being handled.
    pub(super) in_hand: Option<Pending>,
    /// What the last callback was run for, for reports (L-1).
    pub(super) last: &'static str,
    /// While sys has something switched on; then the batch holds one message at the most.
    pub(super) debugging: Option<Box<Debugging>>,
    pub(super) cx: Context<S>,
}

/// A look into the inbox, and what came of it beside a message.
struct Look<'a> {
    /// Since others could run.
    turns: &'a mut u32,
    /// An order was carried out.
    ordered: bool,
    /// There may be more, but others have their turn first.
    breathes: bool,
    /// What wakes it is a message alone: it may sleep without a look where none can have come unheard.
    sleeps: bool,
}

impl<'a> Look<'a> {
    fn new(turns: &'a mut u32, sleeps: bool) -> Self {
        Self {
            turns,
            ordered: false,
            breathes: false,
            sleeps,
        }
    }
}

/// How a server goes on that does not stop.
pub(super) enum Due<S: GenServer> {
    Continue(S::Continue),
    Message,
    /// A message, or a timeout if none comes within this time.
    MessageWithin(Duration),
}

/// Why a server stopped, and the reply that is to be sent after `terminate`.
pub(super) type Ending = (ExitReason, Option<PreparedReply>);

impl<S: GenServer> Server<S> {
    pub(super) fn new(cell: Arc<Cell<S>>) -> Self {
        Self {
            batch: VecDeque::new(),
            in_hand: None,
            last: "init",
            debugging: None,
            cx: Context::new(cell),
        }
    }

    /// After each callback: how to go on. An error is a stop with that error: "let it crash".
    pub(super) fn settle(&mut self, result: NextResult<S>) -> Result<Due<S>, Ending> {
        let due = match result.unwrap_or_else(Next::Stop) {
            Next::Stop(reason) => return Err((reason, None)),
            Next::StopAndReply(reason, reply) => return Err((reason, Some(reply))),
            Next::Continue(step) => Due::Continue(step),
            Next::Timeout(limit) => Due::MessageWithin(limit),
            Next::NoReply | Next::Hibernate => Due::Message,
        };
        // After each callback but the last: what became of the replies (G-25, G-26).
        self.cx.cell().settle(self.in_hand.take());
        Ok(due)
    }

    /// A callback begins for a message that was taken out of the inbox.
    pub(super) fn begin(&self, callback: Callback) {
        self.cx.cell().begin_message(callback);
    }

    /// Before each callback: a doomed process starts none, and others have their turn. What is handled
    /// without a callback counts too.
    pub(super) fn must_breathe(&self, turns: &mut u32) -> bool {
        *turns = (*turns + 1) % TURNS_BEFORE_YIELD;
        *turns == 0 || self.cx.cell().inbox.is_doomed()
    }

    /// Lets others run. A doomed process does not come back from it.
    pub(super) async fn breathe(&mut self) {
        if self.cx.cell().inbox.is_doomed() {
            pending::<()>().await; // the shield around us looks at the doom next
        }
        yield_now().await;
    }

    /// Says whether a message for a callback comes first in the batch: then nothing has to be asked.
    #[inline]
    pub(super) fn has_message(&self) -> bool {
        self.batch.front().is_some_and(|first| !first.is_signal())
    }

    /// The one place that waits for the inbox: then the next message is the first of the batch.
    pub(super) fn receive(
        &mut self,
        state: &mut S,
        turns: &mut u32,
    ) -> impl Future<Output = ()> + Send {
        // The thread of its own wakes by what code that blocks it may have used up.
        let sleeps = !is_own_thread();
        poll_fn(move |cx| self.poll_inbox(cx, state, &mut Look::new(turns, sleeps)))
    }

    /// As [`receive`](Self::receive); the batch is empty if nothing came within the limit (G-34).
    pub(super) fn receive_within(
        &mut self,
        state: &mut S,
        turns: &mut u32,
        limit: Duration,
    ) -> impl Future<Output = ()> + Send {
        // What lies in the inbox comes first, also before a zero limit (G-37).
        let wait = move || (!limit.is_zero()).then(|| Box::pin(sleep(limit)));
        let mut elapsed = wait();
        poll_fn(move |cx| {
            let mut look = Look::new(turns, false); // a limit passes only if nothing is there
            if self.poll_inbox(cx, state, &mut look).is_ready() {
                return Poll::Ready(());
            }
            if look.ordered {
                elapsed = wait(); // G-36
            }
            if look.breathes || self.cx.cell().inbox.is_doomed() || self.is_suspended() {
                return Poll::Pending;
            }
            if let Some(elapsed) = &mut elapsed {
                ready!(elapsed.as_mut().poll(cx));
            }
            self.tell_timeout(state);
            Poll::Ready(())
        })
    }

    /// Is ready when a message for a callback comes first in the batch, where it stays: it is moved
    /// once, to its callback. Signals that are none are worked off before it.
    #[inline(always)]
    fn poll_inbox(
        &mut self,
        cx: &mut TaskContext<'_>,
        state: &mut S,
        look: &mut Look<'_>,
    ) -> Poll<()> {
        loop {
            if self.cx.cell().inbox.is_doomed() {
                return Poll::Pending; // the shield around us looks at the doom next
            }
            if self.batch.is_empty() {
                if self.debugging.is_none() && observation::present().is_none() {
                    let inbox = &self.cx.cell().inbox;
                    let (batch, breathes) = (&mut self.batch, &mut look.breathes);
                    let polled = inbox.poll_batch(cx, batch, breathes, look.sleeps);
                    if polled.is_pending() {
                        *look.turns = 0; // others run now
                        return Poll::Pending;
                    }
                } else {
                    ready!(self.poll_debugged(cx, state));
                }
            }
            if self.has_message() {
                return Poll::Ready(());
            }
            match self.screen_first(state) {
                Screened::Message => return Poll::Ready(()),
                Screened::Order => look.ordered = true,
                Screened::Nothing => {}
            }
            if self.must_breathe(look.turns) {
                look.breathes = true;
                let _ = pin!(yield_now()).poll(cx); // it wakes us behind the others
                return Poll::Pending;
            }
        }
    }
}
