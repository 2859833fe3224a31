//! [`Supervision`]: what both kinds of supervisor do with their children. It asks
//! [`decide`](crate::restart::decide), and carries the decision out.

mod ended;
mod newcomer;
mod start;

pub(crate) use newcomer::{Newcomer, Requested};
pub(crate) use start::NotStarted;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use actor_core::{Context, GenServer, Pid, ReplyTo, TimerRef, process};

use crate::board::{Board, Posted};
use crate::child_info::ChildCounts;
use crate::child_policy::Shutdown;
use crate::children::{Children, Key, Ticket};
use crate::flags::Flags;
use crate::report;
use crate::rt::Clock;
use crate::shutdown::{Left, is_clean, stop_together};

/// What a supervisor tells itself: that a restart is due (S-40).
#[derive(Debug)]
pub struct RestartDue {
    key: Key,
    ticket: Ticket,
}

/// Answers a request about something that the caller named. What nobody waits for any more is dropped
/// here, and so is that name: values of the user's, to be dropped with care.
pub(crate) fn tell<T: Send + 'static>(reply: ReplyTo<T>, answer: T, about: impl Sized) {
    process::report(|| reply.send(answer));
    process::discard(about);
}

/// A server that supervises.
pub(crate) trait Supervising: GenServer<Info = RestartDue> {}

impl<S: GenServer<Info = RestartDue>> Supervising for S {}

/// The children of a living supervisor, and what it needs to look after them.
pub(crate) struct Supervision {
    children: Children<Pid>,
    clock: Clock,
    /// Restarts that are delayed.
    delayed: BTreeMap<Key, TimerRef>,
    posted: Posted,
}

impl Supervision {
    /// Takes over children that are not started yet.
    pub(crate) fn new<S: Supervising>(
        flags: Flags,
        children: Children<Pid>,
        cx: &mut Context<S>,
    ) -> Self {
        cx.trap_exit(true);
        cx.outlive_children();
        cx.unbound_mailbox(); // a restart that is due is told by a message
        let posted = Posted::new(cx.pid(), flags);
        for (key, child) in children.iter() {
            posted.board().show(key, Some(child));
        }
        Self {
            children,
            clock: posted.board().clock(),
            delayed: BTreeMap::new(),
            posted,
        }
    }

    pub(crate) fn flags(&self) -> Flags {
        self.posted.board().flags()
    }

    /// Takes over settings and specs, and touches no process (S-69).
    pub(crate) fn update_specs(&mut self, flags: Flags, specs: Children<Pid>) {
        self.set_flags(flags);
        for spec in specs.into_specs() {
            let (key, spent) = self.children.replace(spec);
            if let Some(child) = self.children.get(key) {
                self.posted.board().show_spec(key, child);
            }
            process::discard(spent);
        }
    }

    pub(crate) fn set_flags(&self, flags: Flags) {
        self.posted.board().set_flags(flags);
    }

    fn pid(&self) -> &Pid {
        self.posted.supervisor()
    }

    pub(crate) fn children(&self) -> &Children<Pid> {
        &self.children
    }

    pub(crate) fn board(&self) -> &Arc<Board> {
        self.posted.board()
    }

    /// Stops every child in reverse order, each fully dead before the next is told (S-14).
    pub(crate) async fn stop_in_order(&mut self) {
        let keys: Vec<_> = self.children.iter().rev().map(|(key, _)| key).collect();
        for key in keys {
            self.stop(&[key]).await;
        }
    }

    /// Stops every child at once (D-13).
    pub(crate) async fn stop_at_once(&mut self) {
        let keys: Vec<_> = self.children.iter().map(|(key, _)| key).collect();
        self.stop(&keys).await;
    }

    /// Stops these children together; those without a process wait for no restart any more (S-43).
    pub(crate) async fn stop(&mut self, keys: &[Key]) {
        let running = keys
            .iter()
            .filter_map(|key| Some((*key, self.leaving(*key)?)));
        let (running, leaving): (Vec<_>, Vec<_>) = running.unzip();
        let ended = stop_together(&leaving).await;
        for (key, left) in running.into_iter().zip(&ended) {
            self.note_stopped(key, left);
        }
        for key in keys {
            self.set_undefined(*key);
        }
        leaving.into_iter().for_each(process::discard); // each by itself: two panics at once abort
        let reasons = ended.into_iter().map(|left| left.reason);
        reasons.for_each(process::discard);
    }

    fn leaving(&self, key: Key) -> Option<(Pid, Shutdown)> {
        let child = self.children.get(key)?;
        let pid = child.state.pid()?;
        Some((pid.clone(), child.spec.fields.shutdown()))
    }

    fn note_stopped(&self, key: Key, left: &Left) {
        let child = self.children.get(key);
        let running = child.and_then(|child| Some((child.state.pid()?, &child.spec.fields)));
        let Some((pid, fields)) = running else {
            return;
        };
        let Left { reason, late } = left;
        let keeps = self.children.keeps();
        if !is_clean(keeps, fields.restart, fields.shutdown(), reason) {
            report::shutdown_error(&report::NotClean {
                supervisor: self.pid(),
                id: &fields.id,
                pid,
                reason,
                callback: late.and_then(|late| late.callback),
                queue_len: late.map(|late| late.queue_len),
            });
        }
    }

    /// The child has no process, and is about to be started.
    fn set_vacant(&mut self, key: Key) {
        self.cancel_restart(key);
        process::discard(self.update(key, |children| children.set_vacant(key)));
    }

    /// The child has no process any more; what it leaves is dropped with care.
    pub(crate) fn set_undefined(&mut self, key: Key) {
        self.cancel_restart(key);
        process::discard(self.update(key, |children| children.set_undefined(key)));
    }

    /// A delayed restart that was cancelled leaves no timer behind.
    fn cancel_restart(&mut self, key: Key) {
        if let Some(timer) = self.delayed.remove(&key) {
            timer.cancel();
        }
    }

    /// Takes a child out of the list that has no process.
    pub(crate) fn remove(&mut self, key: Key) {
        process::discard(self.update(key, |children| children.remove(key)));
    }

    /// Changes one child, and shows it.
    fn update<T>(&mut self, key: Key, change: impl FnOnce(&mut Children<Pid>) -> T) -> T {
        let changed = change(&mut self.children);
        self.posted.board().show(key, self.children.get(key));
        changed
    }
}

/// What a status tells of a supervisor (G-49).
impl fmt::Display for Supervision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Flags {
            strategy,
            intensity,
            ..
        } = self.flags();
        let ChildCounts { active, specs, .. } = ChildCounts::of(&self.children);
        write!(
            f,
            "{strategy:?}, {intensity}, children: {active} active of {specs}"
        )
    }
}

impl fmt::Debug for Supervision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervision")
            .field("flags", &self.flags())
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}
