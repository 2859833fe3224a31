//! The inbox, as the process itself sees it: it takes what has come, sleeps, learns that it must end, and closes.
//! The invariants stand in `inbox.rs`.

use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll, Waker};

use super::line::Sender;
use super::pace::Pace;
use super::state::{Asked, Stage, State, bound_of};
use super::wakers::Wakers;
use super::{Entry, Inbox, KEPT_CAPACITY};
use crate::exit_reason::ExitReason;
use crate::pid::Awaits;
use crate::rt::{MutexGuard, Ordering, planted};

/// For the process itself alone.
impl<E: Entry> Inbox<E> {
    /// Accepts from here on what comes, whatever the bound was, and what waits for room.
    pub(crate) fn unbound(&self) -> Wakers<'_> {
        let mut state = self.state.lock();
        let Some(mut bound) = state.limits.as_mut().and_then(|limits| limits.bound.take()) else {
            return Wakers::NONE;
        };
        state.bounded = false;
        if !state.is_closed() {
            state.room = i32::MAX;
        }
        let (mut wakers, mut admitted) = (Wakers::NONE, Vec::new());
        while let Some(first) = bound.line.first() {
            let accepted = state.enqueue(first.envelope, &self.task);
            if accepted.rare.is_some() {
                wakers = accepted; // the queue has become long, which it does once
            }
            admitted.push(first.sender);
        }
        admitted.extend(bound.everybody());
        drop(state);
        admitted.into_iter().for_each(Sender::tell);
        wakers
    }

    /// Swaps the queue with the empty `batch`, or says that a message is awaited.
    ///
    /// Where several came at once, others have their turn before it looks again: what they send meanwhile wakes
    /// nobody, and is taken together under one lock. Then it `breathes`, and has not looked. Nor has it if it
    /// `sleeps` because it took the only message there was, and has awaited the next since.
    #[inline]
    pub(crate) fn poll_batch(
        &self,
        cx: &Context<'_>,
        batch: &mut VecDeque<E>,
        breathes: &mut bool,
        sleeps: bool,
    ) -> Poll<()> {
        debug_assert!(batch.is_empty(), "the batch in hand comes first");
        if self.rests(cx, breathes, sleeps) {
            return Poll::Pending;
        }
        let looked =
            planted("a process sleeps after it has looked") && self.state.lock().queue.is_empty();
        let mut guard = self.state.lock_patiently();
        let state = &mut *guard;
        if state.stage == Stage::Doomed {
            return Poll::Pending; // whoever polls us looks at the doom next
        }
        if state.alarm.has_rung() || state.limits.is_some() {
            state.look_at_length();
            if !state.alarm.has_rung() && batch.capacity() > state.long() {
                *batch = VecDeque::new(); // it is the queue's next buffer
            }
        }
        if !state.queue.is_empty() && !looked {
            let pace = state.pace_after(batch);
            state.awaits = match pace {
                Pace::Sleeps if !planted("a process sleeps that awaits nothing") => Awaits::Message,
                Pace::Sleeps | Pace::Looks | Pace::Breathes => Awaits::Nothing,
            };
            if pace != Pace::Looks {
                self.set_pace(pace);
            }
            match state.limits.is_none() {
                true => {
                    mem::swap(&mut state.queue, batch);
                    state.count_taken(batch.len());
                    self.register(cx.waker());
                }
                false => take_within_limits(guard, batch),
            }
            return Poll::Ready(());
        }
        if state.queue.capacity() == 0 {
            mem::swap(&mut state.queue, batch); // who takes turns with one other needs one buffer
        }
        for buffer in [&mut state.queue, batch] {
            if buffer.capacity() > KEPT_CAPACITY {
                buffer.shrink_to(KEPT_CAPACITY);
            }
        }
        state.awaits = Awaits::Message;
        self.register(cx.waker());
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
        let looked = planted("a process that is held sleeps after it has looked")
            && !self.state.lock().queue.iter().any(&wanted);
        let mut state = self.state.lock();
        if state.stage == Stage::Doomed {
            return Poll::Pending; // whoever polls us looks at the doom next
        }
        self.set_pace(Pace::Looks);
        let place = state.queue.iter().position(wanted).filter(|_| !looked);
        if let Some((envelope, admitted)) = place.and_then(|place| state.take_at(place)) {
            state.awaits = Awaits::Nothing;
            state.count_taken(1);
            drop(state);
            admitted.into_iter().for_each(Sender::tell);
            return Poll::Ready(envelope);
        }
        state.awaits = awaits;
        self.register(cx.waker());
        Poll::Pending
    }

    /// Puts the batch in hand back, before all that has come since.
    pub(crate) fn give_back(&self, batch: &mut VecDeque<E>) {
        if batch.is_empty() {
            return; // as after each order but the first that switches something on
        }
        let mut guard = self.state.lock();
        let state = &mut *guard;
        self.set_pace(Pace::Looks); // for there is more
        state.taken = state.taken.wrapping_sub(batch.len() as u32);
        if let Some(bound) = bound_of(&mut state.limits) {
            bound.give_back(batch, &mut state.room);
        }
        batch.append(&mut state.queue);
        mem::swap(&mut state.queue, batch);
        if !state.alarm.has_rung() {
            let limit = state.long();
            state.queue.shrink_to(limit); // invariant 5
        }
    }

    /// One that was taken out is no message, or is handled without a callback.
    pub(crate) fn passed_over(&self) {
        let mut state = self.state.lock();
        state.taken = state.taken.wrapping_sub(1);
    }

    /// The process has something to do, although nothing was taken out.
    pub(crate) fn stop_waiting(&self) {
        self.set_pace(Pace::Looks);
        self.state.lock().awaits = Awaits::Nothing;
    }

    /// Called when a poll of the process ends in waiting: from here on a kill wakes the task, and inside a callback
    /// nothing else does. Returns the reason to die if it came before.
    #[inline]
    pub(crate) fn park(&self, waker: &Waker) -> Option<ExitReason> {
        if self.pace() == Pace::Sleeps
            && !planted("a callback that waits leaves no look to be taken")
        {
            self.stop_waiting(); // it waits inside a callback: what wakes it there is not heard later
        }
        match self.task.get() {
            Some(_) => self.doom(), // a kill from here on wakes it
            None => self.park_first(waker),
        }
    }

    #[cold]
    fn park_first(&self, waker: &Waker) -> Option<ExitReason> {
        let state = self.state.lock();
        self.register(waker);
        state.doom()
    }

    /// Under the lock.
    fn register(&self, waker: &Waker) {
        let task = self.task.get_or_init(|| waker.clone());
        // Tables of functions may lie in memory more than once, the data does not.
        let own = task.data() == waker.data();
        debug_assert!(own, "a process is polled by its own task");
    }

    /// The reason to die at once, if a kill or a fatal exit signal has arrived.
    #[inline]
    pub(crate) fn doom(&self) -> Option<ExitReason> {
        match self.is_doomed() {
            false => None,
            true => self.why_doomed(),
        }
    }

    #[cold]
    fn why_doomed(&self) -> Option<ExitReason> {
        self.state.lock().doom()
    }

    /// Is ready, with its reason, when a stop request or the parent's exit lies in the queue or the
    /// batch.
    pub(crate) fn poll_stop(&self, cx: &Context<'_>) -> Poll<ExitReason> {
        let looked = planted("a callback waits for a stop after it has looked")
            && self.state.lock().asked_to_stop == Asked::No;
        let mut new = None;
        let mut state = self.state.lock();
        let known = state.awaits_stop.as_ref();
        if known.is_none_or(|known| !known.will_wake(cx.waker())) {
            drop(state);
            new = Some(Box::new(cx.waker().clone())); // outside the lock, as it may be anybody's code
            state = self.state.lock();
        }
        if state.asked_to_stop == Asked::Waits && state.stage == Stage::Alive && !looked {
            return Poll::Ready(state.reason.clone());
        }
        let old = new.and_then(|new| state.awaits_stop.replace(new));
        drop(state);
        drop(old);
        Poll::Pending
    }

    /// A stop request or the parent's exit was taken out of the batch.
    pub(crate) fn stop_taken(&self) {
        self.state.lock().asked_to_stop = Asked::Taken;
    }

    /// Says whether it has been closed; asked without the lock.
    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
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
        let early = planted("a queue is taken before it is closed")
            .then(|| mem::take(&mut self.state.lock().queue));
        self.dead.store(true, Ordering::Relaxed); // written and read by the owner alone
        let mut state = self.state.lock();
        state.stage = Stage::Dead;
        state.room = 0;
        let doom = mem::replace(&mut state.reason, reason);
        let unused = (state.awaits_stop.take(), doom);
        let queue = early.unwrap_or_else(|| mem::take(&mut state.queue));
        drop(state);
        drop(unused); // outside the lock
        queue
    }
}

/// Takes all, or a few out of a bounded queue, and tells those who have waited for the room.
#[inline(never)]
fn take_within_limits<E: Entry>(mut guard: MutexGuard<'_, State<E>>, batch: &mut VecDeque<E>) {
    let State {
        queue,
        limits,
        room,
        ..
    } = &mut *guard;
    let admitted = match bound_of(limits) {
        Some(bound) => bound.take(queue, batch, room),
        None => {
            mem::swap(queue, batch);
            Vec::new()
        }
    };
    guard.count_taken(batch.len());
    drop(guard);
    admitted.into_iter().for_each(Sender::tell);
}
