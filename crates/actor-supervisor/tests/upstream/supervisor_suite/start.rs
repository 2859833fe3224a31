//! Starting a supervisor, and children that do not start.

use actor_core::{ExitReason, StartError};
use actor_supervisor::{
    ChildStatus, ChildType, DynamicSupervisorClient, FindChildError, Restart, RestartChildError,
    Shutdown, SpecError, StartChildError, Strategy, Supervisor, SupervisorClient, SupervisorSpec,
};

use crate::helpers::{dynamic, heard, signal, start_dynamic_below, statuses, tally};
use crate::support::{Begin, Boss, Log, Plan, children, inside, isolated, over, start_below};

const TWO_STARTS: [Begin; 2] = [Begin::Ignore, Begin::Ready];

#[tokio::test(start_paused = true)]
async fn sup_start_normal() {
    // S-7, S-19
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = start_below(&boss, over([])).await;
        assert_eq!(tally(sup.count_children()).await, [0, 0, 0, 0]);
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(heard(&boss, &log).await, ["exit: shutdown"]);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_ignore_init() {
    // S-12, G-5, G-8
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let started = inside(&boss, SupervisorSpec::ignore().start_link()).await;
        assert_eq!(started, Some(Err(StartError::Ignored)));
        assert_eq!(heard(&boss, &log).await, [""; 0]);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_ignore_child() {
    // S-10, S-46, S-50, S-52
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        let ignored = Plan::new("child1", &log).begins([Begin::Ignore]);
        let answer = sup.start_child(ignored.spec()).await;
        assert_eq!(answer, Err(StartChildError::Ignored));
        let second = Plan::new("child2", &log);
        let second = sup.start_child(second.spec()).await.unwrap();
        assert_eq!(children(&sup).await, ["child2 running", "child1 undefined"]);
        let listed = sup.which_children().await.unwrap();
        assert_eq!(listed[0].status, ChildStatus::Running(second.pid()));
        assert_eq!(tally(sup.count_children()).await, [2, 1, 0, 2]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_ignore_temporary_child() {
    // S-10
    isolated(async {
        let log = Log::default();
        let first = Plan::new("child1", &log).begins([Begin::Ignore]);
        let second = Plan::new("child2", &log);
        let spec = over([])
            .child(first.spec().restart(Restart::Temporary))
            .child(second.spec().restart(Restart::Temporary));
        let sup = spec.start_link().await.unwrap();
        assert_eq!(first.starts(), 1);
        assert_eq!(children(&sup).await, ["child2 running"]);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_ignore_temporary_child_start_child() {
    // S-10, S-46
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        let first = Plan::new("child1", &log).begins([Begin::Ignore]);
        let first = first.spec().restart(Restart::Temporary);
        let answer = sup.start_child(first).await;
        assert_eq!(answer, Err(StartChildError::Ignored));
        let second = Plan::new("child2", &log).spec();
        sup.start_child(second.restart(Restart::Temporary))
            .await
            .unwrap();
        assert_eq!(children(&sup).await, ["child2 running"]);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_ignore_temporary_child_start_child_simple() {
    // D-4
    // DIFFERENCE: a dynamic supervisor answers `ignore`, not `{ok, undefined}`.
    isolated(async {
        let log = Log::default();
        let sup = dynamic().start_link().await.unwrap();
        let plan = Plan::new("child1", &log).begins(TWO_STARTS);
        let spec = || plan.spec().restart(Restart::Temporary);
        let answer = sup.start_child(spec()).await;
        assert_eq!(answer, Err(StartChildError::Ignored));
        let second = sup.start_child(spec()).await.unwrap();
        let expected = [ChildStatus::Running(second.pid())];
        assert_eq!(statuses(&sup).await, expected);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_ignore_permanent_child_start_child_simple() {
    // D-4, D-13
    // DIFFERENCE: as for a temporary child.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = start_dynamic_below(&boss, dynamic()).await;
        let plan = Plan::new("child1", &log).begins(TWO_STARTS);
        let answer = sup.start_child(plan.spec()).await;
        assert_eq!(answer, Err(StartChildError::Ignored));
        let second = sup.start_child(plan.spec()).await.unwrap();
        let expected = [ChildStatus::Running(second.pid())];
        assert_eq!(statuses(&sup).await, expected);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(second.exited().await, ExitReason::Shutdown);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_error_return() {
    // S-12, G-8
    // DIFFERENCE: what is no spec does not compile; what is no valid one, and an error, are refused.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let invalid = over([]).max_seconds(0);
        let started = inside(&boss, invalid.start_link()).await.unwrap();
        let Err(StartError::Failed(why)) = started else {
            panic!("{started:?}");
        };
        let why = why.as_error().and_then(|error| error.downcast_ref());
        assert_eq!(why, Some(&SpecError::ZeroPeriod));

        let reason = ExitReason::custom("an error");
        let failing = SupervisorSpec::fail(reason.clone());
        let started = inside(&boss, failing.start_link()).await.unwrap();
        assert_eq!(started, Err(StartError::Failed(reason)));
        assert_eq!(heard(&boss, &log).await, [""; 0]);
        boss.stop().await.unwrap();
    })
    .await;
}

struct Fails;

impl Supervisor for Fails {
    type Args = ();

    fn init((): ()) -> SupervisorSpec {
        panic!("fail")
    }
}

#[tokio::test(start_paused = true)]
async fn sup_start_fail() {
    // S-12, G-8
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let started = inside(&boss, Fails::start_link(())).await.unwrap();
        let Err(StartError::Failed(ExitReason::Panic(report))) = &started else {
            panic!("{started:?}");
        };
        assert_eq!(report.message(), "fail");
        assert_eq!(heard(&boss, &log).await, [""; 0]);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_child_returns_error() {
    // S-9, S-46
    // DIFFERENCE: a start function cannot give an odd value; it may fail in another way instead.
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        for begin in [Begin::Error, Begin::Stop, Begin::Panic] {
            let plan = Plan::new("child1", &log).begins([begin]);
            let answer = sup.start_child(plan.spec()).await;
            let Err(StartChildError::Failed(StartError::Failed(why))) = &answer else {
                panic!("{answer:?}");
            };
            assert!(why.to_string().contains("told to"), "{why}");
            assert_eq!(children(&sup).await, [""; 0]);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_restart_child_returns_error() {
    // S-48
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("child1", &log).begins([Begin::Ready, Begin::Stop]);
        let sup = over([&plan]).start_link().await.unwrap();
        sup.terminate_child("child1").await.unwrap();
        let answer = sup.restart_child("child1").await;
        let Err(RestartChildError::Failed(StartError::Failed(why))) = &answer else {
            panic!("{answer:?}");
        };
        assert!(why.to_string().ends_with("told to fail in init"), "{why}");
        assert_eq!(children(&sup).await, ["child1 undefined"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_child_returns_error_simple() {
    // D-4
    isolated(async {
        let log = Log::default();
        let sup = dynamic().start_link().await.unwrap();
        for begin in [Begin::Error, Begin::Stop, Begin::Panic] {
            let plan = Plan::new("child1", &log).begins([begin]);
            let answer = sup.start_child(plan.spec()).await;
            let Err(StartChildError::Failed(StartError::Failed(why))) = &answer else {
                panic!("{answer:?}");
            };
            assert!(why.to_string().contains("told to"), "{why}");
            assert_eq!(statuses(&sup).await, []);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_map() {
    // S-1, S-53
    isolated(async {
        let log = Log::default();
        let plan = |label| Plan::new(label, &log).spec();
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .child(plan("child1"))
            .child(plan("child2").shutdown(Shutdown::BrutalKill))
            .child(plan("child3").child_type(ChildType::Supervisor));
        let sup = spec.start_link().await.unwrap();
        for (id, shutdown, child_type) in [
            (
                "child1",
                Shutdown::After(actor_supervisor::DEFAULT_SHUTDOWN),
                ChildType::Worker,
            ),
            ("child2", Shutdown::BrutalKill, ChildType::Worker),
            ("child3", Shutdown::Infinity, ChildType::Supervisor),
        ] {
            let spec = sup.get_childspec(id).await.unwrap();
            assert_eq!(spec.get_id(), &id.into());
            assert_eq!(spec.get_restart(), Restart::Permanent);
            assert_eq!(spec.get_shutdown(), shutdown);
            assert_eq!(spec.get_child_type(), child_type);
            assert!(!spec.get_significant());
        }
        let unknown = sup.get_childspec("child4").await;
        assert!(unknown.is_err_and(|why| why == FindChildError::NotFound("child4".into())));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_start_map_faulty_specs() {
    // S-2, S-5, S-4
    // DIFFERENCE: without an id or a start, or with another field, a spec does not compile; what
    // types cannot forbid is refused before anything starts.
    isolated(async {
        let log = Log::default();
        let first = Plan::new("first", &log);
        let faulty = Plan::new("child1", &log).spec();
        let spec = over([&first]).child(faulty.significant(true));
        let started = spec.start_link().await;
        let Err(StartError::Failed(why)) = &started else {
            panic!("{started:?}");
        };
        let why = why.as_error().and_then(|error| error.downcast_ref());
        let expected = SpecError::SignificantPermanent("child1".into());
        assert_eq!(why, Some(&expected));
        assert_eq!(first.starts(), 0);
    })
    .await;
}
