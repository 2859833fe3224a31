//! Operations at run time that meet each other, a death, a stop, or a caller who has gone.

use actor_core::testing::{on_every_runtime, wait_until};
use actor_core::{Address, CallError, ExitReason, Name, Node, Start};
use actor_supervisor::{
    ChildSpec, FindChildError, Restart, StartChildError, Strategy, SupervisorClient, SupervisorRef,
};
use tokio::task::JoinSet;

use crate::support::{
    Begin, Boss, HOUR, Log, Order, Plan, SECOND, SUP, Terminate, assert_took, by, children, inside,
    is_free, isolated, kill, now, over, pid, raced, sum, trapping, worker,
};

/// Polls a request until it has arrived, and drops it.
async fn give_up<F: Future>(request: F, has_arrived: impl Fn() -> bool) {
    tokio::select! {
        _ = request => panic!("it was answered"),
        () = wait_until(has_arrived) => {}
    }
}

// F-63
#[tokio::test(start_paused = true)]
async fn a_start_whose_caller_is_gone_is_the_supervisors() {
    // F-63, G-23: no orphan; the child is listed and stopped with the others.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Slow(SECOND)]);
        let sup = over([]).start_link().await.unwrap();
        give_up(sup.start_child(a.spec()), || a.starts() == 1).await;
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
        assert_eq!(log.take(), ["init a", "ready a", "end a"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_never_polled_does_nothing() {
    // F-63.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = over([&a]).start_link().await.unwrap();
        drop(sup.terminate_child("a"));
        drop(sup.start_child(Plan::new("b", &log).spec()));
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-63
#[tokio::test(start_paused = true)]
async fn a_caller_that_is_killed_leaves_its_requests_to_be_handled() {
    // F-63, G-23: start, terminate, restart.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log)
            .traps()
            .terminate(Terminate::Slow(SECOND))
            .begins([Begin::Slow(SECOND)]);
        let sup = over([]).start_link().await.unwrap();
        for (nth, expected) in ["a running", "a undefined", "a running"].iter().enumerate() {
            let boss = Boss::mortal().await;
            let (sup, spec) = (sup.clone(), a.spec());
            let asked = inside(&boss, async move {
                match nth {
                    0 => drop(sup.start_child(spec).await),
                    1 => drop(sup.terminate_child("a").await),
                    _ => drop(sup.restart_child("a").await),
                }
            });
            let events = log.events().len();
            give_up(asked, || log.events().len() > events).await;
            boss.exit(ExitReason::Kill);
            boss.exited().await;
            assert_eq!(children(&SUP).await, [*expected]);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

// F-40
on_every_runtime! {
    async fn of_fifty_who_start_one_id_one_gets_a_child_and_the_others_its_pid() {
        // S-46, S-57.
        raced(async {
            for _ in 0..20 {
                let log = Log::default();
                let a = Plan::new("a", &log).unnamed();
                let sup = over([]).start_link().await.unwrap();
                let mut starters = JoinSet::new();
                for _ in 0..50 {
                    let (sup, spec) = (sup.clone(), a.spec());
                    let node = Node::current();
                    let start = async move { sup.start_child(spec).await };
                    starters.spawn(async move { node.run(start).await });
                }
                let (mut started, mut refused) = (Vec::new(), Vec::new());
                while let Some(outcome) = starters.join_next().await {
                    match outcome.unwrap() {
                        Ok(child) => started.push(child.pid()),
                        Err(StartChildError::AlreadyStarted(pid)) => refused.push(pid),
                        Err(other) => panic!("{other}"),
                    }
                }
                assert_eq!((started.len(), refused.len()), (1, 49));
                assert!(refused.iter().all(|pid| *pid == started[0]));
                assert_eq!(a.starts(), 1);
                sup.stop().await.unwrap();
            }
        })
        .await;
    }
}

/// A trapping child `a` that takes a second to stop, and is being terminated.
async fn terminating(log: &Log) -> SupervisorRef {
    let a = Plan::new("a", log)
        .traps()
        .terminate(Terminate::Slow(SECOND));
    let sup = over([&a]).start_link().await.expect("all start");
    let asked = |sup: &SupervisorRef| {
        let sup = sup.clone();
        async move { sup.terminate_child("a").await }
    };
    give_up(asked(&sup), || log.count("terminate a: shutdown") == 1).await;
    sup
}

// F-41
#[tokio::test(start_paused = true)]
async fn what_is_asked_about_a_child_that_is_being_terminated_is_answered_after_it() {
    // S-57, S-58: requests are handled one after another.
    isolated(async {
        for request in ["terminate", "restart", "delete", "start"] {
            let log = Log::default();
            let sup = terminating(&log).await;
            let begun = now();
            let expected: &[_] = match request {
                "terminate" => {
                    sup.terminate_child("a").await.unwrap();
                    &["a undefined"]
                }
                "restart" => {
                    sup.restart_child("a").await.unwrap();
                    &["a running"]
                }
                "delete" => {
                    sup.delete_child("a").await.unwrap();
                    &[]
                }
                _ => {
                    let spec = Plan::new("a", &log).spec();
                    let refused = sup.start_child(spec).await.unwrap_err();
                    assert_eq!(refused, StartChildError::AlreadyPresent("a".into()));
                    &["a undefined"]
                }
            };
            assert!(begun.elapsed() > SECOND / 2, "{request}: it did not wait");
            assert_eq!(children(&sup).await, expected, "{request}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-37
on_every_runtime! {
    async fn a_child_that_ends_by_itself_as_it_is_terminated_stays_down() {
        // S-18, S-25, S-47: its EXIT that comes too late starts nobody.
        raced(async {
            for order in [
                || Order::End(ExitReason::Normal),
                || Order::Panic,
                || Order::Fail,
            ] {
                for _ in 0..100 {
                    let log = Log::default();
                    let a = Plan::new("a", &log).traps();
                    let sup = over([&a]).start_link().await.unwrap();
                    let (former, child) = (pid("a"), worker("a"));
                    let (terminated, ()) = tokio::join!(sup.terminate_child("a"), async {
                        child.cast(order());
                    });
                    terminated.unwrap();
                    assert!(!former.is_alive() && former != sup.pid());
                    // Either its own end came first and was answered by a restart, which was then
                    // terminated; or it was terminated. It is down now, and stays so.
                    for _ in 0..3 {
                        assert_eq!(children(&sup).await, ["a undefined"]);
                    }
                    assert_eq!(a.starts(), log.count("end a"));
                    sup.stop().await.unwrap();
                }
            }
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_a_start_by_hand_is_obeyed_and_answers_the_caller() {
    // F-34, S-56: the half-started child is gone, its name free.
    isolated(async {
        for reason in [ExitReason::Normal, ExitReason::Shutdown] {
            let log = Log::default();
            let [a, b] = trapping(["a", "b"], &log);
            let b = b.begins([Begin::Hang]);
            let sup = over([&a]).start_link().await.unwrap();
            let stop = async {
                wait_until(|| b.starts() == 1).await;
                sup.stop_with(reason.clone()).await
            };
            let (started, stopped) = tokio::join!(sup.start_child(b.spec()), stop);
            stopped.unwrap();
            let exited = StartChildError::Call(CallError::Exited(reason));
            assert_eq!(started.unwrap_err(), exited);
            assert!(["sup", "a", "b"].into_iter().all(is_free));
            assert_eq!(log.count("terminate a: shutdown"), 1);
        }
    })
    .await;
}

// F-51
#[tokio::test(start_paused = true)]
async fn whoever_asks_a_supervisor_that_stops_is_answered() {
    // S-56, G-26: one stop; every request behind it gets the reason.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log)
            .traps()
            .terminate(Terminate::Slow(SECOND));
        let sup = over([&a]).start_link().await.unwrap();
        let stopping = || log.count("terminate a: shutdown") == 1;
        let ask = async {
            wait_until(stopping).await;
            let b = Plan::new("b", &log);
            let exited = || CallError::Exited(ExitReason::Normal);
            let (started, terminated, again) = tokio::join!(
                sup.start_child(b.spec()),
                sup.terminate_child("a"),
                sup.stop()
            );
            assert_eq!(started.unwrap_err(), StartChildError::Call(exited()));
            assert_eq!(terminated, Err(FindChildError::Call(exited())));
            assert_eq!(again, Ok(()));
            assert_eq!(b.starts(), 0);
        };
        let (stopped, ()) = tokio::join!(sup.stop(), ask);
        stopped.unwrap();
        assert_eq!(log.count("terminate a: shutdown"), 1);
    })
    .await;
}

// F-51
#[tokio::test(start_paused = true)]
async fn what_was_asked_before_a_stop_during_a_cycle_is_still_done() {
    // S-14, G-12: the cycle starts nothing any more, then each has its turn.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let plans = [a.terminate(Terminate::Slow(SECOND)), b, c];
        let sup = by(Strategy::OneForAll, &plans);
        let sup = sup.start_link().await.unwrap();
        kill("b").await;
        wait_until(|| log.count("terminate a: shutdown") == 1).await;
        let (terminated, stopped) = tokio::join!(sup.terminate_child("c"), sup.stop());
        stopped.unwrap();
        terminated.unwrap();
        assert!(["sup", "a", "b", "c"].into_iter().all(is_free));
        assert_eq!(plans.map(|plan| plan.starts()), [1, 1, 1]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_may_have_itself_terminated() {
    // S-47: it waits inside its callback and traps exits, so that it is killed after its time.
    isolated(async {
        let log = Log::default();
        let start = || {
            Boss::options((Log::default(), true))
                .name("boss")
                .start_link()
        };
        let boss = ChildSpec::new("boss", start).restart(Restart::Temporary);
        let sup = over(&[Plan::new("a", &log)]).child(boss);
        let sup = sup.start_link().await.unwrap();
        let (begun, own) = (now(), sup.clone());
        let child = Name::<Boss>::new("boss").whereis().unwrap();
        let asked = inside(&child, async move { own.terminate_child("boss").await });
        assert_eq!(asked.await, None);
        assert_took(begun, 5 * SECOND);
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_busy_supervisor_answers_requests_in_the_order_they_came() {
    // S-57, G-12.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Slow(HOUR)]);
        let b = Plan::new("b", &log);
        let sup = over([]).start_link().await.unwrap();
        let (first, second, third, listed) = tokio::join!(
            sup.start_child(a.spec()),
            sup.start_child(b.spec()),
            sup.terminate_child("a"),
            sup.count_children()
        );
        assert!(first.is_ok() && second.is_ok() && third.is_ok());
        assert_eq!(listed.unwrap().active, 1);
        assert_eq!(children(&sup).await, ["b running", "a undefined"]);
        assert_eq!(sum("b").await, 0);
        sup.stop().await.unwrap();
    })
    .await;
}
