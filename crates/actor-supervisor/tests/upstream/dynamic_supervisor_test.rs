//! Source: elixir-lang/elixir lib/elixir/test/elixir/dynamic_supervisor_test.exs

use std::time::Duration;

use actor_core::{ActorRef, Address, AsPid, ExitReason, Name, StartError};
use actor_supervisor::{
    ChildSpec, ChildStatus, ChildType, DynamicSupervisor, DynamicSupervisorBuilder,
    DynamicSupervisorClient, DynamicSupervisorRef, Restart, Shutdown, SpecError, StartChildError,
    SupervisorClient, Template, TemplateClient, TerminateChildError, UpdateError,
};

use crate::helpers::{
    Extra, Willful, heard, members, signal, start_dynamic_below, start_many, statuses, strike,
    tally,
};
use crate::support::{
    Begin, Boss, HOUR, Log, Order, Plan, SECOND, Terminate, Worker, assert_took, children, inside,
    isolated, now, over, sum,
};

const MILLI: Duration = Duration::from_millis(1);

fn plan() -> Plan {
    Plan::new("child", &Log::default()).unnamed()
}

async fn start_sup() -> DynamicSupervisorRef {
    DynamicSupervisor::builder()
        .start_link()
        .await
        .expect("starts")
}

/// One that allows so many restarts that the limit is out of reach.
async fn tolerant() -> DynamicSupervisorRef {
    let builder = DynamicSupervisor::builder().max_restarts(100_000);
    builder.start_link().await.expect("starts")
}

/// Workers and those of them that run.
async fn workers(sup: &DynamicSupervisorRef) -> (usize, usize) {
    let [specs, active, supervisors, workers] = tally(sup.count_children()).await;
    assert_eq!((specs, supervisors), (workers, 0));
    (workers, active)
}

fn quiet() -> ExitReason {
    ExitReason::shutdown_with("signal")
}

fn abnormal() -> ExitReason {
    ExitReason::custom("whatever")
}

#[tokio::test(start_paused = true)]
async fn can_be_supervised_directly() {
    // D-18
    isolated(async {
        let name = Name::<DynamicSupervisor>::new("dyn_sup_spec_test");
        let spec = DynamicSupervisor::builder().name(name.clone()).child_spec();
        let sup = over([]).child(spec).start_link().await.unwrap();
        assert_eq!(statuses(&name).await, []);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn multiple_supervisors_can_be_supervised_and_identified_with_simple_child_spec() {
    // D-18, S-46
    isolated(async {
        let names = ["simple_name", "other_name"].map(Name::<DynamicSupervisor>::new);
        let specs = names.clone().map(|name| {
            let builder = DynamicSupervisor::builder();
            builder.name(name).child_spec()
        });
        let sup = over([]).children(specs).start_link().await.unwrap();
        let unnamed = || DynamicSupervisor::builder().child_spec();
        let third = sup.start_child(unnamed()).await.unwrap();
        let listed = [
            "DynamicSupervisor running",
            "other_name running",
            "simple_name running",
        ];
        assert_eq!(children(&sup).await, listed);
        for name in &names {
            assert_eq!(statuses(name).await, []);
        }
        assert_eq!(statuses(&third).await, []);
        let again = sup.start_child(unnamed()).await;
        assert_eq!(again, Err(StartChildError::AlreadyStarted(third.pid())));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn use_2_generates_child_spec_1() {
    // S-6, D-18
    // DIFFERENCE: the builder gives the spec; there is no type of one's own behind it.
    isolated(async {
        let spec = DynamicSupervisor::builder().child_spec();
        assert_eq!(spec.get_id().to_string(), "DynamicSupervisor");
        assert_eq!(spec.get_restart(), Restart::Permanent);
        assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
        assert_eq!(spec.get_child_type(), ChildType::Supervisor);
        let spec = spec
            .id("id")
            .restart(Restart::Temporary)
            .shutdown(Shutdown::BrutalKill);
        assert_eq!(spec.get_id(), &"id".into());
        assert_eq!(spec.get_restart(), Restart::Temporary);
        assert_eq!(spec.get_shutdown(), Shutdown::BrutalKill);
        assert_eq!(spec.get_child_type(), ChildType::Supervisor);
        let sup = over([]).child(spec).start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["id running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn init_1_set_default_options() {
    // D-1: three restarts in five seconds, any number of children
    isolated(async {
        let sup = start_sup().await;
        let children = start_many(&sup, 1_000, || plan().spec()).await;
        let mut children = children.into_iter();
        for _ in 0..2 {
            for _ in 0..3 {
                strike(&children.next().unwrap(), ExitReason::Kill).await;
                assert_eq!(workers(&sup).await, (1_000, 1_000));
            }
            tokio::time::sleep(5 * SECOND + MILLI).await;
        }
        for _ in 0..4 {
            strike(&children.next().unwrap(), ExitReason::Kill).await;
        }
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_link_3_with_non_ok_init() {
    // D-1, S-3
    // DIFFERENCE: but for an empty window, what is bad does not compile; there is no `init` that
    // could ignore.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let empty = DynamicSupervisor::builder().max_seconds(0);
        let started = inside(&boss, empty.start_link()).await;
        let Some(Err(StartError::Failed(why))) = started else {
            panic!("{started:?}");
        };
        let why = why.as_error().and_then(|error| error.downcast_ref());
        assert_eq!(why, Some(&SpecError::ZeroPeriod));
        assert_eq!(heard(&boss, &log).await, [""; 0]);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_link_3_with_registered_process() {
    // S-7, G-47
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let name = Name::<DynamicSupervisor>::new("registered");
        let builder = DynamicSupervisor::builder().name(name.clone());
        let sup = start_dynamic_below(&boss, builder).await;
        assert_eq!(name.whereis(), Some(sup.clone()));
        sup.stop().await.unwrap();
        assert_eq!(name.whereis(), None);
        assert_eq!(heard(&boss, &log).await, ["exit: normal"], "it was linked");
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_supports_new_child_spec_as_tuple() {
    // S-6
    isolated(async {
        let sup = start_sup().await;
        let start = || async { plan().start_link().await };
        let spec = ChildSpec::new("task", start).restart(Restart::Temporary);
        let child: ActorRef<Worker> = sup.start_child(spec).await.unwrap();
        assert_eq!(members(&sup).await, [child.pid()]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[cfg(feature = "macros")]
mod derived {
    use actor_core::{Context, GenServer, InitResult};
    use actor_supervisor::{DynamicSupervisorClient, Supervised, actor};

    use super::start_sup;
    use crate::helpers::members;
    use crate::support::isolated;

    struct Sleepy;

    #[actor]
    impl GenServer for Sleepy {
        async fn init(_seconds: u64, _cx: &mut Context<Self>) -> InitResult<Self> {
            Ok(Self.into())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn start_child_2_supports_new_child_spec() {
        // S-6: a type and its argument
        isolated(async {
            let sup = start_sup().await;
            let child = sup.start_child(Sleepy::child_spec(5)).await.unwrap();
            assert_eq!(members(&sup).await, [child.pid()]);
            sup.stop().await.unwrap();
        })
        .await;
    }
}

/// A dynamic supervisor whose children share something that comes before their own argument: their
/// sum starts with it.
fn sharing(shared: i64) -> DynamicSupervisorBuilder<Template<&'static str, ActorRef<Worker>>> {
    DynamicSupervisor::builder().template(move |label| {
        let plan = Plan::new(label, &Log::default());
        ChildSpec::new(label, move || {
            let plan = plan.clone();
            async move {
                let worker = plan.start_link().await?;
                worker.cast(Order::Add(shared));
                Ok(worker)
            }
        })
    })
}

#[tokio::test(start_paused = true)]
async fn start_child_2_supports_extra_arguments() {
    // D-5
    // DIFFERENCE: a template, a closure that holds what all children share.
    isolated(async {
        let sup = sharing(7).start_link().await.unwrap();
        let child: ActorRef<Worker> = sup.start("child").await.unwrap();
        assert_eq!(members(&sup).await, [child.pid()]);
        assert_eq!(sum("child").await, 7);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_with_invalid_child_spec() {
    // D-2, D-1
    // DIFFERENCE: what types cannot forbid: significant children, and once what can be started once.
    isolated(async {
        let nobody = Name::<DynamicSupervisor>::new("not_used");
        let significant = plan().spec().significant(true).restart(Restart::Transient);
        let once = ChildSpec::once("once", || plan().start_link());
        for (spec, why) in [
            (significant, SpecError::SignificantDynamic("child".into())),
            (
                once.restart(Restart::Permanent),
                SpecError::OnceRestarted {
                    id: "once".into(),
                    restart: Restart::Permanent,
                },
            ),
        ] {
            let answer = nobody.start_child(spec).await;
            assert_eq!(answer, Err(StartChildError::Invalid(why)));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_with_different_returns() {
    // D-4
    // DIFFERENCE: extra information is part of the handle; an odd value does not compile.
    isolated(async {
        let sup = start_sup().await;
        let extra = sup
            .start_child(Extra::spec("child", &plan()))
            .await
            .unwrap();
        assert_eq!(extra.info, "extra");
        let plain = sup.start_child(plan().spec()).await.unwrap();
        let ignored = sup.start_child(plan().begins([Begin::Ignore]).spec()).await;
        assert_eq!(ignored, Err(StartChildError::Ignored));
        let failed = sup.start_child(plan().begins([Begin::Error]).spec()).await;
        let Err(StartChildError::Failed(StartError::Failed(why))) = failed else {
            panic!("{failed:?}");
        };
        assert!(
            why.to_string().ends_with("told to answer an error"),
            "{why}"
        );
        assert_eq!(members(&sup).await, [extra.worker.pid(), plain.pid()]);
        assert_eq!(workers(&sup).await, (2, 2));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_with_throw_error_exit() {
    // D-4, E-2
    // DIFFERENCE: there are no throws.
    isolated(async {
        let sup = start_sup().await;
        let panics = ChildSpec::<ActorRef<Worker>>::new("panics", || async { panic!("oops") });
        let answer = sup.start_child(panics).await;
        let Err(StartChildError::Failed(StartError::Failed(ExitReason::Panic(why)))) = answer
        else {
            panic!("{answer:?}");
        };
        assert_eq!(why.message(), "oops");

        let reason = abnormal();
        let why = reason.clone();
        let exits = ChildSpec::<ActorRef<Worker>>::new("exits", move || {
            let why = why.clone();
            async { Err(StartError::Failed(why)) }
        });
        let answer = sup.start_child(exits).await;
        let expected = StartChildError::Failed(StartError::Failed(reason));
        assert_eq!(answer, Err(expected));
        assert_eq!(statuses(&sup).await, []);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_with_max_children() {
    // D-6
    isolated(async {
        let sup = DynamicSupervisor::builder().max_children(0);
        let sup = sup.start_link().await.unwrap();
        let plan = plan();
        let answer = sup.start_child(plan.spec()).await;
        assert_eq!(answer, Err(StartChildError::MaxChildren(0)));
        assert_eq!(plan.starts(), 0);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_temporary_child_is_not_restarted_regardless_of_reason() {
    // D-7, S-23
    isolated(async {
        let sup = start_sup().await;
        let spec = || plan().spec().restart(Restart::Temporary);
        for reason in [ExitReason::Shutdown, abnormal()] {
            let child = sup.start_child(spec()).await.unwrap();
            assert_eq!(strike(&child, reason.clone()).await, reason);
            assert_eq!(workers(&sup).await, (0, 0));
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_transient_child_is_restarted_unless_normal_shutdown() {
    // S-23, D-8
    isolated(async {
        let sup = start_sup().await;
        let spec = || plan().spec().restart(Restart::Transient);
        for (reason, left) in [(ExitReason::Shutdown, 0), (quiet(), 0), (abnormal(), 1)] {
            let child = sup.start_child(spec()).await.unwrap();
            assert_eq!(strike(&child, reason.clone()).await, reason);
            assert_eq!(workers(&sup).await, (left, left));
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_permanent_child_is_restarted_regardless_of_reason() {
    // S-23
    isolated(async {
        let sup = tolerant().await;
        let reasons = [ExitReason::Shutdown, quiet(), abnormal()];
        for (nth, reason) in reasons.into_iter().enumerate() {
            let child = sup.start_child(plan().spec()).await.unwrap();
            assert_eq!(strike(&child, reason.clone()).await, reason);
            assert_eq!(workers(&sup).await, (nth + 1, nth + 1));
            assert!(!members(&sup).await.contains(&child.pid()));
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_child_is_restarted_with_different_values() {
    // D-9, D-10, D-12
    // DIFFERENCE: an odd value does not compile; a start that panics stands for it.
    isolated(async {
        let sup = tolerant().await;
        for (begin, expected) in [
            (Begin::Ready, (1, 1)),
            (Begin::Ignore, (1, 1)),
            (Begin::Error, (2, 1)),
            (Begin::Panic, (3, 1)),
        ] {
            let plan = plan().begins([Begin::Ready, begin]);
            let child = sup.start_child(plan.spec()).await.unwrap();
            let last = statuses(&sup).await.pop();
            assert_eq!(last, Some(ChildStatus::Running(child.pid())));
            strike(&child, ExitReason::Shutdown).await;
            assert_eq!(workers(&sup).await, expected);
        }
        let [first, rest @ ..] = &statuses(&sup).await[..] else {
            panic!("three children");
        };
        assert!(matches!(first, ChildStatus::Running(_)));
        assert_eq!(rest, [ChildStatus::Restarting, ChildStatus::Restarting]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_restarting_on_init_children_counted_in_max_children() {
    // D-6
    isolated(async {
        let sup = DynamicSupervisor::builder().max_children(1);
        let sup = sup.max_restarts(100_000).start_link().await.unwrap();
        let failing = plan().begins([Begin::Ready, Begin::Error]);
        let child = sup.start_child(failing.spec()).await.unwrap();
        strike(&child, ExitReason::Shutdown).await;
        assert_eq!(workers(&sup).await, (1, 0));
        let answer = sup.start_child(plan().spec()).await;
        assert_eq!(answer, Err(StartChildError::MaxChildren(1)));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_restarting_on_exit_children_counted_in_max_children() {
    // D-6
    isolated(async {
        let sup = DynamicSupervisor::builder().max_children(1);
        let sup = sup.start_link().await.unwrap();
        let child = sup.start_child(plan().spec()).await.unwrap();
        strike(&child, ExitReason::Shutdown).await;
        assert_eq!(workers(&sup).await, (1, 1));
        let answer = sup.start_child(plan().spec()).await;
        assert_eq!(answer, Err(StartChildError::MaxChildren(1)));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_restarting_a_child_with_extra_arguments_successfully_restarts_child() {
    // D-5
    // DIFFERENCE: a template, a closure that holds what all children share.
    isolated(async {
        let sup = sharing(7).start_link().await.unwrap();
        let child = sup.start("child").await.unwrap();
        assert_eq!(sum("child").await, 7);
        strike(&child, abnormal()).await;
        let present = members(&sup).await;
        assert_ne!(present, [child.pid()]);
        assert_eq!(present.len(), 1);
        assert_eq!(sum("child").await, 7);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_child_is_restarted_when_trying_again() {
    // D-10, S-40
    isolated(async {
        let sup = DynamicSupervisor::builder().max_restarts(2);
        let sup = sup.start_link().await.unwrap();
        let plan = plan().begins([Begin::Ready, Begin::Error, Begin::Ready]);
        let child = sup.start_child(plan.spec()).await.unwrap();
        strike(&child, ExitReason::Shutdown).await;
        while workers(&sup).await != (1, 1) {
            assert!(plan.starts() < 3, "it is asked between the tries at most");
        }
        assert_eq!(plan.starts(), 3);
        assert_ne!(members(&sup).await, [child.pid()]);
        sup.stop().await.unwrap();
    })
    .await;
}

/// A child whose restart always fails ends its supervisor; how often it was started.
async fn gives_up(max_restarts: u32) -> usize {
    let log = Log::default();
    let boss = Boss::trapping(&log).await;
    let builder = DynamicSupervisor::builder().max_restarts(max_restarts);
    let sup = start_dynamic_below(&boss, builder).await;
    let plan = plan().begins([Begin::Ready, Begin::Error]);
    let child = sup.start_child(plan.spec()).await.expect("starts");
    let begun = now();
    strike(&child, ExitReason::Shutdown).await;
    assert_eq!(sup.exited().await, ExitReason::Shutdown);
    assert_took(begun, Duration::ZERO);
    assert_eq!(heard(&boss, &log).await, ["exit: shutdown"]);
    boss.stop().await.expect("stops");
    plan.starts()
}

#[tokio::test(start_paused = true)]
async fn start_child_2_child_triggers_maximum_restarts() {
    // S-27, S-28
    isolated(async { assert_eq!(gives_up(1).await, 2) }).await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_child_triggers_maximum_intensity_when_trying_again() {
    // S-40
    isolated(async { assert_eq!(gives_up(10).await, 11) }).await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_with_valid_shutdown() {
    // S-1
    isolated(async {
        let sup = start_sup().await;
        let mut started = Vec::new();
        for millis in 0..2 {
            let hangs = plan().traps().terminate(Terminate::Hang);
            let spec = hangs.spec().shutdown(Shutdown::After(millis * MILLI));
            started.push(sup.start_child(spec).await.unwrap());
        }
        for child in started {
            sup.terminate_child(child.pid()).await.unwrap();
            assert_eq!(child.exited().await, ExitReason::Killed);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

/// Starts three children of one kind, shuts their supervisor down, and tells why they ended.
async fn terminate_2<H: AsPid + Send + 'static>(
    spec: impl Fn() -> ChildSpec<H>,
) -> [ExitReason; 3] {
    let boss = Boss::trapping(&Log::default()).await;
    let sup = start_dynamic_below(&boss, DynamicSupervisor::builder()).await;
    for _ in 0..3 {
        sup.start_child(spec()).await.expect("starts");
    }
    let children = members(&sup).await;
    signal(&boss, &sup, ExitReason::Shutdown).await;
    assert_eq!(sup.exited().await, ExitReason::Shutdown);
    boss.stop().await.expect("stops");
    let [first, second, third] = &children[..] else {
        panic!("three children");
    };
    [
        first.exited().await,
        second.exited().await,
        third.exited().await,
    ]
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_children_with_brutal_kill() {
    // D-13
    isolated(async {
        let spec = || plan().traps().spec().shutdown(Shutdown::BrutalKill);
        let killed = || ExitReason::Killed;
        assert_eq!(terminate_2(spec).await, [killed(), killed(), killed()]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_children_with_infinity_shutdown() {
    // D-13: each has all the time it needs, all at once
    isolated(async {
        let slow = || plan().traps().terminate(Terminate::Slow(HOUR));
        let begun = now();
        let ends = terminate_2(|| slow().spec().shutdown(Shutdown::Infinity)).await;
        assert_took(begun, HOUR);
        let shutdown = || ExitReason::Shutdown;
        assert_eq!(ends, [shutdown(), shutdown(), shutdown()]);
    })
    .await;
}

/// Children that end with this reason when they are told to shut down.
async fn own_reason(reason: ExitReason, shutdown: Shutdown) {
    let ends = terminate_2(|| Willful::spec("child", &reason).shutdown(shutdown)).await;
    assert_eq!(ends, [reason.clone(), reason.clone(), reason]);
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_children_with_infinity_shutdown_and_abnormal_reason() {
    // D-14
    isolated(own_reason(quiet(), Shutdown::Infinity)).await;
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_children_with_integer_shutdown() {
    // D-13
    isolated(async {
        let slow = || plan().traps().terminate(Terminate::Slow(SECOND / 2));
        let begun = now();
        let ends = terminate_2(|| slow().spec().shutdown(Shutdown::After(SECOND))).await;
        assert_took(begun, SECOND / 2);
        let shutdown = || ExitReason::Shutdown;
        assert_eq!(ends, [shutdown(), shutdown(), shutdown()]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_children_with_integer_shutdown_and_abnormal_reason() {
    // D-14
    isolated(own_reason(quiet(), Shutdown::After(SECOND))).await;
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_children_with_expired_integer_shutdown() {
    // D-13, S-16
    isolated(async {
        let sup = start_sup().await;
        let mut children = Vec::new();
        for plan in [plan(), plan().traps().terminate(Terminate::Hang), plan()] {
            let spec = plan.spec().shutdown(Shutdown::After(MILLI));
            children.push(sup.start_child(spec).await.unwrap());
        }
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, MILLI);
        assert_eq!(children[0].exited().await, ExitReason::Shutdown);
        assert_eq!(children[1].exited().await, ExitReason::Killed);
        assert_eq!(children[2].exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_children_with_permanent_restart_and_normal_reason() {
    // S-22, D-14: not restarted
    isolated(own_reason(ExitReason::Normal, Shutdown::Infinity)).await;
}

#[tokio::test(start_paused = true)]
async fn terminate_2_terminates_with_mixed_children() {
    // D-13
    isolated(async {
        let sup = start_sup().await;
        let spec = || plan().traps().spec();
        let infinity = sup.start_child(spec().shutdown(Shutdown::Infinity)).await;
        let brutal = sup.start_child(spec().shutdown(Shutdown::BrutalKill)).await;
        sup.stop().await.unwrap();
        assert_eq!(infinity.unwrap().exited().await, ExitReason::Shutdown);
        assert_eq!(brutal.unwrap().exited().await, ExitReason::Killed);
    })
    .await;
}

/// Terminates a child; a second time it is not there.
async fn terminate_child_2(shutdown: Shutdown) -> ExitReason {
    let sup = start_sup().await;
    let spec = plan().traps().spec().shutdown(shutdown);
    let child = sup.start_child(spec).await.expect("starts");
    sup.terminate_child(child.pid()).await.expect("it is found");
    assert!(!child.is_alive());
    let again = sup.terminate_child(child.pid()).await;
    assert_eq!(again, Err(TerminateChildError::NotFound(child.pid())));
    assert_eq!(workers(&sup).await, (0, 0));
    sup.stop().await.expect("stops");
    child.exited().await
}

#[tokio::test(start_paused = true)]
async fn terminate_child_2_terminates_child_with_brutal_kill() {
    // D-11
    isolated(async {
        let end = terminate_child_2(Shutdown::BrutalKill).await;
        assert_eq!(end, ExitReason::Killed);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_child_2_terminates_child_with_integer_shutdown() {
    // D-11
    isolated(async {
        let end = terminate_child_2(Shutdown::After(SECOND)).await;
        assert_eq!(end, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_child_2_terminates_restarting_child() {
    // D-10
    isolated(async {
        let sup = tolerant().await;
        let plan = plan().begins([Begin::Ready, Begin::Error]);
        let child = sup.start_child(plan.spec()).await.unwrap();
        strike(&child, ExitReason::Shutdown).await;
        assert_eq!(statuses(&sup).await, [ChildStatus::Restarting]);
        sup.terminate_child(child.pid()).await.unwrap();
        let again = sup.terminate_child(child.pid()).await;
        assert_eq!(again, Err(TerminateChildError::NotFound(child.pid())));
        assert_eq!(workers(&sup).await, (0, 0));
        let starts = plan.starts();
        tokio::time::sleep(SECOND).await;
        assert_eq!(plan.starts(), starts, "its tries are over");
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn code_change_3_with_non_ok_init() {
    // S-69
    // DIFFERENCE: without a change of code: by `update_settings`.
    isolated(async {
        let sup = start_sup().await;
        let wrong = DynamicSupervisor::builder().max_seconds(0).max_children(0);
        let refused = sup.update_settings(wrong).await;
        assert_eq!(refused, Err(UpdateError::Invalid(SpecError::ZeroPeriod)));
        sup.start_child(plan().spec()).await.unwrap();
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn code_change_3_with_ok_init() {
    // S-69, D-6
    // DIFFERENCE: without a change of code: by `update_settings`.
    isolated(async {
        let sup = start_sup().await;
        for _ in 0..2 {
            sup.start_child(plan().spec()).await.unwrap();
        }
        let lower = DynamicSupervisor::builder().max_children(1).max_restarts(0);
        sup.update_settings(lower).await.unwrap();
        assert_eq!(workers(&sup).await, (2, 2));
        let answer = sup.start_child(plan().spec()).await;
        assert_eq!(answer.unwrap_err(), StartChildError::MaxChildren(1));
        strike(&members(&sup).await[0], ExitReason::Kill).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}
