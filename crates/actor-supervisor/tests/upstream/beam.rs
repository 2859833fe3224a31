//! What was observed on a BEAM, or read in its source, without a case in the suites. Most of it
//! stands in `tests/supervisor`; this is the rest.

use std::time::Duration;

use actor_core::ExitReason;
use actor_supervisor::{
    AutoShutdown, ChildStatus, DynamicSupervisor, DynamicSupervisorClient, Restart, Strategy,
    SupervisorClient, SupervisorSpec,
};

use crate::helpers::{members, start_many, statuses, tally};
use crate::support::{
    Begin, Log, Order, Plan, SECOND, SUP, assert_took, by, children, end, isolated, kill, now,
    over, pid, pids, restarts, trapping,
};

const MILLI: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn a_child_that_was_deleted_and_started_anew_is_the_last_one() {
    // S-39: in the list, and in the order of rest_for_one
    isolated(async {
        let log = Log::default();
        let plans = trapping(["a", "b", "c"], &log);
        let sup = by(Strategy::RestForOne, &plans).start_link().await.unwrap();
        sup.terminate_child("a").await.unwrap();
        sup.delete_child("a").await.unwrap();
        sup.start_child(plans[0].spec()).await.unwrap();
        let listed = ["a running", "c running", "b running"];
        assert_eq!(children(&sup).await, listed);
        let [a, b] = pids(["a", "b"]);
        log.take();
        kill("c").await;
        assert_eq!(children(&sup).await, listed);
        let order = [
            "end c",
            "terminate a: shutdown",
            "end a",
            "init c",
            "init a",
        ];
        assert_eq!(log.take(), order);
        assert_eq!(pid("b"), b);
        assert_ne!(pid("a"), a);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_significant_child_that_was_terminated_counts_as_gone() {
    // S-62, S-61
    isolated(async {
        let log = Log::default();
        let spec = |label: &'static str| {
            let spec = Plan::new(label, &log).spec().restart(Restart::Transient);
            spec.significant(true)
        };
        let sup = SupervisorSpec::new(Strategy::OneForOne)
            .auto_shutdown(AutoShutdown::AllSignificant)
            .child(spec("a"))
            .child(spec("b"))
            .child(Plan::new("c", &log).spec());
        let sup = sup.start_link().await.unwrap();
        sup.terminate_child("a").await.unwrap();
        let listed = ["c running", "b running", "a undefined"];
        assert_eq!(children(&sup).await, listed);
        let c = pid("c");
        end("b", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(c.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stopped_child_is_restarted_and_counted_and_a_terminated_one_is_neither() {
    // S-70, S-27, S-55
    isolated(async {
        let plan = Plan::new("a", &Log::default());
        let sup = over([&plan]).max_restarts(1).start_link().await.unwrap();
        for _ in 0..5 {
            sup.terminate_child("a").await.unwrap();
            assert_eq!(children(&sup).await, ["a undefined"]);
            sup.restart_child("a").await.unwrap();
        }
        assert_eq!(restarts(&sup, "a").await, 0);
        pid("a").stop().await.unwrap();
        assert_eq!(children(&sup).await, ["a running"]);
        assert_eq!(restarts(&sup, "a").await, 1);
        pid("a").stop().await.unwrap();
        assert_eq!(sup.exited().await, ExitReason::Shutdown, "it was counted");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_child_during_a_slow_start_waits_and_is_answered_in_order() {
    // S-8
    isolated(async {
        let log = Log::default();
        let slow = Plan::new("a", &log).begins([Begin::Slow(SECOND)]);
        let quick = Plan::new("b", &log);
        let sup = over([]).start_link().await.unwrap();
        let begun = now();
        let second = async {
            tokio::time::sleep(100 * MILLI).await; // the first one is in its init
            SUP.start_child(quick.spec()).await.unwrap();
        };
        let third = async {
            tokio::time::sleep(200 * MILLI).await;
            SUP.terminate_child("b").await.unwrap(); // or it would not be found
        };
        let (first, (), ()) = tokio::join!(sup.start_child(slow.spec()), second, third);
        assert_took(begun, SECOND);
        assert!(first.unwrap().is_alive());
        assert_eq!(log.take(), ["init a", "ready a", "init b", "end b"]);
        assert_eq!(children(&sup).await, ["b undefined", "a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_id_may_be_started_twice_under_a_dynamic_supervisor() {
    // D-3
    isolated(async {
        let sup = DynamicSupervisor::builder().start_link().await.unwrap();
        let plan = Plan::new("same", &Log::default()).unnamed();
        let twins = start_many(&sup, 2, || plan.spec()).await;
        assert_ne!(twins[0], twins[1]);
        let expected: Vec<_> = twins.iter().map(|twin| twin.pid()).collect();
        assert_eq!(members(&sup).await, expected);
        assert_eq!(tally(sup.count_children()).await, [2, 2, 0, 2]);
        sup.terminate_child(twins[0].pid()).await.unwrap();
        let left = ChildStatus::Running(twins[1].pid());
        assert_eq!(statuses(&sup).await, [left]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dynamic_supervisor_that_starts_a_slow_child_answers_afterwards() {
    // D-17
    isolated(async {
        let sup = DynamicSupervisor::builder().start_link().await.unwrap();
        let slow = Plan::new("slow", &Log::default()).begins([Begin::Slow(200 * MILLI)]);
        let begun = now();
        let (child, asked) = tokio::join!(sup.start_child(slow.spec()), async {
            tokio::time::sleep(MILLI).await; // it is in its init
            (statuses(&sup).await, begun.elapsed())
        });
        let running = ChildStatus::Running(child.unwrap().pid());
        assert_eq!(asked.0, [running]);
        assert!(asked.1 >= 200 * MILLI, "{:?}", asked.1);
        sup.stop().await.unwrap();
    })
    .await;
}
