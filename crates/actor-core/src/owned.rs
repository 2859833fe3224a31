//! Work that belongs to a process: a future beside its turns, whose result arrives as a message, or a
//! stream, whose items do.

use std::fmt;
use std::future::Future;
use std::pin::pin;

use futures_util::{Stream, StreamExt};

use crate::actor_ref::ActorRef;
use crate::address::send_patiently;
use crate::current::{self, Identity};
use crate::exit_reason::ExitReason;
use crate::lifecycle::unless_dead;
use crate::node::Node;
use crate::pid::Pid;
use crate::protocol::Protocol;
use crate::rt::{TaskHandle, spawn_timer};
use crate::unwind::{catch, contain};

/// Identifies work that a process has [spawned](crate::Context::spawn), or a stream that it has
/// [attached](crate::Context::attach_stream).
///
/// Dropping it does nothing: the work goes on.
#[derive(Clone)]
pub struct OwnedTask(TaskHandle);

impl OwnedTask {
    /// Ends the work at its next await; no message comes that has not been sent yet.
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
    beside(owner.pid(), async move {
        // The two apart, as a panic in the second has no message of its own.
        let result = contain(work).await;
        tell(&owner, || message(result)).await;
    })
}

/// Sends `owner` what `message` makes of each item of `stream`, one after the other is handled, and
/// then of its end.
pub(crate) fn spawn_reader<P, T, M>(owner: ActorRef<P>, stream: T, mut message: M) -> OwnedTask
where
    P: Protocol,
    T: Stream<Item: Send> + Send + 'static,
    M: FnMut(Result<Option<T::Item>, ExitReason>) -> P::Info + Send + 'static,
{
    beside(owner.pid(), async move {
        let end = match contain(read(&owner, stream, &mut message)).await {
            Ok(Read::Whole) => Ok(None),
            Ok(Read::Broken) => return,
            Err(panic) => Err(panic),
        };
        tell(&owner, || message(end)).await;
    })
}

/// How far a stream was read.
enum Read {
    Whole,
    /// There is nobody left who would handle the rest.
    Broken,
}

async fn read<P, T, M>(owner: &ActorRef<P>, stream: T, message: &mut M) -> Read
where
    P: Protocol,
    T: Stream,
    M: FnMut(Result<Option<T::Item>, ExitReason>) -> P::Info,
{
    let mut stream = pin!(stream);
    while let Some(item) = stream.next().await {
        if !tell(owner, || message(Ok(Some(item)))).await || !owner.cell().works_off().await {
            return Read::Broken;
        }
    }
    Read::Whole
}

/// Runs `work` as what belongs to `owner`, until that is dead.
fn beside(owner: Pid, work: impl Future<Output = ()> + Send + 'static) -> OwnedTask {
    let identity = Identity {
        process: Some(owner.clone()),
        node: Some(Node::current()),
        beside: true,
    };
    let whole = current::run_as(identity, contain(work));
    OwnedTask(spawn_timer(async move {
        let _ = unless_dead(Some(owner), whole).await; // none if the owner is dead
    }))
}

/// Sends the owner a message; one that cannot be made is an exit signal instead, and false.
async fn tell<P: Protocol>(owner: &ActorRef<P>, message: impl FnOnce() -> P::Info) -> bool {
    let made = catch(message);
    let is_made = made.is_ok();
    match made {
        Ok(message) => send_patiently(owner, message).await,
        Err(panic) => owner.exit(panic),
    }
    is_made
}
