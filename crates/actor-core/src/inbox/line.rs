//! The line of those that wait for room in a bounded mailbox, each with its message.
//!
//! The message itself stands in line, so no place is ever reserved: who leaves the line leaves no
//! hole (F-08), and there is no permit that a closing inbox would wait for (F-23).

use std::collections::BTreeMap;
use std::task::Waker;

use crate::unwind::wake;
use crate::waits::Wait;

/// By age.
pub(super) struct Line<E> {
    waiting: BTreeMap<u64, InLine<E>>,
    next: u64,
}

/// A message that waits for room.
pub(super) struct InLine<E> {
    pub(super) envelope: E,
    pub(super) sender: Sender,
}

/// Who waits with a message.
#[derive(Default)]
pub(super) struct Sender {
    waker: Option<Waker>,
    /// Its wait for the process, if that is noted; it ends with the wait for room.
    wait: Option<Wait>,
}

impl Sender {
    /// One that has no message yet.
    pub(super) fn watching(waker: Waker) -> Self {
        Self {
            waker: Some(waker),
            wait: None,
        }
    }

    /// Tells it that it need not wait any more.
    pub(super) fn tell(self) {
        // First, so that the process may call its sender before that has run.
        self.end_wait();
        if let Some(waker) = self.waker {
            wake(waker);
        }
    }

    pub(super) fn end_wait(&self) {
        if let Some(wait) = &self.wait {
            wait.end();
        }
    }

    /// Returns the former waker, to be dropped without the lock.
    pub(super) fn register(&mut self, waker: Waker) -> Option<Waker> {
        self.waker.replace(waker)
    }

    pub(super) fn note(&mut self, wait: Wait) {
        self.wait = Some(wait);
    }
}

impl<E> Line<E> {
    pub(super) fn new() -> Self {
        Self {
            waiting: BTreeMap::new(),
            next: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Puts a message at the end, and returns by which key it is found.
    pub(super) fn join(&mut self, envelope: E) -> u64 {
        let key = self.next;
        self.next += 1;
        let sender = Sender::default();
        self.waiting.insert(key, InLine { envelope, sender });
        key
    }

    pub(super) fn first(&mut self) -> Option<InLine<E>> {
        self.waiting.pop_first().map(|(_, first)| first)
    }

    /// None once it has been accepted.
    pub(super) fn get(&mut self, key: u64) -> Option<&mut InLine<E>> {
        self.waiting.get_mut(&key)
    }

    pub(super) fn leave(&mut self, key: u64) -> Option<InLine<E>> {
        self.waiting.remove(&key)
    }

    /// The inbox is closed: everybody is to be told, and collects its message.
    pub(super) fn senders(&mut self) -> Vec<Sender> {
        let all = self.waiting.values_mut();
        all.map(|waiting| std::mem::take(&mut waiting.sender))
            .collect()
    }
}
