//! Starts against each other, and against deaths.

use actor_core::ExitReason;
use actor_supervisor::{StartChildError, SupervisorClient};

use crate::schedules::{find, hold};
use crate::server::{Idle, beside, child, supervisor};

/// Two start a child of the same id: one child runs, and the other caller is told which (S-46).
async fn one_id_twice() {
    let supervisor = supervisor().await;
    let (one, two) = (supervisor.clone(), supervisor.clone());
    let one = beside(async move { one.start_child(child::<Idle>("child")).await });
    let two = beside(async move { two.start_child(child::<Idle>("child")).await });
    match (one.await.expect("it runs"), two.await.expect("it runs")) {
        (Ok(runs), Err(StartChildError::AlreadyStarted(known)))
        | (Err(StartChildError::AlreadyStarted(known)), Ok(runs)) => {
            assert_eq!(known, runs.pid());
        }
        other => panic!("one of two must start, not {other:?}"),
    }
    let counts = supervisor.count_children().await.expect("it lives");
    assert_eq!((counts.specs, counts.active), (1, 1));
    supervisor.stop().await.expect("it lives");
}

#[test]
fn one_of_two_children_with_one_id_starts() {
    hold(one_id_twice);
}

#[test]
fn a_second_child_with_the_id_of_the_first_is_found() {
    find("a second child has the id of the first", one_id_twice);
}

/// A supervisor is killed while it starts a child: nothing of the tree is left. What stays makes the run
/// fail.
async fn kill_and_start() {
    let supervisor = supervisor().await;
    let client = supervisor.clone();
    let started = beside(async move { client.start_child(child::<Idle>("child")).await });
    supervisor.exit(ExitReason::Kill);
    assert_eq!(supervisor.exited().await, ExitReason::Killed);
    if let Ok(child) = started.await.expect("it runs") {
        assert_eq!(child.exited().await, ExitReason::Killed);
    }
}

#[test]
fn a_child_that_starts_goes_with_its_supervisor() {
    hold(kill_and_start);
}

#[test]
fn an_orphan_of_a_supervisor_is_found() {
    find("a start that is given up leaves a child", kill_and_start);
}
