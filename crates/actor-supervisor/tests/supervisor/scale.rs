//! Many children, and deep trees: nothing recursive, nothing that grows faster than the number.

use actor_core::testing::wait_until;
use actor_core::{ExitReason, Name, Node, Pid};
use actor_supervisor::{ChildSpec, ChildType, Strategy, SupervisorClient, SupervisorSpec};

use crate::support::{Log, Plan, SECOND, SUP, Worker, children, isolated, kill, over, pid};

const MANY: usize = 2_000;

/// A supervisor over many workers `0`, `1`, ….
fn wide(log: &Log, strategy: Strategy, limit: u32) -> SupervisorSpec {
    let empty = SupervisorSpec::new(strategy).name(SUP).max_restarts(limit);
    (0..MANY).fold(empty, |spec, n| {
        let plan = Plan::new("worker", log).unnamed();
        spec.child(plan.spec().id(n.to_string()))
    })
}

/// The children's processes, in start order.
async fn pids() -> Vec<Pid> {
    let listed = SUP.which_children().await.expect("it answers");
    let pids = listed.iter().rev().filter_map(|child| child.status.pid());
    pids.cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn many_children_start_in_order_and_stop_in_reverse() {
    // S-68, S-7, S-14.
    isolated(async {
        let log = Log::default();
        let sup = wide(&log, Strategy::OneForOne, 3);
        let sup = sup.start_link().await.unwrap();
        let pids = pids().await;
        assert_eq!(pids.len(), MANY);
        assert!(pids.is_sorted());
        sup.stop().await.unwrap();
        assert_eq!(log.count("end worker"), MANY);
    })
    .await;
}

// F-32
#[tokio::test(start_paused = true)]
async fn many_children_that_crash_together_are_all_back_or_all_gone() {
    // S-26, S-29, S-38: exactly as the limit says.
    isolated(async {
        let many = u32::try_from(MANY).unwrap();
        for (strategy, limit, survives) in [
            (Strategy::OneForOne, many, true),
            (Strategy::OneForOne, many - 1, false),
            (Strategy::OneForAll, 1, true),
            (Strategy::RestForOne, 1, true),
        ] {
            let log = Log::default();
            let sup = wide(&log, strategy, limit).start_link().await.unwrap();
            let former = pids().await;
            former.iter().for_each(|pid| pid.exit(ExitReason::Kill));
            for pid in &former {
                pid.exited().await;
            }
            if survives {
                let present = pids().await;
                assert_eq!(present.len(), MANY, "{strategy:?}");
                assert!(present.iter().all(|pid| pid > former.last().unwrap()));
                sup.stop().await.unwrap();
            } else {
                assert_eq!(sup.exited().await, ExitReason::Shutdown);
            }
            assert_eq!(log.count("init worker"), log.count("end worker"));
        }
    })
    .await;
}

/// This many supervisors below each other, and a worker at the bottom.
fn deep(levels: usize, bottom: Plan) -> SupervisorSpec {
    let empty = SupervisorSpec::new(Strategy::OneForOne);
    match levels.checked_sub(1) {
        None => empty.child(bottom.spec()),
        Some(levels) => {
            let below = move || deep(levels, bottom.clone()).start_link();
            empty.child(ChildSpec::new("below", below).child_type(ChildType::Supervisor))
        }
    }
}

// F-45
#[tokio::test(start_paused = true)]
async fn a_tree_may_be_a_thousand_levels_deep() {
    // S-64, S-14: started, healed at the bottom, stopped.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("bottom", &log).traps();
        let sup = deep(1_000, plan).start_link().await.unwrap();
        assert_eq!(Node::current().process_count(), 1_002);
        let former = kill("bottom").await;
        let name = Name::<Worker>::new("bottom");
        let present = name.wait(SECOND).await.unwrap();
        assert_ne!(present.pid(), former);
        sup.stop().await.unwrap();
        assert_eq!(Node::current().process_count(), 0);
        assert_eq!(log.count("terminate bottom: shutdown"), 1);
    })
    .await;
}

// F-45
#[tokio::test(start_paused = true)]
async fn a_deep_tree_dies_with_its_root() {
    // S-66: each level hears of it from the one above.
    isolated(async {
        let log = Log::default();
        let sup = deep(1_000, Plan::new("bottom", &log));
        let sup = sup.start_link().await.unwrap();
        let bottom = pid("bottom");
        sup.exit(ExitReason::Kill);
        bottom.exited().await;
        wait_until(|| Node::current().process_count() == 0).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_long_life_of_restarts_leaves_nothing_behind() {
    // S-25, S-26: one entry, one process, however many there were.
    isolated(async {
        let log = Log::default();
        let spec = over(&[Plan::new("a", &log)]).max_restarts(u32::MAX);
        let sup = spec.start_link().await.unwrap();
        for _ in 0..2_000 {
            kill("a").await;
            assert_eq!(children(&sup).await, ["a running"]);
        }
        assert_eq!(Node::current().process_count(), 2);
        sup.stop().await.unwrap();
    })
    .await;
}
