//! Supervisors that end with their significant children (S-59 to S-63).

use std::time::Duration;

use actor_core::{ExitReason, StartError};
use actor_supervisor::{
    AutoShutdown, Backoff, Restart, SpecError, StartChildError, Strategy, SupervisorClient,
    SupervisorRef, SupervisorSpec,
};

use crate::support::{
    Begin, HOUR, Log, Order, Plan, SECOND, SUP, by, children, end, is_free, isolated, kill, nested,
    over, pid, settled, start_below, trapping, worker,
};
use crate::support::{Boss, Terminate, assert_took, now};

use AutoShutdown::{AllSignificant, AnySignificant};
use Restart::{Permanent, Temporary, Transient};

/// A supervisor over `a`, `b` and `c`, of which some are significant.
fn over_three(
    mode: AutoShutdown,
    log: &Log,
    significant: &[&'static str],
    restart: Restart,
) -> SupervisorSpec {
    let plans = trapping(["a", "b", "c"], log);
    by(Strategy::OneForOne, [])
        .auto_shutdown(mode)
        .children(plans.iter().zip(["a", "b", "c"]).map(|(plan, label)| {
            let spec = plan.spec();
            match significant.contains(&label) {
                true => spec.restart(restart).significant(true),
                false => spec,
            }
        }))
}

async fn started(spec: SupervisorSpec) -> SupervisorRef {
    spec.start_link().await.expect("all start")
}

/// The ways to end, and whether a transient child is restarted after them.
fn ends() -> [(Order, bool); 6] {
    [
        (Order::End(ExitReason::Normal), false),
        (Order::End(ExitReason::Shutdown), false),
        (Order::End(ExitReason::shutdown_with("done")), false),
        (Order::End(ExitReason::custom("done")), true),
        (Order::Fail, true),
        (Order::Panic, true),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_significant_child_that_ends_for_good_ends_its_supervisor() {
    // S-60, S-61, S-19: transient and clean, temporary and any reason; a restart is no end.
    isolated(async {
        for mode in [AnySignificant, AllSignificant] {
            for restart in [Transient, Temporary] {
                for (order, abnormal) in ends() {
                    let what = format!("{mode:?}, {restart:?}, {order:?}");
                    let log = Log::default();
                    let sup = started(over_three(mode, &log, &["b"], restart)).await;
                    log.take();
                    end("b", order).await;
                    if restart == Transient && abnormal {
                        let listed = ["c running", "b running", "a running"];
                        assert_eq!(children(&sup).await, listed, "{what}");
                        sup.stop().await.unwrap();
                        continue;
                    }
                    assert_eq!(sup.exited().await, ExitReason::Shutdown, "{what}");
                    let mut order = log.take();
                    order.retain(|event| !event.contains(" b"));
                    let expected = [
                        "terminate c: shutdown",
                        "end c",
                        "terminate a: shutdown",
                        "end a",
                    ];
                    assert_eq!(order, expected, "{what}");
                }
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_kill_of_a_temporary_significant_child_is_an_end_too() {
    // S-60.
    isolated(async {
        for (restart, ends) in [(Temporary, true), (Transient, false)] {
            let log = Log::default();
            let sup = started(over_three(AnySignificant, &log, &["b"], restart)).await;
            kill("b").await;
            assert_eq!(sup.count_children().await.is_err(), ends, "{restart:?}");
            if !ends {
                sup.stop().await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn other_children_never_end_their_supervisor() {
    // S-62, S-60: whatever the mode, the restart kind and the end.
    isolated(async {
        for mode in [AutoShutdown::Never, AnySignificant, AllSignificant] {
            for restart in [Transient, Temporary] {
                for (order, _) in ends() {
                    let log = Log::default();
                    let a = Plan::new("a", &log).spec().restart(restart);
                    let spec = over(&[Plan::new("b", &log)]).auto_shutdown(mode).child(a);
                    let sup = started(spec).await;
                    end("a", order).await;
                    let listed = children(&sup).await;
                    assert!(listed.contains(&"b running".into()), "{mode:?}: {listed:?}");
                    sup.stop().await.unwrap();
                }
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn any_ends_with_the_first_and_all_with_the_last() {
    // S-61.
    isolated(async {
        for restart in [Transient, Temporary] {
            let log = Log::default();
            let sup = started(over_three(AnySignificant, &log, &["a", "c"], restart)).await;
            end("c", Order::End(ExitReason::Normal)).await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown);

            let sup = started(over_three(AllSignificant, &log, &["a", "c"], restart)).await;
            end("c", Order::End(ExitReason::Normal)).await;
            assert_eq!(sup.count_children().await.unwrap().active, 2);
            end("a", Order::End(ExitReason::Normal)).await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown);
            assert!(["sup", "a", "b", "c"].into_iter().all(is_free));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_terminated_by_hand_ends_nobody_but_counts_as_gone() {
    // S-62.
    isolated(async {
        for restart in [Transient, Temporary] {
            let log = Log::default();
            let sup = started(over_three(AnySignificant, &log, &["a", "b"], restart)).await;
            sup.terminate_child("a").await.unwrap();
            sup.terminate_child("b").await.unwrap();
            assert_eq!(sup.count_children().await.unwrap().active, 1);
            sup.stop().await.unwrap();

            let sup = started(over_three(AllSignificant, &log, &["a", "b"], restart)).await;
            sup.terminate_child("a").await.unwrap();
            assert_eq!(sup.count_children().await.unwrap().active, 2);
            end("b", Order::End(ExitReason::Normal)).await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown, "{restart:?}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_that_was_restarted_by_hand_counts_again() {
    // S-61: its process is there.
    isolated(async {
        let log = Log::default();
        let sup = started(over_three(AllSignificant, &log, &["a", "b"], Transient)).await;
        sup.terminate_child("a").await.unwrap();
        sup.restart_child("a").await.unwrap();
        end("b", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.count_children().await.unwrap().active, 2);
        end("a", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_that_was_started_at_run_time_counts_as_the_others() {
    // S-59, S-61.
    isolated(async {
        let log = Log::default();
        let sup = started(over_three(AllSignificant, &log, &["a"], Transient)).await;
        let spec = Plan::new("d", &log).spec().restart(Temporary);
        sup.start_child(spec.significant(true)).await.unwrap();
        end("a", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.count_children().await.unwrap().active, 3);
        end("d", Order::Panic).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn siblings_that_are_cycled_end_nobody() {
    // S-62: the crash of `a` stops them; the temporary one is forgotten by it.
    isolated(async {
        for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
            for mode in [AnySignificant, AllSignificant] {
                for (restart, left) in [
                    (Transient, ["b running", "a running"].as_slice()),
                    (Temporary, &["a running"]),
                ] {
                    let log = Log::default();
                    let [a, b] = trapping(["a", "b"], &log);
                    let b = b.spec().restart(restart).significant(true);
                    let spec = by(strategy, [&a]).child(b).auto_shutdown(mode);
                    let sup = started(spec).await;
                    kill("a").await;
                    let what = format!("{strategy:?}, {mode:?}, {restart:?}");
                    assert_eq!(children(&sup).await, left, "{what}");
                    sup.stop().await.unwrap();
                }
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn starts_that_are_ignored_end_nobody() {
    // S-60, S-45: at the start, and at a restart; there is no process that ended.
    isolated(async {
        for (begins, what) in [
            (vec![Begin::Ignore], "start"),
            (vec![Begin::Ready, Begin::Ignore], "restart"),
        ] {
            let log = Log::default();
            let a = Plan::new("a", &log).begins(begins);
            let a = a.spec().restart(Transient).significant(true);
            let spec = over([]).auto_shutdown(AnySignificant).child(a);
            let sup = started(spec).await;
            if what == "restart" {
                kill("a").await;
            }
            assert_eq!(children(&sup).await, ["a undefined"], "{what}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

/// A supervisor whose `a` waits for its restart, for as long as it is said, and whose `b` runs;
/// both are significant.
async fn restarting(mode: AutoShutdown, log: &Log, delay: Duration) -> SupervisorRef {
    let [a, b] = trapping(["a", "b"], log);
    let a = a.spec().restart_delay(Backoff::constant(delay));
    let [a, b] = [a, b.spec()].map(|spec| spec.restart(Transient).significant(true));
    let spec = over([]).auto_shutdown(mode).child(a).child(b);
    let sup = started(spec).await;
    kill("a").await;
    assert_eq!(children(&sup).await, ["b running", "a restarting"]);
    sup
}

// F-49
#[tokio::test(start_paused = true)]
async fn one_that_waits_for_its_restart_is_not_gone() {
    // S-61: so `all` waits for it, and `any` does not.
    isolated(async {
        let log = Log::default();
        let sup = restarting(AllSignificant, &log, HOUR).await;
        end("b", Order::End(ExitReason::Normal)).await;
        assert_eq!(children(&sup).await, ["b undefined", "a restarting"]);
        tokio::time::sleep(2 * HOUR).await;
        assert_eq!(children(&sup).await, ["b undefined", "a running"]);
        end("a", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);

        let log = Log::default();
        let sup = restarting(AnySignificant, &log, HOUR).await;
        end("b", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(log.count("init a"), 1);
    })
    .await;
}

// F-49
#[tokio::test(start_paused = true)]
async fn one_whose_restart_was_cancelled_is_gone_and_triggers_nothing() {
    // S-43, S-61, S-62.
    isolated(async {
        let log = Log::default();
        let sup = restarting(AllSignificant, &log, HOUR).await;
        sup.terminate_child("a").await.unwrap();
        assert_eq!(children(&sup).await, ["b running", "a undefined"]);
        end("b", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);

        let log = Log::default();
        let sup = restarting(AllSignificant, &log, HOUR).await;
        sup.terminate_child("b").await.unwrap();
        sup.terminate_child("a").await.unwrap();
        assert_eq!(children(&sup).await, ["b undefined", "a undefined"]);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-49
#[tokio::test(start_paused = true)]
async fn one_that_is_tried_again_is_not_gone_either() {
    // S-61, S-40: `a` fails twice; `b` ends between the tries.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let begins = [
            Begin::Ready,
            Begin::SlowError(SECOND),
            Begin::SlowError(SECOND),
            Begin::Ready,
        ];
        let [a, b] = [a.begins(begins), b].map(|plan| plan.spec().restart(Transient));
        let spec = over([]).auto_shutdown(AllSignificant).max_restarts(10);
        let spec = [a, b]
            .into_iter()
            .fold(spec, |spec, child| spec.child(child.significant(true)));
        let sup = started(spec).await;
        kill("a").await;
        end("b", Order::End(ExitReason::Normal)).await;
        settled(&sup, &["b undefined", "a running"]).await;
        end("a", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_children_that_end_together_end_their_supervisor_once() {
    // S-61, S-22: each other's end is only a part of the stop.
    isolated(async {
        for mode in [AnySignificant, AllSignificant] {
            let log = Log::default();
            let [a, b, c] = trapping(["a", "b", "c"], &log);
            let slow = c.terminate(Terminate::Slow(SECOND));
            let spec = [a, b].iter().fold(over([&slow]), |spec, plan| {
                spec.child(plan.spec().restart(Temporary).significant(true))
            });
            let sup = started(spec.auto_shutdown(mode)).await;
            let begun = now();
            let victims = [pid("a"), pid("b")];
            victims.iter().for_each(|pid| pid.exit(ExitReason::Kill));
            assert_eq!(sup.exited().await, ExitReason::Shutdown, "{mode:?}");
            assert_took(begun, SECOND);
            assert_eq!(log.count("terminate c: shutdown"), 1);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_ends_by_itself_is_an_ordinary_child() {
    // S-63, S-64: significant and transient, it ends its parent in turn; else the parent's rule
    // for the reason `shutdown` holds.
    isolated(async {
        for (restart, significant, expected) in [
            (Transient, true, None),
            (Temporary, true, None),
            (
                Transient,
                false,
                Some(["a running", "inner undefined"].as_slice()),
            ),
            (Temporary, false, Some(&["a running"])),
            (Permanent, false, Some(&["a running", "inner running"])),
        ] {
            let log = Log::default();
            let [a, x] = ["a", "x"].map(|label| Plan::new(label, &log));
            let inner = nested("inner", move || {
                let x = x.spec().restart(Temporary).significant(true);
                over([]).auto_shutdown(AnySignificant).child(x)
            });
            let inner = inner.restart(restart).significant(significant);
            let spec = by(Strategy::OneForOne, [])
                .auto_shutdown(AnySignificant)
                .child(inner)
                .child(a.spec());
            let sup = started(spec).await;
            let inner = pid("inner");
            end("x", Order::End(ExitReason::Normal)).await;
            assert_eq!(inner.exited().await, ExitReason::Shutdown);
            let what = format!("{restart:?}, {significant}");
            match expected {
                Some(listed) => {
                    assert_eq!(children(&sup).await, listed, "{what}");
                    sup.stop().await.unwrap();
                }
                None => assert_eq!(sup.exited().await, ExitReason::Shutdown, "{what}"),
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_parent_hears_shutdown() {
    // S-63, S-19.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let spec = over_three(AnySignificant, &log, &["a"], Temporary);
        let sup = start_below(&boss, spec).await;
        worker("a").exit(ExitReason::Kill);
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        boss.stop().await.unwrap();
        assert_eq!(log.count("exit: shutdown"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_combination_that_cannot_end_anything_is_refused() {
    // S-59: at the start and at start_child alike; nothing is started.
    isolated(async {
        for (mode, restart) in [
            (AutoShutdown::Never, Transient),
            (AutoShutdown::Never, Temporary),
            (AutoShutdown::Never, Permanent),
            (AnySignificant, Permanent),
            (AllSignificant, Permanent),
        ] {
            let log = Log::default();
            let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
            let bad = b.spec().restart(restart).significant(true);
            let why = match restart {
                Permanent => SpecError::SignificantPermanent("b".into()),
                _ => SpecError::SignificantNever("b".into()),
            };
            let spec = over([&a]).auto_shutdown(mode).child(bad);
            let StartError::Failed(reason) = spec.start().await.unwrap_err() else {
                panic!("another error");
            };
            let told = reason
                .as_error()
                .and_then(|e| e.downcast_ref::<SpecError>());
            assert_eq!(told, Some(&why));
            let sup = started(over([&a]).auto_shutdown(mode)).await;
            let bad = b.spec().restart(restart).significant(true);
            let refused = SUP.start_child(bad).await.unwrap_err();
            assert_eq!(refused, StartChildError::Invalid(why));
            sup.stop().await.unwrap();
            assert_eq!((a.starts(), b.starts()), (1, 0));
        }
    })
    .await;
}
