//! Why a supervisor did not do what it was asked for a child (S-46 to S-49, S-58, D-4, D-11).

use std::fmt;

use actor_core::{CallError, ExitReason, Pid, StartError};
use thiserror::Error;

use crate::child_id::ChildId;
use crate::spec_error::SpecError;

/// Says why [`start_child`](crate::SupervisorClient::start_child) gave no new child.
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StartChildError {
    /// The spec is not valid (S-2); nothing was started.
    #[error(transparent)]
    Invalid(#[from] SpecError),
    /// A child with this id runs, or another process holds the child's name.
    #[error("already started: {}", already(.0))]
    AlreadyStarted(Pid),
    /// There is a child with this id, but it does not run: restart it, or delete it first.
    #[error(
        "child `{0}` is already present, without a process: use `restart_child`, or `delete_child` \
         first"
    )]
    AlreadyPresent(ChildId),
    /// The dynamic supervisor has so many children already, which is its limit (D-6).
    #[error("max_children: there are {0} children already")]
    MaxChildren(usize),
    /// Its `init` answered that there is nothing to do. A supervisor keeps the spec, unless it is
    /// temporary (S-10); a dynamic one keeps nothing (D-4).
    #[error("the start was ignored: `init` answered `Init::Ignore`")]
    Ignored,
    /// The start failed; nothing is left of it, and the spec is not kept.
    #[error(transparent)]
    Failed(StartError),
    /// The supervisor did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Says why [`restart_child`](crate::SupervisorClient::restart_child) gave no process (S-48).
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestartChildError {
    /// There is no child with this id.
    #[error("no child `{id}`{hint}", id = .0, hint = .0.hint())]
    NotFound(ChildId),
    /// It runs already.
    #[error("child `{0}` is running: terminate it first")]
    Running(ChildId),
    /// It waits for a restart by its supervisor.
    #[error("child `{0}` waits for a restart by its supervisor")]
    Restarting(ChildId),
    /// Its `init` answered that there is nothing to do; the spec is kept.
    #[error("the start was ignored: `init` answered `Init::Ignore`")]
    Ignored,
    /// The start failed; the spec is kept.
    #[error(transparent)]
    Failed(StartError),
    /// The supervisor did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Says why [`delete_child`](crate::SupervisorClient::delete_child) deleted nothing (S-49).
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DeleteChildError {
    /// There is no child with this id.
    #[error("no child `{id}`{hint}", id = .0, hint = .0.hint())]
    NotFound(ChildId),
    /// It runs.
    #[error("child `{0}` is running: terminate it first")]
    Running(ChildId),
    /// It waits for a restart by its supervisor.
    #[error("child `{0}` waits for a restart by its supervisor: terminate it first")]
    Restarting(ChildId),
    /// The supervisor did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Says why a child was not found by its id.
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FindChildError {
    /// There is no child with this id.
    #[error("no child `{id}`{hint}", id = .0, hint = .0.hint())]
    NotFound(ChildId),
    /// The child is a server of another type.
    #[error("child `{0}` is a server of another type")]
    WrongType(ChildId),
    /// The supervisor did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Says why a dynamic supervisor did not terminate a process (D-11).
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TerminateChildError {
    /// It is not, or no more, a child of this supervisor.
    #[error("process {0} is no child of this supervisor, or has ended")]
    NotFound(Pid),
    /// The supervisor did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Says why [`update_specs`](crate::SupervisorClient::update_specs), or
/// [`update_settings`](crate::DynamicSupervisorClient::update_settings), changed nothing (S-69).
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The new specs are not valid.
    #[error(transparent)]
    Invalid(#[from] SpecError),
    /// The new spec is one that [fails](crate::SupervisorSpec::fail).
    #[error("the new spec says that the supervisor cannot start: {0}")]
    Failed(ExitReason),
    /// The supervisor did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

fn already(pid: &Pid) -> String {
    match pid.name() {
        None => format!("it is process {pid}"),
        Some(name) => format!("it is process {pid}, with the name \"{name}\""),
    }
}

/// What an unsuccessful start means to who asked for it (S-46, S-48).
pub(crate) trait FromStart: From<CallError> {
    fn ignored() -> Self;
    fn failed(error: StartError) -> Self;

    /// The supervisor was asked to stop meanwhile.
    fn interrupted(reason: ExitReason) -> Self {
        CallError::Exited(reason).into()
    }
}

impl FromStart for StartChildError {
    fn ignored() -> Self {
        Self::Ignored
    }

    fn failed(error: StartError) -> Self {
        match error {
            StartError::AlreadyStarted(pid) => Self::AlreadyStarted(pid),
            other => Self::Failed(other),
        }
    }
}

impl FromStart for RestartChildError {
    fn ignored() -> Self {
        Self::Ignored
    }

    fn failed(error: StartError) -> Self {
        Self::Failed(error)
    }
}

/// The `Debug` of these is their sentence, which is what `unwrap` and a failing `main` print.
macro_rules! debug_as_sentence {
    ($($error:ident),*) => {$(
        impl fmt::Debug for $error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($error), ": {}"), self)
            }
        }
    )*};
}

debug_as_sentence!(
    StartChildError,
    RestartChildError,
    DeleteChildError,
    FindChildError,
    TerminateChildError,
    UpdateError
);
