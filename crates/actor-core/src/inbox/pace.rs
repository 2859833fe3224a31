//! How a process goes on when it has worked off what it took out of its inbox.

use std::collections::VecDeque;
use std::task::Context;

use super::state::State;
use super::{Entry, FEW, Inbox, KEPT_CAPACITY};
use crate::rt::{Ordering, planted};

/// What the process does when it has worked off what it took.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// It looks whether there is more.
    Looks,
    /// Several were taken out at once, so that more may come soon: it lets others run before it looks.
    Breathes,
    /// It has said that it awaits a message: it sleeps, and need not look.
    Sleeps,
}

impl<E: Entry> Inbox<E> {
    pub(super) fn pace(&self) -> Pace {
        match self.pace.load(Ordering::Relaxed) {
            pace if pace == Pace::Breathes as u8 => Pace::Breathes,
            pace if pace == Pace::Sleeps as u8 => Pace::Sleeps,
            _ => Pace::Looks,
        }
    }

    pub(super) fn set_pace(&self, pace: Pace) {
        self.pace.store(pace as u8, Ordering::Relaxed); // the owner's own
    }

    /// Lets others run, or sleeps, before it looks, and says so; the next time it looks.
    #[inline]
    pub(super) fn rests(&self, cx: &Context<'_>, breathes: &mut bool, sleeps: bool) -> bool {
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
}

impl<E: Entry> State<E> {
    /// How a process goes on that now takes what there is.
    ///
    /// A bounded queue is taken in bites: there more is there for sure. Of a long one each look asks whether it
    /// is short again. One that sleeps without another look keeps both buffers as they are: they must be small,
    /// and the second one is for who has had a few messages.
    #[inline]
    pub(super) fn pace_after(&self, batch: &VecDeque<E>) -> Pace {
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
