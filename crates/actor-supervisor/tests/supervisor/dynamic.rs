//! Dynamic supervisors: children on demand, known by their pids (D-1 to D-12).

use std::sync::Arc;

use actor_core::testing::wait_until;
use actor_core::{ActorRef, Address, CallError, ExitReason, Name, Pid, StartError};
use actor_supervisor::{
    ChildCounts, ChildId, ChildInfo, ChildSpec, ChildStatus, ChildType, DynamicSupervisor,
    DynamicSupervisorBuilder, DynamicSupervisorClient, DynamicSupervisorRef, Restart, Shutdown,
    SpecError, StartChildError, SupervisorClient, TemplateClient, TerminateChildError,
};

use tokio::time::sleep;

use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, Terminate, Worker, assert_took, is_free, isolated, kill,
    now, over, pid, sum, worker,
};

pub(crate) const DYN: Name<DynamicSupervisor> = Name::new("dyn");

/// A dynamic supervisor named `dyn`, to be changed.
pub(crate) fn dynamic() -> DynamicSupervisorBuilder {
    DynamicSupervisor::builder().name(DYN)
}

pub(crate) async fn started() -> DynamicSupervisorRef {
    dynamic().start_link().await.expect("it starts empty")
}

/// Each child's status, last started first.
pub(crate) async fn statuses(sup: &DynamicSupervisorRef) -> Vec<ChildStatus> {
    let children = sup.which_children().await.expect("it answers");
    children.into_iter().map(|child| child.status).collect()
}

pub(crate) async fn counts(sup: &DynamicSupervisorRef) -> ChildCounts {
    sup.count_children().await.expect("it answers")
}

/// That many workers, all alive.
pub(crate) fn workers(count: usize) -> ChildCounts {
    ChildCounts {
        active: count,
        specs: count,
        supervisors: 0,
        workers: count,
    }
}

#[tokio::test(start_paused = true)]
async fn it_starts_empty_and_stops_with_the_reason_it_is_given() {
    // D-1, S-56.
    isolated(async {
        for reason in [ExitReason::Normal, ExitReason::Shutdown] {
            let sup = started().await;
            assert_eq!(counts(&sup).await, workers(0));
            assert!(statuses(&sup).await.is_empty());
            sup.stop_with(reason).await.unwrap();
            assert!(is_free("dyn"));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_it_cannot_have_is_refused() {
    // D-1, S-3: significant children, an empty window.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = started().await;
        for (restart, why) in [
            (
                Restart::Temporary,
                SpecError::SignificantDynamic("a".into()),
            ),
            (
                Restart::Permanent,
                SpecError::SignificantPermanent("a".into()),
            ),
        ] {
            let spec = a.spec().restart(restart).significant(true);
            let refused = sup.start_child(spec).await.unwrap_err();
            assert_eq!(refused, StartChildError::Invalid(why));
        }
        assert_eq!(counts(&sup).await, workers(0));
        sup.stop().await.unwrap();
        let StartError::Failed(reason) = dynamic().max_seconds(0).start().await.unwrap_err() else {
            panic!("another error");
        };
        let told = reason
            .as_error()
            .and_then(|e| e.downcast_ref::<SpecError>());
        assert_eq!(told, Some(&SpecError::ZeroPeriod));
        assert_eq!(a.starts(), 0);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_bad_spec_is_an_error_even_if_nobody_is_there_to_start_it() {
    // D-2: it is checked by the caller.
    isolated(async {
        let spec = || Plan::new("a", &Log::default()).spec();
        let bad = spec().restart(Restart::Temporary).significant(true);
        let refused = DYN.start_child(bad).await.unwrap_err();
        let why = SpecError::SignificantDynamic("a".into());
        assert_eq!(refused, StartChildError::Invalid(why));
        let refused = DYN.start_child(spec()).await.unwrap_err();
        assert_eq!(refused, StartChildError::Call(CallError::NoProc));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_same_id_may_be_started_any_number_of_times() {
    // D-3: children are known by their pids; each is stopped for itself.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).unnamed();
        let sup = started().await;
        let first = sup.start_child(a.spec()).await.unwrap();
        let second = DYN.start_child(a.spec()).await.unwrap();
        let third = sup.start_child(a.spec()).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(counts(&sup).await, workers(3));
        sup.terminate_child(second.pid()).await.unwrap();
        assert!(first.is_alive() && !second.is_alive() && third.is_alive());
        assert_eq!(counts(&sup).await, workers(2));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_start_leaves_nothing() {
    // D-4, F-50: ignored, failed, panicking, or its name is taken; errors are bare.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
            let ignored = Plan::new("a", &log).begins([Begin::Ignore]);
            let ignored = sup.start_child(ignored.spec().restart(restart)).await;
            assert_eq!(ignored.unwrap_err(), StartChildError::Ignored);
            assert_eq!(counts(&sup).await, workers(0));
        }
        for begin in [Begin::Error, Begin::Stop, Begin::Panic] {
            let a = Plan::new("a", &log).begins([begin]);
            let error = sup.start_child(a.spec()).await.unwrap_err();
            let why = StartChildError::Failed(StartError::Failed(ExitReason::Normal));
            assert_eq!(
                std::mem::discriminant(&error),
                std::mem::discriminant(&why),
                "{error}"
            );
            assert!(is_free("a"));
        }
        let panics: ChildSpec<Pid> = ChildSpec::new("a", || async { panic!("at once") });
        let error = sup.start_child(panics).await.unwrap_err();
        assert!(error.to_string().contains("at once"), "{error}");
        let stranger = Plan::new("a", &log).start().await.unwrap();
        let refused = sup.start_child(Plan::new("a", &log).spec()).await;
        let taken = StartChildError::AlreadyStarted(stranger.pid());
        assert_eq!(refused.unwrap_err(), taken);
        stranger.stop().await.unwrap();
        assert_eq!(counts(&sup).await, workers(0));
        sup.stop().await.unwrap();
    })
    .await;
}

/// A supervisor whose template gives a worker that adds up what it is given.
fn templated(
    log: &Log,
) -> DynamicSupervisorBuilder<actor_supervisor::Template<i64, ActorRef<Worker>>> {
    let shared = Plan::new("a", log);
    DynamicSupervisor::builder()
        .max_restarts(10)
        .template(move |amount: i64| {
            assert!(amount >= 0, "no template for {amount}");
            let plan = shared.clone();
            ChildSpec::new("a", move || {
                let plan = plan.clone();
                async move {
                    let worker = plan.start_link().await?;
                    worker.cast(Order::Add(amount));
                    Ok(worker)
                }
            })
        })
}

#[tokio::test(start_paused = true)]
async fn a_template_gives_its_argument_at_each_start() {
    // D-5, X-8: shared and own arguments, also at restarts.
    isolated(async {
        let log = Log::default();
        let sup = templated(&log).start_link().await.unwrap();
        sup.start(7).await.unwrap();
        for n in 0..3 {
            assert_eq!(sum("a").await, 7, "restart {n}");
            kill("a").await;
            assert_eq!(sup.count_children().await.unwrap(), workers(1));
        }
        sup.terminate_child(pid("a")).await.unwrap();
        sup.start(9).await.unwrap();
        assert_eq!(sum("a").await, 9);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn another_template_makes_the_children_from_then_on() {
    // S-69: one that runs is restarted as it was made.
    isolated(async {
        let log = Log::default();
        let sup = templated(&log).start_link().await.unwrap();
        sup.start(7).await.unwrap();
        let other = Plan::new("b", &log);
        let other = DynamicSupervisor::builder()
            .max_restarts(10)
            .template(move |_: i64| other.spec());
        sup.update_settings(other).await.unwrap();
        sup.start(7).await.unwrap();
        kill("a").await;
        assert_eq!(sup.count_children().await.unwrap(), workers(2));
        assert_eq!((sum("a").await, sum("b").await), (7, 0));
        sup.stop().await.unwrap();
    })
    .await;
}

// F-50
#[tokio::test(start_paused = true)]
async fn a_template_that_panics_is_a_child_that_did_not_start() {
    // D-5, D-4: the supervisor and its other children go on.
    isolated(async {
        let log = Log::default();
        let sup = templated(&log).start_link().await.unwrap();
        let child = sup.start(7).await.unwrap();
        let error = sup.start(-1).await.unwrap_err();
        assert!(error.to_string().contains("no template for -1"), "{error}");
        assert_eq!(sup.count_children().await.unwrap(), workers(1));
        assert!(child.is_alive());
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_template_is_beside_start_child_not_in_its_place() {
    // D-5, D-6: both count.
    isolated(async {
        let log = Log::default();
        let spec = templated(&log).max_children(2);
        let sup = spec.start_link().await.unwrap();
        sup.start(1).await.unwrap();
        sup.start_child(Plan::new("b", &log).spec()).await.unwrap();
        let refused = sup.start(1).await.unwrap_err();
        assert_eq!(refused, StartChildError::MaxChildren(2));
        assert_eq!(sup.count_children().await.unwrap(), workers(2));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn max_children_is_checked_before_anything_starts() {
    // D-6: zero is legal; an end makes room.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).unnamed();
        for max in 0..3 {
            let before = a.starts();
            let sup = dynamic().max_children(max).start_link().await.unwrap();
            for _ in 0..max {
                sup.start_child(a.spec()).await.unwrap();
            }
            let refused = sup.start_child(a.spec()).await.unwrap_err();
            assert_eq!(refused, StartChildError::MaxChildren(max));
            assert_eq!(a.starts() - before, max);
            if let Some(ChildStatus::Running(child)) = statuses(&sup).await.pop() {
                sup.terminate_child(child).await.unwrap();
                sup.start_child(a.spec()).await.unwrap();
            }
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_child_stops_by_the_childs_own_setting_and_waits() {
    // D-11, S-15: nothing is restarted, nothing counted.
    isolated(async {
        for (terminate, shutdown, took, reason) in [
            (Terminate::AtOnce, None, 0, ExitReason::Shutdown),
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
            let log = Log::default();
            let a = Plan::new("a", &log).traps().terminate(terminate);
            let spec = match shutdown {
                Some(shutdown) => a.spec().shutdown(shutdown),
                None => a.spec(),
            };
            let sup = dynamic().max_restarts(0).start_link().await.unwrap();
            let child = sup.start_child(spec).await.unwrap();
            let begun = now();
            sup.terminate_child(child.pid()).await.unwrap();
            assert_took(begun, took * SECOND);
            assert!(is_free("a"));
            assert_eq!(child.exited().await, reason);
            assert_eq!(counts(&sup).await, workers(0));
            assert_eq!(a.starts(), 1);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_is_no_child_is_not_terminated() {
    // D-11: a stranger, one that is dead, the child of another, the supervisor itself.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        let other = DynamicSupervisor::builder().start_link().await.unwrap();
        let theirs = other.start_child(Plan::new("b", &log).spec()).await;
        let stranger = Plan::new("a", &log).start().await.unwrap();
        let dead = Plan::new("c", &log).start().await.unwrap();
        dead.stop().await.unwrap();
        for pid in [theirs.unwrap().pid(), stranger.pid(), dead.pid(), sup.pid()] {
            let refused = sup.terminate_child(pid.clone()).await;
            assert_eq!(refused, Err(TerminateChildError::NotFound(pid)));
        }
        assert!(stranger.is_alive() && !is_free("b"));
        stranger.stop().await.unwrap();
        other.stop().await.unwrap();
        sup.stop().await.unwrap();
        let refused = DYN.terminate_child(sup.pid()).await;
        assert_eq!(refused, Err(TerminateChildError::Call(CallError::NoProc)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn children_are_told_by_id_status_type_and_restarts() {
    // D-12: supervisors and workers by their declared type.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        sup.start_child(Plan::new("a", &log).spec()).await.unwrap();
        let inner = dynamic().name("inner").child_spec();
        sup.start_child(inner).await.unwrap();
        kill("a").await;
        let told: Vec<_> = sup.which_children().await.unwrap();
        let told: Vec<_> = told
            .iter()
            .map(
                |ChildInfo {
                     id,
                     status,
                     child_type,
                     restarts,
                     ..
                 }| { (id.to_string(), status.clone(), *child_type, *restarts) },
            )
            .collect();
        let running = |label| ChildStatus::Running(pid(label));
        let expected = [
            (
                "inner".to_owned(),
                running("inner"),
                ChildType::Supervisor,
                0,
            ),
            ("a".to_owned(), running("a"), ChildType::Worker, 1),
        ];
        assert_eq!(told, expected);
        let counted = ChildCounts {
            active: 2,
            specs: 2,
            supervisors: 1,
            workers: 1,
        };
        assert_eq!(counts(&sup).await, counted);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_captures_of_a_temporary_child_are_released_when_it_runs() {
    // D-15, S-67: also after another temporary child died; of others they are kept.
    isolated(async {
        let log = Log::default();
        let sup = dynamic().start_link().await.unwrap();
        for restart in [
            Restart::Temporary,
            Restart::Permanent,
            Restart::Temporary,
            Restart::Transient,
            Restart::Temporary,
        ] {
            let (plan, captured) = (Plan::new("a", &log), Arc::new(()));
            let held = Arc::clone(&captured);
            let spec = ChildSpec::new("a", move || {
                let _ = &held;
                plan.clone().start_link()
            });
            sup.start_child(spec.restart(restart)).await.unwrap();
            let is_kept = restart != Restart::Temporary;
            assert_eq!(Arc::strong_count(&captured) > 1, is_kept, "{restart:?}");
            sup.terminate_child(pid("a")).await.unwrap();
            assert_eq!(Arc::strong_count(&captured), 1);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_exit_of_a_stranger_is_ignored() {
    // D-16, S-21: sent by one, and by the death of one that linked itself.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        sup.start_child(Plan::new("a", &log).spec()).await.unwrap();
        let a = pid("a");
        let stranger = Plan::new("s", &log).start().await.unwrap();
        stranger.cast(Order::Signal(sup.pid(), ExitReason::custom("x")));
        stranger.cast(Order::Link(sup.pid()));
        sum("s").await; // it has done so
        kill("s").await;
        sup.exit(ExitReason::Shutdown);
        assert_eq!(statuses(&sup).await, [ChildStatus::Running(a)]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_blocks_the_supervisor_until_it_is_done() {
    // D-17: requests wait.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Slow(SECOND)]);
        let sup = started().await;
        let begun = now();
        let (started, counted) = tokio::join!(sup.start_child(a.spec()), counts(&sup));
        started.unwrap();
        assert_eq!(counted, workers(1));
        assert_took(begun, SECOND);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-34
#[tokio::test(start_paused = true)]
async fn a_start_that_hangs_is_given_up_when_it_is_to_stop() {
    // F-34, F-63: no orphan, the name is free; the caller gets the reason.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Hang]);
        let sup = started().await;
        let stop = async {
            wait_until(|| a.starts() == 1).await;
            sup.stop_with(ExitReason::Shutdown).await
        };
        let (started, stopped) = tokio::join!(sup.start_child(a.spec()), stop);
        stopped.unwrap();
        let exited = StartChildError::Call(CallError::Exited(ExitReason::Shutdown));
        assert_eq!(started.unwrap_err(), exited);
        assert!(is_free("a") && is_free("dyn"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_can_start_once_is_started_once() {
    // D-8, D-15: it is temporary; what it was made of is gone.
    isolated(async {
        let log = Log::default();
        let sup = started().await;
        let plan = Plan::new("a", &log);
        let spec = ChildSpec::once("a", {
            let plan = plan.clone();
            move || plan.start_link()
        });
        sup.start_child(spec).await.unwrap();
        kill("a").await;
        assert_eq!(counts(&sup).await, workers(0));
        assert_eq!(plan.starts(), 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn as_a_child_it_is_a_supervisor_under_its_name_and_comes_back_empty() {
    // D-18, S-64, S-65: children added at run time do not come back.
    isolated(async {
        let log = Log::default();
        let spec = dynamic().child_spec();
        assert_eq!(spec.get_id(), &"dyn".into());
        assert_eq!(spec.get_child_type(), ChildType::Supervisor);
        assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
        assert_eq!(spec.get_restart(), Restart::Permanent);
        let unnamed = DynamicSupervisor::builder().child_spec();
        assert_eq!(unnamed.get_id(), &ChildId::of::<DynamicSupervisor>());
        let app = over([]).child(spec).child(unnamed);
        let app = app.start_link().await.unwrap();
        let child = DYN.start_child(Plan::new("a", &log).spec()).await.unwrap();
        kill("dyn").await;
        assert_eq!(app.count_children().await.unwrap().supervisors, 2);
        assert_eq!(child.exited().await, ExitReason::Killed);
        assert_eq!(DYN.count_children().await.unwrap(), workers(0));
        app.stop().await.unwrap();
        assert!(is_free("dyn"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn its_parents_end_is_its_own() {
    // S-20, S-66: told by the parent, or killed, no child stays.
    isolated(async {
        for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::Kill] {
            let log = Log::default();
            let boss = Boss::trapping(&log).await;
            let sup = crate::support::inside(&boss, dynamic().start_link()).await;
            let sup = sup.unwrap().unwrap();
            let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
            sup.start_child(a.traps().spec()).await.unwrap();
            sup.start_child(b.spec()).await.unwrap();
            let children = [worker("a"), worker("b")];
            match reason {
                ExitReason::Kill => sup.exit(ExitReason::Kill),
                _ => drop(boss.stop_with(reason.clone()).await),
            }
            sup.exited().await;
            for child in children {
                child.exited().await;
            }
            assert!(["a", "b", "dyn"].into_iter().all(is_free), "{reason}");
            let _ = boss.stop().await; // it may have ended
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_was_set_before_the_template_holds() {
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log).unnamed();
        let sup = DynamicSupervisor::builder()
            .name("templated")
            .max_children(1)
            .max_restarts(1)
            .max_seconds(10)
            .template(move |()| plan.spec());
        let sup = sup.start().await.unwrap();
        assert_eq!(sup.pid().name(), Some("templated"));
        let first = sup.start(()).await.unwrap();
        let refused = sup.start(()).await;
        assert_eq!(refused, Err(StartChildError::MaxChildren(1)));
        first.exit(ExitReason::Kill);
        first.exited().await;
        assert_eq!(sup.count_children().await.unwrap(), workers(1));
        sleep(9 * SECOND).await; // longer than the default window, shorter than this one
        let second = sup.which_children().await.unwrap();
        let second = second[0].status.pid().cloned().unwrap();
        second.exit(ExitReason::Kill);
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}
