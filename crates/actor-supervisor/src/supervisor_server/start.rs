//! Starting one child, without becoming deaf to one's own stop.

use std::sync::Arc;

use actor_core::{Context, Pid, StartError, process};

use crate::child_id::ChildId;
use crate::child_spec::StartChild;
use crate::children::Key;
use crate::report;
use crate::supervisor_server::SupervisorServer;

/// Why a child does not run.
pub(super) enum NotStarted {
    Failed(ChildId, StartError),
    /// The supervisor was asked to stop meanwhile; nothing is left of the start.
    Interrupted,
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
        match attempt(start, cx).await? {
            Ok(pid) => {
                report::child_started(&cx.pid(), &id, &pid);
                // A trapping process cannot fail to link: a dead child's exit is a message.
                let _ = cx.link(&pid);
                self.children.set_running(key, pid);
                Ok(())
            }
            Err(StartError::Ignored) => {
                self.children.set_undefined(key);
                Ok(())
            }
            Err(error) => {
                report::start_error(&cx.pid(), &id, &error);
                Err(NotStarted::Failed(id, error))
            }
        }
    }
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
        Err(_stop_requested) => {
            for orphan in cx.half_started() {
                orphan.exited().await; // killed with its start; wait until its name is free
            }
            Err(NotStarted::Interrupted)
        }
    }
}
