//! All that can arrive in an inbox: one closed enum, in one queue (P-2).

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::exit_reason::ExitReason;
use crate::order::Order;
use crate::pid::Pid;
use crate::protocol::Protocol;
use crate::rt::oneshot;
use crate::slot::Pending;

/// One entry of an inbox. Rare ones are boxed, so that the common ones stay small.
pub(crate) enum Envelope<P: Protocol> {
    Call(P::Call, Pending),
    Cast(P::Cast),
    Info(P::Info),
    System(Box<System>),
}

/// The signals that the framework itself sends.
#[derive(Debug)]
pub(crate) enum System {
    Exit(Exit),
    Down(Down),
    Stop(ExitReason),
    Order(Order),
    /// Tells whoever waits for it that all before it has been handled.
    Mark(oneshot::Sender<()>),
}

/// What arrives in [`handle_info`](crate::GenServer::handle_info): plain messages, and the signals
/// of links and monitors, in the order in which they were sent (P-2, G-13).
#[derive(Debug)]
pub enum Info<M> {
    /// A plain message.
    Message(M),
    /// A linked process died, or somebody sent an exit signal; only while trapping exits (P-7).
    Exit(Exit),
    /// A monitored process died (P-19).
    Down(Down),
    /// No message arrived within the time that the last callback gave (G-34).
    Timeout,
}

/// An exit signal that a trapping process received as a message (P-7).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exit {
    /// The process that died, or that sent the signal; none if plain code sent it.
    pub from: Option<Pid>,
    /// Why.
    pub reason: ExitReason,
}

impl Exit {
    pub(crate) fn new(from: Option<Pid>, reason: ExitReason) -> Self {
        Self { from, reason }
    }
}

/// The end of a monitored process (P-19); sent once per monitor.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Down {
    /// What [`Context::monitor`](crate::Context::monitor) returned.
    pub monitor: MonitorRef,
    /// The process that died. For a name that nobody held it is a pid of its own: no process ever had
    /// it, and it is as that of a dead one.
    pub pid: Pid,
    /// The name that the monitor was placed by; none if it was placed on a process (P-19).
    pub name: Option<String>,
    /// Why it died; [`ExitReason::NoProc`] if it was dead when the monitor was placed, or nobody held
    /// the name (P-20).
    pub reason: ExitReason,
}

impl Down {
    pub(crate) fn new(monitor: MonitorRef, name: Option<String>, reason: ExitReason) -> Self {
        let pid = monitor.target.clone();
        Self {
            monitor,
            pid,
            name,
            reason,
        }
    }
}

/// Identifies one monitor; every call of [`Context::monitor`](crate::Context::monitor) makes a
/// fresh one (P-18).
///
/// In the guide: [links and monitors](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/links_and_monitors.md).
#[derive(Clone)]
pub struct MonitorRef {
    pub(crate) id: u64,
    pub(crate) target: Pid,
}

impl PartialEq for MonitorRef {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for MonitorRef {}

impl Hash for MonitorRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Debug for MonitorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MonitorRef<{} on {}>", self.id, self.target)
    }
}
