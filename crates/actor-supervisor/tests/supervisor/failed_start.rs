//! Children that do not start with their supervisor: failures, ignored starts, taken names.

use std::future::Ready;

use actor_core::testing::wait_until;
use actor_core::{ExitReason, Pid, StartError};
use actor_supervisor::{ChildSpec, FailedToStartChild, Restart, SupervisorClient};
use tokio::task::yield_now;

use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, STRATEGIES, Terminate, assert_took, by, child, children,
    end, failed_child, inside, is_free, isolated, kill, now, over, pid, trapping, worker,
};

#[tokio::test(start_paused = true)]
async fn a_child_that_fails_ends_the_start_and_undoes_it_in_reverse() {
    // F-24, S-9, S-11, G-4: whatever way its init fails; later ones are never started.
    isolated(async {
        for (begin, why) in [
            (Begin::Error, "told to answer an error"),
            (Begin::Stop, "told to fail in init"),
            (Begin::Panic, "told to panic in init"),
        ] {
            let log = Log::default();
            let [a, b, c, d] = trapping(["a", "b", "c", "d"], &log);
            let plans = [a, b, c.begins([begin]), d];
            let error = over(&plans).start_link().await.unwrap_err();
            let FailedToStartChild { id, error } = failed_child(error);
            assert_eq!(id, "c".into());
            assert!(error.to_string().contains(why), "{error}");
            let order = [
                "init a",
                "init b",
                "init c",
                "end c",
                "terminate b: shutdown",
                "end b",
                "terminate a: shutdown",
                "end a",
            ];
            assert_eq!(log.take(), order);
            assert!(["sup", "a", "b", "c", "d"].into_iter().all(is_free));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_that_panics_or_fails_is_a_child_that_did_not_start() {
    // S-9, S-11: the panic is contained; the supervisor stops its children in order.
    isolated(async {
        let log = Log::default();
        let fails = || async { Err(StartError::Failed(ExitReason::custom("no luck"))) };
        let at_once = || -> Ready<Result<Pid, StartError>> { panic!("at once") };
        let later = || async {
            yield_now().await;
            panic!("later")
        };
        let specs: [(ChildSpec<Pid>, &str); 3] = [
            (ChildSpec::new("b", fails), "no luck"),
            (ChildSpec::new("b", at_once), "at once"),
            (ChildSpec::new("b", later), "later"),
        ];
        for (spec, why) in specs {
            let [a] = trapping(["a"], &log);
            let error = over([&a]).child(spec).start().await.unwrap_err();
            let FailedToStartChild { id, error } = failed_child(error);
            assert_eq!(id, "b".into());
            assert!(error.to_string().contains(why), "{error}");
            assert_eq!(log.take(), ["init a", "terminate a: shutdown", "end a"]);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_is_not_tried_again() {
    // S-11, S-27: no retry and no restart limit at start-up, whatever the restart kind and strategy.
    isolated(async {
        let log = Log::default();
        for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
            for strategy in STRATEGIES {
                let plan = Plan::new("a", &log).begins([Begin::Error, Begin::Ready]);
                let spec = by(strategy, []).child(plan.spec().restart(restart));
                spec.start_link().await.unwrap_err();
                assert_eq!(plan.starts(), 1);
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_start_may_be_repeated_at_once() {
    // G-8, S-11: no ghost of the first holds a name.
    isolated(async {
        let log = Log::default();
        let b = Plan::new("b", &log).begins([Begin::Stop, Begin::Panic, Begin::Ready]);
        let plans = [Plan::new("a", &log), b];
        over(&plans).start_link().await.unwrap_err();
        over(&plans).start_link().await.unwrap_err();
        let sup = over(&plans).start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn earlier_children_have_their_time_when_the_start_fails() {
    // S-11, S-15.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let plans = [
            a.terminate(Terminate::Slow(2 * SECOND)),
            b.begins([Begin::Error]),
        ];
        let begun = now();
        over(&plans).start_link().await.unwrap_err();
        assert_took(begun, 2 * SECOND);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_is_killed_in_its_init_did_not_start() {
    // S-11, G-4: the reason is that of its end.
    isolated(async {
        let log = Log::default();
        let plans = [
            Plan::new("a", &log),
            Plan::new("b", &log).begins([Begin::Hang]),
        ];
        let start = over(&plans).start_link();
        let killer = async {
            wait_until(|| !is_free("b")).await;
            kill("b").await;
        };
        let (started, ()) = tokio::join!(start, killer);
        let FailedToStartChild { id, error } = failed_child(started.unwrap_err());
        assert_eq!(id, "b".into());
        assert!(matches!(error, StartError::Failed(ExitReason::Killed)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_earlier_child_that_dies_during_the_start_up_is_restarted_afterwards() {
    // S-7, S-8: its exit waits in the inbox until the start is complete.
    isolated(async {
        let log = Log::default();
        let plans = [
            Plan::new("a", &log),
            Plan::new("b", &log).begins([Begin::Slow(SECOND)]),
        ];
        let start = over(&plans).start_link();
        let killer = async {
            wait_until(|| !is_free("b")).await;
            kill("a").await;
            assert!(is_free("a"));
        };
        let (started, ()) = tokio::join!(start, killer);
        let sup = started.unwrap();
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        assert_eq!(
            log.take(),
            ["init a", "init b", "end a", "ready b", "init a"]
        );
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_starter_that_does_not_trap_exits_dies_of_a_failed_start() {
    // S-11, G-5: with the reason of the supervisor's end.
    isolated(async {
        let log = Log::default();
        let boss = Boss::mortal().await;
        let spec = over(&[Plan::new("a", &log).begins([Begin::Error])]);
        assert!(inside(&boss, spec.start_link()).await.is_none());
        let reason = boss.exited().await;
        let failed = reason.as_term::<FailedToStartChild>().unwrap();
        assert_eq!(failed.id, "a".into());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_starter_that_traps_exits_gets_the_error_and_no_exit() {
    // S-11, S-12, G-5.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let spec = over(&[Plan::new("a", &log).begins([Begin::Stop])]);
        let started = inside(&boss, spec.start_link()).await.unwrap();
        assert_eq!(failed_child(started.unwrap_err()).id, "a".into());
        boss.stop().await.unwrap();
        assert_eq!(log.take(), ["init a", "end a"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_ignored_start_counts_as_success() {
    // S-10: the spec stays, without a process; that of a temporary child goes.
    isolated(async {
        let log = Log::default();
        let ignored = |label| Plan::new(label, &log).begins([Begin::Ignore]).spec();
        let spec = over(&[Plan::new("a", &log)])
            .child(ignored("b"))
            .child(ignored("c").restart(Restart::Transient))
            .child(ignored("d").restart(Restart::Temporary))
            .child(Plan::new("e", &log).spec());
        let sup = spec.start_link().await.unwrap();
        let listed = ["e running", "c undefined", "b undefined", "a running"];
        assert_eq!(children(&sup).await, listed);
        let counts = sup.count_children().await.unwrap();
        assert_eq!((counts.specs, counts.active), (4, 2));
        assert!(["b", "c", "d"].into_iter().all(is_free));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_stranger_holds_is_an_ordinary_failure() {
    // S-13: the stranger is named, and does not notice.
    isolated(async {
        let log = Log::default();
        let stranger = Plan::new("b", &log).start().await.unwrap();
        let [a] = trapping(["a"], &log);
        let b = Plan::new("b", &log);
        let error = over([&a, &b]).start_link().await.unwrap_err();
        let FailedToStartChild { id, error } = failed_child(error);
        assert_eq!(id, "b".into());
        assert!(matches!(error, StartError::AlreadyStarted(pid) if pid == stranger.pid()));
        assert_eq!(b.starts(), 0);
        assert_eq!(worker("b"), stranger);
        assert_eq!(log.count("terminate a: shutdown"), 1);
        stranger.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn children_that_end_right_after_their_start_are_judged_by_their_reason() {
    // S-23, S-24: those that may end are started and gone when the supervisor is asked.
    isolated(async {
        let log = Log::default();
        let brief = |label| Plan::new(label, &log).begins([Begin::Brief(ExitReason::Normal)]);
        let spec = over([])
            .child(brief("a").spec().restart(Restart::Temporary))
            .child(brief("b").spec().restart(Restart::Transient))
            .child(Plan::new("c", &log).spec());
        let sup = spec.start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["c running", "b undefined"]);
        assert_eq!(child(&sup, "b").await.restarts, 0);
        sup.stop().await.unwrap();
        assert_eq!(log.count("init a") + log.count("init b"), 2);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_may_give_an_unlinked_process() {
    // S-8: the supervisor links to it, and it is supervised as any other.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log);
        let spec = ChildSpec::new("a", move || plan.clone().start());
        let sup = over([]).child(spec).start_link().await.unwrap();
        assert!(end("a", Order::Panic).await.is_abnormal());
        assert_eq!(children(&sup).await, ["a running"]);
        let a = pid("a");
        sup.stop().await.unwrap();
        assert_eq!(a.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_unlinked_child_that_ends_at_once_is_judged_by_its_reason() {
    // S-8, S-23: it ended `normal` before the supervisor could link to it.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log).begins([Begin::Brief(ExitReason::Normal)]);
        let (kept, restart) = (plan.clone(), Restart::Transient);
        let spec = ChildSpec::new("a", move || plan.clone().start()).restart(restart);
        let sup = over([]).child(spec).start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["a undefined"]);
        assert_eq!(kept.starts(), 1);
        sup.stop().await.unwrap();
    })
    .await;
}
