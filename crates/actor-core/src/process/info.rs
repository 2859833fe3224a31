//! Looking at processes from outside: nothing is sent to a process to be told of it.

use crate::node::Node;
use crate::observation::{self, Times};
use crate::pid::{AsPid, Awaits, Pid, TiedTo};
use crate::progress::{Callback, Progress};

/// What a process was seen to be at one moment; see [`info`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessInfo {
    /// The process.
    pub pid: Pid,
    /// Its name.
    pub name: Option<String>,
    /// The type of its server.
    pub server: &'static str,
    /// The process that started it with a link, while they are linked.
    pub parent: Option<Pid>,
    /// What it does.
    pub state: ProcessState,
    /// The callback that it runs, or ran last; none while it waits or is suspended.
    pub callback: Option<Callback>,
    /// How many messages wait in its inbox.
    pub queue_len: usize,
    /// How many may lie in its mailbox, if that is [bounded](crate::Options::mailbox); the few that it
    /// has taken out together, and not handled yet, are no part of them.
    pub capacity: Option<usize>,
    /// How many senders wait for room, each with its message.
    pub waiting_senders: usize,
    /// How many messages it has taken to be handled, the present one included.
    pub handled: u64,
    /// Whether it traps exits (P-26).
    pub traps_exit: bool,
    /// To whom it is linked, the oldest first.
    pub links: Vec<Pid>,
    /// Whom it monitors, once for each monitor, the oldest first.
    pub monitors: Vec<Pid>,
    /// Who monitors it, once for each monitor, the oldest first.
    pub monitored_by: Vec<Pid>,
    /// What it has done with its time, while somebody [observes](crate::process::observe) and it has
    /// had a turn since.
    pub times: Option<Times>,
}

/// What a process does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProcessState {
    /// It runs a callback, which may wait for something, or is about to.
    Running,
    /// It waits for a message.
    Waiting,
    /// It is [suspended](crate::sys::suspend).
    Suspended,
    /// It runs `terminate` or drops its state; or it was killed, or got a fatal exit signal, and has
    /// not ended yet (X-1).
    Stopping,
}

/// Returns the processes of the caller's node, the oldest first; see [`Node::processes`].
///
/// # Examples
///
/// ```
/// use actor_core::process;
///
/// for pid in process::list() {
///     if let Some(info) = process::info(&pid) {
///         println!("{pid} {} {:?}, {} waiting", info.server, info.state, info.queue_len);
///     }
/// }
/// ```
#[must_use]
pub fn list() -> Vec<Pid> {
    Node::current().processes()
}

/// Looks at a process from outside; none if it is dead.
///
/// Nothing is sent to it and no code of its runs, so this tells of a stuck one too. A moment later
/// all of it may be different; the parts are seen one after the other.
#[must_use]
pub fn info(process: &impl AsPid) -> Option<ProcessInfo> {
    let pid = process.as_pid();
    let cell = pid.cell();
    let look = cell.look()?;
    let Progress { callback, handled } = look.progress;
    let state = state(look.ends, look.awaits, callback);
    let busy = matches!(state, ProcessState::Running | ProcessState::Stopping);
    let TiedTo {
        links,
        monitors,
        monitored_by,
    } = cell.tied();
    Some(ProcessInfo {
        name: pid.name().map(str::to_owned),
        server: cell.server(),
        parent: cell.parent(),
        state,
        callback: busy.then_some(callback),
        queue_len: look.queue_len,
        capacity: look.capacity,
        waiting_senders: look.waiting_senders,
        handled,
        traps_exit: look.traps,
        links: sorted(links),
        monitors: sorted(monitors),
        monitored_by: sorted(monitored_by),
        times: observation::times(pid.id()),
        pid,
    })
}

fn state(ends: bool, awaits: Awaits, callback: Callback) -> ProcessState {
    match awaits {
        _ if ends || callback == Callback::Terminate => ProcessState::Stopping,
        Awaits::Nothing => ProcessState::Running,
        Awaits::Message => ProcessState::Waiting,
        Awaits::Signal => ProcessState::Suspended,
    }
}

fn sorted(mut pids: Vec<Pid>) -> Vec<Pid> {
    pids.sort_unstable();
    pids
}
