//! The restart limit: how many restarts, in what window, and what giving up means.

use std::time::Duration;

use actor_core::{CallError, ExitReason};
use actor_supervisor::{Restart, SupervisorClient, SupervisorRef};
use tokio::time::sleep;

use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, STRATEGIES, Terminate, assert_took, by, children, end,
    is_free, isolated, kill, now, over, pids, start_below, trapping,
};

/// Kills the child once for each of these pauses, which come before the kills.
async fn kill_after(pauses: impl IntoIterator<Item = Duration>, sup: &SupervisorRef) {
    for pause in pauses {
        sleep(pause).await;
        kill("a").await;
        if sup.count_children().await.is_err() {
            return; // it gave up
        }
    }
}

#[tokio::test(start_paused = true)]
async fn by_default_three_restarts_happen_and_the_fourth_crash_is_fatal() {
    // S-26, S-28, S-29: the rest is stopped in reverse order; the failed one is not started again.
    isolated(async {
        let log = Log::default();
        let plans = trapping(["a", "b", "c"], &log);
        let sup = over(&plans).start_link().await.unwrap();
        for _ in 0..3 {
            kill("b").await;
            let listed = ["c running", "b running", "a running"];
            assert_eq!(children(&sup).await, listed);
        }
        log.take();
        kill("b").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        let order = [
            "end b",
            "terminate c: shutdown",
            "end c",
            "terminate a: shutdown",
            "end a",
        ];
        assert_eq!(log.take(), order);
        assert!(["sup", "a", "b", "c"].into_iter().all(is_free));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_restarts_the_first_crash_is_fatal() {
    // S-29, under every strategy.
    isolated(async {
        for strategy in STRATEGIES {
            let log = Log::default();
            let plans = trapping(["a", "b"], &log);
            let spec = by(strategy, &plans).max_restarts(0);
            let sup = spec.start_link().await.unwrap();
            end("a", Order::Panic).await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown);
            assert_eq!(plans.map(|plan| plan.starts()), [1, 1]);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn crashes_that_are_further_apart_than_the_window_never_add_up() {
    // S-26, S-30.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        for limit in [1, 3] {
            let spec = over([&a]).max_restarts(limit);
            let sup = spec.start_link().await.unwrap();
            kill_after([6 * SECOND; 20], &sup).await;
            assert_eq!(children(&sup).await, ["a running"]);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_window_slides() {
    // S-30: old crashes age out one by one, a bucket would forget them together.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = over([&a]).max_restarts(2).start_link().await.unwrap();
        kill_after([3 * SECOND; 13], &sup).await; // two of them in every window
        assert_eq!(children(&sup).await, ["a running"]);
        kill_after([SECOND], &sup).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(a.starts(), 14);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_window_is_as_long_as_it_was_set() {
    // S-26, S-30.
    isolated(async {
        let log = Log::default();
        for (seconds, survives) in [(9, false), (1, true)] {
            let a = Plan::new("a", &log);
            let spec = over([&a]).max_restarts(1).max_seconds(seconds);
            let sup = spec.start_link().await.unwrap();
            kill_after([4 * SECOND; 2], &sup).await;
            assert_eq!(sup.is_alive(), survives, "{seconds}");
            assert_eq!(a.starts(), if survives { 3 } else { 2 });
            let _ = sup.stop().await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn children_killed_together_are_so_many_events() {
    // S-29: two restarts happen, the third crash is fatal.
    isolated(async {
        let log = Log::default();
        let plans = ["a", "b", "c"].map(|label| Plan::new(label, &log));
        let spec = over(&plans).max_restarts(2);
        let sup = spec.start_link().await.unwrap();
        let victims = pids(["a", "b", "c"]);
        victims.iter().for_each(|pid| pid.exit(ExitReason::Kill));
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        let starts: usize = plans.iter().map(Plan::starts).sum();
        assert_eq!(starts, 5);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_history_is_one_for_all_children() {
    // S-31.
    isolated(async {
        let log = Log::default();
        let plans = ["a", "b"].map(|label| Plan::new(label, &log));
        let sup = over(&plans).start_link().await.unwrap();
        for label in ["a", "b", "a"] {
            kill(label).await;
            assert_eq!(children(&sup).await.len(), 2);
        }
        kill("b").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn ends_without_a_restart_do_not_count() {
    // S-27: temporary children, and clean ends of transient ones.
    isolated(async {
        let log = Log::default();
        let plan = |label| Plan::new(label, &log);
        let spec = over([])
            .max_restarts(0)
            .child(plan("a").spec().restart(Restart::Temporary))
            .child(plan("b").spec().restart(Restart::Temporary))
            .child(plan("c").spec().restart(Restart::Transient))
            .child(plan("d").spec());
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        end("b", Order::Panic).await;
        end("c", Order::End(ExitReason::Shutdown)).await;
        assert_eq!(children(&sup).await, ["d running", "c undefined"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn giving_up_gives_the_others_their_time() {
    // S-28, S-15.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let plans = [a.terminate(Terminate::Slow(2 * SECOND)), b];
        let sup = over(&plans).max_restarts(0).start_link().await.unwrap();
        let begun = now();
        kill("b").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, 2 * SECOND);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_a_supervisor_that_gives_up_gets_its_reason() {
    // S-28, G-21: first the exit reason, later that there is nobody.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let plans = [a.terminate(Terminate::Slow(SECOND)), b];
        let sup = over(&plans).max_restarts(0).start_link().await.unwrap();
        kill("b").await;
        let asked = sup.which_children().await;
        let shutdown = matches!(asked, Err(CallError::Exited(ExitReason::Shutdown)));
        assert!(shutdown, "{asked:?}");
        let asked = sup.count_children().await;
        assert!(matches!(asked, Err(CallError::NoProc)), "{asked:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_parent_hears_that_a_supervisor_gave_up() {
    // S-28, P-7: as an ordinary exit with the reason `shutdown`.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let spec = over(&[Plan::new("a", &log)]).max_restarts(0);
        let sup = start_below(&boss, spec).await;
        kill("a").await;
        sup.exited().await;
        boss.stop().await.unwrap();
        assert_eq!(log.take(), ["init a", "end a", "exit: shutdown"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_ends_right_after_each_start_exhausts_the_limit() {
    // S-26, S-28: the start itself was a success.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Brief(ExitReason::Normal)]);
        let sup = over([&a]).start_link().await.unwrap();
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(a.starts(), 4);
    })
    .await;
}
