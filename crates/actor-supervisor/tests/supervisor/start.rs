//! Start-up: order, names, links, and the ways to describe a supervisor.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use actor_core::testing::wait_until;
use actor_core::{Defaults, ExitReason, StartError, process};
use actor_supervisor::{
    ChildSpec, Strategy, Supervisor, SupervisorClient, SupervisorServer, SupervisorSpec,
};

use crate::support::{
    Begin, Boss, HOUR, Log, Plan, SECOND, SUP, assert_took, by, children, inside, is_free,
    isolated, kill, now, over, pid, pids, start_below,
};

#[tokio::test(start_paused = true)]
async fn children_start_in_order_each_when_the_one_before_is_ready() {
    // S-7: start_link returns after the last.
    isolated(async {
        let log = Log::default();
        let slow = |label| Plan::new(label, &log).begins([Begin::Slow(SECOND)]);
        let begun = now();
        let sup = over(&[slow("a"), slow("b"), slow("c")])
            .start_link()
            .await
            .unwrap();
        assert_took(begun, 3 * SECOND);
        let order = [
            "init a", "ready a", "init b", "ready b", "init c", "ready c",
        ];
        assert_eq!(log.take(), order);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_supervisors_name_is_registered_before_the_first_child_starts() {
    // S-7, G-2.
    isolated(async {
        let log = Log::default();
        let seen = log.clone();
        let spec = ChildSpec::new("a", move || {
            let holder = SUP.whereis().map(|sup| sup.pid());
            let is_starter = holder.is_some() && holder == process::current();
            seen.add(format!("started by the holder: {is_starter}"));
            Plan::new("a", &seen).start_link()
        });
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .name(SUP)
            .child(spec);
        let sup = spec.start_link().await.unwrap();
        assert_eq!(SUP.whereis(), Some(sup.clone()));
        assert_eq!(log.take(), ["started by the holder: true", "init a"]);
        sup.stop().await.unwrap();
        assert!(is_free("sup"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_without_children_starts_and_stops() {
    // S-7, S-19, S-52.
    isolated(async {
        let sup = over([]).start_link().await.unwrap();
        assert_eq!(sup.count_children().await.unwrap().specs, 0);
        assert!(sup.which_children().await.unwrap().is_empty());
        sup.stop_with(ExitReason::Shutdown).await.unwrap();
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn unnamed_supervisors_stand_beside_each_other() {
    // S-7, N-5: an inline spec needs no name.
    isolated(async {
        let log = Log::default();
        let spec = || {
            let plan = Plan::new("a", &log).unnamed();
            SupervisorSpec::new(Strategy::OneForOne).child(plan.spec())
        };
        let one = spec().start_link().await.unwrap();
        let two = spec().start().await.unwrap();
        assert_ne!(one, two);
        assert_eq!(one.pid().name(), None);
        for sup in [one, two] {
            assert_eq!(children(&sup).await, ["a running"]);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

/// A supervisor as a type, written by hand.
struct App;

impl Supervisor for App {
    type Args = Log;

    fn init(log: Log) -> SupervisorSpec {
        log.add("init app");
        by(
            Strategy::OneForOne,
            &[Plan::new("a", &log), Plan::new("b", &log)],
        )
    }

    fn defaults() -> Defaults<SupervisorServer> {
        Defaults::new().name("app")
    }
}

#[tokio::test(start_paused = true)]
async fn a_type_is_a_supervisor_under_its_own_name() {
    // S-7, G-10: the name is that of the type, the spec's own is for inline starts.
    isolated(async {
        let log = Log::default();
        let app = App::start_link(log.clone()).await.unwrap();
        assert_eq!(pid("app"), app.pid());
        assert!(is_free("sup"));
        assert_eq!(log.take(), ["init app", "init a", "init b"]);
        assert_eq!(children(&app).await, ["b running", "a running"]);
        app.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_type_starts_under_another_name_or_none() {
    // G-10, N-5.
    isolated(async {
        let log = Log::default();
        let other = App::options(log.clone()).name("other");
        let other = other.start_link().await.unwrap();
        assert_eq!(pid("other"), other.pid());
        other.stop().await.unwrap();
        let none = App::options(log.clone()).unnamed().start().await.unwrap();
        assert!(is_free("app"));
        none.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_second_supervisor_of_a_name_starts_nothing() {
    // G-3, N-6.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log);
        let sup = over([&plan]).start_link().await.unwrap();
        let error = over([&plan]).start_link().await.unwrap_err();
        assert!(matches!(error, StartError::AlreadyStarted(holder) if holder == sup.pid()));
        assert_eq!(plan.starts(), 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_start_runs_the_start_function_anew() {
    // S-6, S-8: in the supervisor's own process, each time.
    isolated(async {
        let log = Log::default();
        let runs = Arc::new(AtomicUsize::new(0));
        let (counter, noted) = (Arc::clone(&runs), log.clone());
        let spec = ChildSpec::new("a", move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Plan::new("a", &noted).start_link()
        });
        assert_eq!(runs.load(Ordering::SeqCst), 0);
        let spec = over([]).child(spec);
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        assert_eq!(children(&sup).await, ["a running"]);
        assert_eq!(runs.load(Ordering::SeqCst), 2);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_is_linked_to_its_starter() {
    // G-5, G-11: it dies with a starter that dies, and its children with it.
    isolated(async {
        let log = Log::default();
        let boss = Boss::mortal().await;
        let sup = start_below(&boss, over(&[Plan::new("a", &log)])).await;
        boss.exit(ExitReason::Kill);
        assert_eq!(sup.exited().await, ExitReason::Killed);
        assert_eq!(log.take(), ["init a", "end a"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_was_started_unlinked_outlives_its_starter() {
    // G-9.
    isolated(async {
        let log = Log::default();
        let boss = Boss::mortal().await;
        let spec = over(&[Plan::new("a", &log)]);
        let sup = inside(&boss, spec.start()).await.unwrap().unwrap();
        boss.stop_with(ExitReason::Shutdown).await.unwrap();
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

/// Polls a start until `is_reached`, and drops it.
async fn abandon<F: Future>(start: F, is_reached: impl Fn() -> bool) {
    let mut start = Box::pin(start);
    let mut cx = Context::from_waker(Waker::noop());
    assert!(matches!(start.as_mut().poll(&mut cx), Poll::Pending));
    wait_until(is_reached).await;
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_start_link_leaves_nothing() {
    // G-8: the supervisor that nobody waits for is killed, with the children it has.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let b = Plan::new("b", &log).begins([Begin::Slow(HOUR)]);
        abandon(over([&a, &b]).start_link(), || !is_free("b")).await;
        wait_until(|| is_free("sup") && is_free("a") && is_free("b")).await;
        assert_eq!(log.count("ready b"), 0);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_unlinked_start_goes_on() {
    // G-9.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Slow(SECOND)]);
        let b = Plan::new("b", &log);
        abandon(over([&a, &b]).start(), || !is_free("a")).await;
        let sup = SUP.whereis().unwrap();
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_children_of_a_supervisor_may_be_started_by_any_handle() {
    // S-8: a child spec takes a reference or a bare pid.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("b", &log);
        let bare = ChildSpec::new("b", move || {
            let start = plan.clone().start_link();
            async { Ok(start.await?.pid()) }
        });
        let spec = over(&[Plan::new("a", &log)]).child(bare);
        let sup = spec.start_link().await.unwrap();
        let [a, b] = pids(["a", "b"]);
        let listed = sup.which_children().await.unwrap();
        assert_eq!(listed[0].status.pid(), Some(&b));
        assert_eq!(listed[1].status.pid(), Some(&a));
        sup.stop().await.unwrap();
    })
    .await;
}
