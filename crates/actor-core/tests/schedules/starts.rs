//! Starts against deaths.

use actor_core::{Address, ExitReason};

use crate::puppet::{Cast, Puppet, kill};
use crate::schedules::{find, hold};

/// A process is killed while it starts a child: the child goes with it. What stays makes the run fail.
async fn start_and_kill() {
    let parent = Puppet::new().await;
    parent.cast(Cast::StartLink);
    let killed = kill(&parent);
    assert_eq!(parent.exited().await, ExitReason::Killed);
    killed.await.expect("it runs");
}

#[test]
fn a_child_that_starts_goes_with_its_parent() {
    hold(start_and_kill);
}

#[test]
fn an_orphan_of_a_start_is_found() {
    find("a start that is given up leaves a child", start_and_kill);
}
