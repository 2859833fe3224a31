//! Restarts: which ends lead to one, and what a restarted child is.

use std::sync::Arc;

use actor_core::{Address, ExitReason};
use actor_supervisor::{ChildSpec, Restart, SupervisorClient};

use crate::support::{
    Begin, Log, Order, Plan, STRATEGIES, by, child, children, end, is_free, isolated, kill, over,
    pid, pids, restarts, sum, trapping, worker,
};

/// The ways to end, and whether each is abnormal.
fn ends() -> [(Order, bool); 8] {
    [
        (Order::End(ExitReason::Normal), false),
        (Order::End(ExitReason::Shutdown), false),
        (Order::End(ExitReason::shutdown_with("done")), false),
        (Order::End(ExitReason::custom("done")), true),
        (Order::End(ExitReason::Kill), true),
        (Order::End(ExitReason::Killed), true),
        (Order::Fail, true),
        (Order::Panic, true),
    ]
}

#[tokio::test(start_paused = true)]
async fn the_restart_kind_decides_which_ends_lead_to_a_restart() {
    // S-23, S-24, E-1: a transient child stays listed without a process, a temporary one goes.
    isolated(async {
        for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
            for (order, is_abnormal) in ends() {
                let what = format!("{restart:?}, {order:?}");
                let log = Log::default();
                let plan = Plan::new("a", &log);
                let spec = over([]).child(plan.spec().restart(restart));
                let sup = spec.start_link().await.unwrap();
                assert_eq!(end("a", order).await.is_abnormal(), is_abnormal, "{what}");
                let (listed, starts): (&[_], _) = match (restart, is_abnormal) {
                    (Restart::Permanent, _) | (Restart::Transient, true) => (&["a running"], 2),
                    (Restart::Transient, false) => (&["a undefined"], 1),
                    (Restart::Temporary, _) => (&[], 1),
                };
                assert_eq!(children(&sup).await, listed, "{what}");
                assert_eq!(plan.starts(), starts, "{what}");
                sup.stop().await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_ended_from_outside_is_judged_by_its_reason_too() {
    // S-23, S-70, P-6, P-8: exit signals, and its own stop.
    isolated(async {
        for (restart, reason, listed) in [
            (Restart::Permanent, ExitReason::Kill, "a running"),
            (Restart::Permanent, ExitReason::Shutdown, "a running"),
            (Restart::Transient, ExitReason::Kill, "a running"),
            (Restart::Transient, ExitReason::custom("x"), "a running"),
            (Restart::Transient, ExitReason::Shutdown, "a undefined"),
        ] {
            let log = Log::default();
            let spec = over([]).child(Plan::new("a", &log).spec().restart(restart));
            let sup = spec.start_link().await.unwrap();
            let a = pid("a");
            a.exit(reason);
            a.exited().await;
            assert_eq!(children(&sup).await, [listed]);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_permanent_child_that_somebody_stopped_is_restarted_and_counted() {
    // S-70, S-27.
    isolated(async {
        let log = Log::default();
        let spec = over(&trapping(["a"], &log)).max_restarts(1);
        let sup = spec.start_link().await.unwrap();
        worker("a").stop().await.unwrap();
        assert_eq!(children(&sup).await, ["a running"]);
        worker("a").stop().await.unwrap();
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(log.count("terminate a: normal"), 2);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restarted_child_has_its_name_and_a_fresh_state() {
    // S-6, N-2: nothing of the former incarnation is left in it.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log);
        let sup = over([&plan]).start_link().await.unwrap();
        for _ in 0..3 {
            let former = worker("a");
            former.cast(Order::Add(10));
            assert_eq!(sum("a").await, 10);
            end("a", Order::Panic).await;
            assert_eq!(children(&sup).await, ["a running"]);
            assert_ne!(worker("a"), former);
            assert_eq!(sum("a").await, 0);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restarted_child_is_supervised_as_the_first_was() {
    // S-8, S-25, S-14: linked, counted under its new pid, stopped with the others.
    isolated(async {
        let log = Log::default();
        let plans = trapping(["a", "b"], &log);
        let sup = over(&plans).start_link().await.unwrap();
        let first = kill("a").await;
        assert_eq!(
            child(&sup, "a").await.status.pid(),
            Some(&worker("a").pid())
        );
        let second = kill("a").await;
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        let third = pid("a");
        assert!(first < second && second < third);
        log.take();
        sup.stop().await.unwrap();
        let order = [
            "terminate b: shutdown",
            "end b",
            "terminate a: shutdown",
            "end a",
        ];
        assert_eq!(log.take(), order);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restarted_child_keeps_its_place_and_its_siblings_their_pids() {
    // S-32.
    isolated(async {
        let log = Log::default();
        let plans = trapping(["a", "b", "c"], &log);
        let sup = over(&plans).start_link().await.unwrap();
        let [a, b, c] = pids(["a", "b", "c"]);
        kill("b").await;
        let listed = ["c running", "b running", "a running"];
        assert_eq!(children(&sup).await, listed);
        assert_eq!([pid("a"), pid("c")], [a, c]);
        assert_ne!(pid("b"), b);
        log.take();
        sup.stop().await.unwrap();
        let ends: Vec<_> = log.take().into_iter().filter(|e| e.len() == 5).collect();
        assert_eq!(ends, ["end c", "end b", "end a"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_child_counts_its_own_restarts() {
    // S-50: ends without a restart do not count.
    isolated(async {
        let log = Log::default();
        let spec = over(&[Plan::new("a", &log), Plan::new("b", &log)])
            .max_restarts(10)
            .child(Plan::new("c", &log).spec().restart(Restart::Transient));
        let sup = spec.start_link().await.unwrap();
        for label in ["a", "b", "a", "a", "b"] {
            kill(label).await;
            assert_eq!(children(&sup).await.len(), 3);
        }
        end("c", Order::End(ExitReason::Normal)).await;
        for (label, expected) in [("a", 3), ("b", 2), ("c", 0)] {
            assert_eq!(restarts(&sup, label).await, expected);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_ignored_restart_is_a_success_without_a_process() {
    // S-45: no further try.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Ignore]);
        let sup = over([&a]).start_link().await.unwrap();
        kill("a").await;
        assert_eq!(children(&sup).await, ["a undefined"]);
        assert_eq!(children(&sup).await, ["a undefined"]);
        assert_eq!(a.starts(), 2);
        assert!(is_free("a"));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_temporary_child_or_a_clean_end_touches_no_sibling() {
    // S-37, under every strategy.
    isolated(async {
        for strategy in STRATEGIES {
            let log = Log::default();
            let plan = |label| Plan::new(label, &log);
            let spec = by(strategy, [])
                .child(plan("a").spec())
                .child(plan("b").spec().restart(Restart::Temporary))
                .child(plan("c").spec().restart(Restart::Transient))
                .child(plan("d").spec());
            let sup = spec.start_link().await.unwrap();
            let untouched = pids(["a", "d"]);
            end("b", Order::Panic).await;
            end("c", Order::End(ExitReason::Normal)).await;
            let listed = ["d running", "c undefined", "a running"];
            assert_eq!(children(&sup).await, listed);
            assert_eq!(pids(["a", "d"]), untouched);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_captures_of_a_temporary_child_go_with_it() {
    // S-24, S-67: at the latest with its end.
    isolated(async {
        let log = Log::default();
        let captured = Arc::new(());
        let (kept, plan) = (Arc::clone(&captured), Plan::new("a", &log));
        let spec = ChildSpec::new("a", move || {
            let _ = &kept;
            plan.clone().start_link()
        });
        let spec = over([]).child(spec.restart(Restart::Temporary));
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        assert_eq!(sup.count_children().await.unwrap().specs, 0);
        assert_eq!(Arc::strong_count(&captured), 1);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-44
#[tokio::test(start_paused = true)]
async fn a_signal_to_a_former_incarnation_never_reaches_the_present_one() {
    // P-1, P-12, S-25.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let (former, address) = (pid("a"), worker("a"));
        kill("a").await;
        assert_eq!(children(&sup).await, ["a running"]);
        let present = pid("a");
        former.exit(ExitReason::Kill);
        address.cast(Order::Panic);
        assert!(former.stop().await.is_err());
        assert_eq!(sum("a").await, 0);
        assert_eq!(pid("a"), present);
        assert_eq!(restarts(&sup, "a").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}
