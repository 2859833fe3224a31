//! Monitors: one process watches another and hears of its end once (P-18 to P-25).
//!
//! A monitor is entered on both sides, the watcher's first: a DOWN counts only while it stands there.
//! This is the one place that makes and withdraws monitors. Each step takes the lock of one cell.

use crate::cell::nobody;
use crate::exit_reason::ExitReason;
use crate::pid::{AnyCell, AsPid, Pid};
use crate::rt::{AtomicU64, Ordering, planted};
use crate::signal::MonitorRef;

/// Anything that a process can monitor: whatever [stands for one process](AsPid), or a
/// [`Name`](crate::Name).
///
/// A type of one's own has it by [`AsPid`] if it stands for one process. One that stands for changing
/// processes implements it by hand.
///
/// # Examples
///
/// ```
/// use actor_core::{Context, ExitReason, GenServer, Info, InitResult, Name, Next, NextResult, Start};
/// use std::convert::Infallible;
///
/// /// Ends when the holder of a name has ended.
/// struct Shadow;
///
/// const LIGHT: Name<Shadow> = Name::new("light");
///
/// impl GenServer for Shadow {
///     type Args = ();
///     type Call = Infallible;
///     type Cast = Infallible;
///     type Info = Infallible;
///     type Continue = Infallible;
///
///     async fn init((): (), cx: &mut Context<Self>) -> InitResult<Self> {
///         cx.monitor(&LIGHT);
///         Ok(Shadow.into())
///     }
///
///     async fn handle_info(
///         &mut self,
///         info: Info<Infallible>,
///         _cx: &mut Context<Self>,
///     ) -> NextResult<Self> {
///         match info {
///             Info::Down(down) if down.name.as_deref() == Some("light") => {
///                 Ok(Next::Stop(down.reason))
///             }
///             _ => Ok(Next::NoReply),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let shadow = Shadow::start(()).await?;
/// assert_eq!(shadow.exited().await, ExitReason::NoProc); // nobody holds the name
/// # Ok(())
/// # }
/// ```
pub trait Monitorable {
    /// Returns the process that is meant at this moment (P-21); none if there is none, and then the
    /// DOWN comes at once (P-20).
    fn monitored_pid(&self) -> Option<Pid>;

    /// Returns the name that is told in [`Down::name`](crate::Down::name); none by default.
    fn monitored_name(&self) -> Option<&str> {
        None
    }
}

impl<A: AsPid> Monitorable for A {
    fn monitored_pid(&self) -> Option<Pid> {
        Some(self.as_pid())
    }
}

static NEXT_MONITOR: AtomicU64 = AtomicU64::new(1);

fn next_id() -> u64 {
    NEXT_MONITOR.fetch_add(1, Ordering::Relaxed)
}

/// Lets `watcher` watch a process; a dead one, or none, is a DOWN at once (P-20).
pub(crate) fn monitor(watcher: &Pid, target: &impl Monitorable) -> MonitorRef {
    let name = target.monitored_name().map(str::to_owned);
    let target = target.monitored_pid().unwrap_or_else(nobody);
    let id = next_id();
    place(watcher, id, &target, name);
    MonitorRef { id, target }
}

fn place(watcher: &Pid, id: u64, target: &Pid, name: Option<String>) {
    if watcher == target {
        return; // P-23
    }
    let (own, other) = (watcher.cell(), target.cell());
    let alive = || other.add_watcher(id, watcher.clone()) || planted("a monitor misses a death");
    if own.add_watch(id, target.clone(), name) && !alive() {
        own.down(id, target.clone(), ExitReason::NoProc);
    }
}

/// Stops a monitor of `watcher`; one of another process stays. A DOWN in the inbox stays there, unless
/// `flush` (P-23).
pub(crate) fn demonitor(watcher: &dyn AnyCell, id: u64, flush: bool) {
    if let Some(target) = watcher.remove_watch(id, flush) {
        target.cell().remove_watcher(id);
    }
}

/// The monitor that a start places for the process in which it runs (G-9).
///
/// Dropped before it was [kept](Self::keep) it is withdrawn, with a DOWN that lies in the inbox.
pub(crate) struct StartMonitor {
    watcher: Option<Pid>,
    id: u64,
}

impl StartMonitor {
    pub(crate) fn by(watcher: Pid) -> Self {
        Self {
            watcher: Some(watcher),
            id: next_id(),
        }
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn place(&self, target: &Pid) {
        if let Some(watcher) = &self.watcher {
            place(watcher, self.id, target, None);
        }
    }

    /// The start succeeded: the monitor is an ordinary one from here on.
    pub(crate) fn keep(mut self, target: Pid) -> MonitorRef {
        self.watcher = None;
        MonitorRef {
            id: self.id,
            target,
        }
    }
}

impl Drop for StartMonitor {
    fn drop(&mut self) {
        if let Some(watcher) = &self.watcher {
            demonitor(&**watcher.cell(), self.id, true);
        }
    }
}
