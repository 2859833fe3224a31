//! A process that stops when a token of tokio-util is cancelled.

use std::pin::pin;

use futures_util::future::{Either, select};

use crate::exit_reason::ExitReason;
use crate::pid::AsPid;
use crate::rt::{CancellationToken, spawn_timer};

/// Stops a process when `token` is cancelled: for programs that say so by a
/// [`CancellationToken`](https://docs.rs/tokio-util/latest/tokio_util/sync/struct.CancellationToken.html).
///
/// It is a stop with the reason `shutdown`: it takes its place in the inbox, what was queued before is
/// handled first, then `terminate` runs (G-47). A token that is cancelled already counts. Nothing of it
/// is left when the process has ended. A supervisor restarts a permanent child after it; to end a
/// whole tree, stop its supervisor. The feature is `cancellation`.
///
/// # Panics
///
/// Outside a tokio runtime.
///
/// # Examples
///
/// ```
/// use actor_core::{ActorRef, GenServer, process};
/// use tokio_util::sync::CancellationToken;
///
/// async fn until_cancelled<S: GenServer>(server: &ActorRef<S>, token: &CancellationToken) {
///     process::stop_when_cancelled(server, token.clone());
///     token.cancel();
///     server.exited().await;
/// }
/// ```
pub fn stop_when_cancelled(process: &impl AsPid, token: CancellationToken) {
    let pid = process.as_pid();
    let waits = async move {
        let cancelled = pin!(token.cancelled());
        if let Either::Left(_) = select(cancelled, pin!(pid.exited())).await {
            pid.cell().stop(ExitReason::Shutdown);
        }
    };
    drop(spawn_timer(waits));
}
