//! Significant children, and supervisors that end with them.

use actor_core::{ExitReason, Pid};
use actor_supervisor::{
    AutoShutdown, DynamicSupervisorClient, Restart, SpecError, StartChildError, Strategy,
    SupervisorClient, SupervisorRef, SupervisorSpec,
};

use crate::helpers::{dynamic, statuses};
use crate::support::{
    Log, Order, Plan, STRATEGIES, by, children, end, isolated, kill, nested, over, pid, pids,
};

use AutoShutdown::{AllSignificant, AnySignificant, Never};

const LABELS: [&str; 3] = ["child1", "child2", "child3"];
const RUNNING: [&str; 3] = ["child3 running", "child2 running", "child1 running"];

fn normally() -> Order {
    Order::End(ExitReason::Normal)
}

/// Two significant children and one that is not.
fn three(auto_shutdown: AutoShutdown, restart: Restart) -> SupervisorSpec {
    let log = Log::default();
    let spec = |label: &'static str| Plan::new(label, &log).spec().restart(restart);
    over([])
        .max_restarts(5)
        .auto_shutdown(auto_shutdown)
        .child(spec("child1").significant(true))
        .child(spec("child2").significant(true))
        .child(spec("child3"))
}

/// The supervisor ends, and its children with it.
async fn ends(sup: &SupervisorRef, with: &[Pid]) {
    assert_eq!(sup.exited().await, ExitReason::Shutdown);
    for pid in with {
        assert_eq!(pid.exited().await, ExitReason::Shutdown);
    }
}

/// A supervisor in this mode whose only child is not significant.
async fn insignificant(auto_shutdown: AutoShutdown, restart: Restart) -> (SupervisorRef, Plan) {
    let plan = Plan::new("child1", &Log::default());
    let spec = over([]).max_restarts(5).auto_shutdown(auto_shutdown);
    let spec = spec.child(plan.spec().restart(restart));
    (spec.start_link().await.expect("starts"), plan)
}

#[tokio::test(start_paused = true)]
async fn nonsignificant_temporary() {
    // S-60, S-62
    isolated(async {
        for auto_shutdown in [Never, AnySignificant, AllSignificant] {
            let (sup, plan) = insignificant(auto_shutdown, Restart::Temporary).await;
            let again = async || {
                assert_eq!(children(&sup).await, [""; 0]);
                let spec = plan.spec().restart(Restart::Temporary);
                sup.start_child(spec).await.unwrap();
            };
            sup.terminate_child("child1").await.unwrap();
            again().await;
            kill("child1").await;
            again().await;
            end("child1", Order::Fail).await;
            again().await;
            end("child1", normally()).await;
            again().await;
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nonsignificant_transient() {
    // S-60, S-62
    isolated(async {
        for auto_shutdown in [Never, AnySignificant, AllSignificant] {
            let (sup, plan) = insignificant(auto_shutdown, Restart::Transient).await;
            sup.terminate_child("child1").await.unwrap();
            assert_eq!(children(&sup).await, ["child1 undefined"]);
            sup.restart_child("child1").await.unwrap();
            kill("child1").await;
            assert_eq!(children(&sup).await, ["child1 running"]);
            end("child1", Order::Fail).await;
            assert_eq!(children(&sup).await, ["child1 running"]);
            end("child1", normally()).await;
            assert_eq!(children(&sup).await, ["child1 undefined"]);
            assert_eq!(plan.starts(), 4);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_temporary() {
    // S-60, S-61, S-62
    isolated(async {
        let spec = || three(AnySignificant, Restart::Temporary);
        let sup = spec().start_link().await.unwrap();
        sup.terminate_child("child1").await.unwrap();
        assert_eq!(children(&sup).await, ["child3 running", "child2 running"]);
        let first = Plan::new("child1", &Log::default()).spec();
        let first = first.restart(Restart::Temporary).significant(true);
        sup.start_child(first).await.unwrap();
        let others = pids(["child2", "child3"]);
        kill("child1").await;
        ends(&sup, &others).await;

        for order in [Order::Fail, normally()] {
            let sup = spec().start_link().await.unwrap();
            let others = pids(["child2", "child3"]);
            end("child1", order).await;
            ends(&sup, &others).await;
        }

        let sup = three(AllSignificant, Restart::Temporary);
        let sup = sup.start_link().await.unwrap();
        let third = pid("child3");
        end("child1", normally()).await;
        assert_eq!(children(&sup).await, ["child3 running", "child2 running"]);
        end("child2", normally()).await;
        ends(&sup, &[third]).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_transient() {
    // S-60, S-61, S-62
    isolated(async {
        let sup = three(AnySignificant, Restart::Transient);
        let sup = sup.start_link().await.unwrap();
        sup.terminate_child("child1").await.unwrap();
        let listed = ["child3 running", "child2 running", "child1 undefined"];
        assert_eq!(children(&sup).await, listed);
        sup.restart_child("child1").await.unwrap();
        kill("child1").await;
        assert_eq!(children(&sup).await, RUNNING);
        end("child1", Order::Fail).await;
        assert_eq!(children(&sup).await, RUNNING);
        let others = pids(["child2", "child3"]);
        end("child1", normally()).await;
        ends(&sup, &others).await;

        let sup = three(AllSignificant, Restart::Transient);
        let sup = sup.start_link().await.unwrap();
        let third = pid("child3");
        end("child1", normally()).await;
        assert_eq!(children(&sup).await, listed);
        end("child2", normally()).await;
        ends(&sup, &[third]).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_simple() {
    // S-63, D-1
    // DIFFERENCE: a dynamic supervisor has no such setting; a significant child is refused.
    isolated(async {
        let sup = dynamic().start_link().await.unwrap();
        for restart in [Restart::Transient, Restart::Temporary] {
            let spec = Plan::new("child1", &Log::default()).spec();
            let answer = sup
                .start_child(spec.restart(restart).significant(true))
                .await;
            let why = SpecError::SignificantDynamic("child1".into());
            assert_eq!(answer, Err(StartChildError::Invalid(why)));
        }
        assert_eq!(statuses(&sup).await, []);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_bystander() {
    // S-62: it is stopped and started again with its sibling
    isolated(async {
        for strategy in STRATEGIES {
            for auto_shutdown in [AnySignificant, AllSignificant] {
                let log = Log::default();
                let spec = |label: &'static str| {
                    let spec = Plan::new(label, &log).spec();
                    spec.restart(Restart::Transient)
                };
                let sup = by(strategy, [])
                    .max_restarts(5)
                    .auto_shutdown(auto_shutdown)
                    .child(spec("child1").significant(true))
                    .child(spec("child2"))
                    .child(spec("child3").significant(true));
                let sup = sup.start_link().await.unwrap();
                let former = pids(LABELS);
                kill("child2").await;
                assert_eq!(children(&sup).await, RUNNING);
                let present = pids(LABELS);
                let stayed = [0, 1, 2].map(|nth| present[nth] == former[nth]);
                let expected = match strategy {
                    Strategy::OneForOne => [true, false, true],
                    Strategy::OneForAll => [false, false, false],
                    Strategy::RestForOne => [true, false, false],
                };
                assert_eq!(stayed, expected, "{strategy:?} {auto_shutdown:?}");
                sup.stop().await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_escalation() {
    // S-63
    isolated(async {
        for significant in [true, false] {
            let plan = Plan::new("child1", &Log::default());
            let inner = nested("sup1", move || {
                let child = plan.spec().restart(Restart::Transient);
                let spec = over([]).auto_shutdown(AnySignificant);
                spec.child(child.significant(true))
            });
            let inner = inner.restart(Restart::Transient).significant(significant);
            let outer = over([]).auto_shutdown(AnySignificant).child(inner);
            let outer = outer.start_link().await.unwrap();
            let inner = pid("sup1");
            end("child1", normally()).await;
            assert_eq!(inner.exited().await, ExitReason::Shutdown);
            if significant {
                ends(&outer, &[]).await;
            } else {
                assert_eq!(children(&outer).await, ["sup1 undefined"]);
                outer.stop().await.unwrap();
            }
        }
    })
    .await;
}
