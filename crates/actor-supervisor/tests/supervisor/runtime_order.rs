//! Children that come and go at run time, and the strategies: what is in the list takes part, and
//! what is done by hand touches one child alone.

use actor_core::ExitReason;
use actor_supervisor::{Restart, Strategy, SupervisorClient};

use crate::support::{
    Begin, Log, Order, Plan, by, child, children, end, is_free, isolated, kill, pid, pids,
    restarts, settled, trapping,
};

use Strategy::{OneForAll, RestForOne};

#[tokio::test(start_paused = true)]
async fn a_child_that_was_started_later_takes_part_in_every_cycle() {
    // S-39: it is cycled with the others, and cycles them.
    isolated(async {
        for (strategy, victim, cycled) in [
            (OneForAll, "a", ["a", "b", "c"].as_slice()),
            (OneForAll, "c", &["a", "b", "c"]),
            (RestForOne, "b", &["b", "c"]),
            (RestForOne, "c", &["c"]),
        ] {
            let log = Log::default();
            let [a, b, c] = trapping(["a", "b", "c"], &log);
            let sup = by(strategy, [&a, &b]).start_link().await.unwrap();
            sup.start_child(c.spec()).await.unwrap();
            let before = pids(["a", "b", "c"]);
            kill(victim).await;
            let listed = ["c running", "b running", "a running"];
            assert_eq!(children(&sup).await, listed);
            for (label, before) in ["a", "b", "c"].into_iter().zip(before) {
                let what = format!("{strategy:?}, {victim}: {label}");
                assert_eq!(pid(label) != before, cycled.contains(&label), "{what}");
            }
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_deleted_and_started_again_is_the_last_one() {
    // S-39: its former place is lost.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let sup = by(RestForOne, [&a, &b, &c]).start_link().await.unwrap();
        sup.terminate_child("a").await.unwrap();
        sup.delete_child("a").await.unwrap();
        sup.start_child(a.spec()).await.unwrap();
        let listed = ["a running", "c running", "b running"];
        assert_eq!(children(&sup).await, listed);
        let [b, c] = pids(["b", "c"]);
        kill("a").await;
        assert_eq!(children(&sup).await, listed);
        assert_eq!(pids(["b", "c"]), [b, c]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_done_by_hand_touches_one_child_alone() {
    // S-55: whatever the strategy; a restart by hand keeps the child's place.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let plans = trapping(["a", "b", "c"], &log);
            let sup = by(strategy, &plans).start_link().await.unwrap();
            let others = pids(["b", "c"]);
            log.take();
            sup.terminate_child("a").await.unwrap();
            let listed = ["c running", "b running", "a undefined"];
            assert_eq!(children(&sup).await, listed);
            sup.restart_child("a").await.unwrap();
            let listed = ["c running", "b running", "a running"];
            assert_eq!(children(&sup).await, listed);
            assert_eq!(pids(["b", "c"]), others);
            let order = ["terminate a: shutdown", "end a", "init a"];
            assert_eq!(log.take(), order);
            let counts = (restarts(&sup, "a").await, restarts(&sup, "b").await);
            assert_eq!(counts, (0, 0));
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_terminated_comes_back_with_the_next_cycle() {
    // S-35: it is in range, whether it ran or not; one_for_one leaves it down.
    isolated(async {
        for (strategy, expected) in [
            (Strategy::OneForOne, "b undefined"),
            (OneForAll, "b running"),
            (RestForOne, "b running"),
        ] {
            let log = Log::default();
            let plans = ["a", "b"].map(|label| Plan::new(label, &log));
            let sup = by(strategy, &plans).start_link().await.unwrap();
            sup.terminate_child("b").await.unwrap();
            kill("a").await;
            assert_eq!(children(&sup).await, [expected, "a running"]);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-41
#[tokio::test(start_paused = true)]
async fn a_pending_try_that_is_cancelled_leaves_those_behind_it_down() {
    // S-43, S-42, S-44: until somebody restarts them.
    isolated(async {
        for strategy in [OneForAll, RestForOne] {
            let log = Log::default();
            let [a, b, c] = trapping(["a", "b", "c"], &log);
            let b = b.begins([Begin::Ready, Begin::Error]);
            let spec = by(strategy, [&a, &b, &c]).max_restarts(u32::MAX);
            let sup = spec.start_link().await.unwrap();
            kill("a").await;
            let waiting = ["c undefined", "b restarting", "a running"];
            settled(&sup, &waiting).await;
            sup.terminate_child("b").await.unwrap();
            let starts = b.starts();
            let cancelled = ["c undefined", "b undefined", "a running"];
            for _ in 0..10 {
                assert_eq!(children(&sup).await, cancelled, "{strategy:?}");
            }
            assert_eq!(b.starts(), starts);
            sup.restart_child("c").await.unwrap();
            let back = ["c running", "b undefined", "a running"];
            assert_eq!(children(&sup).await, back);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_ended_for_good_is_started_anew_under_its_id() {
    // S-24: a temporary one by start_child, a transient one by restart_child.
    isolated(async {
        let log = Log::default();
        let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
        let a = a.spec().restart(Restart::Temporary);
        let spec = by(OneForAll, [])
            .child(a)
            .child(b.spec().restart(Restart::Transient));
        let sup = spec.start_link().await.unwrap();
        for label in ["a", "b"] {
            end(label, Order::End(ExitReason::Normal)).await;
        }
        assert_eq!(children(&sup).await, ["b undefined"]);
        let a = Plan::new("a", &log).spec().restart(Restart::Temporary);
        sup.start_child(a).await.unwrap();
        sup.restart_child("b").await.unwrap();
        assert_eq!(children(&sup).await, ["a running", "b running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_temporary_child_that_was_started_later_is_forgotten_by_a_cycle() {
    // S-36, S-39.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let sup = by(OneForAll, [&a]).start_link().await.unwrap();
        let b = sup.start_child(b.spec().restart(Restart::Temporary)).await;
        b.unwrap();
        kill("a").await;
        assert_eq!(children(&sup).await, ["a running"]);
        assert!(is_free("b"));
        assert_eq!(child(&sup, "a").await.restarts, 1);
        sup.stop().await.unwrap();
    })
    .await;
}
