//! Supervisors below supervisors, and supervisors that are killed.

use std::time::Duration;

use actor_core::testing::wait_until;
use actor_core::{Address, ExitReason, Name};
use actor_supervisor::{ChildSpec, Restart, SupervisorClient, SupervisorServer, SupervisorSpec};

use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, Terminate, assert_took, children, end, failed_child,
    inside, is_free, isolated, kill, nested, now, over, pid, pids, restarts, settled, start_below,
    sum, trapping, worker,
};

const INNER: Name<SupervisorServer> = Name::new("inner");

/// `a`, then `inner` with `x` and `y`, then `b`; all workers trap exits.
fn tree(log: &Log) -> SupervisorSpec {
    let [a, b, x, y] = trapping(["a", "b", "x", "y"], log);
    over([&a])
        .child(nested("inner", move || over([&x, &y])))
        .child(b.spec())
}

#[tokio::test(start_paused = true)]
async fn a_tree_starts_depth_first_and_stops_in_reverse() {
    // S-7, S-14, S-19: the inner one is told `shutdown`.
    isolated(async {
        let log = Log::default();
        let sup = tree(&log).start_link().await.unwrap();
        assert_eq!(log.take(), ["init a", "init x", "init y", "init b"]);
        let inner = pid("inner");
        sup.stop().await.unwrap();
        assert_eq!(inner.exited().await, ExitReason::Shutdown);
        let order: Vec<_> = ["b", "y", "x", "a"]
            .iter()
            .flat_map(|label| {
                [
                    format!("terminate {label}: shutdown"),
                    format!("end {label}"),
                ]
            })
            .collect();
        assert_eq!(log.take(), order);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_inner_supervisor_has_all_the_time_it_needs() {
    // S-64, S-15: no limit; its own children keep theirs.
    isolated(async {
        let log = Log::default();
        let inner = move || {
            let plans = trapping(["x", "y", "z"], &log);
            over(&plans.map(|plan| plan.terminate(Terminate::Hang)))
        };
        let sup = over([]).child(nested("inner", inner));
        let sup = sup.start_link().await.unwrap();
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 15 * SECOND);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_inner_start_that_fails_fails_the_outer_one() {
    // S-11, S-9: the error names both, from the outside in.
    isolated(async {
        let log = Log::default();
        let [a, x, y] = trapping(["a", "x", "y"], &log);
        let y = y.begins([Begin::Error]);
        let spec = over([&a]).child(nested("inner", move || over([&x, &y])));
        let error = spec.start_link().await.unwrap_err();
        let outer = failed_child(error);
        assert_eq!(outer.id, "inner".into());
        assert_eq!(failed_child(outer.error).id, "y".into());
        let order = [
            "init a",
            "init x",
            "init y",
            "end y",
            "terminate x: shutdown",
            "end x",
            "terminate a: shutdown",
            "end a",
        ];
        assert_eq!(log.take(), order);
    })
    .await;
}

// F-39
#[tokio::test(start_paused = true)]
async fn a_killed_supervisor_leaves_no_child() {
    // S-66: it runs nothing itself; those that do not trap die, the others terminate.
    isolated(async {
        let log = Log::default();
        let [a, b] = [Plan::new("a", &log), Plan::new("b", &log).traps()];
        let sup = over([&a, &b]).start_link().await.unwrap();
        let [a, b] = pids(["a", "b"]);
        log.take();
        sup.exit(ExitReason::Kill);
        assert_eq!(sup.exited().await, ExitReason::Killed);
        assert_eq!(a.exited().await, ExitReason::Killed);
        assert_eq!(b.exited().await, ExitReason::Killed);
        assert_eq!(log.take(), ["end a", "terminate b: killed", "end b"]);
    })
    .await;
}

// F-39
#[tokio::test(start_paused = true)]
async fn a_killed_root_leaves_nothing_of_the_tree() {
    // S-66: level by level, the inner supervisor in order.
    isolated(async {
        let log = Log::default();
        let sup = tree(&log).start_link().await.unwrap();
        let [inner, x] = pids(["inner", "x"]);
        sup.exit(ExitReason::Kill);
        assert_eq!(inner.exited().await, ExitReason::Killed);
        assert_eq!(x.exited().await, ExitReason::Shutdown);
        wait_until(|| ["a", "b", "x", "y"].into_iter().all(is_free)).await;
        assert_eq!(log.count("terminate a: killed"), 1);
        assert_eq!(log.count("terminate y: shutdown"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restarted_supervisor_brings_its_children_back_fresh() {
    // S-65: under their names, in order, with fresh state; its siblings are untouched.
    isolated(async {
        let log = Log::default();
        let [x, y] = ["x", "y"].map(|label| Plan::new(label, &log));
        let inner = move || over([&x, &y]);
        let spec = over(&[Plan::new("a", &log)]).child(nested("inner", inner));
        let sup = spec.start_link().await.unwrap();
        worker("x").cast(Order::Add(10));
        assert_eq!(sum("x").await, 10);
        let [a, x, y] = pids(["a", "x", "y"]);
        let former = kill("inner").await;
        assert_eq!(children(&sup).await, ["inner running", "a running"]);
        assert_ne!(pid("inner"), former);
        assert_eq!(children(&INNER).await, ["y running", "x running"]);
        assert_eq!(pid("a"), a);
        assert!(pid("x") > x && pid("y") > y);
        assert_eq!(sum("x").await, 0);
        assert_eq!(restarts(&sup, "inner").await, 1);
        assert_eq!(restarts(&INNER, "x").await, 0);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restarted_supervisor_has_an_empty_history() {
    // S-31, S-65.
    isolated(async {
        let log = Log::default();
        let x = Plan::new("x", &log);
        let inner = move || over([&x]).max_restarts(1);
        let sup = over([]).child(nested("inner", inner));
        let sup = sup.start_link().await.unwrap();
        for n in 1..=3 {
            kill("x").await;
            assert_eq!(children(&INNER).await, ["x running"]);
            kill("inner").await;
            assert_eq!(children(&sup).await, ["inner running"]);
            assert_eq!(restarts(&sup, "inner").await, n);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_inner_supervisor_that_gives_up_is_handled_by_the_outer_rule() {
    // S-64, S-28: a transient one is not restarted, for `shutdown` is no failure.
    isolated(async {
        for (restart, listed) in [
            (Restart::Permanent, &["inner running", "a running"] as &[_]),
            (Restart::Transient, &["inner undefined", "a running"]),
            (Restart::Temporary, &["a running"]),
        ] {
            let log = Log::default();
            let x = Plan::new("x", &log);
            let inner = move || over([&x]).max_restarts(0);
            let spec = over(&[Plan::new("a", &log)]);
            let spec = spec.child(nested("inner", inner).restart(restart));
            let sup = spec.start_link().await.unwrap();
            let inner = pid("inner");
            end("x", Order::Panic).await;
            assert_eq!(inner.exited().await, ExitReason::Shutdown);
            assert_eq!(children(&sup).await, listed);
            assert_eq!(is_free("x"), restart != Restart::Permanent);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn giving_up_is_counted_by_the_outer_supervisor() {
    // S-64, S-27, S-28: two restarts of the inner one are allowed.
    isolated(async {
        let log = Log::default();
        let x = Plan::new("x", &log);
        let made = x.clone();
        let inner = move || over([&made]).max_restarts(1);
        let sup = over([]).child(nested("inner", inner)).max_restarts(2);
        let sup = sup.start_link().await.unwrap();
        for _ in 0..5 {
            kill("x").await;
            let _ = INNER.which_children().await; // it may have given up
            children(&sup).await;
        }
        kill("x").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(x.starts(), 6);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_inner_supervisor_that_cannot_start_again_is_tried_again() {
    // S-40, S-65: its failed start is a failed restart of the outer one.
    isolated(async {
        let log = Log::default();
        let begins = [Begin::Ready, Begin::Error, Begin::Error, Begin::Ready];
        let x = Plan::new("x", &log).begins(begins);
        let made = x.clone();
        let sup = over([]).child(nested("inner", move || over([&made])));
        let sup = sup.start_link().await.unwrap();
        kill("inner").await;
        settled(&sup, &["inner running"]).await;
        assert_eq!(x.starts(), 4);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whatever_the_root_is_told_an_inner_supervisor_is_told_shutdown() {
    // S-15, S-19, S-20.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = start_below(&boss, tree(&log)).await;
        let inner = pid("inner");
        inside(&boss, async move { sup.exit(ExitReason::Normal) })
            .await
            .unwrap();
        assert_eq!(inner.exited().await, ExitReason::Shutdown);
        boss.stop().await.unwrap();
        assert_eq!(log.count("exit: normal"), 1);
    })
    .await;
}

// F-39
#[tokio::test(start_paused = true)]
async fn a_killed_subtree_is_gone_before_its_successor_starts() {
    // S-66, S-65: a child that takes its time to end does not make the restart fail.
    isolated(async {
        let log = Log::default();
        let [x] = trapping(["x"], &log).map(|plan| plan.terminate(Terminate::Slow(SECOND)));
        let made = x.clone();
        let sup = over([]).child(nested("inner", move || over([&made])));
        let sup = sup.start_link().await.unwrap();
        kill("inner").await;
        settled(&sup, &["inner running"]).await;
        assert!(sup.is_alive(), "it gave up: {:?}", log.events());
        let order = ["init x", "terminate x: killed", "end x", "init x"];
        assert_eq!(log.take(), order);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_inner_supervisor_that_somebody_stops_is_restarted() {
    // S-70, S-65.
    isolated(async {
        let log = Log::default();
        let x = Plan::new("x", &log);
        let sup = over([]).child(nested("inner", move || over([&x])));
        let sup = sup.start_link().await.unwrap();
        INNER.whereis().unwrap().stop().await.unwrap();
        assert_eq!(children(&sup).await, ["inner running"]);
        assert_eq!(children(&INNER).await, ["x running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-39
#[tokio::test(start_paused = true)]
async fn a_subtree_of_a_killed_supervisor_ends_in_order_before_its_successor_starts() {
    // S-66, S-14, S-65: level by level, each with the time it needs.
    isolated(async {
        let log = Log::default();
        let [x, y] = trapping(["x", "y"], &log).map(|p| p.terminate(Terminate::Slow(SECOND)));
        let middle = move || {
            let (x, y) = (x.clone(), y.clone());
            over([]).child(nested("inner", move || over([&x, &y])))
        };
        let sup = over([]).child(nested("middle", middle));
        let sup = sup.start_link().await.unwrap();
        log.take();
        let begun = now();
        kill("middle").await;
        assert_eq!(children(&sup).await, ["middle running"]);
        assert_took(begun, 2 * SECOND);
        let order = [
            "terminate y: shutdown",
            "end y",
            "terminate x: shutdown",
            "end x",
            "init x",
            "init y",
        ];
        assert_eq!(log.take(), order);
        assert_eq!(restarts(&sup, "middle").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_grandchild_that_hangs_holds_up_the_restart_for_five_seconds() {
    // S-66, S-15: no orphan stays, and none hinders the successor for ever.
    isolated(async {
        let log = Log::default();
        let [x] = trapping(["x"], &log).map(|plan| plan.terminate(Terminate::Hang));
        let sup = over([]).child(nested("inner", move || over([&x])));
        let sup = sup.start_link().await.unwrap();
        let x = pid("x");
        let begun = now();
        kill("inner").await;
        assert_eq!(children(&sup).await, ["inner running"]);
        assert_took(begun, 5 * SECOND);
        assert_eq!(x.exited().await, ExitReason::Killed);
        assert_eq!(restarts(&sup, "inner").await, 1);
        sup.exit(ExitReason::Kill);
        pid("x").exit(ExitReason::Kill);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_a_killed_subtree_ends_waits_for_it() {
    // S-66, S-14, S-19: nothing is left when it returns, and nothing is started any more.
    isolated(async {
        let log = Log::default();
        let [a, x] = trapping(["a", "x"], &log);
        let x = x.terminate(Terminate::Slow(SECOND));
        let made = x.clone();
        let spec = over([&a]).child(nested("inner", move || over([&made])));
        let sup = spec.start_link().await.unwrap();
        kill("inner").await;
        wait_until(|| log.count("terminate x: killed") == 1).await;
        sup.stop().await.unwrap();
        assert!(["sup", "a", "inner", "x"].into_iter().all(is_free));
        assert_eq!(x.starts(), 1);
        assert_eq!(log.events().last().unwrap(), "end a");
    })
    .await;
}

// F-43
#[tokio::test(start_paused = true)]
async fn a_worker_that_is_restarted_meets_nothing_of_what_the_former_had_started() {
    // S-66: a killed worker's own processes are gone, and their names are free.
    isolated(async {
        let log = Log::default();
        let aide = Plan::new("aide", &log).traps();
        let aide = aide.terminate(Terminate::Slow(SECOND));
        let a = Plan::new("a", &log).begins([Begin::With(Box::new(aide))]);
        let sup = over([&a]).start_link().await.unwrap();
        let former = pid("aide");
        log.take();
        let begun = now();
        kill("a").await;
        assert_eq!(children(&sup).await, ["a running"]);
        assert_took(begun, SECOND);
        let order = [
            "end a",
            "terminate aide: killed",
            "end aide",
            "init a",
            "init aide",
        ];
        assert_eq!(log.take(), order);
        assert_ne!(pid("aide"), former);
        sup.stop_with(ExitReason::Shutdown).await.unwrap();
        assert!(is_free("aide"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_worker_leaves_is_waited_for_however_deep() {
    // S-66: the one in between dies at once, the one below it takes its time.
    isolated(async {
        let log = Log::default();
        let below = Plan::new("below", &log).traps();
        let below = below.terminate(Terminate::Slow(SECOND));
        let between = Plan::new("between", &log).begins([Begin::With(Box::new(below))]);
        let a = Plan::new("a", &log).begins([Begin::With(Box::new(between))]);
        let sup = over([&a]).start_link().await.unwrap();
        log.take();
        kill("a").await;
        assert_eq!(children(&sup).await, ["a running"]);
        let order = [
            "end a",
            "end between",
            "terminate below: killed",
            "end below",
            "init a",
            "init between",
            "init below",
        ];
        assert_eq!(log.take(), order);
        sup.stop_with(ExitReason::Shutdown).await.unwrap();
        assert!(is_free("between") && is_free("below"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_worker_leaves_by_a_normal_end_is_let_alone() {
    // P-6, G-45: such an exit ends nobody, so there is nothing to wait for.
    isolated(async {
        let log = Log::default();
        let aide = Begin::With(Box::new(Plan::new("aide", &log)));
        let a = Plan::new("a", &log).begins([aide, Begin::Ready]);
        let sup = over([&a]).start_link().await.unwrap();
        let begun = now();
        end("a", Order::End(ExitReason::Normal)).await;
        assert_eq!(children(&sup).await, ["a running"]);
        assert_took(begun, Duration::ZERO);
        assert_eq!(log.count("end aide"), 0);
        sup.stop().await.unwrap();
        kill("aide").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_started_without_a_link_is_gone_too_before_a_successor_starts() {
    // S-8, S-66
    isolated(async {
        let log = Log::default();
        let below = Plan::new("below", &log).traps();
        let below = below.terminate(Terminate::Slow(SECOND));
        let plan = Plan::new("a", &log).begins([Begin::With(Box::new(below))]);
        let inner = nested("inner", move || {
            let plan = plan.clone();
            over([]).child(ChildSpec::new("a", move || plan.clone().start()))
        });
        let sup = over([]).child(inner).start_link().await.unwrap();
        log.take();
        kill("inner").await;
        assert_eq!(children(&sup).await, ["inner running"]);
        let gone = ["end a", "terminate below: killed", "end below"];
        assert_eq!(log.take(), [&gone[..], &["init a", "init below"]].concat());
        assert_eq!(restarts(&sup, "inner").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}
