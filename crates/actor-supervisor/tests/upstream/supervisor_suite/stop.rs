//! The end of a supervisor: how its children end, and what it ends with itself.

use std::time::Duration;

use actor_core::{Address, ExitReason, StopError};
use actor_supervisor::{
    ChildId, ChildType, DynamicSupervisorClient, Restart, Shutdown, SupervisorClient,
};

use crate::helpers::{Willful, dynamic, heard, signal, start_dynamic_below, start_many};
use crate::support::{
    Boss, HOUR, Log, Order, Plan, SECOND, Terminate, assert_took, isolated, now, over, pids,
    start_below, trapping,
};

const MILLI: Duration = Duration::from_millis(1);
const RESTARTS: [Restart; 3] = [Restart::Temporary, Restart::Transient, Restart::Permanent];

fn reasons() -> [ExitReason; 4] {
    [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("test"),
        ExitReason::custom("other"),
    ]
}

#[tokio::test(start_paused = true)]
async fn sup_stop_infinity() {
    // S-15: for workers too
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let plans = trapping(["child1", "child2"], &log);
        let [first, second] = plans.map(|plan| plan.terminate(Terminate::Slow(HOUR)).spec());
        let spec = over([])
            .child(first.child_type(ChildType::Supervisor))
            .child(second.shutdown(Shutdown::Infinity));
        let sup = start_below(&boss, spec).await;
        let pids = pids(["child1", "child2"]);
        let begun = now();
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, 2 * HOUR);
        for pid in pids {
            assert_eq!(pid.exited().await, ExitReason::Shutdown);
        }
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_timeout() {
    // S-15
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let [first, second] = trapping(["child1", "child2"], &log);
        let second = second.terminate(Terminate::Hang);
        let spec = over([]).children([&first, &second].map(|plan| {
            let spec = plan.spec();
            spec.shutdown(Shutdown::After(SECOND))
        }));
        let sup = start_below(&boss, spec).await;
        let [first, second] = pids(["child1", "child2"]);
        let begun = now();
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, SECOND);
        assert_eq!(first.exited().await, ExitReason::Shutdown);
        assert_eq!(second.exited().await, ExitReason::Killed);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_timeout_dynamic() {
    // D-13
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = start_dynamic_below(&boss, dynamic()).await;
        let plans = trapping(["child1", "child2", "child3"], &log);
        let [first, second, third] = plans;
        let mut workers = Vec::new();
        for plan in [
            first,
            second.terminate(Terminate::Hang),
            third.terminate(Terminate::Slow(SECOND / 2)),
        ] {
            let spec = plan.spec().restart(Restart::Temporary);
            let spec = spec.shutdown(Shutdown::After(SECOND));
            workers.push(sup.start_child(spec).await.unwrap());
        }
        let begun = now();
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, SECOND);
        assert_eq!(workers[0].exited().await, ExitReason::Shutdown);
        assert_eq!(workers[1].exited().await, ExitReason::Killed);
        assert_eq!(workers[2].exited().await, ExitReason::Shutdown);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_brutal_kill() {
    // S-15
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let [first, second] = trapping(["child1", "child2"], &log);
        let spec = over([&first]).child(second.spec().shutdown(Shutdown::BrutalKill));
        let sup = start_below(&boss, spec).await;
        let [first, second] = pids(["child1", "child2"]);
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(first.exited().await, ExitReason::Shutdown);
        assert_eq!(second.exited().await, ExitReason::Killed);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_brutal_kill_dynamic() {
    // D-13
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = start_dynamic_below(&boss, dynamic()).await;
        let plan = Plan::new("child", &log).unnamed().traps();
        let spec = || plan.spec().shutdown(Shutdown::BrutalKill);
        let workers = start_many(&sup, 10, spec).await;
        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        for worker in workers {
            assert_eq!(worker.exited().await, ExitReason::Killed);
        }
        assert_eq!(log.count("terminate child: shutdown"), 0);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_race() {
    // S-22
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = start_below(&boss, over([])).await;
        let [first, last] = trapping(["child_a", "child_z"], &log);
        let first = sup.start_child(first.spec()).await.unwrap();
        let mut ending = Vec::new();
        for restart in RESTARTS {
            for (nth, reason) in reasons().into_iter().enumerate() {
                let spec = Plan::new("child", &log).unnamed().spec();
                let spec = spec.id(ChildId::new((restart, nth))).restart(restart);
                ending.push((sup.start_child(spec).await.unwrap(), reason));
            }
        }
        let last = last.terminate(Terminate::Slow(SECOND));
        let last = sup.start_child(last.spec()).await.unwrap();
        signal(&boss, &sup, ExitReason::Shutdown).await;
        tokio::time::sleep(200 * MILLI).await; // the last one is being stopped
        for (worker, reason) in &ending {
            worker.cast(Order::End(reason.clone()));
        }
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(last.exited().await, ExitReason::Shutdown);
        for (worker, reason) in ending {
            assert_eq!(worker.exited().await, reason);
        }
        assert_eq!(first.exited().await, ExitReason::Shutdown);
        assert_eq!(log.count("init child"), 12, "nobody was restarted");
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_non_shutdown_exit_dynamic() {
    // D-14
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        for restart in RESTARTS {
            let sup = start_dynamic_below(&boss, dynamic()).await;
            let mut ending = Vec::new();
            for reason in reasons() {
                let spec = Willful::spec("child", &reason).restart(restart);
                ending.push((sup.start_child(spec).await.unwrap(), reason));
            }
            signal(&boss, &sup, ExitReason::Shutdown).await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown);
            for (child, reason) in ending {
                assert_eq!(child.exited().await, reason);
            }
            assert_eq!(heard(&boss, &log).await, ["exit: shutdown"]);
        }
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_manual() {
    // S-56, S-15, S-19
    isolated(async {
        let log = Log::default();
        let [first, second, third] = trapping(["child1", "child2", "child3"], &log);
        let third = third.terminate(Terminate::Hang);
        let spec = over([])
            .child(first.spec().shutdown(Shutdown::BrutalKill))
            .child(second.spec())
            .child(third.spec().shutdown(Shutdown::After(SECOND)));
        let sup = spec.start_link().await.unwrap();
        let [first, second, third] = pids(["child1", "child2", "child3"]);
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, SECOND);
        assert_eq!(sup.exited().await, ExitReason::Normal);
        assert_eq!(first.exited().await, ExitReason::Killed);
        assert_eq!(second.exited().await, ExitReason::Shutdown);
        assert_eq!(third.exited().await, ExitReason::Killed);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_stop_manual_timeout() {
    // S-56, G-47
    isolated(async {
        let log = Log::default();
        let [first, second] = trapping(["child1", "child2"], &log);
        let first = first.terminate(Terminate::Slow(SECOND));
        let sup = over([&first, &second]).start_link().await.unwrap();
        let [first, second] = pids(["child1", "child2"]);
        let answer = sup.stop_within(ExitReason::Normal, 100 * MILLI).await;
        assert_eq!(answer, Err(StopError::Timeout));
        assert!(sup.is_alive());
        assert_eq!(sup.exited().await, ExitReason::Normal);
        assert_eq!(first.exited().await, ExitReason::Shutdown);
        assert_eq!(second.exited().await, ExitReason::Shutdown);
    })
    .await;
}
