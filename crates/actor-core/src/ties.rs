//! What ties a process to others: links, monitors both ways, waiters, delayed calls.
//!
//! One record per process, behind one lock, allocated at first use. Invariants:
//! 1. The receiver's table decides: a link or monitor counts only while it is entered on the side
//!    that hears of the death. So after `unlink` nothing arrives (P-16), and a DOWN arrives once.
//! 2. Death replaces the record by `Cut`; whoever comes later sees that the process is dead.
//! 3. Wakers, callers and peers are told after the lock is released.

use std::collections::HashMap;
use std::sync::Arc;
use std::task::Waker;

use crate::exit_reason::ExitReason;
use crate::pending::Pending;
use crate::pid::Pid;

#[derive(Default)]
pub(crate) enum Ties {
    /// Nothing yet, and nothing allocated.
    #[default]
    None,
    Some(Box<Tied>),
    /// The process is dead.
    Cut(ExitReason),
}

#[derive(Default)]
pub(crate) struct Tied {
    /// By the peer's id.
    pub(crate) links: HashMap<u64, Link>,
    /// Monitors that others hold on this process, by monitor id.
    pub(crate) watchers: HashMap<u64, Pid>,
    /// Monitors that this process holds, by monitor id.
    pub(crate) watching: HashMap<u64, Watch>,
    /// Woken at death, by key.
    pub(crate) waiters: HashMap<u64, Waker>,
    next_waiter: u64,
    /// Calls whose handle outlived the callback that got it.
    pub(crate) delayed: Vec<Arc<dyn Pending>>,
    /// Calls whose handle was dropped on this process's own turn.
    pub(crate) orphaned: Vec<Arc<dyn Pending>>,
}

pub(crate) struct Link {
    pub(crate) peer: Pid,
    /// The peer's start is not acknowledged yet.
    pub(crate) starting: bool,
}

pub(crate) struct Watch {
    pub(crate) target: Pid,
    /// The DOWN lies in the inbox.
    pub(crate) fired: bool,
}

impl Ties {
    /// The record to write to, made if need be; the exit reason if the process is dead.
    pub(crate) fn tied(&mut self) -> Result<&mut Tied, ExitReason> {
        if matches!(self, Self::None) {
            *self = Self::Some(Box::default());
        }
        match self {
            Self::Some(tied) => Ok(tied),
            Self::Cut(reason) => Err(reason.clone()),
            Self::None => unreachable!("was filled above"),
        }
    }

    /// The record, if there is one.
    pub(crate) fn existing(&mut self) -> Option<&mut Tied> {
        match self {
            Self::Some(tied) => Some(tied),
            Self::None | Self::Cut(_) => None,
        }
    }
}

impl Tied {
    /// Enters or renews a waker.
    pub(crate) fn wait(&mut self, key: &mut Option<u64>, waker: Waker) -> Option<Waker> {
        let key = *key.get_or_insert_with(|| {
            self.next_waiter += 1;
            self.next_waiter
        });
        self.waiters.insert(key, waker)
    }

    /// Keeps a call whose reply comes later; forgets answered ones at each doubling.
    pub(crate) fn delay(&mut self, pending: Arc<dyn Pending>) {
        if self.delayed.len() == self.delayed.capacity() {
            self.delayed.retain(|call| call.is_open());
            self.delayed.reserve(self.delayed.len() + 1);
        }
        self.delayed.push(pending);
    }
}
