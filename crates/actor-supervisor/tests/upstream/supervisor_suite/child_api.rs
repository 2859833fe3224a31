//! What a supervisor is asked about its children at run time.

use actor_core::{CallError, ExitReason, Name};
use actor_supervisor::{
    ChildId, ChildStatus, DeleteChildError, DynamicSupervisor, DynamicSupervisorClient,
    FindChildError, RestartChildError, StartChildError, SupervisorClient, SupervisorServer,
    TerminateChildError,
};

use crate::helpers::{Extra, dynamic, members, tally};
use crate::support::{Log, Order, Plan, children, end, isolated, over, pid};

const FOO: Name<SupervisorServer> = Name::new("foo");

#[tokio::test(start_paused = true)]
async fn child_adm() {
    // S-46 to S-50, S-52, S-58
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("child1", &log);
        let sup = over([&plan]).start_link().await.unwrap();
        let first = pid("child1");
        assert_eq!(children(&sup).await, ["child1 running"]);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        let again = sup.start_child(plan.spec()).await;
        assert_eq!(again, Err(StartChildError::AlreadyStarted(first.clone())));

        let unknown = FindChildError::NotFound("hej".into());
        assert_eq!(sup.terminate_child("hej").await, Err(unknown));
        sup.terminate_child("child1").await.unwrap();
        assert_eq!(first.exited().await, ExitReason::Shutdown);
        assert_eq!(children(&sup).await, ["child1 undefined"]);
        assert_eq!(tally(sup.count_children()).await, [1, 0, 0, 1]);
        sup.terminate_child("child1").await.unwrap();
        let present = StartChildError::AlreadyPresent("child1".into());
        assert_eq!(sup.start_child(plan.spec()).await, Err(present));

        let second = sup.restart_child("child1").await.unwrap();
        assert_eq!(pid("child1"), second);
        assert_ne!(second, first);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        let running = RestartChildError::Running("child1".into());
        assert_eq!(sup.restart_child("child1").await, Err(running));
        let unknown = RestartChildError::NotFound("child2".into());
        assert_eq!(sup.restart_child("child2").await, Err(unknown));

        let running = DeleteChildError::Running("child1".into());
        assert_eq!(sup.delete_child("child1").await, Err(running));
        let unknown = DeleteChildError::NotFound("hej".into());
        assert_eq!(sup.delete_child("hej").await, Err(unknown));
        sup.terminate_child("child1").await.unwrap();
        sup.delete_child("child1").await.unwrap();
        let unknown = RestartChildError::NotFound("child1".into());
        assert_eq!(sup.restart_child("child1").await, Err(unknown));
        assert_eq!(tally(sup.count_children()).await, [0, 0, 0, 0]);

        let third = sup.start_child(plan.spec()).await.unwrap().pid();
        let by_pid = ChildId::new(third.clone());
        let unknown = FindChildError::NotFound(by_pid.clone());
        assert_eq!(sup.terminate_child(by_pid).await, Err(unknown));
        assert_eq!(children(&sup).await, ["child1 running"]);
        assert_eq!(pid("child1"), third);
        sup.stop().await.unwrap();
        unknown_supervisor(&plan).await;
    })
    .await;
}

/// S-58: each of these calls.
async fn unknown_supervisor(plan: &Plan) {
    let why = || CallError::NoProc;
    let answer = FOO.terminate_child("child1").await;
    assert_eq!(answer, Err(FindChildError::Call(why())));
    let answer = FOO.delete_child("child1").await;
    assert_eq!(answer, Err(DeleteChildError::Call(why())));
    let answer = FOO.restart_child("child1").await;
    assert_eq!(answer, Err(RestartChildError::Call(why())));
    let answer = FOO.start_child(plan.spec()).await;
    assert_eq!(answer, Err(StartChildError::Call(why())));
    assert_eq!(FOO.which_children().await, Err(why()));
    assert_eq!(FOO.count_children().await, Err(why()));
}

#[tokio::test(start_paused = true)]
async fn child_adm_simple() {
    // D-11, D-12, S-71
    // DIFFERENCE: specs are entries; what a dynamic supervisor is not asked does not compile; one
    // that has ended already is not found.
    isolated(async {
        let log = Log::default();
        let sup = dynamic().start_link().await.unwrap();
        let plan = Plan::new("child", &log).unnamed();
        assert_eq!(tally(sup.count_children()).await, [0, 0, 0, 0]);
        let nobody = Name::<DynamicSupervisor>::new("foo");
        let answer = nobody.start_child(plan.spec()).await;
        assert_eq!(answer, Err(StartChildError::Call(CallError::NoProc)));

        let first = sup.start_child(plan.spec()).await.unwrap().pid();
        let second = sup.start_child(plan.spec()).await.unwrap().pid();
        assert_eq!(members(&sup).await, [first.clone(), second.clone()]);
        assert_eq!(tally(sup.count_children()).await, [2, 2, 0, 2]);

        sup.terminate_child(first.clone()).await.unwrap();
        assert!(!first.is_alive());
        assert_eq!(members(&sup).await, [second]);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        let stranger = plan.clone().start().await.unwrap().pid();
        for other in [first, stranger.clone()] {
            let answer = sup.terminate_child(other.clone()).await;
            assert_eq!(answer, Err(TerminateChildError::NotFound(other)));
        }
        assert!(stranger.is_alive());
        stranger.stop().await.unwrap();
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn extra_return() {
    // S-9, S-46, S-48
    // DIFFERENCE: the information is part of the child's handle, which `start_child` gives; from
    // `restart_child` comes a pid.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("child1", &log);
        let spec = || Extra::spec("child1", &plan);
        let sup = over([]).child(spec()).start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["child1 running"]);
        sup.terminate_child("child1").await.unwrap();
        let second = sup.restart_child("child1").await.unwrap();
        assert_eq!(pid("child1"), second);
        sup.terminate_child("child1").await.unwrap();
        sup.delete_child("child1").await.unwrap();

        let third = sup.start_child(spec()).await.unwrap();
        assert_eq!(third.info, "extra");
        assert_eq!(pid("child1"), third.worker.pid());
        end("child1", Order::Fail).await;
        assert_eq!(children(&sup).await, ["child1 running"]);
        assert_ne!(pid("child1"), third.worker.pid());
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn which_children() {
    // S-50, S-51
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        let not_found = |id: &str| Err(FindChildError::NotFound(id.into()));
        let status = async |id: &str| sup.which_child(id).await.map(|child| child.status);
        assert_eq!(children(&sup).await, [""; 0]);
        assert_eq!(status("childx").await, not_found("childx"));

        let mut running = Vec::new();
        for label in ["child1", "child2"] {
            let child = sup.start_child(Plan::new(label, &log).spec()).await;
            running.push(ChildStatus::Running(child.unwrap().pid()));
            let listed = sup.which_children().await.unwrap();
            let listed: Vec<_> = listed.into_iter().rev().map(|it| it.status).collect();
            assert_eq!(listed, running);
        }
        assert_eq!(status("child1").await, Ok(running[0].clone()));
        assert_eq!(status("child2").await, Ok(running[1].clone()));

        sup.terminate_child("child1").await.unwrap();
        assert_eq!(children(&sup).await, ["child2 running", "child1 undefined"]);
        assert_eq!(status("child1").await, Ok(ChildStatus::Undefined));
        assert_eq!(status("child2").await, Ok(running[1].clone()));
        sup.delete_child("child1").await.unwrap();
        assert_eq!(children(&sup).await, ["child2 running"]);
        assert_eq!(status("child1").await, not_found("child1"));
        assert_eq!(status("childx").await, not_found("childx"));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn already_started_outside_supervisor() {
    // S-46
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        let plan = Plan::new("registered_name", &log);
        let other = plan.clone().start().await.unwrap();
        let answer = sup.start_child(plan.spec()).await;
        assert_eq!(answer, Err(StartChildError::AlreadyStarted(other.pid())));
        assert_eq!(children(&sup).await, [""; 0]);
        sup.stop().await.unwrap();
        assert!(other.is_alive());
        other.stop().await.unwrap();
    })
    .await;
}
