//! Restarts under a dynamic supervisor, and tries that are pending under the old pid (D-6 to D-10).

use actor_core::{ExitReason, Pid};
use actor_supervisor::{
    Backoff, ChildCounts, ChildSpec, ChildStatus, DynamicSupervisorClient, DynamicSupervisorRef,
    Restart, StartChildError, TerminateChildError,
};

use crate::dynamic::{counts, dynamic, started, statuses, workers};
use crate::support::{
    Begin, HOUR, Log, Order, Plan, SECOND, Terminate, assert_took, end, is_free, isolated, kill,
    now, pid,
};

/// A supervisor for two children, one of which is hopeless: it waits for its next try for ever.
async fn retrying(log: &Log) -> (DynamicSupervisorRef, Plan, Pid) {
    let a = Plan::new("a", log).begins([Begin::Ready, Begin::Error]);
    let sup = dynamic().max_children(2).max_restarts(u32::MAX);
    let sup = sup.start_link().await.expect("it starts empty");
    sup.start_child(a.spec()).await.expect("its first life");
    let former = kill("a").await;
    assert_eq!(statuses(&sup).await, [ChildStatus::Restarting]);
    (sup, a, former)
}

#[tokio::test(start_paused = true)]
async fn a_child_that_waits_for_its_restart_keeps_its_place() {
    // D-6, D-12: it is an entry, but not active.
    isolated(async {
        let log = Log::default();
        let (sup, ..) = retrying(&log).await;
        let b = Plan::new("b", &log);
        sup.start_child(b.spec()).await.unwrap();
        let refused = sup.start_child(b.spec()).await.unwrap_err();
        assert_eq!(refused, StartChildError::MaxChildren(2));
        let one_waits = ChildCounts {
            active: 1,
            ..workers(2)
        };
        assert_eq!(counts(&sup).await, one_waits);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn restarts_are_not_limited_by_max_children() {
    // D-6: the entry is there.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = dynamic().max_children(1).start_link().await.unwrap();
        sup.start_child(a.spec()).await.unwrap();
        let former = kill("a").await;
        assert_eq!(counts(&sup).await, workers(1));
        assert_ne!(pid("a"), former);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_try_that_is_pending_is_cancelled_under_the_old_pid() {
    // D-10, S-44: once; after that nobody knows it.
    isolated(async {
        let log = Log::default();
        let (sup, a, former) = retrying(&log).await;
        sup.terminate_child(former.clone()).await.unwrap();
        let starts = a.starts();
        assert_eq!(counts(&sup).await, workers(0));
        let again = sup.terminate_child(former.clone()).await;
        assert_eq!(again, Err(TerminateChildError::NotFound(former)));
        assert_eq!(counts(&sup).await, workers(0));
        assert_eq!(a.starts(), starts);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_try_that_succeeds_gives_the_child_its_new_pid() {
    // D-10, D-9: the old one is unknown then.
    isolated(async {
        let log = Log::default();
        let begins = [Begin::Ready, Begin::Error, Begin::Panic, Begin::Ready];
        let a = Plan::new("a", &log).begins(begins);
        let sup = dynamic().max_restarts(3).start_link().await.unwrap();
        sup.start_child(a.spec()).await.unwrap();
        let former = kill("a").await;
        while statuses(&sup).await == [ChildStatus::Restarting] {}
        assert_eq!(statuses(&sup).await, [ChildStatus::Running(pid("a"))]);
        let unknown = sup.terminate_child(former.clone()).await;
        assert_eq!(unknown, Err(TerminateChildError::NotFound(former)));
        sup.terminate_child(pid("a")).await.unwrap();
        assert_eq!(a.starts(), 4);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_is_ignored_removes_the_child() {
    // D-9: of any restart kind, at once and as a try.
    isolated(async {
        for begins in [
            vec![Begin::Ready, Begin::Ignore],
            vec![Begin::Ready, Begin::Error, Begin::Ignore],
        ] {
            let log = Log::default();
            let a = Plan::new("a", &log).begins(begins.clone());
            let sup = started().await;
            sup.start_child(a.spec()).await.unwrap();
            let former = kill("a").await;
            while statuses(&sup).await == [ChildStatus::Restarting] {}
            assert_eq!(counts(&sup).await, workers(0));
            let unknown = sup.terminate_child(former.clone()).await;
            assert_eq!(unknown, Err(TerminateChildError::NotFound(former)));
            assert_eq!(a.starts(), begins.len());
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_is_not_restarted_disappears() {
    // D-7, D-8, S-23: there are no entries without a process, also of transient children.
    isolated(async {
        for (restart, order, stays) in [
            (Restart::Permanent, Order::End(ExitReason::Normal), true),
            (Restart::Permanent, Order::Panic, true),
            (Restart::Transient, Order::End(ExitReason::Normal), false),
            (Restart::Transient, Order::End(ExitReason::Shutdown), false),
            (Restart::Transient, Order::Fail, true),
            (Restart::Temporary, Order::End(ExitReason::Normal), false),
            (Restart::Temporary, Order::Panic, false),
        ] {
            let what = format!("{restart:?}, {order:?}");
            let log = Log::default();
            let sup = started().await;
            let spec = Plan::new("a", &log).spec().restart(restart);
            let former = sup.start_child(spec).await.unwrap().pid();
            end("a", order).await;
            assert_eq!(counts(&sup).await, workers(usize::from(stays)), "{what}");
            let unknown = sup.terminate_child(former.clone()).await;
            assert_eq!(unknown, Err(TerminateChildError::NotFound(former)));
            assert_eq!(is_free("a"), !stays, "{what}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_one_for_all_children() {
    // D-7, S-28, S-29, S-31: giving up stops those that are left, at once.
    isolated(async {
        let log = Log::default();
        let sup = dynamic().max_restarts(2).start_link().await.unwrap();
        for label in ["a", "b", "c", "d"] {
            let slow = Plan::new(label, &log).traps();
            let slow = slow.terminate(Terminate::Slow(SECOND));
            sup.start_child(slow.spec()).await.unwrap();
        }
        for label in ["a", "b"] {
            kill(label).await;
            assert_eq!(counts(&sup).await, workers(4));
        }
        log.take();
        let begun = now();
        kill("c").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, SECOND);
        let terminated = |label| log.count(&format!("terminate {label}: shutdown"));
        assert_eq!(["a", "b", "c", "d"].map(terminated), [1, 1, 0, 1]);
        assert_eq!(log.count("init c"), 0);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hopeless_child_exhausts_the_limit_and_takes_the_others_along() {
    // D-10, S-40, S-28.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Error]);
        let sup = started().await;
        sup.start_child(a.spec()).await.unwrap();
        let b = sup.start_child(Plan::new("b", &log).spec()).await.unwrap();
        kill("a").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(a.starts(), 4);
        assert_eq!(b.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_cannot_take_the_former_pid_of_a_child_that_waits() {
    // D-10: the child that waits would be known by no pid any more, and could not be terminated.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        let waits = Plan::new("a", &log).spec();
        let waits = waits.restart_delay(Backoff::constant(HOUR));
        sup.start_child(waits).await.unwrap();
        let former = kill("a").await;
        let dead = former.clone();
        let thief = ChildSpec::new("thief", move || std::future::ready(Ok(dead.clone())));
        let thief = thief.restart(Restart::Temporary);
        let refused = sup.start_child(thief).await.unwrap_err().to_string();
        assert!(refused.contains("another child"), "{refused}");
        assert_eq!(counts(&sup).await.specs, 1);
        sup.terminate_child(former).await.unwrap();
        assert_eq!(counts(&sup).await.specs, 0);
        sup.stop().await.unwrap();
    })
    .await;
}
