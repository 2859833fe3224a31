//! What lies under the lock of an inbox. The invariants stand in `inbox.rs`.

use std::collections::VecDeque;
use std::task::Waker;

use super::bound::Bound;
use super::line::Sender;
use super::wakers::{Rare, Wakers};
use super::{Entry, FIRST_CAPACITY, Unusual};
use crate::exit_reason::ExitReason;
use crate::long_queue::{Alarm, DEFAULT_LONG_QUEUE};
use crate::overflow::{Answer, Manner};
use crate::pid::Awaits;
use crate::rt::{OnceLock, planted};
use crate::undelivered::Undelivered;

/// In the order that [`Inbox`](super::Inbox) wants.
#[repr(C)]
pub(super) struct State<E> {
    pub(super) queue: VecDeque<E>,
    /// So many messages are accepted unasked: counted only if it is bounded, and none once it is closed. Below
    /// zero after messages were given back to a full one.
    pub(super) room: i32,
    /// How many were taken out, which wraps; those that are not handled yet lie in the batch in hand.
    pub(super) taken: u32,
    pub(super) bounded: bool,
    pub(super) awaits: Awaits,
    pub(super) traps: bool,
    pub(super) alarm: Alarm,
    pub(super) asked_to_stop: Asked,
    pub(super) stage: Stage,
    /// Of whoever waits for a stop inside a callback.
    pub(super) awaits_stop: Option<Box<Waker>>,
    /// Allocated if a bound or a limit was asked for.
    pub(super) limits: Option<Box<Limits<E>>>,
    /// Of the first stop that waits; then of the doom or the death.
    pub(super) reason: ExitReason,
}

/// How far the process has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Alive,
    /// A kill or a fatal exit signal has arrived, and is not obeyed yet.
    Doomed,
    Dying,
    Dead,
}

/// Whether the process was asked to stop, by a stop request or by the exit of its parent. The first one
/// counts: others that come behind it find a process that stops.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    No,
    /// It lies in the queue or in the batch in hand.
    Waits,
    /// It was taken out.
    Taken,
}

/// What was asked for beyond the usual.
pub(super) struct Limits<E> {
    pub(super) bound: Option<Bound<E>>,
    /// With more messages than these the queue is told to be long.
    pub(super) long: usize,
}

impl<E: Entry> State<E> {
    pub(super) fn is_closed(&self) -> bool {
        self.stage == Stage::Dead
    }

    pub(super) fn count_taken(&mut self, messages: usize) {
        self.taken = self.taken.wrapping_add(messages as u32);
    }

    pub(super) fn doom(&self) -> Option<ExitReason> {
        (self.stage == Stage::Doomed).then(|| self.reason.clone())
    }

    pub(super) fn bound(&mut self) -> Option<&mut Bound<E>> {
        bound_of(&mut self.limits)
    }

    /// The way of a message into an inbox that is bounded or closed.
    #[inline(never)]
    pub(super) fn ask<'a>(
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

    pub(super) fn enqueue_signal<'a>(
        &mut self,
        envelope: E,
        task: &'a OnceLock<Waker>,
    ) -> Wakers<'a> {
        if self.awaits == Awaits::Signal && !planted("a signal wakes nobody who is held") {
            self.awaits = Awaits::Message;
        }
        self.enqueue(envelope, task)
    }

    #[inline(always)]
    pub(super) fn enqueue<'a>(&mut self, envelope: E, task: &'a OnceLock<Waker>) -> Wakers<'a> {
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
    pub(super) fn take_at(&mut self, place: usize) -> Option<(E, Vec<Sender>)> {
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

    pub(super) fn long(&self) -> usize {
        let limits = self.limits.as_ref();
        limits.map_or(DEFAULT_LONG_QUEUE, |limits| limits.long)
    }

    pub(super) fn enqueue_stop<'a>(
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
    pub(super) fn look_at_length(&mut self) {
        let limit = self.long();
        if self.alarm.shrinks(self.queue.len(), limit) {
            self.queue.shrink_to(limit);
        }
    }
}

pub(super) fn bound_of<E>(limits: &mut Option<Box<Limits<E>>>) -> Option<&mut Bound<E>> {
    limits.as_mut()?.bound.as_mut()
}
