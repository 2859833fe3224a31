//! Specs that are refused: with a typed error, before anything is started.

use std::error::Error;

use actor_core::{ExitReason, StartError};
use actor_supervisor::{
    ChildId, ChildSpec, SpecError, Strategy, Supervisor, SupervisorClient, SupervisorSpec,
};

use crate::support::{Boss, Log, Plan, SUP, children, inside, is_free, isolated, kill, over, pid};

/// The typed error inside the start's error.
#[track_caller]
fn spec_error(error: &StartError) -> &SpecError {
    let StartError::Failed(reason) = error else {
        panic!("another error: {error}");
    };
    let source = reason.as_error().and_then(<dyn Error>::downcast_ref);
    source.unwrap_or_else(|| panic!("another reason: {reason}"))
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_id_is_refused_before_anything_starts() {
    // S-4.
    isolated(async {
        let log = Log::default();
        let plans = [Plan::new("a", &log), Plan::new("b", &log)];
        let spec = over(&plans).child(plans[0].spec());
        let error = spec.start_link().await.unwrap_err();
        let expected = SpecError::DuplicateId(ChildId::from("a"));
        assert_eq!(spec_error(&error), &expected);
        assert!(error.to_string().contains("duplicate child id `a`"));
        assert!(log.events().is_empty() && is_free("sup"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_empty_window_is_refused_before_anything_starts() {
    // S-3.
    isolated(async {
        let log = Log::default();
        let spec = over(&[Plan::new("a", &log)]).max_seconds(0);
        let error = spec.start().await.unwrap_err();
        assert_eq!(spec_error(&error), &SpecError::ZeroPeriod);
        assert!(error.to_string().contains("max_seconds is 0"));
        assert!(log.events().is_empty() && is_free("sup"));
    })
    .await;
}

struct Twins;

impl Supervisor for Twins {
    type Args = Log;

    fn init(log: Log) -> SupervisorSpec {
        let plan = Plan::new("twin", &log);
        over([&plan, &plan])
    }
}

#[tokio::test(start_paused = true)]
async fn a_type_that_describes_a_bad_spec_is_refused_in_the_same_way() {
    // S-3, S-4, S-12: one validation for both ways to describe a supervisor.
    isolated(async {
        let log = Log::default();
        let error = Twins::start_link(log.clone()).await.unwrap_err();
        assert_eq!(
            spec_error(&error),
            &SpecError::DuplicateId(ChildId::from("twin"))
        );
        assert!(log.events().is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_spec_sends_its_trapping_starter_no_exit() {
    // S-12, G-5.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let spec = over([]).max_seconds(0);
        let error = inside(&boss, spec.start_link()).await.unwrap().unwrap_err();
        assert_eq!(spec_error(&error), &SpecError::ZeroPeriod);
        boss.stop().await.unwrap();
        assert!(log.events().is_empty());
    })
    .await;
}

struct Panics;

impl Supervisor for Panics {
    type Args = ();

    fn init((): ()) -> SupervisorSpec {
        panic!("no spec today")
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_describing_the_children_is_the_starts_error() {
    // S-12, G-1, G-8: it is the new process's own; an immediate retry meets no ghost.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        for _ in 0..2 {
            let start = Panics::options(()).name("panics").start_link();
            let error = inside(&boss, start).await.unwrap().unwrap_err();
            assert!(matches!(error, StartError::Failed(ExitReason::Panic(_))));
            assert!(error.to_string().contains("no spec today"));
            assert!(is_free("panics"));
        }
        boss.stop().await.unwrap();
        assert!(log.events().is_empty());
    })
    .await;
}

struct Named;

#[tokio::test(start_paused = true)]
async fn a_type_and_a_text_that_read_alike_are_different_ids() {
    // S-1, S-4.
    isolated(async {
        let log = Log::default();
        let plans = [Plan::new("a", &log), Plan::new("b", &log)];
        let spec = over([])
            .child(plans[0].spec().id(ChildId::of::<Named>()))
            .child(plans[1].spec().id("Named"));
        let sup = spec.start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["Named running", "Named running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-48
#[tokio::test(start_paused = true)]
async fn the_largest_limits_are_legal() {
    // S-3.
    isolated(async {
        let log = Log::default();
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .max_restarts(u32::MAX)
            .max_seconds(u64::MAX)
            .child(Plan::new("a", &log).spec());
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        assert_eq!(sup.count_children().await.unwrap().active, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_must_give_a_process_of_its_own() {
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)])
            .name(SUP)
            .start_link()
            .await
            .unwrap();
        let sibling = ChildSpec::new("b", || async { Ok(pid("a")) });
        let itself = ChildSpec::new("b", || async { Ok(pid("sup")) });
        for (spec, whose) in [
            (sibling, "another child"),
            (itself, "the supervisor itself"),
        ] {
            let refused = sup.start_child(spec).await.unwrap_err().to_string();
            assert!(refused.contains(whose), "{refused}");
        }
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
        assert_eq!(log.count("end a"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_refused_start_function_had_started_is_gone() {
    // S-46, S-9: it starts one process, and returns another.
    isolated(async {
        let log = Log::default();
        let (a, stray) = (Plan::new("a", &log), Plan::new("stray", &log));
        let sup = over(&[a]).start_link().await.unwrap();
        let spec = ChildSpec::new("b", move || {
            let stray = stray.clone();
            async move {
                stray.start_link().await?;
                Ok(pid("a"))
            }
        });
        sup.start_child(spec).await.unwrap_err();
        assert!(is_free("stray"));
        assert_eq!(log.count("end stray"), 1);
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}
