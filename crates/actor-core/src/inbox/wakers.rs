//! [`Wakers`]: what whoever touches an inbox must not do while it holds the lock (invariant 4).

use std::task::Waker;

use crate::unwind::wake;

/// What is left to do once every lock is released: whom to wake, and what to tell.
#[derive(Debug)]
#[must_use = "somebody sleeps until it is woken"]
pub(crate) struct Wakers<'a> {
    pub(super) task: Option<&'a Waker>,
    pub(super) rare: Option<Box<Rare>>,
}

#[derive(Debug, Default)]
pub(super) struct Rare {
    /// Of whoever waits for a stop inside a callback.
    pub(super) stop: Option<Waker>,
    /// How long the queue is, if that is to be told.
    pub(super) long: Option<usize>,
}

impl Wakers<'_> {
    pub(super) const NONE: Self = Self {
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
