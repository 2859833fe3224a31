//! Starting one child, without becoming deaf to one's own stop.

use std::sync::Arc;

use actor_core::process::{self, Moment};
use actor_core::{Context, ExitReason, Pid, StartError};

use crate::burial::clear;
use crate::child_id::ChildId;
use crate::child_spec::StartChild;
use crate::children::Key;
use crate::report;
use crate::supervisor_server::SupervisorServer;

/// Why a child does not run. Nothing is left of its start.
pub(super) enum NotStarted {
    Failed(ChildId, StartError),
    /// The supervisor was asked to stop meanwhile, with this reason.
    Interrupted(ExitReason),
}

impl SupervisorServer {
    /// Starts a child and enters it; an ignored start counts as success (S-9, S-10).
    pub(super) async fn start_child(
        &mut self,
        key: Key,
        cx: &mut Context<Self>,
    ) -> Result<(), NotStarted> {
        let Some(child) = self.children.get(key) else {
            return Ok(());
        };
        let id = child.spec.fields.id.clone();
        let start = Arc::clone(&child.spec.start);
        let begun = process::moment();
        let attempted = attempt(start, cx).await;
        if !matches!(attempted, Ok(Ok(_))) {
            clear(leftovers(cx, begun)).await; // no ghost may meet the next try, no orphan stay
        }
        match attempted? {
            Ok(pid) => {
                report::child_started(&cx.pid(), &id, &pid);
                // A trapping process cannot fail to link: a dead child's exit is a message.
                let _ = cx.link(&pid);
                self.children.set_running(key, pid);
                Ok(())
            }
            Err(StartError::Ignored) => {
                self.set_undefined(key);
                Ok(())
            }
            Err(error) => {
                report::start_error(&cx.pid(), &id, &error);
                Err(NotStarted::Failed(id, error))
            }
        }
    }
}

/// What a start function has started since then.
fn leftovers(cx: &Context<SupervisorServer>, begun: Moment) -> Vec<Pid> {
    let mut started = cx.linked_children();
    started.retain(|pid| pid.is_younger_than(begun));
    started
}

/// Runs the start function, but gives up when the supervisor is asked to stop (F-34).
async fn attempt(
    start: Arc<dyn StartChild<Pid>>,
    cx: &mut Context<SupervisorServer>,
) -> Result<Result<Pid, StartError>, NotStarted> {
    let start = process::contain(async move { start.start().await });
    match cx.or_stop(start).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(panic)) => Ok(Err(StartError::Failed(panic))), // S-9, F-50
        Err(stop) => Err(NotStarted::Interrupted(stop.reason)),
    }
}
