//! The end of a supervisor: order, the protocol for one child, reasons.

use std::time::Duration;

use actor_core::testing::wait_until;
use actor_core::{Address, ExitReason, StopError};
use actor_supervisor::{ChildType, Shutdown};

use crate::support::{
    Boss, HOUR, Log, Order, Plan, SECOND, SUP, Terminate, assert_took, children, end, inside,
    is_free, isolated, kill, now, over, pid, pids, start_below, trapping, worker,
};

#[tokio::test(start_paused = true)]
async fn children_stop_in_reverse_order_each_dead_before_the_next_is_told() {
    // S-14, S-15.
    isolated(async {
        let log = Log::default();
        let plans =
            trapping(["a", "b", "c"], &log).map(|plan| plan.terminate(Terminate::Slow(SECOND)));
        let sup = over(&plans).start_link().await.unwrap();
        log.take();
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 3 * SECOND);
        let order = [
            "terminate c: shutdown",
            "end c",
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
async fn a_worker_that_does_not_trap_exits_dies_on_the_spot_without_terminate() {
    // S-16, G-40: with `shutdown`, and at once although it has five seconds.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log).terminate(Terminate::Slow(SECOND));
        let sup = over([&plan]).start_link().await.unwrap();
        let a = pid("a");
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, Duration::ZERO);
        assert_eq!(a.exited().await, ExitReason::Shutdown);
        assert_eq!(log.take(), ["init a", "end a"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn names_are_free_when_the_stop_returns() {
    // P-4, S-14.
    isolated(async {
        let log = Log::default();
        let plans = [Plan::new("a", &log), Plan::new("b", &log).traps()];
        for _ in 0..3 {
            let sup = over(&plans).start_link().await.unwrap();
            sup.stop().await.unwrap();
            assert!(is_free("a") && is_free("b") && is_free("sup"));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_brutal_kill_asks_nobody() {
    // S-15, S-16: the other child ends by `shutdown`.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let spec = over([])
            .child(a.spec())
            .child(b.spec().shutdown(Shutdown::BrutalKill));
        let sup = spec.start_link().await.unwrap();
        let [a, b] = pids(["a", "b"]);
        log.take();
        sup.stop().await.unwrap();
        assert_eq!(b.exited().await, ExitReason::Killed);
        assert_eq!(a.exited().await, ExitReason::Shutdown);
        assert_eq!(log.take(), ["end b", "terminate a: shutdown", "end a"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hanging_child_is_killed_at_its_limit_and_the_next_follows() {
    // S-15, S-17.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let b = b.terminate(Terminate::Hang);
        let limit = Duration::from_millis(700);
        let spec = over([&a]).child(b.spec().shutdown(Shutdown::After(limit)));
        let sup = spec.start_link().await.unwrap();
        let [a, b] = pids(["a", "b"]);
        log.take();
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, limit);
        assert_eq!(b.exited().await, ExitReason::Killed);
        assert_eq!(a.exited().await, ExitReason::Shutdown);
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
async fn the_limits_of_hanging_children_add_up() {
    // S-14, S-15.
    isolated(async {
        let log = Log::default();
        let spec = trapping(["a", "b", "c"], &log).into_iter().zip(1..).fold(
            over([]),
            |spec, (plan, n)| {
                let limit = Shutdown::After(n * SECOND);
                spec.child(plan.terminate(Terminate::Hang).spec().shutdown(limit))
            },
        );
        let sup = spec.start_link().await.unwrap();
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 6 * SECOND);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_signals_and_kills_at_once() {
    // S-15: one that does not trap still ends by `shutdown`.
    isolated(async {
        let log = Log::default();
        let [a, b] = [Plan::new("a", &log), Plan::new("b", &log).traps()];
        let b = b.terminate(Terminate::Slow(SECOND));
        let spec = [a, b].iter().fold(over([]), |spec, plan| {
            spec.child(plan.spec().shutdown(Shutdown::After(Duration::ZERO)))
        });
        let sup = spec.start_link().await.unwrap();
        let [a, b] = pids(["a", "b"]);
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, Duration::ZERO);
        assert_eq!(b.exited().await, ExitReason::Killed);
        assert_eq!(a.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn infinity_waits_as_long_as_it_takes() {
    // S-15: so does the longest limit there is.
    isolated(async {
        let log = Log::default();
        for limit in [Shutdown::Infinity, Shutdown::After(Duration::MAX)] {
            let [plan] = trapping(["a"], &log).map(|p| p.terminate(Terminate::Slow(HOUR)));
            let spec = over([]).child(plan.spec().shutdown(limit));
            let sup = spec.start_link().await.unwrap();
            let a = pid("a");
            let begun = now();
            sup.stop().await.unwrap();
            assert_took(begun, HOUR);
            assert_eq!(a.exited().await, ExitReason::Shutdown);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn by_default_a_worker_has_five_seconds_and_a_supervisor_no_limit() {
    // S-1, S-15, S-64.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log).traps();
        let slow = plan.terminate(Terminate::Slow(HOUR));
        for (child_type, limit) in [
            (ChildType::Worker, 5 * SECOND),
            (ChildType::Supervisor, HOUR),
        ] {
            let spec = over([]).child(slow.spec().child_type(child_type));
            let sup = spec.start_link().await.unwrap();
            let begun = now();
            sup.stop().await.unwrap();
            assert_took(begun, limit);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_ends_with_the_reason_it_was_stopped_with() {
    // S-19, G-47: whatever the reason, the children are stopped by `shutdown`.
    isolated(async {
        for reason in [
            ExitReason::Normal,
            ExitReason::Shutdown,
            ExitReason::shutdown_with("maintenance"),
            ExitReason::custom("boom"),
        ] {
            let log = Log::default();
            let sup = over(&trapping(["a"], &log)).start_link().await.unwrap();
            sup.stop_with(reason.clone()).await.unwrap();
            assert_eq!(sup.exited().await, reason);
            assert_eq!(log.take(), ["init a", "terminate a: shutdown", "end a"]);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_parents_exit_stops_a_supervisor_whatever_the_reason() {
    // S-19, S-20, G-42: `normal` too; the children go in reverse order.
    isolated(async {
        for reason in [
            ExitReason::Normal,
            ExitReason::Shutdown,
            ExitReason::custom("boom"),
        ] {
            let log = Log::default();
            let boss = Boss::trapping(&log).await;
            let sup = start_below(&boss, over(&trapping(["a", "b"], &log))).await;
            let (told, why) = (sup.clone(), reason.clone());
            inside(&boss, async move { told.exit(why) }).await.unwrap();
            assert_eq!(sup.exited().await, reason);
            boss.stop().await.unwrap();
            let order = [
                "init a".to_owned(),
                "init b".to_owned(),
                "terminate b: shutdown".to_owned(),
                "end b".to_owned(),
                "terminate a: shutdown".to_owned(),
                "end a".to_owned(),
                format!("exit: {reason}"),
            ];
            assert_eq!(log.take(), order);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_parents_death_stops_a_supervisor() {
    // S-19, S-20: with the parent's reason, `normal` included.
    isolated(async {
        for (how, reason) in [
            (ExitReason::Normal, ExitReason::Normal),
            (ExitReason::Shutdown, ExitReason::Shutdown),
            (ExitReason::Kill, ExitReason::Killed),
        ] {
            let log = Log::default();
            let boss = Boss::mortal().await;
            let sup = start_below(&boss, over(&trapping(["a"], &log))).await;
            match how {
                ExitReason::Kill => boss.exit(how),
                how => boss.stop_with(how).await.unwrap(),
            }
            assert_eq!(sup.exited().await, reason);
            assert_eq!(log.take(), ["init a", "terminate a: shutdown", "end a"]);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_panics_in_terminate_does_not_hold_up_the_stop() {
    // F-25, S-14, S-17, G-44: logged at the most; the supervisor keeps its own reason.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let plans = [a, b.terminate(Terminate::Panic), c];
        let sup = over(&plans).start_link().await.unwrap();
        let b = pid("b");
        log.take();
        sup.stop().await.unwrap();
        assert!(matches!(b.exited().await, ExitReason::Panic(_)));
        let order = [
            "terminate c: shutdown",
            "end c",
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
async fn children_that_die_while_the_supervisor_stops_are_not_restarted() {
    // S-22: whatever their reason, the supervisor ends with its own.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let plans = [a, b, c.terminate(Terminate::Slow(SECOND))];
        let sup = over(&plans).start_link().await.unwrap();
        log.take();
        let crashes = async {
            wait_until(|| log.count("terminate c: shutdown") == 1).await;
            kill("a").await;
            end("b", Order::Panic).await;
        };
        let (stopped, ()) = tokio::join!(sup.stop(), crashes);
        stopped.unwrap();
        assert_eq!(plans.map(|plan| plan.starts()), [1, 1, 1]);
        assert_eq!(log.count("terminate b: shutdown"), 0);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_just_before_the_stop_does_not_delay_it() {
    // G-12, S-14, S-19: whether the child is begun again or not, nothing of it is left.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let sup = over([&a, &b]).start_link().await.unwrap();
        kill("b").await;
        sup.stop().await.unwrap();
        assert!(is_free("a") && is_free("b"));
        assert_eq!(log.count("init b"), log.count("end b"));
        assert_eq!(log.count("terminate a: shutdown"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn everybody_who_asks_a_supervisor_to_stop_is_answered() {
    // G-47: the second asks for nothing new; a third comes too late.
    isolated(async {
        let log = Log::default();
        let [plan] = trapping(["a"], &log).map(|p| p.terminate(Terminate::Slow(SECOND)));
        let sup = over([&plan]).start_link().await.unwrap();
        let (one, two, other) = tokio::join!(
            sup.stop(),
            sup.stop(),
            sup.stop_with(ExitReason::custom("late"))
        );
        one.unwrap();
        two.unwrap();
        assert!(matches!(other, Err(StopError::Exited(ExitReason::Normal))));
        assert!(matches!(sup.stop().await, Err(StopError::NoProc)));
        assert_eq!(log.count("terminate a: shutdown"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_trapping_child_works_off_its_inbox_before_it_terminates() {
    // G-41: what was queued before the signal is handled.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let [plan] = trapping(["a"], &log);
        let sup = over([&plan]).start_link().await.unwrap();
        let a = worker("a");
        a.cast(Order::Signal(boss.pid(), ExitReason::custom("queued")));
        sup.stop().await.unwrap();
        boss.stop().await.unwrap();
        assert!(log.count("exit: \"queued\"") == 1, "{:?}", log.events());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_may_be_stopped_by_its_name_and_started_again() {
    // G-47, N-2.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log);
        for _ in 0..3 {
            over([&plan]).start_link().await.unwrap();
            assert_eq!(children(&SUP).await, ["a running"]);
            SUP.whereis().unwrap().stop().await.unwrap();
        }
        assert_eq!(plan.starts(), 3);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_stops_its_own_supervisor_goes_with_it() {
    // S-15, G-47: neither waits for the other.
    isolated(async {
        let log = Log::default();
        for plan in [Plan::new("a", &log), Plan::new("a", &log).traps()] {
            let sup = over([&plan]).start_link().await.unwrap();
            let begun = now();
            worker("a").cast(Order::Stop(sup.pid()));
            assert_eq!(sup.exited().await, ExitReason::Normal);
            assert_took(begun, Duration::ZERO);
        }
    })
    .await;
}
