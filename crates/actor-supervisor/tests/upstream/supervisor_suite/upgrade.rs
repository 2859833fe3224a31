//! Settings and specs that are replaced while the supervisor runs (S-69).
//!
//! DIFFERENCE: without a change of code: by `update_specs`.

use actor_core::ExitReason;
use actor_supervisor::{
    AutoShutdown, ChildStatus, Restart, SpecError, StartChildError, Strategy, SupervisionTree,
    SupervisorClient, SupervisorRef, SupervisorSpec, SupervisorState, UpdateError,
};

use crate::support::{Log, Order, Plan, children, end, isolated, kill, over, pid, pids};

use AutoShutdown::{AllSignificant, AnySignificant, Never};

const BOTH: [&str; 2] = ["child2 running", "child1 running"];
const ONE: [&str; 2] = ["child2 running", "child1 undefined"];

/// Two transient children, of which so many are significant.
fn two(auto_shutdown: AutoShutdown, significant: usize) -> SupervisorSpec {
    let labels = ["child1", "child2"].into_iter().enumerate();
    labels.fold(
        over([]).auto_shutdown(auto_shutdown),
        |spec, (nth, label)| {
            let child = Plan::new(label, &Log::default()).spec();
            let child = child.restart(Restart::Transient);
            spec.child(child.significant(nth < significant))
        },
    )
}

/// The second child ends when the supervisor has been told `new` instead of `old`.
async fn upgraded(old: SupervisorSpec, new: SupervisorSpec) -> SupervisorRef {
    let sup = old.start_link().await.expect("starts");
    let former = pids(["child1", "child2"]);
    sup.update_specs(new).await.expect("valid");
    assert_eq!(children(&sup).await, BOTH);
    assert_eq!(pids(["child1", "child2"]), former);
    sup
}

async fn ends_normally(label: &'static str) {
    end(label, Order::End(ExitReason::Normal)).await;
}

async fn is_over(sup: &SupervisorRef) {
    assert_eq!(sup.exited().await, ExitReason::Shutdown);
}

/// A significant child is refused by a supervisor that does not end with one.
async fn refuses_significant(sup: &SupervisorRef) {
    let child = Plan::new("child3", &Log::default()).spec();
    let child = child.restart(Restart::Temporary).significant(true);
    let why = SpecError::SignificantNever("child3".into());
    let refused = sup.start_child(child).await;
    assert_eq!(refused.err(), Some(StartChildError::Invalid(why)));
}

#[tokio::test(start_paused = true)]
async fn significant_upgrade_never_any() {
    // S-69, S-61
    isolated(async {
        let sup = upgraded(two(Never, 0), two(AnySignificant, 2)).await;
        ends_normally("child1").await;
        is_over(&sup).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_upgrade_any_never() {
    // S-69, S-61
    isolated(async {
        let sup = upgraded(two(AnySignificant, 2), two(Never, 0)).await;
        refuses_significant(&sup).await;
        ends_normally("child1").await;
        assert_eq!(children(&sup).await, ONE);
        ends_normally("child2").await;
        assert_eq!(children(&sup).await.len(), 2);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_upgrade_never_all() {
    // S-69, S-61
    isolated(async {
        let sup = upgraded(two(Never, 0), two(AllSignificant, 2)).await;
        ends_normally("child1").await;
        assert_eq!(children(&sup).await, ONE);
        ends_normally("child2").await;
        is_over(&sup).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_upgrade_all_never() {
    // S-69, S-61
    isolated(async {
        let sup = upgraded(two(AllSignificant, 2), two(Never, 0)).await;
        refuses_significant(&sup).await;
        ends_normally("child1").await;
        ends_normally("child2").await;
        assert_eq!(children(&sup).await.len(), 2);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_upgrade_any_all() {
    // S-69, S-61
    isolated(async {
        let sup = upgraded(two(AnySignificant, 2), two(AllSignificant, 2)).await;
        ends_normally("child1").await;
        assert_eq!(children(&sup).await, ONE);
        ends_normally("child2").await;
        is_over(&sup).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_upgrade_all_any() {
    // S-69, S-61
    isolated(async {
        let sup = upgraded(two(AllSignificant, 2), two(AnySignificant, 2)).await;
        ends_normally("child1").await;
        is_over(&sup).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn significant_upgrade_child() {
    // S-69, S-61
    isolated(async {
        let sup = upgraded(two(AnySignificant, 0), two(AnySignificant, 1)).await;
        sup.update_specs(two(AnySignificant, 0)).await.unwrap();
        ends_normally("child1").await;
        assert_eq!(children(&sup).await, ONE);
        sup.restart_child("child1").await.unwrap();
        let why = SpecError::SignificantNever("child1".into());
        let refused = sup.update_specs(two(Never, 1)).await;
        assert_eq!(refused, Err(UpdateError::Invalid(why)));
        sup.update_specs(two(AnySignificant, 1)).await.unwrap();
        ends_normally("child1").await;
        is_over(&sup).await;

        // one that is already gone does not count, nor one that stopped being significant
        let sup = upgraded(two(AllSignificant, 2), two(AllSignificant, 1)).await;
        ends_normally("child1").await;
        is_over(&sup).await;
        let sup = two(AllSignificant, 0).start_link().await.unwrap();
        ends_normally("child1").await;
        assert_eq!(children(&sup).await, ONE);
        sup.update_specs(two(AllSignificant, 2)).await.unwrap();
        ends_normally("child2").await;
        is_over(&sup).await;
    })
    .await;
}

/// What the supervisor shows of itself.
fn settings(sup: &SupervisorRef) -> SupervisorState {
    let tree = SupervisionTree::of(sup).expect("it lives");
    tree.rows()[0].supervisor.expect("a supervisor")
}

#[tokio::test(start_paused = true)]
async fn code_change() {
    // S-69
    isolated(async {
        let log = Log::default();
        let plan = |label| Plan::new(label, &log);
        let sup = over(&[plan("a"), plan("b")]).start_link().await.unwrap();
        let former = pids(["a", "b"]);
        let new = SupervisorSpec::new(Strategy::RestForOne)
            .max_restarts(7)
            .child(plan("c").spec())
            .child(plan("b").spec().restart(Restart::Transient));
        sup.update_specs(new).await.unwrap();
        assert_eq!(settings(&sup).strategy, Strategy::RestForOne);
        assert_eq!(settings(&sup).restarts_left, 7);
        assert_eq!(
            children(&sup).await,
            ["c undefined", "b running", "a running"]
        );
        assert_eq!(pids(["a", "b"]), former);
        let kind = async |id| sup.get_childspec(id).await.unwrap().get_restart();
        assert_eq!(kind("a").await, Restart::Permanent);
        assert_eq!(kind("b").await, Restart::Transient);

        sup.restart_child("c").await.unwrap();
        let former = pids(["a", "b", "c"]);
        kill("b").await; // now the rest is for one
        assert_eq!(children(&sup).await.len(), 3);
        let present = pids(["a", "b", "c"]);
        let stayed = [0, 1, 2].map(|nth| present[nth] == former[nth]);
        assert_eq!(stayed, [true, false, false]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn code_change_map() {
    // S-69: what is wrong, or ignored, changes nothing
    isolated(async {
        let log = Log::default();
        let plan = |label| Plan::new(label, &log);
        let sup = over(&[plan("a")]).start_link().await.unwrap();
        let all = || SupervisorSpec::new(Strategy::OneForAll);
        let twice = all().child(plan("b").spec()).child(plan("b").spec());
        let why = ExitReason::error("no");
        for (new, expected) in [
            (
                all().max_seconds(0),
                Err(UpdateError::Invalid(SpecError::ZeroPeriod)),
            ),
            (
                twice,
                Err(UpdateError::Invalid(SpecError::DuplicateId("b".into()))),
            ),
            (
                SupervisorSpec::fail(why.clone()),
                Err(UpdateError::Failed(why)),
            ),
            (SupervisorSpec::ignore(), Ok(())),
        ] {
            assert_eq!(sup.update_specs(new).await, expected);
            assert_eq!(settings(&sup).strategy, Strategy::OneForOne);
            assert_eq!(children(&sup).await, ["a running"]);
        }
        let info = sup.which_child("a").await.unwrap();
        assert_eq!(info.status, ChildStatus::Running(pid("a")));
        sup.stop().await.unwrap();
        let late = sup.update_specs(all()).await;
        assert!(matches!(late, Err(UpdateError::Call(_))), "{late:?}");
    })
    .await;
}
