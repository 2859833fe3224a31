//! Starting one child, without becoming deaf to one's own stop.

use std::future::Future;
use std::sync::Arc;

use actor_core::process::{self, Moment};
use actor_core::{Context, ExitReason, Pid, StartError};

use crate::burial::clear;
use crate::child_error::FromStart;
use crate::child_id::ChildId;
use crate::child_spec::StartAny;
use crate::children::Key;
use crate::report::{self, Asked};
use crate::supervision::{Supervising, Supervision};

/// Why a child does not run. Nothing is left of its start.
pub(crate) enum NotStarted {
    Failed(ChildId, StartError),
    /// The supervisor was asked to stop meanwhile, with this reason.
    Interrupted(ExitReason),
}

impl NotStarted {
    pub(crate) fn into_error<E: FromStart>(self) -> E {
        match self {
            Self::Failed(_, error) => E::failed(error),
            Self::Interrupted(reason) => E::interrupted(reason),
        }
    }
}

impl Supervision {
    /// Starts every child in order, up to the first failure (S-7, S-11).
    pub(crate) async fn start_all<S: Supervising>(
        &mut self,
        cx: &mut Context<S>,
    ) -> Result<(), NotStarted> {
        let keys: Vec<_> = self.children.iter().map(|(key, _)| key).collect();
        for key in keys {
            self.start(key, Asked::AtStart, cx).await?;
        }
        Ok(())
    }

    /// Starts a child that has no process.
    pub(super) async fn start<S: Supervising>(
        &mut self,
        key: Key,
        asked: Asked,
        cx: &mut Context<S>,
    ) -> Result<(), NotStarted> {
        let Some(child) = self.children.get(key) else {
            return Ok(());
        };
        let start = child.spec.start.clone();
        self.enter(key, run(start), asked, cx).await
    }

    /// Starts a child again because somebody asked for it (S-48).
    pub(crate) async fn start_again<S: Supervising, E: FromStart>(
        &mut self,
        key: Key,
        cx: &mut Context<S>,
    ) -> Result<Pid, E> {
        let start = self.children.get(key).and_then(|it| it.spec.start.clone());
        let entered = self.enter(key, run(start), Asked::ByCall, cx).await;
        entered.map_err(NotStarted::into_error::<E>)?;
        let child = self.children.get(key);
        let pid = child.and_then(|child| child.state.pid().cloned());
        pid.ok_or_else(E::ignored)
    }

    /// Runs a child's start function, and enters what it gives; an ignored start counts as success
    /// (S-9, S-10).
    pub(super) async fn enter<S: Supervising>(
        &mut self,
        key: Key,
        start: impl Future<Output = Result<Pid, StartError>> + Send,
        asked: Asked,
        cx: &mut Context<S>,
    ) -> Result<(), NotStarted> {
        let begun = process::moment();
        let attempted = attempt(start, cx).await;
        let attempted = attempted.map(|it| it.and_then(|pid| self.fresh(key, pid)));
        if !matches!(attempted, Ok(Ok(_))) {
            clear(leftovers(cx, begun)).await; // no ghost may meet the next try, no orphan stay
        }
        let Some(child) = self.children.get(key) else {
            return Ok(());
        };
        let id = &child.spec.fields.id;
        let started = match attempted? {
            Ok(pid) => {
                report::child_started(self.pid(), id, &pid, asked);
                Some(pid)
            }
            Err(StartError::Ignored) => None,
            Err(error) => {
                report::start_error(self.pid(), id, &error);
                return Err(NotStarted::Failed(id.clone(), error));
            }
        };
        if asked == Asked::ForRestart {
            self.children.count_restart(key); // shown with what it has become
        }
        match started {
            Some(pid) => {
                // A trapping process cannot fail to link: a dead child's exit is a message.
                let _ = cx.adopt(&pid);
                let now = self.clock.now();
                let spent = self.update(key, |children| children.set_running(key, pid, now));
                process::discard(spent);
            }
            None => self.set_undefined(key),
        }
        Ok(())
    }
}

impl Supervision {
    /// A start function that gives a process which is here already would make one child of two; so
    /// would the former process by which another child is known while it waits (D-10).
    fn fresh(&self, key: Key, pid: Pid) -> Result<Pid, StartError> {
        let whose = match self.children.known_as(&pid) {
            _ if pid == *self.pid() => "the supervisor itself",
            Some(known) if known != key => "another child",
            Some(_) | None => return Ok(pid),
        };
        let error =
            format!("the start function returned {whose}, {pid}, and no process of its own");
        Err(StartError::Failed(ExitReason::error(error)))
    }
}

async fn run(start: Option<Arc<dyn StartAny>>) -> Result<Pid, StartError> {
    match start {
        Some(start) => start.start_any().await,
        None => Err(released()),
    }
}

/// Only the spec that was asked for of a temporary child that ran has none.
fn released() -> StartError {
    let advice = "the start function of a temporary child is released once it runs (S-67); start it \
                  from its own spec";
    StartError::Failed(ExitReason::error(advice))
}

/// What a start function has started since then.
fn leftovers<S: Supervising>(cx: &Context<S>, begun: Moment) -> Vec<Pid> {
    cx.linked_children_since(begun)
}

/// Runs the start function, but gives up when the supervisor is asked to stop (F-34).
async fn attempt<S: Supervising>(
    start: impl Future<Output = Result<Pid, StartError>> + Send,
    cx: &mut Context<S>,
) -> Result<Result<Pid, StartError>, NotStarted> {
    match cx.or_stop(process::contain(start)).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(panic)) => Ok(Err(StartError::Failed(panic))), // S-9, F-50
        Err(stop) => Err(NotStarted::Interrupted(stop.reason)),
    }
}
