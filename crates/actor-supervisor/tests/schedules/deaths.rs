//! Ends of children against their supervisor.

use std::time::Duration;

use actor_core::ExitReason;
use actor_supervisor::{ChildStatus, Shutdown, SupervisorClient};

use crate::schedules::{find, hold};
use crate::server::{Parent, Slow, beside, child, supervisor};

/// A killed child has a child of its own, whose name its successor's wants: that is free by then (S-66), so
/// the one restart that is allowed succeeds.
async fn restart_and_subtree() {
    let supervisor = supervisor().await;
    let started = supervisor.start_child(child::<Parent>("parent")).await;
    let first = started.expect("it starts");
    first.exit(ExitReason::Kill);
    assert_eq!(first.exited().await, ExitReason::Killed);
    let counts = supervisor.count_children().await.expect("it lives");
    assert_eq!(counts.active, 1);
    supervisor.stop().await.expect("it lives");
}

#[test]
fn a_successor_starts_when_the_old_subtree_is_gone() {
    hold(restart_and_subtree);
}

#[test]
fn a_successor_that_meets_the_old_subtree_is_found() {
    find("a successor meets the old subtree", restart_and_subtree);
}

/// A child ends at the limit of its shutdown, while somebody kills it besides: it is gone, and stays so.
async fn shutdown_and_kill() {
    let supervisor = supervisor().await;
    let limit = Shutdown::After(Duration::from_millis(1));
    let started = supervisor
        .start_child(child::<Slow>("slow").shutdown(limit))
        .await;
    let slow = started.expect("it starts");
    let victim = slow.clone();
    let killed = beside(async move { victim.exit(ExitReason::Kill) });
    let terminated = supervisor.terminate_child("slow").await;
    assert_eq!(terminated, Ok(()));
    assert!(!slow.is_alive());
    killed.await.expect("it runs");
    let known = supervisor.which_children().await.expect("it lives");
    let states: Vec<_> = known.iter().map(|child| child.status.clone()).collect();
    assert!(matches!(states[..], [ChildStatus::Undefined]), "{states:?}");
    supervisor.stop().await.expect("it lives");
}

#[test]
fn a_terminated_child_stays_away() {
    hold(shutdown_and_kill);
}

#[test]
fn a_stop_that_does_not_wait_is_found() {
    find("a stop does not wait for the end", shutdown_and_kill);
}
