//! Signals from others, links taken away, exits of former incarnations.

use std::time::Duration;

use actor_core::testing::wait_until;
use actor_core::{Address, ExitReason};
use actor_supervisor::{Shutdown, Strategy};

use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, Terminate, assert_took, by, child, children, end,
    inside, isolated, kill, now, over, pid, pids, restarts, sum, trapping, worker,
};

#[tokio::test(start_paused = true)]
async fn an_exit_signal_from_a_stranger_is_ignored() {
    // S-21, P-7: from a process, and from plain code.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let a = pid("a");
        for reason in [
            ExitReason::Normal,
            ExitReason::Shutdown,
            ExitReason::Killed,
            ExitReason::custom("boom"),
        ] {
            sup.exit(reason.clone());
            let told = sup.clone();
            inside(&boss, async move { told.exit(reason) })
                .await
                .unwrap();
        }
        assert_eq!(children(&sup).await, ["a running"]);
        assert_eq!(pid("a"), a);
        sup.stop().await.unwrap();
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_death_of_a_linked_stranger_is_ignored() {
    // S-21, P-5.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        for order in [Order::Panic, Order::End(ExitReason::Normal)] {
            Plan::new("stranger", &log).start().await.unwrap();
            worker("stranger").cast(Order::Link(sup.pid()));
            end("stranger", order).await;
            assert_eq!(children(&sup).await, ["a running"]);
        }
        assert_eq!(restarts(&sup, "a").await, 0);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_unlinked_itself_cannot_hang_the_stop() {
    // S-18: the wait is for the death, not for the link; trapping or not, alive or dead.
    isolated(async {
        let log = Log::default();
        let plans = [
            Plan::new("a", &log),
            Plan::new("b", &log).traps(),
            Plan::new("c", &log),
        ];
        let sup = over(&plans).start_link().await.unwrap();
        for label in ["a", "b", "c"] {
            worker(label).cast(Order::Unlink(sup.pid()));
            sum(label).await; // it has done so
        }
        kill("c").await;
        let [a, b] = pids(["a", "b"]);
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, Duration::ZERO);
        assert_eq!(a.exited().await, ExitReason::Shutdown);
        assert_eq!(b.exited().await, ExitReason::Shutdown);
        // No longer linked, yet still the child of its parent: it terminates.
        assert_eq!(log.count("terminate b: shutdown"), 1);
    })
    .await;
}

// F-35
#[tokio::test(start_paused = true)]
async fn an_unlinked_child_that_hangs_is_killed_at_its_limit() {
    // S-18, S-15.
    isolated(async {
        let log = Log::default();
        let [a] = trapping(["a"], &log).map(|plan| plan.terminate(Terminate::Hang));
        let spec = over([]).child(a.spec().shutdown(Shutdown::After(2 * SECOND)));
        let sup = spec.start_link().await.unwrap();
        worker("a").cast(Order::Unlink(sup.pid()));
        sum("a").await; // it has done so
        let a = pid("a");
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 2 * SECOND);
        assert_eq!(a.exited().await, ExitReason::Killed);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_exit_of_a_former_incarnation_does_nothing() {
    // S-25: the first to die while the supervisor is busy cycles both; the second exit, consumed
    // while its sibling was stopped, is stale by then.
    isolated(async {
        let log = Log::default();
        let plans = [
            Plan::new("a", &log).begins([Begin::Ready, Begin::Slow(SECOND), Begin::Ready]),
            Plan::new("b", &log),
            Plan::new("c", &log),
        ];
        let spec = by(Strategy::OneForAll, &plans).max_restarts(2);
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        // Busy with the slow start of `a`, not yet with the others; those that run meanwhile die.
        wait_until(|| plans[0].starts() == 2).await;
        let listed = ["c running", "b running", "a running"];
        assert_eq!(children(&sup).await, listed);
        let victims = pids(["b", "c"]);
        victims.iter().for_each(|pid| pid.exit(ExitReason::Kill));
        assert_eq!(children(&sup).await, listed);
        assert_eq!(children(&sup).await, listed);
        assert_eq!(plans.map(|plan| plan.starts()), [3, 3, 3]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_signals_its_supervisor_is_not_taken_for_dead() {
    // S-25, R9: stricter than OTP, where such a signal passes for its end and leaves two of it.
    isolated(async {
        let log = Log::default();
        for plan in [Plan::new("first", &log), Plan::new("first", &log).traps()] {
            let kept = plan.clone();
            let sup = over([&plan]).start_link().await.unwrap();
            let [first] = pids(["first"]);
            worker("first").cast(Order::Signal(sup.pid(), ExitReason::custom("x")));
            sum("first").await; // it has done so
            assert_eq!(child(&sup, "first").await.status.pid(), Some(&first));
            assert_eq!(kept.starts(), 1);
            first.exit(ExitReason::Kill); // its true end still counts
            first.exited().await;
            assert_eq!(children(&sup).await, ["first running"]);
            assert_eq!(kept.starts(), 2);
            sup.stop().await.unwrap();
        }
    })
    .await;
}
