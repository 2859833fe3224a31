//! one_for_all and rest_for_one: whom a crash touches, in which order, and what counts.

use actor_core::testing::wait_until;
use actor_core::{Address, ExitReason};
use actor_supervisor::{Restart, Strategy};

use crate::support::{
    Begin, Log, Order, Plan, SECOND, STRATEGIES, Terminate, assert_took, by, child, children, end,
    is_free, isolated, kill, now, pid, pids, restarts, settled, sum, trapping, worker,
};

use Strategy::{OneForAll, OneForOne, RestForOne};

/// Strategy, who crashes, who is stopped and who is started, in order.
const DRAWINGS: [(Strategy, &str, &[&str], &[&str]); 9] = [
    (OneForOne, "a", &[], &["a"]),
    (OneForOne, "b", &[], &["b"]),
    (OneForOne, "c", &[], &["c"]),
    (OneForAll, "a", &["c", "b"], &["a", "b", "c"]),
    (OneForAll, "b", &["c", "a"], &["a", "b", "c"]),
    (OneForAll, "c", &["b", "a"], &["a", "b", "c"]),
    (RestForOne, "a", &["c", "b"], &["a", "b", "c"]),
    (RestForOne, "b", &["c"], &["b", "c"]),
    (RestForOne, "c", &[], &["c"]),
];

#[tokio::test(start_paused = true)]
async fn a_crash_touches_whom_the_strategy_says() {
    // S-32, S-33, S-34: stopped in reverse order one at a time, started in order, others untouched.
    isolated(async {
        for (strategy, victim, stopped, started) in DRAWINGS {
            let what = format!("{strategy:?}, {victim}");
            let log = Log::default();
            let labels = ["a", "b", "c"];
            let sup = by(strategy, &trapping(labels, &log));
            let sup = sup.start_link().await.unwrap();
            let before = pids(labels);
            log.take();
            kill(victim).await;
            let listed = ["c running", "b running", "a running"];
            assert_eq!(children(&sup).await, listed, "{what}");
            let mut order = vec![format!("end {victim}")];
            for label in stopped {
                order.push(format!("terminate {label}: shutdown"));
                order.push(format!("end {label}"));
            }
            order.extend(started.iter().map(|label| format!("init {label}")));
            assert_eq!(log.take(), order, "{what}");
            for (label, before) in labels.into_iter().zip(before) {
                let is_restarted = started.contains(&label);
                assert_eq!(pid(label) != before, is_restarted, "{what}: {label}");
                let count = restarts(&sup, label).await;
                assert_eq!(count, u64::from(is_restarted), "{what}: {label}");
            }
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn siblings_are_stopped_by_their_own_protocol() {
    // S-33, S-15: each with its limit, one after the other.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let plans = [
            a.terminate(Terminate::Slow(SECOND)),
            b,
            c.terminate(Terminate::Hang),
        ];
        let sup = by(OneForAll, &plans).start_link().await.unwrap();
        let begun = now();
        kill("b").await;
        children(&sup).await;
        assert_took(begun, 6 * SECOND);
        // The hanging one is on its second life, which hangs as the first did.
        sup.exit(ExitReason::Kill);
        let [_, c] = pids(["a", "c"]);
        c.exit(ExitReason::Kill);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whatever_is_in_range_is_started_whether_it_ran_or_not() {
    // S-35: finished transient children, and ignored ones.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let a = Plan::new("a", &log);
            let b = Plan::new("b", &log);
            let c = Plan::new("c", &log).begins([Begin::Ignore, Begin::Ready]);
            let spec = by(strategy, [&a])
                .child(b.spec().restart(Restart::Transient))
                .child(c.spec());
            let sup = spec.start_link().await.unwrap();
            end("b", Order::End(ExitReason::Normal)).await;
            let listed = ["c undefined", "b undefined", "a running"];
            assert_eq!(children(&sup).await, listed);
            kill("a").await;
            let listed = ["c running", "b running", "a running"];
            assert_eq!(children(&sup).await, listed);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_out_of_range_stays_as_it_is() {
    // S-34, S-35: a finished transient child before the one that crashed.
    isolated(async {
        let log = Log::default();
        let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
        let spec = by(RestForOne, [])
            .child(a.spec().restart(Restart::Transient))
            .child(b.spec());
        let sup = spec.start_link().await.unwrap();
        end("a", Order::End(ExitReason::Normal)).await;
        kill("b").await;
        assert_eq!(children(&sup).await, ["b running", "a undefined"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn temporary_siblings_are_stopped_and_forgotten() {
    // S-36.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let [a, b, c] = trapping(["a", "b", "c"], &log);
            let spec = by(strategy, [&a])
                .child(b.spec().restart(Restart::Temporary))
                .child(c.spec());
            let sup = spec.start_link().await.unwrap();
            kill("a").await;
            assert_eq!(children(&sup).await, ["c running", "a running"]);
            assert_eq!(b.starts(), 1);
            assert_eq!(log.count("terminate b: shutdown"), 1);
            assert!(is_free("b"));
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-38
#[tokio::test(start_paused = true)]
async fn children_of_a_set_that_die_together_count_once() {
    // S-38: the first exit cycles the set and swallows the others.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let plans = ["a", "b", "c"].map(|label| Plan::new(label, &log));
            let spec = by(strategy, &plans).max_restarts(1);
            let sup = spec.start_link().await.unwrap();
            let victims = pids(["a", "b", "c"]);
            victims.iter().for_each(|pid| pid.exit(ExitReason::Kill));
            for victim in victims {
                victim.exited().await;
            }
            let listed = ["c running", "b running", "a running"];
            assert_eq!(children(&sup).await, listed);
            assert_eq!(plans.map(|plan| plan.starts()), [2, 2, 2]);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn under_rest_for_one_an_earlier_sibling_counts_again() {
    // S-38: the crash of the later one was handled for itself.
    isolated(async {
        let log = Log::default();
        let plans = ["a", "b"].map(|label| Plan::new(label, &log));
        let sup = by(RestForOne, &plans)
            .max_restarts(1)
            .start_link()
            .await
            .unwrap();
        kill("b").await;
        children(&sup).await;
        kill("a").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_cycle_is_one_event_however_many_it_restarts() {
    // S-27.
    isolated(async {
        let log = Log::default();
        let plans = ["a", "b", "c", "d"].map(|label| Plan::new(label, &log));
        let sup = by(OneForAll, &plans).start_link().await.unwrap();
        for n in 1..=3 {
            kill("b").await;
            assert_eq!(children(&sup).await.len(), 4);
            assert_eq!(restarts(&sup, "d").await, n);
        }
        kill("b").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

// F-42
#[tokio::test(start_paused = true)]
async fn a_failing_sibling_stops_a_cycle_and_everything_starts_over() {
    // S-42, one_for_all: those that run are stopped again.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let b = b.begins([Begin::Ready, Begin::Error, Begin::Ready]);
        let sup = by(OneForAll, [&a, &b, &c]).max_restarts(2);
        let sup = sup.start_link().await.unwrap();
        log.take();
        kill("c").await;
        let running = ["c running", "b running", "a running"];
        settled(&sup, &running).await;
        let order = [
            "end c",
            "terminate b: shutdown",
            "end b",
            "terminate a: shutdown",
            "end a",
            "init a",
            "init b",
            "end b",
            "terminate a: shutdown",
            "end a",
            "init a",
            "init b",
            "init c",
        ];
        assert_eq!(log.take(), order);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-42
#[tokio::test(start_paused = true)]
async fn a_failing_sibling_becomes_the_pivot_of_the_rest() {
    // S-42, rest_for_one: those restarted before it are not touched again.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let b = b.begins([Begin::Ready, Begin::Error, Begin::Ready]);
        let sup = by(RestForOne, [&a, &b, &c]).max_restarts(2);
        let sup = sup.start_link().await.unwrap();
        log.take();
        kill("a").await;
        let running = ["c running", "b running", "a running"];
        settled(&sup, &running).await;
        let order = [
            "end a",
            "terminate c: shutdown",
            "end c",
            "terminate b: shutdown",
            "end b",
            "init a",
            "init b",
            "end b",
            "init b",
            "init c",
        ];
        assert_eq!(log.take(), order);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-42
#[tokio::test(start_paused = true)]
async fn while_a_sibling_fails_the_later_ones_wait_without_a_process() {
    // S-42, S-41, S-50.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let [a, b, c] = trapping(["a", "b", "c"], &log);
            let b = b.begins([Begin::Ready, Begin::Panic]);
            let spec = by(strategy, [&a, &b, &c]).max_restarts(u32::MAX);
            let sup = spec.start_link().await.unwrap();
            kill("a").await;
            let waiting = ["c undefined", "b restarting", "a running"];
            for _ in 0..20 {
                assert_eq!(children(&sup).await, waiting);
            }
            let count = restarts(&sup, "a").await;
            assert!(count == 1 || strategy == OneForAll, "{count}");
            assert_eq!(restarts(&sup, "c").await, 0);
            sup.stop().await.unwrap();
            assert_eq!(c.starts(), 1);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failing_sibling_exhausts_the_limit() {
    // S-42, S-27, S-28: each try is an event.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let [a, b, c] = trapping(["a", "b", "c"], &log);
            let b = b.begins([Begin::Ready, Begin::Error]);
            let sup = by(strategy, [&a, &b, &c]).start_link().await.unwrap();
            kill("a").await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown);
            assert_eq!((b.starts(), c.starts()), (4, 1), "{strategy:?}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_between_the_tries_of_another_is_a_cycle_of_its_own() {
    // S-41, S-44, S-34: it includes the one that waits for its try, whose message is stale then.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let b = b.begins([Begin::Ready, Begin::Error]);
        let spec = by(RestForOne, [&a, &b]).max_restarts(u32::MAX);
        let sup = spec.start_link().await.unwrap();
        kill("b").await;
        for n in 1..=5 {
            kill("a").await;
            assert_eq!(children(&sup).await, ["b restarting", "a running"]);
            assert_eq!(restarts(&sup, "a").await, n);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_try_that_came_due_after_its_child_runs_again_does_nothing() {
    // S-44: while the first try of `b` fails, `a` dies; its cycle starts `b` before the next try.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let begins = [Begin::Ready, Begin::SlowError(SECOND), Begin::Ready];
            let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
            let b = b.begins(begins);
            let sup = by(strategy, [&a, &b]).start_link().await.unwrap();
            kill("b").await;
            wait_until(|| b.starts() == 2).await;
            kill("a").await;
            for _ in 0..3 {
                assert_eq!(children(&sup).await, ["b running", "a running"]);
            }
            assert_eq!(b.starts(), 3, "{strategy:?}");
            assert_eq!(restarts(&sup, "b").await, 1);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-42
#[tokio::test(start_paused = true)]
async fn one_that_waits_for_its_try_waits_behind_an_earlier_sibling_that_fails() {
    // S-42, S-44: it is no longer restarting, so that it is not started before its sibling.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = ["a", "b", "c"].map(|label| Plan::new(label, &log));
        let [b, c] = [b, c].map(|plan| plan.begins([Begin::Ready, Begin::Error]));
        let spec = by(RestForOne, [&a, &b, &c]).max_restarts(u32::MAX);
        let sup = spec.start_link().await.unwrap();
        kill("c").await;
        let waiting = ["c restarting", "b running", "a running"];
        assert_eq!(children(&sup).await, waiting);
        kill("b").await;
        let waiting = ["c undefined", "b restarting", "a running"];
        assert_eq!(children(&sup).await, waiting);
        let tried = c.starts();
        for _ in 0..10 {
            assert_eq!(children(&sup).await, waiting);
        }
        assert_eq!(c.starts(), tried);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_sibling_that_unlinked_itself_cannot_hang_a_cycle() {
    // S-18, S-33.
    isolated(async {
        let log = Log::default();
        let plans = ["a", "b"].map(|label| Plan::new(label, &log));
        let sup = by(OneForAll, &plans).start_link().await.unwrap();
        worker("b").cast(Order::Unlink(sup.pid()));
        sum("b").await; // it has done so
        let b = pid("b");
        kill("a").await;
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        assert_eq!(b.exited().await, ExitReason::Shutdown);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_single_child_is_restarted_alike_under_every_strategy() {
    // S-32, S-33, S-34.
    isolated(async {
        for strategy in STRATEGIES {
            let log = Log::default();
            let sup = by(strategy, &[Plan::new("a", &log)]);
            let sup = sup.start_link().await.unwrap();
            kill("a").await;
            assert_eq!(child(&sup, "a").await.restarts, 1);
            sup.stop().await.unwrap();
            assert_eq!(log.take(), ["init a", "end a", "init a", "end a"]);
        }
    })
    .await;
}
