//! The inbox: one ordered queue for all that can reach a process, and the kill flag beside it.
//! It may have a bound; then messages ask for room, and signals do not.
//!
//! Invariants, all under the one lock:
//! 1. "Accepted" and "closed" are one decision: a push either lies in the queue that [`close`]
//!    takes, or is handed back. So no caller can wait on a dead queue.
//! 2. The trap flag is judged when an exit signal arrives (P-11).
//! 3. A process sleeps only after it has looked at its queue and at its doom with `task` and `awaits` set under
//!    the same lock: no message and no kill is lost in between. Or it has woken itself. So one that has said what
//!    it awaits when it took all there was need not look again: what came since has woken it, if its callback has
//!    not waited meanwhile, and if nobody else hears what wakes it, as code does that blocks a thread of its own.
//! 4. No waker, message or reason is dropped or woken while the lock is held.
//! 5. While a queue is not told to be long, its buffer has no room for more than its limit: whoever
//!    fills the buffer asks, and nobody else has to.
//!
//! [`close`]: Inbox::close

mod bound;
mod line;
mod room;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll, Waker};

use crate::exit_reason::ExitReason;
use crate::exit_signal::{Origin, Reaction, react};
use crate::long_queue::{Alarm, DEFAULT_LONG_QUEUE};
use crate::mailbox::Mailbox;
use crate::overflow::{Answer, Manner};
use crate::pid::{Awaits, Fate, Look};
use crate::progress::Progress;
use crate::rt::{AtomicBool, AtomicU8, Mutex, MutexGuard, OnceLock, Ordering, planted};
use crate::undelivered::Undelivered;
use crate::unwind::wake;
use bound::Bound;
use line::Sender;

/// The first buffer has room for so many, as many a process never has more waiting.
const FIRST_CAPACITY: usize = 2;

/// Who has had no more messages than these keeps one buffer.
const FEW: u32 = 8;

/// A buffer larger than this is given back when it has emptied.
const KEPT_CAPACITY: usize = 64;

/// What an inbox must know of what lies in it.
pub(crate) trait Entry {
    /// Says whether it is a signal of the framework, which takes no room and is never refused.
    fn is_signal(&self) -> bool;

    /// Says whether somebody waits for an answer to it.
    fn is_awaited(&self) -> bool;
}

/// Its fields keep their order: what senders write comes first, then what hardly anybody touches, then what the
/// process reads at each message. Those two are never on one cache line, which two cores would pass to and fro.
#[repr(C)]
pub(crate) struct Inbox<E> {
    state: Mutex<State<E>>,
    /// Of the process's task, from its first message or sleep on: woken by a kill always, by a message as `awaits`
    /// says. Set under the lock, where others find it. It is woken where it lies, so it stays as long as the cell.
    task: OnceLock<Waker>,
    /// A kill or a fatal exit signal has arrived: read before each message without the lock.
    doomed: AtomicBool,
    /// A [`Pace`]; for the owner alone.
    pace: AtomicU8,
    /// The process is dead, as it knows itself.
    dead: AtomicBool,
    /// Only then there may be a line of senders to dismiss.
    began_bounded: bool,
}

/// In the order that [`Inbox`] wants.
#[repr(C)]
struct State<E> {
    queue: VecDeque<E>,
    /// So many messages are accepted unasked: counted only if it is bounded, and none once it is closed. Below
    /// zero after messages were given back to a full one.
    room: i32,
    /// How many were taken out, which wraps; those that are not handled yet lie in the batch in hand.
    taken: u32,
    bounded: bool,
    awaits: Awaits,
    traps: bool,
    alarm: Alarm,
    asked_to_stop: Asked,
    stage: Stage,
    /// Of whoever waits for a stop inside a callback.
    awaits_stop: Option<Box<Waker>>,
    /// Allocated if a bound or a limit was asked for.
    limits: Option<Box<Limits<E>>>,
    /// Of the first stop that waits; then of the doom or the death.
    reason: ExitReason,
}

/// What the process does when it has worked off what it took.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// It looks whether there is more.
    Looks,
    /// Several were taken out at once, so that more may come soon: it lets others run before it looks.
    Breathes,
    /// It has said that it awaits a message: it sleeps, and need not look.
    Sleeps,
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

/// Whether the process was asked to stop, by a stop request or by the exit of its parent. The first one
/// counts: others that come behind it find a process that stops.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    No,
    /// It lies in the queue or in the batch in hand.
    Waits,
    /// It was taken out.
    Taken,
}

/// What was asked for beyond the usual.
struct Limits<E> {
    bound: Option<Bound<E>>,
    /// With more messages than these the queue is told to be long.
    long: usize,
}

/// What is left to do once every lock is released: whom to wake, and what to tell.
#[derive(Debug)]
#[must_use = "somebody sleeps until it is woken"]
pub(crate) struct Wakers<'a> {
    task: Option<&'a Waker>,
    rare: Option<Box<Rare>>,
}

#[derive(Debug, Default)]
struct Rare {
    /// Of whoever waits for a stop inside a callback.
    stop: Option<Waker>,
    /// How long the queue is, if that is to be told.
    long: Option<usize>,
}

impl Wakers<'_> {
    const NONE: Self = Self {
        task: None,
        rare: None,
    };

    /// Wakes them. Returns the length of a queue that has become long: the caller tells it.
    #[inline]
    #[must_use]
    pub(crate) fn wake(self) -> Option<usize> {
        if let Some(task) = self.task {
            task.wake_by_ref(); // the runtime's own, whose code does not panic
        }
        match self.rare {
            None => None,
            Some(rare) => wake_rare(*rare),
        }
    }
}

#[cold]
fn wake_rare(Rare { stop, long }: Rare) -> Option<usize> {
    if let Some(stop) = stop {
        wake(stop);
    }
    long
}

/// What became of a message that was not simply accepted.
#[must_use]
pub(crate) enum Unusual<'a, E> {
    /// It waits for room; the key is for [`Inbox::poll_place`] and [`Inbox::leave`].
    Waits(u64),
    /// It was accepted instead of an older one.
    Displaced(Wakers<'a>, E),
    Refused(E, Undelivered),
}

/// An exit signal on its way into an inbox.
pub(crate) struct ExitSignal {
    pub(crate) origin: Origin,
    /// Sent by the parent, whose exit stops a trapping process (G-42).
    pub(crate) from_parent: bool,
    pub(crate) reason: ExitReason,
}

impl<E: Entry> Inbox<E> {
    pub(crate) fn new(mailbox: Mailbox) -> Self {
        let limits = (mailbox != Mailbox::UNBOUNDED).then(|| {
            let bound = |capacity| Bound::new(capacity, mailbox.overflow);
            Box::new(Limits {
                bound: mailbox.capacity.map(bound),
                long: mailbox.long,
            })
        });
        Self {
            task: OnceLock::new(),
            doomed: AtomicBool::new(false),
            pace: AtomicU8::new(Pace::Looks as u8),
            dead: AtomicBool::new(false),
            began_bounded: mailbox.capacity.is_some(),
            state: Mutex::new(State {
                queue: VecDeque::new(),
                awaits: Awaits::Nothing,
                taken: 0,
                awaits_stop: None,
                limits,
                traps: false,
                room: mailbox.capacity.map_or(i32::MAX, room_of),
                bounded: mailbox.capacity.is_some(),
                alarm: Alarm::default(),
                asked_to_stop: Asked::No,
                stage: Stage::Alive,
                reason: ExitReason::Normal,
            }),
        }
    }

    /// Accepts a message, if there is room for it; or does what is to be done if there is none.
    #[inline]
    pub(crate) fn offer(&self, envelope: E, manner: Manner) -> Result<Wakers<'_>, Unusual<'_, E>> {
        let mut state = match envelope.is_awaited() {
            true => self.state.lock(),
            false => self.state.lock_patiently(),
        };
        if state.room > 0 {
            state.room -= i32::from(state.bounded);
            return Ok(state.enqueue(envelope, &self.task));
        }
        state.ask(envelope, manner, &self.task)
    }

    /// Accepts a signal, which needs no room, or hands it back because the process is dead.
    pub(crate) fn push(&self, envelope: E) -> Result<Wakers<'_>, E> {
        let mut state = self.state.lock();
        if state.is_closed() {
            drop(state);
            return Err(envelope);
        }
        Ok(state.enqueue(envelope, &self.task))
    }

    /// Accepts a message that a suspended process handles too.
    pub(crate) fn push_signal(&self, envelope: E) -> Result<Wakers<'_>, E> {
        let mut state = self.state.lock();
        if state.is_closed() {
            drop(state);
            return Err(envelope);
        }
        Ok(state.enqueue_signal(envelope, &self.task))
    }

    /// Accepts a stop request: an ordinary message, but one that a callback can wait for.
    pub(crate) fn push_stop(&self, reason: ExitReason, envelope: E) -> Result<Wakers<'_>, E> {
        let mut state = self.state.lock();
        if state.is_closed() {
            drop(state);
            return Err(envelope);
        }
        Ok(state.enqueue_stop(reason, envelope, &self.task))
    }

    /// Lets an exit signal act on the process; `message` makes the envelope if it becomes one.
    pub(crate) fn exit(
        &self,
        signal: ExitSignal,
        message: impl FnOnce(ExitReason) -> E,
    ) -> Wakers<'_> {
        let kept = signal.reason.clone(); // so that no last reference is dropped under the lock
        let mut former = None;
        let mut state = self.state.lock();
        if state.is_closed() {
            return Wakers::NONE;
        }
        let wakers = match react(signal.origin, state.traps, signal.reason) {
            Reaction::Ignore => Wakers::NONE,
            Reaction::Deliver(reason) if signal.from_parent => {
                state.enqueue_stop(reason.clone(), message(reason), &self.task)
            }
            Reaction::Deliver(reason) => state.enqueue(message(reason), &self.task),
            Reaction::Die(mut reason) => {
                if state.stage == Stage::Alive {
                    state.stage = Stage::Doomed; // the first counts
                    mem::swap(&mut state.reason, &mut reason);
                }
                former = Some(reason);
                self.doomed.store(true, Ordering::Release);
                let task = self.task.get();
                let task = task.filter(|_| !planted("a kill wakes nobody"));
                Wakers { task, rare: None }
            }
        };
        drop(state);
        drop((kept, former));
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

    /// What can be seen from outside; `progress` tells how many of those taken out were handled. None
    /// if the process is dead.
    pub(crate) fn look(&self, progress: impl FnOnce() -> Progress) -> Option<Look> {
        let mut state = self.state.lock();
        if state.is_closed() {
            return None;
        }
        let (capacity, waiting_senders) = match state.bound() {
            Some(bound) => (Some(bound.capacity()), bound.line.len()),
            None => (None, 0),
        };
        // Read under the lock: no more can have been handled than were taken.
        let progress = progress();
        let in_hand = state.taken.wrapping_sub(progress.handled as u32);
        Some(Look {
            queue_len: state.queue.len() + in_hand as usize,
            capacity,
            waiting_senders,
            progress,
            awaits: match self.pace() {
                Pace::Sleeps => Awaits::Nothing, // not before what it took is worked off
                Pace::Looks | Pace::Breathes => state.awaits,
            },
            traps: state.traps,
            ends: state.stage != Stage::Alive,
        })
    }

    #[inline]
    pub(crate) fn is_doomed(&self) -> bool {
        self.doomed.load(Ordering::Acquire)
    }

    // What follows is for the process itself alone.

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

    fn pace(&self) -> Pace {
        match self.pace.load(Ordering::Relaxed) {
            pace if pace == Pace::Breathes as u8 => Pace::Breathes,
            pace if pace == Pace::Sleeps as u8 => Pace::Sleeps,
            _ => Pace::Looks,
        }
    }

    fn set_pace(&self, pace: Pace) {
        self.pace.store(pace as u8, Ordering::Relaxed); // the owner's own
    }

    /// Lets others run, or sleeps, before it looks, and says so; the next time it looks.
    #[inline]
    fn rests(&self, cx: &Context<'_>, breathes: &mut bool, sleeps: bool) -> bool {
        let pace = self.pace();
        if pace == Pace::Looks {
            return false;
        }
        self.set_pace(Pace::Looks);
        if pace == Pace::Sleeps {
            return sleeps;
        }
        *breathes = true;
        if !planted("a process that lets others run wakes nobody") {
            cx.waker().wake_by_ref();
        }
        true
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
        let waker = cx.waker().clone();
        let looked = planted("a callback waits for a stop after it has looked")
            && self.state.lock().asked_to_stop == Asked::No;
        let mut state = self.state.lock();
        if state.asked_to_stop == Asked::Waits && state.stage == Stage::Alive && !looked {
            return Poll::Ready(state.reason.clone());
        }
        let old = state.awaits_stop.replace(Box::new(waker));
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

impl<E: Entry> State<E> {
    fn is_closed(&self) -> bool {
        self.stage == Stage::Dead
    }

    fn count_taken(&mut self, messages: usize) {
        self.taken = self.taken.wrapping_add(messages as u32);
    }

    fn doom(&self) -> Option<ExitReason> {
        (self.stage == Stage::Doomed).then(|| self.reason.clone())
    }

    fn bound(&mut self) -> Option<&mut Bound<E>> {
        bound_of(&mut self.limits)
    }

    /// The way of a message into an inbox that is bounded or closed.
    #[inline(never)]
    fn ask<'a>(
        &mut self,
        envelope: E,
        manner: Manner,
        task: &'a OnceLock<Waker>,
    ) -> Result<Wakers<'a>, Unusual<'a, E>> {
        if self.is_closed() {
            return Err(Unusual::Refused(envelope, Undelivered::NoProc));
        }
        let Some(bound) = bound_of(&mut self.limits) else {
            return Ok(self.enqueue(envelope, task));
        };
        let displaced = match bound.overflow.answer(manner) {
            Answer::Wait => return Err(Unusual::Waits(bound.line.join(envelope))),
            Answer::Refuse(why) => return Err(Unusual::Refused(envelope, why)),
            Answer::Displace => bound.displace(&mut self.queue),
        };
        if displaced.is_none() {
            self.room -= 1;
        }
        let wakers = self.enqueue(envelope, task);
        match displaced {
            None => Ok(wakers),
            Some(oldest) if planted("a displaced message is dropped under the lock") => {
                drop(oldest);
                Ok(wakers)
            }
            Some(oldest) => Err(Unusual::Displaced(wakers, oldest)),
        }
    }

    fn enqueue_signal<'a>(&mut self, envelope: E, task: &'a OnceLock<Waker>) -> Wakers<'a> {
        if self.awaits == Awaits::Signal && !planted("a signal wakes nobody who is held") {
            self.awaits = Awaits::Message;
        }
        self.enqueue(envelope, task)
    }

    #[inline(always)]
    fn enqueue<'a>(&mut self, envelope: E, task: &'a OnceLock<Waker>) -> Wakers<'a> {
        let rare = match self.queue.len() == self.queue.capacity() {
            true => self.grow(),
            false => None,
        };
        self.queue.push_back(envelope);
        let task = match self.awaits {
            Awaits::Message => {
                self.awaits = Awaits::Nothing;
                task.get()
            }
            Awaits::Nothing | Awaits::Signal => None,
        };
        Wakers { task, rare }
    }

    /// Takes one out of the queue, and says who has waited for its room.
    fn take_at(&mut self, place: usize) -> Option<(E, Vec<Sender>)> {
        let envelope = self.queue.remove(place)?;
        let Self {
            queue,
            limits,
            room,
            ..
        } = self;
        let admitted = match bound_of(limits) {
            Some(bound) => bound.removed(place, &envelope, queue, room),
            None => Vec::new(),
        };
        self.look_at_length();
        Some((envelope, admitted))
    }

    /// Makes room in a full buffer, and asks whether the queue has become long (invariant 5).
    #[cold]
    fn grow(&mut self) -> Option<Box<Rare>> {
        let (length, limit) = (self.queue.len(), self.long());
        let rings = self.alarm.grows(length, limit);
        let more = length.max(FIRST_CAPACITY);
        self.queue
            .reserve_exact(more.min(self.alarm.quiet(length, limit)));
        rings.then(|| {
            Box::new(Rare {
                stop: None,
                long: Some(length + 1),
            })
        })
    }

    fn long(&self) -> usize {
        let limits = self.limits.as_ref();
        limits.map_or(DEFAULT_LONG_QUEUE, |limits| limits.long)
    }

    fn enqueue_stop<'a>(
        &mut self,
        reason: ExitReason,
        envelope: E,
        task: &'a OnceLock<Waker>,
    ) -> Wakers<'a> {
        let mut wakers = self.enqueue_signal(envelope, task);
        if self.asked_to_stop == Asked::No && self.stage == Stage::Alive {
            self.asked_to_stop = Asked::Waits;
            self.reason = reason; // the envelope has it too: no last reference is dropped here
        }
        if let Some(stop) = self.awaits_stop.take() {
            wakers.rare.get_or_insert_default().stop = Some(*stop);
        }
        wakers
    }

    /// All but the queue has been worked off: whether that is short again. Keeps invariant 5.
    #[inline(never)]
    fn look_at_length(&mut self) {
        let limit = self.long();
        if self.alarm.shrinks(self.queue.len(), limit) {
            self.queue.shrink_to(limit);
        }
    }

    /// How a process goes on that now takes what there is.
    ///
    /// A bounded queue is taken in bites: there more is there for sure. Of a long one each look asks whether it
    /// is short again. One that sleeps without another look keeps both buffers as they are: they must be small,
    /// and the second one is for who has had a few messages.
    #[inline]
    fn pace_after(&self, batch: &VecDeque<E>) -> Pace {
        if self.queue.len() > 1 {
            return match self.bounded || self.alarm.has_rung() {
                true => Pace::Looks,
                false => Pace::Breathes,
            };
        }
        let small = self.queue.capacity().max(batch.capacity()) <= KEPT_CAPACITY;
        let worth = batch.capacity() > 0 || self.taken > FEW;
        match self.limits.is_none() && small && worth {
            true => Pace::Sleeps,
            false => Pace::Looks,
        }
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

fn bound_of<E>(limits: &mut Option<Box<Limits<E>>>) -> Option<&mut Bound<E>> {
    limits.as_mut()?.bound.as_mut()
}

/// The room of an empty mailbox.
fn room_of(capacity: usize) -> i32 {
    i32::try_from(capacity).unwrap_or(i32::MAX) // more messages than these fit into no memory
}
