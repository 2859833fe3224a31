//! Whom a crash touches, how many there may be, and siblings that do not start again.

use std::sync::Arc;

use actor_core::{ExitReason, Pid};
use actor_supervisor::{
    ChildSpec, DynamicSupervisorClient, Restart, Shutdown, Strategy, SupervisorClient,
    SupervisorSpec, TemplateClient,
};

use crate::helpers::{
    Extra, dynamic, finish, members, signal, start_dynamic_below, start_many, statuses, strike,
    tally,
};
use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, Terminate, assert_took, by, children, end, isolated,
    now, pid, pids, settled, trapping,
};

use Strategy::{OneForAll, OneForOne, RestForOne};

/// A supervisor that allows two restarts in an hour.
fn over_two(strategy: Strategy, plans: &[Plan]) -> SupervisorSpec {
    by(strategy, plans).max_restarts(2).max_seconds(3_600)
}

/// A supervisor that allows four restarts in an hour.
fn over_four(strategy: Strategy, plans: &[Plan]) -> SupervisorSpec {
    over_two(strategy, plans).max_restarts(4)
}

fn plans<const N: usize>(labels: [&'static str; N]) -> [Plan; N] {
    labels.map(|label| Plan::new(label, &Log::default()))
}

/// A worker that never starts again.
fn hopeless(label: &'static str) -> Plan {
    Plan::new(label, &Log::default()).begins([Begin::Ready, Begin::Error])
}

async fn reason_of(pid: &Pid) -> ExitReason {
    pid.exited().await
}

#[tokio::test(start_paused = true)]
async fn one_for_one() {
    // S-32, S-29
    isolated(async {
        let sup = over_two(OneForOne, &plans(["child1", "child2"]));
        let sup = sup.start_link().await.unwrap();
        let [first, second] = pids(["child1", "child2"]);
        end("child1", Order::Fail).await;
        assert_eq!(children(&sup).await, ["child2 running", "child1 running"]);
        assert_eq!(tally(sup.count_children()).await, [2, 2, 0, 2]);
        assert_eq!(pid("child2"), second);
        assert_ne!(pid("child1"), first);

        end("child2", Order::Fail).await;
        assert_eq!(children(&sup).await, ["child2 running", "child1 running"]);
        let first = pid("child1");
        end("child2", Order::Fail).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(reason_of(&first).await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_for_one_escalation() {
    // S-40, S-28
    isolated(async {
        let [second] = plans(["child2"]);
        let first = hopeless("child1");
        let sup = over_four(OneForOne, &[first.clone(), second]);
        let sup = sup.start_link().await.unwrap();
        let second = pid("child2");
        end("child1", Order::Fail).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(reason_of(&second).await, ExitReason::Shutdown);
        assert_eq!(first.starts(), 5, "the first one and four tries");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_for_all() {
    // S-33, S-29
    isolated(async {
        let sup = over_two(OneForAll, &plans(["child1", "child2"]));
        let sup = sup.start_link().await.unwrap();
        let former = pids(["child1", "child2"]);
        end("child1", Order::Fail).await;
        assert_eq!(reason_of(&former[1]).await, ExitReason::Shutdown);
        assert_eq!(children(&sup).await, ["child2 running", "child1 running"]);
        let present = pids(["child1", "child2"]);
        assert!(present.iter().all(|pid| !former.contains(pid)));
        assert_eq!(tally(sup.count_children()).await, [2, 2, 0, 2]);

        end("child2", Order::Fail).await;
        assert_eq!(children(&sup).await, ["child2 running", "child1 running"]);
        end("child2", Order::Fail).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_for_all_escalation() {
    // S-40, S-42
    isolated(async {
        let [first] = plans(["child1"]);
        let second = hopeless("child2");
        let sup = over_four(OneForAll, &[first.clone(), second.clone()]);
        let sup = sup.start_link().await.unwrap();
        let former = pid("child2");
        end("child1", Order::Fail).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(reason_of(&former).await, ExitReason::Shutdown);
        assert_eq!((first.starts(), second.starts()), (5, 5));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_for_all_other_child_fails_restart() {
    // S-42: the sibling that is back already is stopped again
    isolated(async {
        let log = Log::default();
        let [first, second] = trapping(["child1", "child2"], &log);
        let second = second.begins([Begin::Ready, Begin::Stop, Begin::Ready]);
        let sup = by(OneForAll, [&first, &second]).max_restarts(3);
        let sup = sup.start_link().await.unwrap();
        log.take();
        strike(&pid("child1"), ExitReason::Kill).await;
        let listed = ["child2 running", "child1 running"];
        settled(&sup, &listed).await;
        let order = [
            "end child1",
            "terminate child2: shutdown",
            "end child2",
            "init child1",
            "init child2",
            "end child2",
            "terminate child1: shutdown",
            "end child1",
            "init child1",
            "init child2",
        ];
        assert_eq!(log.take(), order);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn rest_for_one() {
    // S-34, S-29
    isolated(async {
        let labels = ["child1", "child2", "child3"];
        let sup = over_two(RestForOne, &plans(labels));
        let sup = sup.start_link().await.unwrap();
        let former = pids(labels);
        assert_eq!(tally(sup.count_children()).await, [3, 3, 0, 3]);
        end("child2", Order::Fail).await;
        assert_eq!(reason_of(&former[2]).await, ExitReason::Shutdown);
        let listed = ["child3 running", "child2 running", "child1 running"];
        assert_eq!(children(&sup).await, listed);
        let present = pids(labels);
        assert_eq!(present[0], former[0]);
        assert!(present[1..].iter().all(|pid| !former.contains(pid)));

        end("child3", Order::Fail).await;
        assert_eq!(children(&sup).await, listed);
        end("child2", Order::Fail).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn rest_for_one_escalation() {
    // S-40, S-42
    isolated(async {
        let [first] = plans(["child1"]);
        let second = hopeless("child2");
        let sup = over_four(RestForOne, &[first.clone(), second.clone()]);
        let sup = sup.start_link().await.unwrap();
        let former = pid("child2");
        end("child1", Order::Fail).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(reason_of(&former).await, ExitReason::Shutdown);
        assert_eq!((first.starts(), second.starts()), (2, 5));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn rest_for_one_other_child_fails_restart() {
    // S-42: the sibling that is back already stays
    isolated(async {
        let log = Log::default();
        let [first, second] = trapping(["child1", "child2"], &log);
        let second = second.begins([Begin::Ready, Begin::Stop, Begin::Ready]);
        let sup = by(RestForOne, [&first, &second]).max_restarts(3);
        let sup = sup.start_link().await.unwrap();
        log.take();
        strike(&pid("child1"), ExitReason::Kill).await;
        let listed = ["child2 running", "child1 running"];
        settled(&sup, &listed).await;
        let order = [
            "end child1",
            "terminate child2: shutdown",
            "end child2",
            "init child1",
            "init child2",
            "end child2",
            "init child2",
        ];
        assert_eq!(log.take(), order);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn simple_one_for_one() {
    // D-7
    isolated(async {
        let sup = dynamic().start_link().await.unwrap();
        let plan = Plan::new("child", &Log::default()).unnamed();
        let workers = start_many(&sup, 2, || plan.spec()).await;
        finish(&workers[0], Order::Fail).await;
        let present = members(&sup).await;
        assert_eq!(present.len(), 2);
        assert!(present.contains(&workers[1].pid()));
        assert!(!present.contains(&workers[0].pid()));
        assert_eq!(tally(sup.count_children()).await, [2, 2, 0, 2]);

        finish(&workers[1], Order::Fail).await;
        let present = members(&sup).await;
        strike(&present[0], ExitReason::Kill).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(reason_of(&present[1]).await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn simple_one_for_one_extra() {
    // D-4, D-9
    isolated(async {
        let sup = dynamic().start_link().await.unwrap();
        let plan = Plan::new("child", &Log::default()).unnamed();
        let spec = || Extra::spec("child", &plan);
        let first = sup.start_child(spec()).await.unwrap();
        let second = sup.start_child(spec()).await.unwrap();
        assert_eq!((first.info, second.info), ("extra", "extra"));
        finish(&first.worker, Order::Fail).await;
        let present = members(&sup).await;
        assert_eq!(present.len(), 2);
        assert!(present.contains(&second.worker.pid()));

        finish(&second.worker, Order::Fail).await;
        let present = members(&sup).await;
        strike(&present[0], ExitReason::Kill).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn simple_one_for_one_escalation() {
    // D-10, S-28
    isolated(async {
        let sup = dynamic().max_restarts(4).start_link().await.unwrap();
        let (first, [second]) = (hopeless("child1"), plans(["child2"]));
        let failing = sup.start_child(first.spec()).await.unwrap();
        let second = sup.start_child(second.spec()).await.unwrap();
        finish(&failing, Order::Fail).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(second.exited().await, ExitReason::Shutdown);
        assert_eq!(first.starts(), 5);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn simple_one_for_one_corruption() {
    // D-15
    isolated(async {
        let plan = Plan::new("child", &Log::default()).unnamed();
        let sup = dynamic().template(move |data: Arc<()>| {
            let plan = plan.clone();
            let start = move || {
                let _data = &data;
                plan.clone().start_link()
            };
            ChildSpec::new("child", start).restart(Restart::Temporary)
        });
        let sup = sup.start_link().await.unwrap();
        let first = sup.start(Arc::default()).await.unwrap();
        finish(&first, Order::Fail).await;
        assert_eq!(statuses(&sup).await, []);
        let data = Arc::new(());
        let second = sup.start(Arc::clone(&data)).await.unwrap();
        assert_eq!(members(&sup).await, [second.pid()]);
        assert_eq!(Arc::strong_count(&data), 1, "the supervisor keeps nothing");
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn simple_one_for_one_restart_ignore() {
    // D-9
    isolated(async {
        let boss = Boss::trapping(&Log::default()).await;
        for restart in [Restart::Transient, Restart::Permanent] {
            let sup = start_dynamic_below(&boss, dynamic()).await;
            let plan = Plan::new("child", &Log::default()).unnamed();
            let plan = plan.begins([Begin::Ready, Begin::Ready, Begin::Ignore]);
            let first = sup.start_child(plan.spec().restart(restart)).await;
            let first = first.unwrap();
            strike(&first, ExitReason::Kill).await;
            let [second] = &members(&sup).await[..] else {
                panic!("one child");
            };
            assert_ne!(*second, first.pid());
            strike(second, ExitReason::Kill).await;
            assert_eq!(statuses(&sup).await, []);
            assert_eq!(plan.starts(), 3);
            signal(&boss, &sup, ExitReason::Shutdown).await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown);
        }
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn simple_one_for_one_shutdown() {
    // D-13
    isolated(async {
        let sup = dynamic().start_link().await.unwrap();
        let mut workers = Vec::new();
        for seconds in [1, 1, 5] {
            let plan = Plan::new("child", &Log::default()).unnamed().traps();
            let spec = plan.terminate(Terminate::Slow(seconds * SECOND)).spec();
            let spec = spec.shutdown(Shutdown::After(2 * SECOND));
            workers.push(sup.start_child(spec).await.unwrap());
        }
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, 2 * SECOND);
        assert_eq!(workers[0].exited().await, ExitReason::Shutdown);
        assert_eq!(workers[1].exited().await, ExitReason::Shutdown);
        assert_eq!(workers[2].exited().await, ExitReason::Killed);
    })
    .await;
}
