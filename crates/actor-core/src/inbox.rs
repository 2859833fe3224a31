//! The inbox: one ordered queue for all that can reach a process, and the kill flag beside it.
//!
//! Invariants, all under the one lock:
//! 1. "Accepted" and "closed" are one decision: a push either lies in the queue that [`close`]
//!    takes, or is handed back. So no caller can wait on a dead queue.
//! 2. The trap flag is judged when an exit signal arrives (P-11).
//! 3. A process sleeps only after it has looked at its queue and at its doom with its waker
//!    registered under the same lock: no message and no kill is lost in between.
//! 4. No waker, message or reason is dropped or woken while the lock is held.
//!
//! [`close`]: Inbox::close

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll, Waker};

use crate::exit_reason::ExitReason;
use crate::exit_signal::{Origin, Reaction, react};
use crate::pid::Fate;
use crate::rt::{AtomicBool, Mutex, Ordering};
use crate::unwind::wake;

/// The first buffer has room for so many, as many a process never has more waiting.
const FIRST_CAPACITY: usize = 2;

/// A buffer larger than this is given back when it has emptied.
const KEPT_CAPACITY: usize = 64;

pub(crate) struct Inbox<E> {
    /// A kill or a fatal exit signal has arrived: read before each message without the lock.
    doomed: AtomicBool,
    /// The waker was registered by the receiver in this poll; written by the owner alone.
    parked: AtomicBool,
    state: Mutex<State<E>>,
}

struct State<E> {
    queue: VecDeque<E>,
    /// Of the process's task: woken by a kill always, by a message as `awaits` says.
    task: Option<Waker>,
    awaits: Awaits,
    /// Allocated when somebody stops the process, or waits for that.
    stops: Option<Box<Stops>>,
    traps: bool,
    stage: Stage,
    /// Of the doom or the death; nothing before.
    reason: ExitReason,
}

/// What the process sleeps for, beside a kill.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaits {
    Nothing,
    Message,
    /// It is suspended: only what the framework itself acts on (Y-2).
    Signal,
}

/// How far the process has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Alive,
    /// A kill or a fatal exit signal has arrived, and is not obeyed yet.
    Doomed,
    Dying,
    Dead,
}

/// Stop requests, and exits of the parent.
#[derive(Default)]
struct Stops {
    /// The reasons of those that lie in the queue or in the batch in hand, in order.
    reasons: VecDeque<ExitReason>,
    /// Of whoever waits for one inside a callback.
    waker: Option<Waker>,
    /// One was taken out: the process stops, and need not be told again.
    taken: bool,
}

/// Whom to wake once every lock is released.
#[derive(Debug)]
#[must_use = "somebody sleeps until it is woken"]
pub(crate) struct Wakers([Option<Waker>; 2]);

impl Wakers {
    const NONE: Self = Self([None, None]);

    pub(crate) fn wake(self) {
        self.0.into_iter().flatten().for_each(wake);
    }
}

/// An exit signal on its way into an inbox.
pub(crate) struct ExitSignal {
    pub(crate) origin: Origin,
    /// Sent by the parent, whose exit stops a trapping process (G-42).
    pub(crate) from_parent: bool,
    pub(crate) reason: ExitReason,
}

impl<E> Inbox<E> {
    pub(crate) fn new() -> Self {
        Self {
            doomed: AtomicBool::new(false),
            parked: AtomicBool::new(false),
            state: Mutex::new(State {
                queue: VecDeque::new(),
                task: None,
                awaits: Awaits::Nothing,
                stops: None,
                traps: false,
                stage: Stage::Alive,
                reason: ExitReason::Normal,
            }),
        }
    }

    /// Accepts a message, or hands it back because the process is dead.
    pub(crate) fn push(&self, envelope: E) -> Result<Wakers, E> {
        let mut state = self.state.lock();
        if state.is_closed() {
            drop(state);
            return Err(envelope);
        }
        Ok(state.enqueue(envelope))
    }

    /// Accepts a message that a suspended process handles too.
    pub(crate) fn push_signal(&self, envelope: E) -> Result<Wakers, E> {
        let mut state = self.state.lock();
        if state.is_closed() {
            drop(state);
            return Err(envelope);
        }
        Ok(state.enqueue_signal(envelope))
    }

    /// Accepts a stop request: an ordinary message, but one that a callback can wait for.
    pub(crate) fn push_stop(&self, reason: ExitReason, envelope: E) -> Result<Wakers, E> {
        let mut state = self.state.lock();
        if state.is_closed() {
            drop(state);
            return Err(envelope);
        }
        Ok(state.enqueue_stop(reason, envelope))
    }

    /// Lets an exit signal act on the process; `message` makes the envelope if it becomes one.
    pub(crate) fn exit(&self, signal: ExitSignal, message: impl FnOnce(ExitReason) -> E) -> Wakers {
        let kept = signal.reason.clone(); // so that no last reference is dropped under the lock
        let mut state = self.state.lock();
        if state.is_closed() {
            return Wakers::NONE;
        }
        let wakers = match react(signal.origin, state.traps, signal.reason) {
            Reaction::Ignore => Wakers::NONE,
            Reaction::Deliver(reason) if signal.from_parent => {
                state.enqueue_stop(reason.clone(), message(reason))
            }
            Reaction::Deliver(reason) => state.enqueue(message(reason)),
            Reaction::Die(reason) => {
                if state.stage == Stage::Alive {
                    (state.stage, state.reason) = (Stage::Doomed, reason); // the first counts
                }
                self.doomed.store(true, Ordering::Release);
                Wakers([state.task.take(), None])
            }
        };
        drop(state);
        drop(kept);
        wakers
    }

    /// Sets whether exit signals become messages; returns the former setting (P-26).
    pub(crate) fn set_traps(&self, traps: bool) -> bool {
        mem::replace(&mut self.state.lock().traps, traps)
    }

    pub(crate) fn traps(&self) -> bool {
        self.state.lock().traps
    }

    pub(crate) fn fate(&self) -> Fate {
        let state = self.state.lock();
        match state.stage {
            Stage::Alive | Stage::Doomed => Fate::Alive,
            Stage::Dying => Fate::Dying,
            Stage::Dead => Fate::Dead(state.reason.clone()),
        }
    }

    /// Why the process ended, if it is dead.
    pub(crate) fn end(&self) -> Option<ExitReason> {
        match self.fate() {
            Fate::Dead(reason) => Some(reason),
            Fate::Alive | Fate::Dying => None,
        }
    }

    pub(crate) fn is_doomed(&self) -> bool {
        self.doomed.load(Ordering::Acquire)
    }

    // What follows is for the process itself alone.

    /// Swaps the queue with the empty `batch`, or registers the task's waker for a message.
    #[inline]
    pub(crate) fn poll_batch(&self, cx: &Context<'_>, batch: &mut VecDeque<E>) -> Poll<()> {
        debug_assert!(batch.is_empty(), "the batch in hand comes first");
        if batch.capacity() > KEPT_CAPACITY {
            *batch = VecDeque::new();
        }
        let mut state = self.state.lock();
        if state.stage == Stage::Doomed {
            return Poll::Pending; // whoever polls us looks at the doom next
        }
        if !state.queue.is_empty() {
            mem::swap(&mut state.queue, batch);
            state.awaits = Awaits::Nothing;
            return Poll::Ready(());
        }
        if state.queue.capacity() == 0 {
            mem::swap(&mut state.queue, batch); // who takes turns with one other needs one buffer
        }
        state.awaits = Awaits::Message;
        let old = state.register_task(cx.waker());
        drop(state);
        self.parked.store(true, Ordering::Relaxed);
        drop(old);
        Poll::Pending
    }

    /// Takes the first message that `wanted` wants and leaves the others in their places, or
    /// registers the task's waker for what it `awaits`.
    pub(crate) fn poll_one(
        &self,
        cx: &Context<'_>,
        awaits: Awaits,
        wanted: impl Fn(&E) -> bool,
    ) -> Poll<E> {
        let mut state = self.state.lock();
        if state.stage == Stage::Doomed {
            return Poll::Pending; // whoever polls us looks at the doom next
        }
        let place = state.queue.iter().position(wanted);
        if let Some(envelope) = place.and_then(|place| state.queue.remove(place)) {
            state.awaits = Awaits::Nothing;
            return Poll::Ready(envelope);
        }
        state.awaits = awaits;
        let old = state.register_task(cx.waker());
        drop(state);
        self.parked.store(true, Ordering::Relaxed);
        drop(old);
        Poll::Pending
    }

    /// Puts the batch in hand back, before all that has come since.
    pub(crate) fn give_back(&self, batch: &mut VecDeque<E>) {
        let mut state = self.state.lock();
        batch.append(&mut state.queue);
        mem::swap(&mut state.queue, batch);
    }

    /// Called when a poll of the process ends in waiting: the reason to die, or the waker is
    /// registered so that a kill wakes the task.
    pub(crate) fn park(&self, waker: &Waker) -> Option<ExitReason> {
        if self.parked.swap(false, Ordering::Relaxed) {
            return None;
        }
        let mut state = self.state.lock();
        let doom = state.doom();
        if doom.is_some() {
            return doom;
        }
        let old = state.register_task(waker);
        drop(state);
        drop(old);
        None
    }

    /// The reason to die at once, if a kill or a fatal exit signal has arrived.
    pub(crate) fn doom(&self) -> Option<ExitReason> {
        if !self.is_doomed() {
            return None;
        }
        self.state.lock().doom()
    }

    /// Is ready, with its reason, when a stop request or the parent's exit lies in the queue or the
    /// batch.
    pub(crate) fn poll_stop(&self, cx: &Context<'_>) -> Poll<ExitReason> {
        let waker = cx.waker().clone();
        let mut state = self.state.lock();
        let stops = state.stops.get_or_insert_default();
        if let Some(reason) = stops.reasons.front().filter(|_| !stops.taken) {
            return Poll::Ready(reason.clone());
        }
        let old = stops.waker.replace(waker);
        drop(state);
        drop(old);
        Poll::Pending
    }

    /// A stop request or the parent's exit was taken out of the batch.
    pub(crate) fn stop_taken(&self) {
        let mut state = self.state.lock();
        let stops = state.stops.get_or_insert_default();
        stops.taken = true;
        let reason = stops.reasons.pop_front();
        drop(state);
        drop(reason); // outside the lock
    }

    /// Marks that the state is being dropped: callers wait for the death from here on.
    pub(crate) fn begin_dying(&self) {
        let mut state = self.state.lock();
        if state.stage != Stage::Dead {
            state.stage = Stage::Dying;
        }
    }

    /// Closes the inbox and takes what was accepted (invariant 1).
    #[must_use = "the messages are dropped one by one, each under a guard"]
    pub(crate) fn close(&self, reason: ExitReason) -> VecDeque<E> {
        let mut state = self.state.lock();
        state.stage = Stage::Dead;
        let doom = mem::replace(&mut state.reason, reason);
        let unused = (state.task.take(), state.stops.take(), doom);
        let queue = mem::take(&mut state.queue);
        drop(state);
        drop(unused); // outside the lock
        queue
    }
}

impl<E> State<E> {
    fn is_closed(&self) -> bool {
        self.stage == Stage::Dead
    }

    fn doom(&self) -> Option<ExitReason> {
        (self.stage == Stage::Doomed).then(|| self.reason.clone())
    }

    fn enqueue(&mut self, envelope: E) -> Wakers {
        if self.queue.capacity() == 0 {
            self.first_buffer();
        }
        self.queue.push_back(envelope);
        if self.awaits != Awaits::Message {
            return Wakers::NONE;
        }
        self.awaits = Awaits::Nothing;
        Wakers([self.task.take(), None])
    }

    fn enqueue_signal(&mut self, envelope: E) -> Wakers {
        if self.awaits == Awaits::Signal {
            self.awaits = Awaits::Message;
        }
        self.enqueue(envelope)
    }

    #[cold]
    fn first_buffer(&mut self) {
        self.queue.reserve_exact(FIRST_CAPACITY);
    }

    fn enqueue_stop(&mut self, reason: ExitReason, envelope: E) -> Wakers {
        let Wakers([task, _]) = self.enqueue_signal(envelope);
        let stops = self.stops.get_or_insert_default();
        stops.reasons.push_back(reason);
        Wakers([task, stops.waker.take()])
    }

    fn register_task(&mut self, waker: &Waker) -> Option<Waker> {
        match &self.task {
            Some(present) if present.will_wake(waker) => None,
            _ => self.task.replace(waker.clone()),
        }
    }
}
