//! What is asked of a supervisor at run time: the table of S-58, and what each operation does.

use std::sync::Arc;
use std::time::Duration;

use actor_core::{Address, CallError, ExitReason, Pid, StartError};
use actor_supervisor::{
    AutoShutdown, Backoff, ChildSpec, ChildType, DeleteChildError, FindChildError, Restart,
    RestartChildError, Shutdown, SpecError, StartChildError, Strategy, SupervisorClient,
    SupervisorRef,
};

use crate::support::{
    Begin, HOUR, Log, Order, Plan, SECOND, SUP, Terminate, assert_took, by, child, children, end,
    is_free, isolated, kill, now, over, pid, sum, trapping, worker,
};

use Case::{Absent, Delayed, Ended, Ignored, Retrying, Running, Terminated};

/// What may be true of the child `a`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    Running,
    /// Restarting: its restart failed, and is tried again.
    Retrying,
    /// Restarting: its restart is not due yet.
    Delayed,
    /// Undefined, in three ways.
    Terminated,
    Ignored,
    Ended,
    Absent,
}

const CASES: [Case; 7] = [
    Running, Retrying, Delayed, Terminated, Ignored, Ended, Absent,
];

/// A supervisor of which this is true.
async fn with_a(case: Case, a: &Plan) -> SupervisorRef {
    let a = match case {
        Retrying => a.clone().begins([Begin::Ready, Begin::Error]),
        Ignored => a.clone().begins([Begin::Ignore, Begin::Ready]),
        _ => a.clone(),
    };
    let spec = match case {
        Delayed => a.spec().restart_delay(Backoff::constant(HOUR)),
        Ended => a.spec().restart(Restart::Transient),
        _ => a.spec(),
    };
    let sup = over([]).max_restarts(u32::MAX);
    let sup = match case {
        Absent => sup,
        _ => sup.child(spec),
    };
    let sup = sup.start_link().await.expect("all start");
    match case {
        Retrying | Delayed => drop(kill("a").await),
        Terminated => sup.terminate_child("a").await.expect("it is there"),
        Ended => drop(end("a", Order::End(ExitReason::Normal)).await),
        Running | Ignored | Absent => {}
    }
    sup
}

#[tokio::test(start_paused = true)]
async fn start_child_starts_only_what_is_not_there() {
    // S-58, S-46: first column.
    isolated(async {
        for case in CASES {
            let log = Log::default();
            let a = Plan::new("a", &log);
            let sup = with_a(case, &a).await;
            let before = children(&sup).await;
            let started = sup.start_child(a.spec()).await;
            match case {
                Running => {
                    let running = StartChildError::AlreadyStarted(pid("a"));
                    assert_eq!(started.unwrap_err(), running);
                }
                Absent => {
                    assert_eq!(started.unwrap().pid(), pid("a"));
                    assert_eq!(children(&sup).await, ["a running"]);
                }
                Retrying | Delayed | Terminated | Ignored | Ended => {
                    let present = StartChildError::AlreadyPresent("a".into());
                    assert_eq!(started.unwrap_err(), present, "{case:?}");
                    assert_eq!(children(&sup).await, before, "{case:?}");
                }
            }
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-41
#[tokio::test(start_paused = true)]
async fn terminate_child_lets_every_child_be_down_and_is_repeatable() {
    // S-58, S-47, S-43: second column.
    isolated(async {
        for case in CASES {
            let log = Log::default();
            let a = Plan::new("a", &log);
            let sup = with_a(case, &a).await;
            for _ in 0..2 {
                let terminated = sup.terminate_child("a").await;
                if case == Absent {
                    let unknown = FindChildError::NotFound("a".into());
                    assert_eq!(terminated, Err(unknown));
                    continue;
                }
                assert_eq!(terminated, Ok(()), "{case:?}");
                assert_eq!(children(&sup).await, ["a undefined"], "{case:?}");
                assert!(is_free("a"), "{case:?}");
            }
            let starts = a.starts();
            tokio::time::sleep(2 * HOUR).await; // a try or a delay that was pending is cancelled
            assert_eq!(a.starts(), starts, "{case:?}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-41
#[tokio::test(start_paused = true)]
async fn restart_child_starts_only_what_has_no_process() {
    // S-58, S-48: third column.
    isolated(async {
        for case in CASES {
            let log = Log::default();
            let a = Plan::new("a", &log);
            let sup = with_a(case, &a).await;
            let before = children(&sup).await;
            let started = sup.restart_child("a").await;
            let refused = match case {
                Terminated | Ignored | Ended => {
                    assert_eq!(started, Ok(pid("a")), "{case:?}");
                    assert_eq!(children(&sup).await, ["a running"], "{case:?}");
                    assert_eq!(child(&sup, "a").await.restarts, 0, "not by the supervisor");
                    sup.stop().await.unwrap();
                    continue;
                }
                Running => RestartChildError::Running("a".into()),
                Retrying | Delayed => RestartChildError::Restarting("a".into()),
                Absent => RestartChildError::NotFound("a".into()),
            };
            assert_eq!(started, Err(refused), "{case:?}");
            assert_eq!(children(&sup).await, before, "{case:?}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-41
#[tokio::test(start_paused = true)]
async fn delete_child_deletes_only_what_has_no_process() {
    // S-58, S-49: fourth column.
    isolated(async {
        for case in CASES {
            let log = Log::default();
            let a = Plan::new("a", &log);
            let sup = with_a(case, &a).await;
            let before = children(&sup).await;
            let deleted = sup.delete_child("a").await;
            let refused = match case {
                Terminated | Ignored | Ended => {
                    assert_eq!(deleted, Ok(()), "{case:?}");
                    assert!(children(&sup).await.is_empty(), "{case:?}");
                    let again = sup.delete_child("a").await;
                    assert_eq!(again, Err(DeleteChildError::NotFound("a".into())));
                    sup.stop().await.unwrap();
                    continue;
                }
                Running => DeleteChildError::Running("a".into()),
                Retrying | Delayed => DeleteChildError::Restarting("a".into()),
                Absent => DeleteChildError::NotFound("a".into()),
            };
            assert_eq!(deleted, Err(refused), "{case:?}");
            assert_eq!(children(&sup).await, before, "{case:?}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_started_child_comes_last_and_gives_its_own_handle() {
    // S-46, S-50, S-14: appended, listed first, stopped first.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let sup = over([&a]).start_link().await.unwrap();
        let b = sup.start_child(b.spec()).await.unwrap();
        b.cast(Order::Add(2));
        assert_eq!(sum("b").await, 2);
        SUP.start_child(c.spec()).await.unwrap();
        let listed = ["c running", "b running", "a running"];
        assert_eq!(children(&sup).await, listed);
        log.take();
        sup.stop().await.unwrap();
        let ends: Vec<_> = log.take().into_iter().filter(|e| e.len() == 5).collect();
        assert_eq!(ends, ["end c", "end b", "end a"]);
    })
    .await;
}

// F-50
#[tokio::test(start_paused = true)]
async fn a_start_that_fails_keeps_nothing() {
    // S-46, S-9: whatever the failure, the same id may be started again at once.
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        for begin in [
            Begin::Error,
            Begin::Stop,
            Begin::Panic,
            Begin::SlowError(SECOND),
        ] {
            let what = format!("{begin:?}");
            let a = Plan::new("a", &log).begins([begin]);
            let error = sup.start_child(a.spec()).await.unwrap_err();
            assert!(
                matches!(error, StartChildError::Failed(StartError::Failed(_))),
                "{what}: {error}"
            );
            assert!(children(&sup).await.is_empty(), "{what}");
            assert!(is_free("a"), "{what}");
        }
        let panics: ChildSpec<Pid> = ChildSpec::new("a", || async { panic!("at once") });
        let error = sup.start_child(panics).await.unwrap_err();
        assert!(error.to_string().contains("at once"), "{error}");
        let a = Plan::new("a", &log);
        sup.start_child(a.spec()).await.unwrap();
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_ignored_keeps_its_spec_unless_it_is_temporary() {
    // S-46, S-10.
    isolated(async {
        for (restart, kept) in [
            (Restart::Permanent, &["a undefined"][..]),
            (Restart::Transient, &["a undefined"]),
            (Restart::Temporary, &[]),
        ] {
            let log = Log::default();
            let a = Plan::new("a", &log).begins([Begin::Ignore, Begin::Ready]);
            let sup = over([]).start_link().await.unwrap();
            let ignored = sup.start_child(a.spec().restart(restart)).await;
            assert_eq!(ignored.unwrap_err(), StartChildError::Ignored);
            assert_eq!(children(&sup).await, kept, "{restart:?}");
            let restarted = sup.restart_child("a").await;
            assert_eq!(restarted.is_ok(), !kept.is_empty(), "{restart:?}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_stranger_holds_is_told_bare_and_harms_nobody() {
    // S-46, S-13: as an error of its own, with the holder's pid; nothing is kept.
    isolated(async {
        let log = Log::default();
        let stranger = Plan::new("a", &log).start().await.unwrap();
        let sup = over([]).start_link().await.unwrap();
        let a = Plan::new("a", &log);
        let refused = sup.start_child(a.spec().id("b")).await;
        let taken = StartChildError::AlreadyStarted(stranger.pid());
        assert_eq!(refused.unwrap_err(), taken);
        assert!(children(&sup).await.is_empty());
        assert!(stranger.is_alive());
        stranger.stop().await.unwrap();
        sup.start_child(a.spec().id("b")).await.unwrap();
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_spec_that_is_not_valid_starts_nothing() {
    // S-46, S-2, S-59.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let once = |plan: &Plan| {
            let plan = plan.clone();
            ChildSpec::once("a", move || plan.start_link())
        };
        let significant = |restart| a.spec().restart(restart).significant(true);
        let sup = over([]).start_link().await.unwrap();
        for (spec, why) in [
            (
                significant(Restart::Permanent),
                SpecError::SignificantPermanent("a".into()),
            ),
            (
                significant(Restart::Transient),
                SpecError::SignificantNever("a".into()),
            ),
            (
                once(&a).restart(Restart::Transient),
                SpecError::OnceRestarted {
                    id: "a".into(),
                    restart: Restart::Transient,
                },
            ),
        ] {
            let refused = sup.start_child(spec).await.unwrap_err();
            assert_eq!(refused, StartChildError::Invalid(why));
        }
        assert!(children(&sup).await.is_empty());
        assert_eq!(a.starts(), 0);
        sup.start_child(once(&a)).await.unwrap();
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_child_stops_by_the_childs_own_protocol_and_waits() {
    // S-47, S-15, S-17: polite, slow, stuck, brutal; a temporary child goes.
    isolated(async {
        for (terminate, shutdown, took, reason) in [
            (Terminate::AtOnce, None, 0, ExitReason::Shutdown),
            (Terminate::Slow(2 * SECOND), None, 2, ExitReason::Shutdown),
            (Terminate::Hang, None, 5, ExitReason::Killed),
            (
                Terminate::Hang,
                Some(Shutdown::BrutalKill),
                0,
                ExitReason::Killed,
            ),
            (
                Terminate::Slow(60 * SECOND),
                Some(Shutdown::Infinity),
                60,
                ExitReason::Shutdown,
            ),
        ] {
            for (restart, kept) in [
                (Restart::Permanent, &["a undefined"][..]),
                (Restart::Temporary, &[]),
            ] {
                let log = Log::default();
                let a = Plan::new("a", &log).traps().terminate(terminate);
                let spec = a.spec().restart(restart);
                let spec = match shutdown {
                    Some(shutdown) => spec.shutdown(shutdown),
                    None => spec,
                };
                let sup = over([]).child(spec).start_link().await.unwrap();
                let (begun, former) = (now(), pid("a"));
                sup.terminate_child("a").await.unwrap();
                assert_took(begun, took * SECOND);
                assert!(is_free("a"));
                assert_eq!(former.exited().await, reason);
                assert_eq!(children(&sup).await, kept);
                sup.stop().await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_whose_end_nobody_noticed_is_terminated_at_once() {
    // S-47, S-18: it had taken its link away, so that the list takes it for running.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        worker("a").cast(Order::Unlink(sup.pid()));
        sum("a").await; // it has done so
        kill("a").await;
        assert_eq!(children(&sup).await, ["a running"]);
        let begun = now();
        sup.terminate_child("a").await.unwrap();
        assert_took(begun, Duration::ZERO);
        sup.restart_child("a").await.unwrap();
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_by_hand_that_fails_keeps_the_spec_and_is_not_tried_again() {
    // S-48: errors are bare; ignored again is told; a name clash too.
    isolated(async {
        let log = Log::default();
        let begins = [Begin::Ready, Begin::Error, Begin::Ignore, Begin::Ready];
        let a = Plan::new("a", &log).begins(begins);
        let sup = over([&a]).max_restarts(0).start_link().await.unwrap();
        sup.terminate_child("a").await.unwrap();
        let failed = sup.restart_child("a").await.unwrap_err();
        assert!(
            failed.to_string().contains("told to answer an error"),
            "{failed}"
        );
        assert_eq!(children(&sup).await, ["a undefined"]);
        let ignored = sup.restart_child("a").await;
        assert_eq!(ignored, Err(RestartChildError::Ignored));
        assert_eq!(children(&sup).await, ["a undefined"]);
        assert_eq!(a.starts(), 3);
        let stranger = Plan::new("a", &log).start().await.unwrap();
        let taken = StartError::AlreadyStarted(stranger.pid());
        let failed = sup.restart_child("a").await;
        assert_eq!(failed, Err(RestartChildError::Failed(taken)));
        stranger.stop().await.unwrap();
        sup.restart_child("a").await.unwrap();
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_done_by_hand_is_not_held_against_the_limit() {
    // S-27: with no restart allowed at all.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = over([&a]).max_restarts(0).start_link().await.unwrap();
        for _ in 0..20 {
            sup.terminate_child("a").await.unwrap();
            sup.restart_child("a").await.unwrap();
            sup.terminate_child("a").await.unwrap();
            sup.delete_child("a").await.unwrap();
            sup.start_child(a.spec()).await.unwrap();
        }
        assert_eq!(a.starts(), 41);
        kill("a").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_spec_is_told_with_its_defaults() {
    // S-53, S-1: permanent, a worker with five seconds, not significant.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let spec = sup.get_childspec("a").await.unwrap();
        assert_eq!(spec.get_id(), &"a".into());
        assert_eq!(spec.get_restart(), Restart::Permanent);
        assert_eq!(spec.get_shutdown(), Shutdown::After(5 * SECOND));
        assert_eq!(spec.get_child_type(), ChildType::Worker);
        assert!(!spec.get_significant());
        let unknown = sup.get_childspec("b").await.unwrap_err();
        assert_eq!(unknown, FindChildError::NotFound("b".into()));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_spec_of_a_temporary_child_that_runs_has_no_start_function() {
    // S-67, S-53: released with all it captured; of others it stays, and starts them elsewhere.
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
            let (plan, captured) = (Plan::new("a", &log), Arc::new(()));
            let held = Arc::clone(&captured);
            let spec = ChildSpec::new("a", move || {
                let _ = &held;
                plan.clone().unnamed().start_link()
            });
            sup.start_child(spec.restart(restart)).await.unwrap();
            let spec = sup.get_childspec("a").await.unwrap();
            let is_kept = restart != Restart::Temporary;
            assert_eq!(spec.can_start(), is_kept, "{restart:?}");
            assert_eq!(Arc::strong_count(&captured) > 1, is_kept, "{restart:?}");
            let elsewhere = by(Strategy::OneForOne, []).name("elsewhere").child(spec);
            match elsewhere.start().await {
                Ok(elsewhere) => {
                    assert!(is_kept, "{restart:?}");
                    elsewhere.stop().await.unwrap();
                }
                Err(error) => {
                    assert!(!is_kept, "{restart:?}: {error}");
                    assert!(error.to_string().contains("released"), "{error}");
                }
            }
            sup.terminate_child("a").await.unwrap();
            assert_eq!(sup.delete_child("a").await.is_ok(), is_kept);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_child_is_told_of_as_all_are() {
    // S-51, S-50, S-57: running, restarting, undefined, unknown.
    isolated(async {
        for case in CASES {
            let log = Log::default();
            let sup = with_a(case, &Plan::new("a", &log)).await;
            let one = sup.which_child("a").await;
            let all = sup.which_children().await.unwrap();
            match one {
                Ok(child) => assert_eq!([child], all[..], "{case:?}"),
                Err(error) => {
                    assert_eq!(error, FindChildError::NotFound("a".into()));
                    assert_eq!((case, all.len()), (Absent, 0));
                }
            }
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[test]
fn specs_are_checked_without_starting_anything() {
    // S-54, S-2, S-3, S-4, S-59.
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
    assert_eq!(over([&a, &b]).check(), Ok(()));
    let duplicate = SpecError::DuplicateId("a".into());
    assert_eq!(over([&a, &b, &a]).check(), Err(duplicate));
    let empty = over([&a]).max_seconds(0).check();
    assert_eq!(empty, Err(SpecError::ZeroPeriod));
    for auto_shutdown in [
        AutoShutdown::Never,
        AutoShutdown::AnySignificant,
        AutoShutdown::AllSignificant,
    ] {
        for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
            let spec = a.spec().restart(restart).significant(true);
            let checked = over([]).auto_shutdown(auto_shutdown).child(spec).check();
            let expected = match (restart, auto_shutdown) {
                (Restart::Permanent, _) => Err(SpecError::SignificantPermanent("a".into())),
                (_, AutoShutdown::Never) => Err(SpecError::SignificantNever("a".into())),
                _ => Ok(()),
            };
            assert_eq!(checked, expected, "{restart:?}, {auto_shutdown:?}");
        }
    }
    assert_eq!(a.starts() + b.starts(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_not_there_answers_nothing() {
    // S-46 to S-49, G-21: by name before its start, by reference after its end.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let no_proc = || CallError::NoProc;
        let sup = over([]).start_link().await.unwrap();
        sup.stop().await.unwrap();
        let started = SUP.start_child(a.spec()).await.unwrap_err();
        assert_eq!(started, StartChildError::Call(no_proc()));
        let started = sup.start_child(a.spec()).await.unwrap_err();
        assert_eq!(started, StartChildError::Call(no_proc()));
        let terminated = sup.terminate_child("a").await.unwrap_err();
        assert_eq!(terminated, FindChildError::Call(no_proc()));
        let restarted = sup.restart_child("a").await.unwrap_err();
        assert_eq!(restarted, RestartChildError::Call(no_proc()));
        let deleted = sup.delete_child("a").await.unwrap_err();
        assert_eq!(deleted, DeleteChildError::Call(no_proc()));
        let told = sup.get_childspec("a").await.unwrap_err();
        assert_eq!(told, FindChildError::Call(no_proc()));
        let told = sup.which_child("a").await.unwrap_err();
        assert_eq!(told, FindChildError::Call(no_proc()));
        assert_eq!(a.starts(), 0);
    })
    .await;
}
