//! What a supervisor tells of its children.

use std::time::Duration;

use actor_core::testing::wait_until;
use actor_core::{Address, CallError, ExitReason};
use actor_supervisor::{
    ChildCounts, ChildId, ChildStatus, ChildType, Restart, Shutdown, SupervisorClient,
};

use crate::support::{
    Begin, Log, Order, Plan, SECOND, SUP, child, children, end, is_free, isolated, kill, nested,
    over, pid, sum, worker,
};

#[tokio::test(start_paused = true)]
async fn children_are_listed_last_started_first() {
    // S-50: id, process and type of each.
    isolated(async {
        let log = Log::default();
        let inner = log.clone();
        let spec = over(&[Plan::new("a", &log)])
            .child(nested("b", move || over([&Plan::new("x", &inner)])))
            .child(Plan::new("c", &log).begins([Begin::Ignore]).spec());
        let sup = spec.start_link().await.unwrap();
        let listed = sup.which_children().await.unwrap();
        let seen: Vec<_> = listed
            .iter()
            .map(|child| (child.id.clone(), child.status.clone(), child.child_type))
            .collect();
        let expected = [
            ("c", ChildStatus::Undefined, ChildType::Worker),
            ("b", ChildStatus::Running(pid("b")), ChildType::Supervisor),
            ("a", ChildStatus::Running(pid("a")), ChildType::Worker),
        ];
        assert_eq!(
            seen,
            expected.map(|(id, status, kind)| (id.into(), status, kind))
        );
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn counts_tell_entries_from_living_processes() {
    // S-52: specs = supervisors + workers, alive or not.
    isolated(async {
        let log = Log::default();
        let inner = log.clone();
        let spec = over(&[Plan::new("a", &log)])
            .child(nested("b", move || over([&Plan::new("x", &inner)])))
            .child(Plan::new("c", &log).spec().restart(Restart::Transient))
            .child(Plan::new("d", &log).spec().restart(Restart::Temporary));
        let sup = spec.start_link().await.unwrap();
        let counts = |specs, active, supervisors, workers| ChildCounts {
            active,
            specs,
            supervisors,
            workers,
        };
        assert_eq!(sup.count_children().await.unwrap(), counts(4, 4, 1, 3));
        end("c", Order::End(ExitReason::Normal)).await;
        assert_eq!(sup.count_children().await.unwrap(), counts(4, 3, 1, 3));
        kill("d").await;
        assert_eq!(sup.count_children().await.unwrap(), counts(3, 2, 1, 2));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dead_child_that_nobody_noticed_is_listed_but_not_active() {
    // S-18, S-52: it took its link away, so that its end reaches nobody.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        worker("a").cast(Order::Unlink(sup.pid()));
        sum("a").await; // it has done so
        let a = kill("a").await;
        let status = child(&sup, "a").await.status;
        assert_eq!(status, ChildStatus::Running(a));
        let counts = sup.count_children().await.unwrap();
        assert_eq!((counts.specs, counts.active), (1, 0));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_busy_starting_a_child_answers_afterwards() {
    // S-8, S-57: calls queue, and what they tell is of one moment.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Slow(10 * SECOND)]);
        let sup = over([&a]).start_link().await.unwrap();
        kill("a").await;
        let asked = tokio::join!(sup.which_children(), sup.count_children(), children(&sup));
        assert_eq!(log.count("ready a"), 1);
        assert_eq!(asked.0.unwrap()[0].restarts, 1);
        assert_eq!(asked.1.unwrap().active, 1);
        assert_eq!(asked.2, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_question_may_have_a_limit() {
    // G-20, G-23: one that nobody waits for any more harms nothing.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Slow(10 * SECOND)]);
        let sup = over([&a]).start_link().await.unwrap();
        kill("a").await;
        let hurried = sup.within(Duration::from_millis(50));
        let asked = hurried.which_children().await;
        assert!(matches!(asked, Err(CallError::Timeout)), "{asked:?}");
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_is_asked_through_its_name_as_well() {
    // G-21, N-3.
    isolated(async {
        let log = Log::default();
        let asked = SUP.which_children().await;
        assert!(matches!(asked, Err(CallError::NoProc)), "{asked:?}");
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        assert_eq!(children(&SUP).await, ["a running"]);
        assert_eq!(SUP.count_children().await.unwrap().specs, 1);
        sup.stop().await.unwrap();
        let asked = sup.count_children().await;
        assert!(matches!(asked, Err(CallError::NoProc)), "{asked:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_question_during_the_start_up_is_answered_after_it() {
    // S-7, S-8, S-57.
    isolated(async {
        let log = Log::default();
        let plans = [
            Plan::new("a", &log),
            Plan::new("b", &log).begins([Begin::Slow(SECOND)]),
        ];
        let asked = async {
            wait_until(|| !is_free("b")).await;
            children(&SUP).await // queued behind the start
        };
        let (started, listed) = tokio::join!(over(&plans).start_link(), asked);
        assert_eq!(listed, ["b running", "a running"]);
        started.unwrap().stop().await.unwrap();
    })
    .await;
}

#[test]
fn a_spec_says_what_its_defaults_are() {
    // S-1: permanent, a worker with five seconds; a supervisor has no limit.
    let log = Log::default();
    let spec = Plan::new("a", &log).spec();
    assert_eq!(spec.get_id(), &ChildId::from("a"));
    assert_eq!(spec.get_restart(), Restart::Permanent);
    assert_eq!(spec.get_child_type(), ChildType::Worker);
    assert_eq!(spec.get_shutdown(), Shutdown::After(5 * SECOND));
    let spec = spec.child_type(ChildType::Supervisor);
    assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
    let spec = spec.shutdown(Shutdown::BrutalKill).id("b");
    assert_eq!(spec.get_shutdown(), Shutdown::BrutalKill);
    assert_eq!(spec.get_id(), &ChildId::from("b"));
}
