//! [`Status`]: what a process tells of itself when it is asked.

use crate::order::Desk;
use crate::pid::Pid;

/// What [`get_status`](crate::sys::get_status) tells of a process (Y-3).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// The process.
    pub pid: Pid,
    /// Its name.
    pub name: Option<String>,
    /// The process that started it with a link, while they are linked.
    pub parent: Option<Pid>,
    /// Whether it is [suspended](crate::sys::suspend).
    pub suspended: bool,
    /// Whether it is [traced](crate::sys::trace).
    pub trace: bool,
    /// How many events its [log](crate::sys::log) keeps.
    pub log: Option<usize>,
    /// Whether it [counts](crate::sys::statistics) its messages.
    pub statistics: bool,
    /// The names of its [hooks](crate::sys::install), the first installed first.
    pub hooks: Vec<String>,
    /// The state, as [`format_status`](crate::GenServer::format_status) writes it (G-49).
    pub state: String,
}

impl Status {
    pub(super) fn of(pid: &Pid, desk: &Desk<'_>) -> Self {
        let debugging = desk.debugging.as_deref();
        Self {
            pid: pid.clone(),
            name: pid.name().map(str::to_owned),
            parent: pid.cell().parent(),
            suspended: desk.is_suspended(),
            trace: debugging.is_some_and(|it| it.trace),
            log: debugging.and_then(|it| Some(it.log.as_ref()?.most)),
            statistics: debugging.is_some_and(|it| it.statistics.is_some()),
            hooks: debugging.map(|it| it.hook_names()).unwrap_or_default(),
            state: (desk.status)(desk.state),
        }
    }
}
