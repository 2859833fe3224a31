//! Stands in for what the inbox tells of a process.

use crate::exit_reason::ExitReason;
use crate::progress::Progress;

#[derive(Clone, Debug)]
pub(crate) enum Fate {
    Alive,
    Dying,
    Dead(ExitReason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaits {
    Nothing,
    Message,
    Signal,
}

pub(crate) struct Look {
    pub(crate) queue_len: usize,
    pub(crate) capacity: Option<usize>,
    pub(crate) waiting_senders: usize,
    pub(crate) progress: Progress,
    pub(crate) awaits: Awaits,
    pub(crate) traps: bool,
    pub(crate) ends: bool,
}
