//! What a supervisor tells of its children (S-50, S-52).

use actor_core::Pid;

use crate::child_id::ChildId;
use crate::child_policy::ChildType;
use crate::children::{Child, Children, Keeps, State};

/// Tells of one child; see [`which_children`](crate::SupervisorClient::which_children).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// What the child is called.
    pub id: ChildId,
    /// What became of its process.
    pub status: ChildStatus,
    /// Whether it is a supervisor.
    pub child_type: ChildType,
    /// How often it was restarted by this supervisor.
    pub restarts: u64,
}

/// Tells what became of a child's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChildStatus {
    /// It runs, or has ended a moment ago.
    Running(Pid),
    /// It waits for a restart: one failed and is tried again, or it is delayed.
    Restarting,
    /// There is no process.
    Undefined,
}

impl ChildStatus {
    pub(crate) fn of(state: &State<Pid>) -> Self {
        match state {
            State::Running(pid) => Self::Running(pid.clone()),
            State::Restarting { .. } => Self::Restarting,
            State::Undefined => Self::Undefined,
        }
    }

    /// Returns the pid of a running child.
    #[must_use]
    pub fn pid(&self) -> Option<&Pid> {
        match self {
            Self::Running(pid) => Some(pid),
            Self::Restarting | Self::Undefined => None,
        }
    }
}

/// Counts children; see [`count_children`](crate::SupervisorClient::count_children).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChildCounts {
    /// Entries whose process is alive at this moment.
    pub active: usize,
    /// All entries.
    pub specs: usize,
    /// Entries of type supervisor, alive or not.
    pub supervisors: usize,
    /// Entries of type worker, alive or not.
    pub workers: usize,
}

impl ChildInfo {
    pub(crate) fn of(child: &Child<Pid>) -> Self {
        Self {
            id: child.spec.fields.id.clone(),
            status: ChildStatus::of(&child.state),
            child_type: child.spec.fields.child_type,
            restarts: child.restarts,
        }
    }

    /// Last started first (S-50).
    pub(crate) fn list(children: &Children<Pid>) -> Vec<Self> {
        let children = children.iter().rev();
        children.map(|(_, child)| Self::of(child)).collect()
    }
}

impl ChildCounts {
    /// A supervisor looks which processes live (S-52); a dynamic one goes by its list (D-12).
    pub(crate) fn of(children: &Children<Pid>) -> Self {
        let is_active = |pid: &Pid| match children.keeps() {
            Keeps::Specs => pid.is_alive(),
            Keeps::Processes => true,
        };
        let mut counts = Self::default();
        for (_, child) in children.iter() {
            counts.specs += 1;
            counts.active += usize::from(child.state.pid().is_some_and(is_active));
            match child.spec.fields.child_type {
                ChildType::Supervisor => counts.supervisors += 1,
                ChildType::Worker => counts.workers += 1,
            }
        }
        counts
    }
}
