//! Many children.
//!
//! DIFFERENCE: no time is measured, as it would depend on what else the machine does. That nothing
//! goes through the list for one child is invariant 4 of the supervisor's list.

use actor_core::ExitReason;
use actor_supervisor::{
    ChildId, ChildType, DynamicSupervisorClient, DynamicSupervisorRef, Restart, SupervisorClient,
};

use crate::helpers::{dynamic, members, start_many, strike, tally};
use crate::support::{Log, Plan, children, isolated, over};

async fn counts(sup: &DynamicSupervisorRef) -> [usize; 4] {
    tally(sup.count_children()).await
}

/// Counts temporary children of this type as they come and go.
async fn come_and_go(child_type: ChildType) {
    isolated(async {
        let sup = dynamic().start_link().await.expect("starts");
        let plan = Plan::new("child", &Log::default()).unnamed();
        let spec = || {
            let spec = plan.spec().child_type(child_type);
            spec.restart(Restart::Temporary)
        };
        let expected = |number| match child_type {
            ChildType::Supervisor => [number, number, number, 0],
            ChildType::Worker => [number, number, 0, number],
        };
        for number in [1_000, 2_000] {
            start_many(&sup, 1_000, spec).await;
            assert_eq!(counts(&sup).await, expected(number));
            assert_eq!(members(&sup).await.len(), number);
        }
        let children = members(&sup).await;
        assert_eq!(members(&sup).await, children);
        for child in children {
            strike(&child, ExitReason::Kill).await;
        }
        assert_eq!(counts(&sup).await, [0, 0, 0, 0]);
        sup.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn count_children() {
    // D-12, S-68
    // DIFFERENCE: specs are entries.
    come_and_go(ChildType::Worker).await;
}

#[tokio::test(start_paused = true)]
async fn count_children_supervisor() {
    // D-12, S-52
    // DIFFERENCE: specs are entries.
    come_and_go(ChildType::Supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn simple_one_for_one_scale_many_temporary_children() {
    // S-68
    isolated(async {
        let sup = dynamic().start_link().await.unwrap();
        let plan = Plan::new("child", &Log::default()).unnamed();
        let workers = start_many(&sup, 10_000, || plan.spec().restart(Restart::Temporary)).await;
        assert_eq!(counts(&sup).await, [10_000, 10_000, 0, 10_000]);
        for worker in &workers {
            sup.terminate_child(worker.pid()).await.unwrap();
        }
        assert_eq!(counts(&sup).await, [0, 0, 0, 0]);
        assert!(workers.iter().all(|worker| !worker.is_alive()));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn scale_start_stop_many_children() {
    // S-68, S-7, S-47
    isolated(async {
        const MANY: usize = 10_000;
        let sup = over([]).start_link().await.unwrap();
        let plan = Plan::new("child", &Log::default()).unnamed();
        for nth in 0..MANY {
            let spec = plan.spec().id(ChildId::new(nth));
            sup.start_child(spec).await.unwrap();
        }
        let counts = tally(sup.count_children()).await;
        assert_eq!(counts, [MANY, MANY, 0, MANY]);
        for nth in 0..MANY {
            sup.terminate_child(ChildId::new(nth)).await.unwrap();
        }
        let counts = tally(sup.count_children()).await;
        assert_eq!(counts, [MANY, 0, 0, MANY]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn scale_mass_exit_children() {
    // S-68, S-24
    isolated(async {
        const MANY: usize = 10_000;
        let sup = over([]).start_link().await.unwrap();
        let plan = Plan::new("child", &Log::default()).unnamed();
        let mut pids = Vec::with_capacity(MANY);
        for nth in 0..MANY {
            let spec = plan.spec().id(ChildId::new(nth));
            let child = sup.start_child(spec.restart(Restart::Temporary)).await;
            pids.push(child.unwrap().pid());
        }
        pids.iter().for_each(|pid| pid.exit(ExitReason::Kill));
        for pid in &pids {
            assert_eq!(pid.exited().await, ExitReason::Killed);
        }
        assert_eq!(children(&sup).await, [""; 0]);
        sup.stop().await.unwrap();
    })
    .await;
}
