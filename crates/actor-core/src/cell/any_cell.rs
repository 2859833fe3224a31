//! Each cell as an [`AnyCell`]: what others may ask of a process whose messages they do not know.

use std::any::type_name;
use std::mem;
use std::task::Waker;

use super::{CALLEE, Cell, NOBODY, UNWATCHED, system};
use crate::ancestors::Ancestors;
use crate::current;
use crate::directory::NameText;
use crate::exit_reason::ExitReason;
use crate::exit_signal::Origin;
use crate::inbox::{ExitSignal, Wakers};
use crate::order::Order;
use crate::pid::{AnyCell, Bond, Fate, Look, Pid, Place, TiedTo};
use crate::progress::{Callback, Progress};
use crate::protocol::Protocol;
use crate::rt::{Ordering, planted};
use crate::signal::{Down, Exit, MonitorRef, System};
use crate::slot::Pending;
use crate::ties::{Link, Watch};

impl<P: Protocol> AnyCell for Cell<P> {
    fn id(&self) -> u64 {
        self.id
    }

    fn name(&self) -> Option<&str> {
        self.name.as_ref().map(NameText::as_str)
    }

    fn ancestors_of_child(&self) -> Ancestors {
        self.ancestors.of_child(self.id, self.name.as_ref())
    }

    fn parent(&self) -> Option<Pid> {
        let parent = self.ancestors.parent()?;
        let mut ties = self.ties.lock();
        ties.existing()?
            .links
            .get(parent)
            .map(|link| link.peer.clone())
    }

    fn descends_from(&self, id: u64) -> bool {
        self.ancestors.contain(id)
    }

    fn outlives_children(&self) -> bool {
        self.outlives_children.load(Ordering::Relaxed)
    }

    fn is_ending_after_children(&self) -> bool {
        self.outlives_children() && self.ending.load(Ordering::Relaxed)
    }

    fn is_named_in(&self, node: u64) -> bool {
        self.node == node && self.named.load(Ordering::Acquire)
    }

    fn fate(&self) -> Fate {
        self.inbox.fate()
    }

    fn is_alive(&self) -> bool {
        !self.inbox.is_closed()
    }

    fn is_doomed(&self) -> bool {
        self.inbox.is_doomed()
    }

    fn node(&self) -> u64 {
        self.node
    }

    fn server(&self) -> &'static str {
        type_name::<P>()
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn progress(&self) -> Progress {
        Progress {
            callback: Callback::of(self.callback.load(Ordering::Relaxed)),
            handled: self.handled.load(Ordering::Relaxed),
        }
    }

    fn look(&self) -> Option<Look> {
        self.inbox.look(|| self.progress())
    }

    fn tied(&self) -> TiedTo {
        let mut ties = self.ties.lock();
        let tied = ties.existing().map(|tied| tied.to());
        tied.unwrap_or_default()
    }

    fn exit(&self, from: Option<Pid>, reason: ExitReason) {
        let origin = match current::is(self.id) {
            true => Origin::ExitSelf,
            false => Origin::Exit,
        };
        self.wake(self.exit_signal(origin, from, reason));
    }

    fn stop(&self, reason: ExitReason) -> bool {
        let stop = system(System::Stop(reason.clone()));
        let accepted = self.inbox.push_stop(reason, stop);
        accepted.map(|wakers| self.wake(wakers)).is_ok()
    }

    fn order(&self, order: Order) -> bool {
        let accepted = self.inbox.push_signal(system(System::Order(order)));
        accepted.map(|wakers| self.wake(wakers)).is_ok()
    }

    fn add_link(&self, peer: Pid, bond: Bond) -> bool {
        let id = peer.id();
        let link = Link { peer, bond };
        let entered = self.with_tied(|tied| tied.links.enter(id, link));
        entered.is_some() // what was there before stays; another is dropped outside the lock
    }

    fn remove_link(&self, peer: u64) {
        let link = self
            .ties
            .lock()
            .existing()
            .and_then(|tied| tied.links.remove(peer));
        drop(link); // outside the lock
    }

    fn confirm_link(&self, peer: u64) {
        if let Some(tied) = self.ties.lock().existing()
            && let Some(link) = tied.links.get_mut(peer)
        {
            link.bond = Bond::Child;
        }
    }

    fn give_up_start(&self, child: &Pid) {
        let former = self.with_tied(|tied| mem::take(&mut tied.given_up));
        let mut given_up = former.unwrap_or_default();
        given_up.retain(Pid::is_alive); // outside the lock, as it takes theirs
        given_up.push(child.clone());
        let link = self.with_tied(|tied| {
            tied.given_up.extend(given_up);
            tied.links.remove(child.id())
        });
        drop(link); // outside the lock
    }

    fn linked_children(&self) -> Vec<Pid> {
        let children = self.ties.lock().existing().map(|tied| tied.children());
        let mut children = children.unwrap_or_default();
        children.retain(Pid::is_alive); // outside the lock, as it takes theirs
        children
    }

    fn orphans(&self) -> Vec<Pid> {
        self.ties.lock().orphans()
    }

    fn link_fired(&self, peer: &Pid, reason: ExitReason) {
        let mut ties = self.ties.lock();
        let link = ties
            .existing()
            .and_then(|tied| tied.links.remove(peer.id()));
        let Some(link) = link else { return };
        let origin = match link.bond {
            Bond::Starting => Origin::StartingLink,
            Bond::Child | Bond::Peer => Origin::Link,
        };
        // Under the ties' lock, so that an unlink that returns has nothing behind it (P-16).
        let ties = (!planted("a signal leaves the lock")).then_some(ties);
        let wakers = self.exit_signal(origin, Some(peer.clone()), reason);
        drop(ties);
        self.wake(wakers);
    }

    fn add_watch(&self, monitor: u64, target: Pid, name: Option<String>) -> bool {
        let watch = Watch {
            target,
            name,
            fired: false,
        };
        self.with_tied(|tied| tied.watching.enter(monitor, watch))
            .is_some()
    }

    fn remove_watch(&self, monitor: u64, flush: bool) -> Option<Pid> {
        let mut ties = self.ties.lock();
        let tied = ties.existing()?;
        // A reference may come from another process, whose monitor it stays.
        let fired = tied.watching.get(monitor)?.fired;
        if fired && !flush {
            return None;
        }
        tied.watching.remove(monitor).map(|watch| watch.target)
    }

    fn add_watcher(&self, monitor: u64, watcher: Pid) -> bool {
        self.with_tied(|tied| tied.watchers.enter(monitor, watcher))
            .is_some()
    }

    fn remove_watcher(&self, monitor: u64) {
        let watcher = self
            .ties
            .lock()
            .existing()
            .and_then(|tied| tied.watchers.remove(monitor));
        drop(watcher); // outside the lock
    }

    fn down(&self, monitor: u64, target: Pid, reason: ExitReason) {
        let mut ties = self.ties.lock();
        let watch = ties
            .existing()
            .and_then(|tied| tied.watching.get_mut(monitor));
        let Some(watch) = watch else { return };
        watch.fired = true;
        let name = watch.name.take();
        let monitor = MonitorRef {
            id: monitor,
            target,
        };
        let accepted = self
            .inbox
            .push(system(System::Down(Down::new(monitor, name, reason))));
        drop(ties);
        if let Ok(wakers) = accepted {
            self.wake(wakers); // refused: this process died at the same moment
        }
    }

    fn add_waiter(&self, key: &mut Option<u64>, waker: &Waker) -> Option<ExitReason> {
        if let Some(key) = *key
            && let Some(waits) = self.ties.lock().waits(key, waker)
        {
            return (!waits).then(|| self.inbox.end()).flatten();
        }
        let waker = waker.clone(); // outside the lock, as it may be anybody's code
        let entered = self.ties.lock().wait(key, waker);
        drop(entered.err()?);
        self.inbox.end()
    }

    fn remove_waiter(&self, key: u64) {
        let mut ties = self.ties.lock();
        let waker = ties.waiters().and_then(|waiters| waiters.remove(key));
        drop(ties);
        drop(waker); // outside the lock
    }

    fn is_waypoint(&self) -> bool {
        self.waypoint.load(Ordering::Acquire)
    }

    fn become_waypoint(&self) {
        self.waypoint.store(true, Ordering::Release);
    }

    fn begin_wait(&self, callee: u64) -> Option<u64> {
        // Sequentially consistent: of two that begin to wait for each other, one at least sees it.
        let order = Ordering::SeqCst;
        let free = self.waits_for.load(order);
        if callee_of(free) != NOBODY {
            return None;
        }
        let noted = free | callee;
        let begun = self.waits_for.compare_exchange(free, noted, order, order);
        begun.ok()?;
        self.unsettled.store(true, Ordering::Relaxed);
        Some(noted)
    }

    fn end_wait(&self, noted: u64) {
        if [NOBODY, UNWATCHED].contains(&callee_of(noted)) {
            return;
        }
        let order = Ordering::SeqCst;
        let free = (noted & !CALLEE).wrapping_add(CALLEE + 1);
        let _ = self.waits_for.compare_exchange(noted, free, order, order);
    }

    fn waits_for(&self) -> Option<u64> {
        let callee = callee_of(self.waits_for.load(Ordering::SeqCst));
        (callee != NOBODY && callee != UNWATCHED).then_some(callee)
    }

    fn orphaned(&self, pending: Pending) {
        let mut pending = Some(pending);
        self.with_tied(|tied| tied.orphaned.extend(pending.take()));
        match pending {
            None => self.unsettled.store(true, Ordering::Relaxed),
            Some(pending) => pending.lose(),
        }
    }
}

impl<P: Protocol> Cell<P> {
    fn exit_signal(&self, origin: Origin, from: Option<Pid>, reason: ExitReason) -> Wakers<'_> {
        let signal = ExitSignal {
            origin,
            from_parent: self.is_parent(from.as_ref()),
            reason,
        };
        self.inbox.exit(signal, |reason| {
            system(System::Exit(Exit::new(from, reason)))
        })
    }
}

/// The callee of a noted wait, as `waits_for` holds it.
fn callee_of(noted: u64) -> u64 {
    noted & CALLEE
}
