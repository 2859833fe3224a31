//! Work that belongs to a process: a future beside its turns, whose result arrives as a message.

use std::fmt;
use std::future::Future;

use crate::actor_ref::ActorRef;
use crate::address::send_patiently;
use crate::current::{self, Identity};
use crate::exit_reason::ExitReason;
use crate::lifecycle::unless_dead;
use crate::node::Node;
use crate::protocol::Protocol;
use crate::rt::{TaskHandle, spawn_timer};
use crate::unwind::contain;

/// Identifies work that a process has spawned; see [`Context::spawn`](crate::Context::spawn).
///
/// Dropping it does nothing: the work goes on.
#[derive(Clone)]
pub struct OwnedTask(TaskHandle);

impl OwnedTask {
    /// Ends the work at its next await; its message does not come, if it has not been sent yet.
    pub fn abort(&self) {
        self.0.abort();
    }

    /// Says whether the work is over.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl fmt::Debug for OwnedTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedTask")
            .field("finished", &self.is_finished())
            .finish()
    }
}

/// Runs `work` beside the turns of `owner`, and sends it what `message` makes of the result.
pub(crate) fn spawn_owned<P, F, M>(owner: ActorRef<P>, work: F, message: M) -> OwnedTask
where
    P: Protocol,
    F: Future<Output: Send> + Send + 'static,
    M: FnOnce(Result<F::Output, ExitReason>) -> P::Info + Send + 'static,
{
    let pid = owner.pid();
    let identity = Identity {
        process: Some(pid.clone()),
        node: Some(Node::current()),
        beside: true,
    };
    let whole = current::run_as(identity, async move {
        // The two apart, as a panic in the second has no message of its own.
        let result = contain(work).await;
        match contain(async { message(result) }).await {
            Ok(message) => send_patiently(&owner, message).await,
            Err(panic) => owner.exit(panic),
        }
    });
    OwnedTask(spawn_timer(async move {
        let _ = unless_dead(Some(pid), whole).await; // none if the owner is dead
    }))
}
