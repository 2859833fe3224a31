//! Monitors against deaths.

use actor_core::ExitReason;

use crate::puppet::{Puppet, as_puppet, end, first_down, kill};
use crate::schedules::{find, hold};

/// A monitor is placed while its target dies: there is one DOWN, with the reason or `noproc` (P-19, P-20).
async fn monitor_and_death() {
    let (watcher, target) = (Puppet::new().await, Puppet::new().await);
    let killed = kill(&target);
    let watched = target.clone();
    let placed = as_puppet(&watcher, move |_, cx| drop(cx.monitor(&watched))).await;
    placed.expect("the watcher lives");
    let reason = first_down(&watcher).await.expect("the watcher lives");
    assert!(matches!(reason, ExitReason::Killed | ExitReason::NoProc));
    killed.await.expect("it runs");
    assert_eq!(target.exited().await, ExitReason::Killed);
    let downs = as_puppet(&watcher, |it, _| it.downs.len()).await;
    assert_eq!(downs.expect("the watcher lives"), 1);
    end([watcher]).await;
}

#[test]
fn a_monitor_gives_one_down_also_at_the_moment_of_a_death() {
    hold(monitor_and_death);
}

#[test]
fn a_monitor_that_misses_a_death_is_found() {
    find("a monitor misses a death", monitor_and_death);
}

/// After a demonitor with flush no DOWN is handled, though one may lie in the batch in hand (P-23).
async fn flush_and_down() {
    let (watcher, target) = (Puppet::new().await, Puppet::new().await);
    let watched = target.clone();
    let monitor = as_puppet(&watcher, move |_, cx| cx.monitor(&watched)).await;
    let monitor = monitor.expect("the watcher lives");
    let killed = kill(&target);
    let flushed = as_puppet(&watcher, move |it, cx| {
        cx.demonitor_flush(&monitor);
        it.downs.len()
    });
    let before = flushed.await.expect("the watcher lives");
    killed.await.expect("it runs");
    assert_eq!(target.exited().await, ExitReason::Killed);
    let after = as_puppet(&watcher, |it, _| it.downs.len()).await;
    assert_eq!(after.expect("the watcher lives"), before);
    end([watcher]).await;
}

#[test]
fn no_down_comes_after_a_flush() {
    hold(flush_and_down);
}

#[test]
fn a_down_after_a_flush_is_found() {
    find("a flushed DOWN counts", flush_and_down);
}
