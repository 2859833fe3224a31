//! Order, trees, names, and a child that cuts its link.

use std::time::Duration;

use actor_core::{Address, ExitReason, Name};
use actor_supervisor::{
    Strategy, SupervisorClient, SupervisorRef, SupervisorServer, SupervisorSpec,
};

use crate::helpers::{signal, strike, tally};
use crate::support::{
    Begin, Boss, Log, Order, Plan, SECOND, assert_took, by, children, end, is_free, isolated, kill,
    nested, now, over, pid, pids, start_below, sum, trapping, worker,
};

async fn counts(sup: &SupervisorRef) -> [usize; 4] {
    tally(sup.count_children()).await
}

#[tokio::test(start_paused = true)]
async fn child_unlink() {
    // S-18
    isolated(async {
        let plan = Plan::new("naughty_child", &Log::default());
        let sup = over([&plan]).start_link().await.unwrap();
        let naughty = worker("naughty_child");
        naughty.cast(Order::Unlink(sup.pid()));
        sum("naughty_child").await; // it has done so
        let begun = now();
        sup.terminate_child("naughty_child").await.unwrap();
        assert_took(begun, Duration::ZERO);
        assert_eq!(naughty.exited().await, ExitReason::Shutdown);
        assert_eq!(children(&sup).await, ["naughty_child undefined"]);
        sup.stop().await.unwrap();
    })
    .await;
}

/// Five children whose ids are in no order.
const IDS: [&str; 5] = ["ch7", "ch3", "ch10", "ch2", "ch5"];

#[tokio::test(start_paused = true)]
async fn order_of_children() {
    // S-7, S-14, S-34
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let spec = by(Strategy::RestForOne, &trapping(IDS, &log));
        let sup = start_below(&boss, spec).await;
        assert!(pids(IDS).is_sorted());
        assert_eq!(log.take(), IDS.map(|id| format!("init {id}")));

        kill("ch10").await;
        assert_eq!(children(&sup).await.len(), 5);
        let stopped = ["ch5", "ch2"].map(|id| format!("end {id}"));
        let order = log.take();
        let ends: Vec<_> = order.iter().filter(|it| it.starts_with("end")).collect();
        assert_eq!(ends[0], "end ch10");
        assert_eq!(ends[1..], stopped.each_ref());
        assert_eq!(order[5..], ["init ch10", "init ch2", "init ch5"]);
        assert!(pids(IDS).is_sorted());

        signal(&boss, &sup, ExitReason::Shutdown).await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        let mut ends = log.take();
        ends.retain(|it| it.starts_with("end"));
        let mut expected = IDS.map(|id| format!("end {id}"));
        expected.reverse();
        assert_eq!(ends, expected);
        boss.stop().await.unwrap();
    })
    .await;
}

/// A one_for_one supervisor that allows four restarts in an hour.
fn four() -> SupervisorSpec {
    over([]).max_restarts(4).max_seconds(3_600)
}

#[tokio::test(start_paused = true)]
async fn tree() {
    // S-64, S-65, S-35, S-32, S-28
    isolated(async {
        let log = Log::default();
        let static_children = ["child1", "child2"].map(|label| Plan::new(label, &log));
        let third = Plan::new("child3", &log).begins([Begin::Ready, Begin::Error]);
        let fourth = Plan::new("child4", &log);
        let top = by(Strategy::OneForAll, [])
            .max_restarts(4)
            .max_seconds(3_600);
        let top = top.start_link().await.unwrap();
        let first = nested("supchild1", move || {
            four().children(static_children.each_ref().map(Plan::spec))
        });
        let first = top.start_child(first).await.unwrap();
        let second = top.start_child(nested("supchild2", four)).await.unwrap();
        top.start_child(nested("supchild3", four)).await.unwrap();
        top.terminate_child("supchild3").await.unwrap();
        assert_eq!(counts(&top).await, [3, 2, 3, 0]);
        assert_eq!(counts(&first).await, [2, 2, 0, 2]);
        assert_eq!(counts(&second).await, [0, 0, 0, 0]);
        second.start_child(third.spec()).await.unwrap();
        second.start_child(fourth.spec()).await.unwrap();

        let former = pids(["child1", "child2", "child3", "child4"]);
        end("child4", Order::Fail).await;
        assert_eq!(counts(&first).await, [2, 2, 0, 2]);
        assert_eq!(counts(&second).await, [2, 2, 0, 2]);
        let present = pids(["child1", "child2", "child3", "child4"]);
        assert_eq!(present[..3], former[..3]);
        assert_ne!(present[3], former[3]);

        end("child3", Order::Fail).await;
        assert_eq!(second.exited().await, ExitReason::Shutdown);
        let listed = [
            "supchild3 running",
            "supchild2 running",
            "supchild1 running",
        ];
        assert_eq!(children(&top).await, listed);
        assert_eq!(counts(&top).await, [3, 3, 3, 0]);
        let anew = ["supchild1", "supchild2", "supchild3"].map(|id| {
            let sup = Name::<SupervisorServer>::new(id);
            sup.whereis().unwrap()
        });
        assert_ne!((&anew[0], &anew[1]), (&first, &second));
        assert_eq!(
            children(&anew[0]).await,
            ["child2 running", "child1 running"]
        );
        assert_eq!(children(&anew[1]).await, [""; 0]);
        assert_eq!(children(&anew[2]).await, [""; 0]);
        assert!(is_free("child3") && is_free("child4"));
        top.stop().await.unwrap();
    })
    .await;
}

/// A supervisor over a named supervisor over a named server.
async fn start_9212() -> SupervisorRef {
    let limit = |spec: SupervisorSpec| spec.max_restarts(3).max_seconds(60);
    let server = Plan::new("server", &Log::default());
    let middle = nested("sup2", move || limit(by(Strategy::OneForAll, [&server])));
    let top = limit(by(Strategy::OneForAll, [])).child(middle);
    top.start_link().await.expect("starts")
}

#[tokio::test(start_paused = true)]
async fn simple_global_supervisor() {
    // N-2, S-66, S-64
    // DIFFERENCE: the names are local ones.
    isolated(async {
        for (victim, reason) in [
            ("sup2", ExitReason::Kill),
            ("server", ExitReason::Kill),
            ("server", ExitReason::Normal),
            ("server", ExitReason::Shutdown),
        ] {
            let top = start_9212().await;
            let [sup2, server] = pids(["sup2", "server"]);
            match reason {
                ExitReason::Kill => drop(strike(&pid(victim), ExitReason::Kill).await),
                ExitReason::Normal => drop(end("server", Order::End(reason)).await),
                _ => {
                    let sup2 = Name::<SupervisorServer>::new("sup2");
                    sup2.terminate_child("server").await.unwrap();
                    sup2.restart_child("server").await.unwrap();
                }
            }
            tokio::time::sleep(SECOND).await;
            assert_ne!(pid("server"), server, "{victim}");
            assert_eq!(pid("sup2") != sup2, victim == "sup2");
            strike(&top, ExitReason::Kill).await;
            tokio::time::sleep(SECOND).await;
            assert!(is_free("sup2") && is_free("server"));
        }
    })
    .await;
}
