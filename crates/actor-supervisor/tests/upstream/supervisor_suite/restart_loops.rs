//! A supervisor whose child fails to start again and again: it can be asked, and stopped.

use std::time::Duration;

use actor_core::ExitReason;
use actor_supervisor::{
    ChildStatus, DeleteChildError, DynamicSupervisorClient, RestartChildError, Shutdown,
    StartChildError, Strategy, SupervisorClient, SupervisorRef, TerminateChildError,
};

use crate::helpers::{
    Switch, dynamic, members, signal, start_dynamic_below, statuses, strike, tally,
};
use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, assert_took, by, children, end, is_free, isolated, now,
    pid, start_below,
};

/// The answers of a supervisor about a child that waits for its next try (S-58).
async fn is_restarting(sup: &SupervisorRef, switch: &Switch, plan: &Plan, id: &'static str) {
    let answer = sup.start_child(switch.spec(id, plan)).await;
    assert_eq!(answer, Err(StartChildError::AlreadyPresent(id.into())));
    let answer = sup.restart_child(id).await;
    assert_eq!(answer, Err(RestartChildError::Restarting(id.into())));
    let answer = sup.delete_child(id).await;
    assert_eq!(answer, Err(DeleteChildError::Restarting(id.into())));
}

#[tokio::test(start_paused = true)]
async fn hanging_restart_loop() {
    // S-41, S-43, S-58
    isolated(async {
        let boss = Boss::trapping(&Log::default()).await;
        let spec = by(Strategy::OneForOne, []).max_restarts(8).max_seconds(10);
        let sup = start_below(&boss, spec).await;
        let (switch, plan) = (Switch::default(), Plan::new("child1", &Log::default()));
        let spec = switch.spec("child1", &plan).shutdown(Shutdown::BrutalKill);
        sup.start_child(spec).await.unwrap();
        switch.fail(true);
        end("child1", Order::Fail).await;
        tokio::time::sleep(SECOND).await; // it is in its first try
        is_restarting(&sup, &switch, &plan, "child1").await;
        assert_eq!(children(&sup).await, ["child1 restarting"]);
        assert_eq!(tally(sup.count_children()).await, [1, 0, 0, 1]);

        sup.terminate_child("child1").await.unwrap();
        assert_eq!(children(&sup).await, ["child1 undefined"]);
        switch.fail(false);
        sup.restart_child("child1").await.unwrap();
        switch.fail(true);
        end("child1", Order::Fail).await;
        tokio::time::sleep(SECOND).await;
        let begun = now();
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, Duration::ZERO);
        assert!(is_free("sup") && is_free("child1"));
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn hanging_restart_loop_rest_for_one() {
    // S-41, S-42, S-43, S-58
    isolated(async {
        let boss = Boss::trapping(&Log::default()).await;
        let (switch, plan) = (Switch::default(), Plan::new("child2", &Log::default()));
        let [first, third] = ["child1", "child3"].map(|label| Plan::new(label, &Log::default()));
        let spec = by(Strategy::RestForOne, [&first])
            .child(switch.spec("child2", &plan))
            .child(third.spec())
            .max_restarts(8)
            .max_seconds(10);
        let sup = start_below(&boss, spec).await;
        let first = pid("child1");
        switch.fail(true);
        end("child2", Order::Fail).await;
        tokio::time::sleep(SECOND).await;
        is_restarting(&sup, &switch, &plan, "child2").await;
        let listed = ["child3 undefined", "child2 restarting", "child1 running"];
        assert_eq!(children(&sup).await, listed);
        assert_eq!(tally(sup.count_children()).await, [3, 1, 0, 3]);

        sup.terminate_child("child2").await.unwrap();
        let listed = ["child3 undefined", "child2 undefined", "child1 running"];
        assert_eq!(children(&sup).await, listed);
        assert_eq!(pid("child1"), first);
        switch.fail(false);
        sup.restart_child("child2").await.unwrap();
        switch.fail(true);
        end("child2", Order::Fail).await;
        tokio::time::sleep(SECOND).await;
        let begun = now();
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, Duration::ZERO);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn hanging_restart_loop_simple() {
    // D-10, S-41
    // DIFFERENCE: what a dynamic supervisor is not asked does not compile.
    isolated(async {
        let boss = Boss::trapping(&Log::default()).await;
        let builder = dynamic().max_restarts(8).max_seconds(10);
        let sup = start_dynamic_below(&boss, builder).await;
        let (switch, plan) = (Switch::default(), Plan::new("child1", &Log::default()));
        let first = sup.start_child(switch.spec("child1", &plan)).await.unwrap();
        switch.fail(true);
        strike(&first, ExitReason::Kill).await;
        tokio::time::sleep(SECOND).await;
        assert_eq!(statuses(&sup).await, [ChildStatus::Restarting]);
        assert_eq!(tally(sup.count_children()).await, [1, 0, 0, 1]);

        sup.terminate_child(first.pid()).await.unwrap();
        assert_eq!(statuses(&sup).await, []);
        let gone = TerminateChildError::NotFound(first.pid());
        assert_eq!(sup.terminate_child(first.pid()).await, Err(gone));
        switch.fail(false);
        let second = sup.start_child(switch.spec("child1", &plan)).await.unwrap();
        switch.fail(true);
        strike(&second, ExitReason::Kill).await;
        tokio::time::sleep(SECOND).await;
        let begun = now();
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, Duration::ZERO);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn count_restarting_children() {
    // D-12, D-10
    // DIFFERENCE: specs are entries.
    isolated(async {
        let sup = dynamic().max_restarts(20).max_seconds(10);
        let sup = sup.start_link().await.unwrap();
        let plans = [
            failing(),
            failing(),
            Plan::new("child", &Log::default()).unnamed(),
        ];
        for (number, plan) in plans.iter().enumerate() {
            let count = async || tally(sup.count_children()).await;
            assert_eq!(count().await, [number, number, 0, number]);
            sup.start_child(plan.spec()).await.unwrap();
        }
        for pid in members(&sup).await {
            strike(&pid, ExitReason::Kill).await;
        }
        assert_eq!(tally(sup.count_children()).await, [3, 3, 0, 3]);

        let second_lives = members(&sup).await;
        for pid in &second_lives[..2] {
            pid.exit(ExitReason::Kill);
        }
        tokio::time::sleep(SECOND).await;
        assert_eq!(tally(sup.count_children()).await, [3, 1, 0, 3]);
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(tally(sup.count_children()).await, [3, 3, 0, 3]);
        for (left, pid) in members(&sup).await.into_iter().enumerate() {
            sup.terminate_child(pid).await.unwrap();
            let left = 2 - left;
            assert_eq!(tally(sup.count_children()).await, [left, left, 0, left]);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

/// A worker whose second restart fails twice, and takes its time.
fn failing() -> Plan {
    let slow = || Begin::SlowError(2 * SECOND);
    let begins = [Begin::Ready, Begin::Ready, slow(), slow(), Begin::Ready];
    Plan::new("child", &Log::default()).unnamed().begins(begins)
}
