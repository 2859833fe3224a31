//! How a dynamic supervisor stops: all children at once, each with its own time (D-13).

use std::time::Duration;

use actor_core::{ExitReason, Pid};
use actor_supervisor::{DynamicSupervisorClient, Restart, Shutdown};

use crate::dynamic::{dynamic, started};
use crate::support::{
    Begin, HOUR, Log, Plan, SECOND, Terminate, assert_took, is_free, isolated, kill, now, pid,
};

/// Waits for the death; returns after how many seconds it came, and the reason.
async fn death(pid: &Pid) -> (u64, ExitReason) {
    let begun = now();
    let reason = pid.exited().await;
    let took = begun.elapsed() + Duration::from_millis(100);
    (took.as_secs(), reason)
}

// F-35
#[tokio::test(start_paused = true)]
async fn all_children_are_told_at_once_and_each_has_its_own_time() {
    // D-13, S-15: the whole takes as long as the slowest, not the sum.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        for (label, terminate, shutdown) in [
            ("brutal", Terminate::Hang, Shutdown::BrutalKill),
            ("zero", Terminate::Hang, Shutdown::After(Duration::ZERO)),
            ("one", Terminate::Hang, Shutdown::After(SECOND)),
            (
                "two",
                Terminate::Slow(2 * SECOND),
                Shutdown::After(5 * SECOND),
            ),
            ("three", Terminate::Hang, Shutdown::After(3 * SECOND)),
            ("four", Terminate::Slow(4 * SECOND), Shutdown::Infinity),
        ] {
            let plan = Plan::new(label, &log).traps().terminate(terminate);
            let spec = plan.spec().shutdown(shutdown);
            sup.start_child(spec).await.unwrap();
        }
        let labels = ["brutal", "zero", "one", "two", "three", "four"];
        let [brutal, zero, one, two, three, four] = labels.map(pid);
        let begun = now();
        let (stopped, brutal, zero, one, two, three, four) = tokio::join!(
            sup.stop(),
            death(&brutal),
            death(&zero),
            death(&one),
            death(&two),
            death(&three),
            death(&four),
        );
        stopped.unwrap();
        assert_took(begun, 4 * SECOND);
        assert_eq!(brutal, (0, ExitReason::Killed));
        assert_eq!(zero, (0, ExitReason::Killed));
        assert_eq!(one, (1, ExitReason::Killed));
        assert_eq!(two, (2, ExitReason::Shutdown));
        assert_eq!(three, (3, ExitReason::Killed));
        assert_eq!(four, (4, ExitReason::Shutdown));
        assert!(labels.into_iter().all(is_free));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_that_needs_for_ever_holds_up_the_stop_but_no_other_child() {
    // D-13: brutal kill beside infinity.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        let patient = Plan::new("patient", &log).traps();
        let patient = patient.terminate(Terminate::Slow(HOUR)).spec();
        sup.start_child(patient.shutdown(Shutdown::Infinity))
            .await
            .unwrap();
        let stuck = Plan::new("stuck", &log).traps().terminate(Terminate::Hang);
        let stuck = stuck.unnamed();
        for _ in 0..10 {
            let spec = stuck.spec().shutdown(Shutdown::BrutalKill);
            sup.start_child(spec).await.unwrap();
        }
        let begun = now();
        let watch = async {
            while log.count("end stuck") < 10 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert!(begun.elapsed() < SECOND);
        };
        let (stopped, ()) = tokio::join!(sup.stop(), watch);
        stopped.unwrap();
        assert_took(begun, HOUR);
        assert_eq!(log.count("terminate stuck: shutdown"), 0);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn children_that_die_or_wait_while_it_stops_are_not_restarted() {
    // S-22, D-10: a try that is pending goes with the stop.
    isolated(async {
        let log = Log::default();
        let hopeless = Plan::new("a", &log).begins([Begin::Ready, Begin::Error]);
        let slow = Plan::new("b", &log)
            .traps()
            .terminate(Terminate::Slow(SECOND));
        let sup = dynamic().max_restarts(u32::MAX).start_link().await.unwrap();
        sup.start_child(hopeless.spec()).await.unwrap();
        sup.start_child(slow.spec()).await.unwrap();
        kill("a").await;
        sup.count_children().await.unwrap();
        let dies = async {
            while log.count("terminate b: shutdown") == 0 {
                tokio::task::yield_now().await;
            }
            let tries = hopeless.starts();
            kill("b").await;
            tries
        };
        let (stopped, tries) = tokio::join!(sup.stop(), dies);
        stopped.unwrap();
        assert_eq!((hopeless.starts(), slow.starts()), (tries, 1));
        assert!(["a", "b", "dyn"].into_iter().all(is_free));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_children_had_started_is_gone_as_well() {
    // S-66, D-13: each child's own child, at the same time.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        for (label, aide) in [("a", "x"), ("b", "y")] {
            let aide = Plan::new(aide, &log)
                .traps()
                .terminate(Terminate::Slow(2 * SECOND));
            let plan = Plan::new(label, &log).begins([Begin::With(Box::new(aide))]);
            let spec = plan.spec().restart(Restart::Temporary);
            sup.start_child(spec).await.unwrap();
        }
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 2 * SECOND);
        assert!(["a", "b", "x", "y"].into_iter().all(is_free));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn stuck_grandchildren_of_many_children_are_waited_for_together() {
    // S-66, D-13: five seconds in all, and not for each.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        for _ in 0..10 {
            let aide = Plan::new("x", &log).unnamed().traps();
            let aide = Box::new(aide.terminate(Terminate::Hang));
            let plan = Plan::new("a", &log).unnamed().begins([Begin::With(aide)]);
            sup.start_child(plan.spec()).await.unwrap();
        }
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 5 * SECOND);
        assert_eq!(log.count("end x"), 10);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn many_stuck_children_are_killed_at_the_same_moment() {
    // D-13, S-68: past the common limit none waits for the kill of another, whatever their number.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        let stuck = Plan::new("a", &log).unnamed().traps();
        let stuck = stuck.terminate(Terminate::Hang);
        for _ in 0..500 {
            let spec = stuck.spec().shutdown(Shutdown::After(SECOND));
            sup.start_child(spec).await.unwrap();
        }
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, SECOND);
        assert_eq!(log.count("end a"), 500);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn many_stuck_grandchildren_are_killed_at_the_same_moment() {
    // S-66, S-68: as above, for what dead children left behind.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        for _ in 0..200 {
            let aide = Plan::new("x", &log).unnamed().traps();
            let aide = Box::new(aide.terminate(Terminate::Hang));
            let plan = Plan::new("a", &log).unnamed().begins([Begin::With(aide)]);
            sup.start_child(plan.spec()).await.unwrap();
        }
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 5 * SECOND);
        assert_eq!(log.count("end x"), 200);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_is_killed_at_its_limit_whoever_was_started_before_it() {
    // D-13: neither one without a limit nor one with a longer limit delays the kill.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        for (label, terminate, shutdown) in [
            ("patient", Terminate::Slow(HOUR), Shutdown::Infinity),
            ("three", Terminate::Hang, Shutdown::After(3 * SECOND)),
            ("one", Terminate::Hang, Shutdown::After(SECOND)),
        ] {
            let plan = Plan::new(label, &log).traps().terminate(terminate);
            let spec = plan.spec().shutdown(shutdown);
            sup.start_child(spec).await.unwrap();
        }
        let [three, one] = ["three", "one"].map(pid);
        let (stopped, three, one) = tokio::join!(sup.stop(), death(&three), death(&one));
        stopped.unwrap();
        assert_eq!(one, (1, ExitReason::Killed));
        assert_eq!(three, (3, ExitReason::Killed));
    })
    .await;
}
