//! Waiting for the next life of a supervised server.

use std::time::Duration;

use actor_core::{ActorRef, ExitReason, Name, Protocol};

const PATIENCE: Duration = Duration::from_secs(5);

/// Kills whoever holds the name, waits until it is dead, and returns the next holder: what its
/// supervisor started in its place.
///
/// # Panics
///
/// If nobody of this type holds the name, or nobody takes it within five seconds of tokio's clock.
///
/// # Cancel safety
///
/// Dropped after the first poll, the holder is killed all the same.
pub async fn kill_and_wait<S: Protocol>(name: &Name<S>) -> ActorRef<S> {
    let Some(old) = name.whereis() else {
        panic!("nobody of this type holds the name \"{name}\"");
    };
    old.exit(ExitReason::Kill);
    old.exited().await;
    let successor = name.wait(PATIENCE).await;
    successor.unwrap_or_else(|error| panic!("the killed server has no successor: {error}"))
}
