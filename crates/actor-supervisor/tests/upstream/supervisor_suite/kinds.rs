//! Permanent, transient and temporary children; what is kept of them; what a failed start tells.

use std::sync::Arc;

use actor_core::{ActorRef, ExitReason, StartError};
use actor_supervisor::{
    ChildSpec, DynamicSupervisorClient, FailedToStartChild, Restart, Shutdown, StartChildError,
    Strategy, SupervisorClient, SupervisorRef,
};
use tracing::Level;

use crate::helpers::{dynamic, start_many, tally};
use crate::listener::Listener;
use crate::support::{
    Begin, Log, Order, Plan, SECOND, STRATEGIES, Worker, by, children, end, failed_child, isolated,
    kill, nested, over, pid,
};

/// The ways to end a child.
#[derive(Clone, Debug)]
enum Ending {
    Kill,
    By(ExitReason),
    Abnormal,
    /// By a call of its supervisor.
    Supervisor,
}

impl Ending {
    fn normal() -> Self {
        Self::By(ExitReason::Normal)
    }

    fn quiet() -> [Self; 2] {
        [ExitReason::Shutdown, ExitReason::shutdown_with("some info")].map(Self::By)
    }

    async fn of(&self, label: &'static str, sup: &SupervisorRef) {
        match self.clone() {
            Self::Kill => drop(kill(label).await),
            Self::By(reason) => assert_eq!(end(label, Order::End(reason.clone())).await, reason),
            Self::Abnormal => assert!(end(label, Order::Fail).await.is_abnormal()),
            Self::Supervisor => sup.terminate_child(label).await.expect("it is found"),
        }
    }
}

/// A supervisor whose child1 was started by a call.
async fn with_child1(restart: Restart) -> (SupervisorRef, Plan) {
    let plan = Plan::new("child1", &Log::default());
    let sup = over([]).max_restarts(2).max_seconds(3_600);
    let sup = sup.start_link().await.expect("starts");
    let started = sup.start_child(plan.spec().restart(restart)).await;
    started.expect("starts");
    (sup, plan)
}

/// Ends child1 and expects its successor.
async fn is_restarted(sup: &SupervisorRef, ending: Ending) {
    let former = pid("child1");
    ending.of("child1", sup).await;
    assert_eq!(children(sup).await, ["child1 running"], "{ending:?}");
    assert_ne!(pid("child1"), former);
    assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
}

/// Ends child1 and expects that its spec stays.
async fn is_kept(sup: &SupervisorRef, ending: Ending) {
    ending.of("child1", sup).await;
    assert_eq!(children(sup).await, ["child1 undefined"], "{ending:?}");
    assert_eq!(tally(sup.count_children()).await, [1, 0, 0, 1]);
}

/// Ends child1 and expects that nothing stays.
async fn is_gone(sup: &SupervisorRef, ending: Ending) {
    ending.of("child1", sup).await;
    assert_eq!(children(sup).await, [""; 0], "{ending:?}");
    assert_eq!(tally(sup.count_children()).await, [0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn permanent_normal() {
    // S-23
    isolated(async {
        let (sup, _) = with_child1(Restart::Permanent).await;
        is_restarted(&sup, Ending::normal()).await;
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn permanent_shutdown() {
    // S-23
    isolated(async {
        let (sup, _) = with_child1(Restart::Permanent).await;
        for ending in Ending::quiet() {
            is_restarted(&sup, ending).await;
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn permanent_abnormal() {
    // S-23
    isolated(async {
        let (sup, _) = with_child1(Restart::Permanent).await;
        is_restarted(&sup, Ending::Abnormal).await;
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn transient_normal() {
    // S-23, S-24
    isolated(async {
        let (sup, _) = with_child1(Restart::Transient).await;
        is_kept(&sup, Ending::normal()).await;
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn transient_shutdown() {
    // S-23, S-24
    isolated(async {
        let (sup, _) = with_child1(Restart::Transient).await;
        for ending in Ending::quiet() {
            is_kept(&sup, ending).await;
            sup.restart_child("child1").await.unwrap();
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn transient_abnormal() {
    // S-23
    isolated(async {
        let (sup, _) = with_child1(Restart::Transient).await;
        is_restarted(&sup, Ending::Abnormal).await;
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn temporary_normal() {
    // S-23, S-24
    isolated(async {
        let (sup, _) = with_child1(Restart::Temporary).await;
        is_gone(&sup, Ending::normal()).await;
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn temporary_shutdown() {
    // S-23, S-24: and the same id can be started again
    isolated(async {
        let (sup, plan) = with_child1(Restart::Temporary).await;
        for ending in Ending::quiet() {
            is_gone(&sup, ending).await;
            let again = plan.spec().restart(Restart::Temporary);
            sup.start_child(again).await.unwrap();
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn temporary_abnormal() {
    // S-23, S-24
    isolated(async {
        let (sup, plan) = with_child1(Restart::Temporary).await;
        is_gone(&sup, Ending::Abnormal).await;
        assert_eq!(plan.starts(), 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn temporary_bystander() {
    // S-36: it is stopped, and not started again
    isolated(async {
        for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
            let log = Log::default();
            let [first, second] = ["child1", "child2"].map(|label| Plan::new(label, &log));
            let sup = by(strategy, [&first]).max_restarts(2).max_seconds(300);
            let sup = sup.start_link().await.unwrap();
            let temporary = second.spec().restart(Restart::Temporary);
            sup.start_child(temporary).await.unwrap();
            end("child1", Order::End(ExitReason::Normal)).await;
            assert_eq!(children(&sup).await, ["child1 running"]);
            tokio::time::sleep(SECOND).await;
            assert_eq!(children(&sup).await, ["child1 running"]);
            assert_eq!((first.starts(), second.starts()), (2, 1));
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn external_start_no_progress_log() {
    // L-3
    // DIFFERENCE: a start by a call is told as well, at the level debug.
    isolated(async {
        let (listener, _guard) = Listener::listen();
        let levels = || {
            let told = listener.take("actor::supervisor");
            let started = told
                .iter()
                .filter(|told| told.fields["message"] == "child started");
            started.map(|told| told.level).collect::<Vec<_>>()
        };
        let (sup, _) = with_child1(Restart::Permanent).await;
        assert_eq!(levels(), [Level::DEBUG]);
        is_restarted(&sup, Ending::normal()).await;
        assert_eq!(levels(), [Level::INFO]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn faulty_application_shutdown() {
    // S-11, G-4
    // From that of an application too: application/starts.rs.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("app_faulty_server", &log).begins([Begin::Panic]);
        let inner = nested("app_faulty", move || over([&plan]));
        let started = over([]).child(inner).start_link().await;
        let outer = failed_child(started.unwrap_err());
        assert_eq!(outer.id, "app_faulty".into());
        let inner: FailedToStartChild = failed_child(outer.error);
        assert_eq!(inner.id, "app_faulty_server".into());
        let StartError::Failed(ExitReason::Panic(report)) = inner.error else {
            panic!("{}", inner.error);
        };
        assert_eq!(report.message(), "told to panic in init");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn multiple_restarts() {
    // S-26, S-30: never two in a window
    isolated(async {
        let plan = Plan::new("child1", &Log::default());
        let sup = over([]).max_restarts(1).max_seconds(1);
        let sup = sup.start_link().await.unwrap();
        let spec = plan.spec().shutdown(Shutdown::BrutalKill);
        sup.start_child(spec).await.unwrap();
        for _ in 0..4 {
            is_restarted(&sup, Ending::Abnormal).await;
            tokio::time::sleep(2 * SECOND).await;
        }
        sup.terminate_child("child1").await.unwrap();
        sup.delete_child("child1").await.unwrap();
        assert_eq!(plan.starts(), 5);
        sup.stop().await.unwrap();
    })
    .await;
}

/// A child whose start function holds on to this.
fn holding(held: &Arc<()>, nth: u32) -> ChildSpec<ActorRef<Worker>> {
    let plan = Plan::new("child", &Log::default()).unnamed();
    let held = Arc::clone(held);
    let start = move || {
        let _held = &held;
        plan.clone().start_link()
    };
    ChildSpec::new(format!("child{nth}"), start)
}

#[tokio::test(start_paused = true)]
async fn do_not_save_start_parameters_for_temporary_children() {
    // S-67, D-15
    // DIFFERENCE: what a start function has captured is released, where OTP drops the arguments.
    isolated(async {
        for (restart, kept) in [
            (Restart::Permanent, 100),
            (Restart::Transient, 100),
            (Restart::Temporary, 0),
        ] {
            for strategy in STRATEGIES {
                let held = Arc::default();
                let sup = by(strategy, []).start_link().await.unwrap();
                for nth in 0..100 {
                    let spec = holding(&held, nth).restart(restart);
                    sup.start_child(spec).await.unwrap();
                }
                sup.count_children().await.unwrap(); // it has done with the last one
                assert_eq!(
                    Arc::strong_count(&held),
                    1 + kept,
                    "{restart:?} {strategy:?}"
                );
                sup.stop().await.unwrap();
            }
            let held = Arc::default();
            let sup = dynamic().start_link().await.unwrap();
            start_many(&sup, 100, || holding(&held, 0).restart(restart)).await;
            sup.count_children().await.unwrap();
            assert_eq!(Arc::strong_count(&held), 1 + kept, "{restart:?}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn do_not_save_child_specs_for_temporary_children() {
    // S-24, S-46, S-47
    isolated(async {
        for strategy in STRATEGIES {
            for ending in [
                Ending::Kill,
                Ending::normal(),
                Ending::Abnormal,
                Ending::Supervisor,
            ] {
                kept_by(strategy, &ending).await;
            }
        }
    })
    .await;
}

async fn kept_by(strategy: Strategy, ending: &Ending) {
    let log = Log::default();
    let sup = by(strategy, []).max_restarts(2).max_seconds(3_600);
    let sup = sup.start_link().await.expect("starts");
    for (label, restart) in [
        ("child1", Restart::Permanent),
        ("child2", Restart::Transient),
        ("child3", Restart::Temporary),
    ] {
        let what = format!("{strategy:?} {restart:?} {ending:?}");
        let plan = Plan::new(label, &log);
        let start = async || sup.start_child(plan.spec().restart(restart)).await;
        start().await.expect(&what);
        ending.of(label, &sup).await;
        let again = start().await;
        let is_clean = matches!(ending, Ending::By(reason) if !reason.is_abnormal());
        match (restart, ending) {
            (Restart::Temporary, _) => assert!(again.is_ok(), "{what}"),
            (_, Ending::Supervisor) => is_present(&sup, label, again, &what).await,
            (Restart::Transient, _) if is_clean => is_present(&sup, label, again, &what).await,
            _ => {
                let restarted = StartChildError::AlreadyStarted(pid(label));
                assert_eq!(again, Err(restarted), "{what}");
            }
        }
    }
    sup.stop().await.expect("stops");
}

/// The spec was kept, and starts.
async fn is_present(
    sup: &SupervisorRef,
    label: &'static str,
    again: Result<ActorRef<Worker>, StartChildError>,
    what: &str,
) {
    let present = StartChildError::AlreadyPresent(label.into());
    assert_eq!(again, Err(present), "{what}");
    sup.restart_child(label).await.expect(what);
}
