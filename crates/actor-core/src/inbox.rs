//! The inbox: one ordered queue for all that can reach a process, and the kill flag beside it.
//! It may have a bound; then messages ask for room, and signals do not.
//!
//! Here is what others do with it; what its process does is in `owner.rs`, and what lies under the lock in `state.rs`.
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
mod owner;
mod pace;
mod room;
mod state;
#[cfg(test)]
mod tests;
mod wakers;

use std::collections::VecDeque;
use std::mem;
use std::task::Waker;

use crate::exit_reason::ExitReason;
use crate::exit_signal::{Origin, Reaction, react};
use crate::long_queue::Alarm;
use crate::mailbox::Mailbox;
use crate::overflow::Manner;
use crate::pid::{Awaits, Fate, Look};
use crate::progress::Progress;
use crate::rt::{AtomicBool, AtomicU8, Mutex, OnceLock, Ordering, planted};
use crate::undelivered::Undelivered;
use bound::Bound;
use pace::Pace;
use state::{Asked, Limits, Stage, State};
pub(crate) use wakers::Wakers;

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

    /// Says whether the process is dead, without its reason.
    pub(crate) fn is_closed(&self) -> bool {
        self.state.lock().is_closed()
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
}

/// The room of an empty mailbox.
fn room_of(capacity: usize) -> i32 {
    i32::try_from(capacity).unwrap_or(i32::MAX) // more messages than these fit into no memory
}
