//! Links against deaths.

use actor_core::{CallError, ExitReason, process};

use crate::puppet::{Puppet, as_puppet, end, kill};
use crate::schedules::{find, hold};

/// A link is made while the other dies: the process dies too, or is told that there is nobody (P-15).
async fn link_and_death() {
    let (linker, target) = (Puppet::new().await, Puppet::new().await);
    let killed = kill(&target);
    let other = target.clone();
    match as_puppet(&linker, move |_, cx| cx.link(&other)).await {
        Ok(Ok(())) => assert_eq!(linker.exited().await, ExitReason::Killed),
        Ok(Err(_noproc)) => end([linker]).await,
        Err(error) => assert_eq!(error, CallError::Exited(ExitReason::Killed)),
    }
    killed.await.expect("it runs");
    assert_eq!(target.exited().await, ExitReason::Killed);
}

#[test]
fn a_link_made_at_a_death_is_refused_or_signalled() {
    hold(link_and_death);
}

#[test]
fn a_link_to_a_dead_process_is_found() {
    find("a link to a dead process counts", link_and_death);
}

/// A link is removed while the other dies: what has not arrived by then never does (P-16).
async fn unlink_and_death() {
    let (linker, target) = (Puppet::new().await, Puppet::new().await);
    let other = target.clone();
    let linked = as_puppet(&linker, move |_, cx| cx.link(&other)).await;
    assert_eq!(linked.expect("it lives"), Ok(()));
    let killed = kill(&target);
    let other = target.clone();
    let unlinked = as_puppet(&linker, move |_, cx| {
        cx.unlink(&other);
        process::exit_requested()
    });
    let unlinked = unlinked.await;
    killed.await.expect("it runs");
    assert_eq!(target.exited().await, ExitReason::Killed);
    match unlinked {
        Ok(false) => end([linker]).await,
        Ok(true) | Err(CallError::NoProc | CallError::Exited(ExitReason::Killed)) => {
            assert_eq!(linker.exited().await, ExitReason::Killed);
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn nothing_arrives_after_an_unlink() {
    hold(unlink_and_death);
}

#[test]
fn a_signal_after_an_unlink_is_found() {
    find("a signal leaves the lock", unlink_and_death);
}

/// Two linked processes are killed at once: both die, and none waits for the other.
async fn two_deaths() {
    let (one, two) = (Puppet::new().await, Puppet::new().await);
    let other = two.clone();
    let linked = as_puppet(&one, move |_, cx| cx.link(&other)).await;
    assert_eq!(linked.expect("it lives"), Ok(()));
    let kills = [kill(&one), kill(&two)];
    assert_eq!(one.exited().await, ExitReason::Killed);
    assert_eq!(two.exited().await, ExitReason::Killed);
    for killed in kills {
        killed.await.expect("it runs");
    }
}

#[test]
fn two_linked_processes_die_at_once() {
    hold(two_deaths);
}

#[test]
fn a_death_that_holds_its_lock_is_found() {
    find("a death holds its own lock", two_deaths);
}
