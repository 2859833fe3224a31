//! `ChildRef`: the address of a child that follows its restarts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actor_core::testing::{on_every_runtime, wait_until};
use actor_core::{Address, CallError, ExitReason, Node, StopError, sys};
use actor_supervisor::{
    Backoff, ChildRef, FindChildError, Restart, Strategy, SupervisorClient, SupervisorRef,
    SupervisorServer, WaitChildError,
};
use tokio::task::JoinSet;
use tracing::Level;

use crate::listener::Listener;
use crate::support::{
    Begin, HOUR, Log, Order, Plan, SECOND, SUP, Terminate, Worker, assert_took, by, children, end,
    isolated, kill, nested, now, over, pid, raced, requested_sum, sum_of, trapping, worker,
};

const LONG: Duration = Duration::from_secs(100);

/// The child `a` of a supervisor that starts it again after a long while.
async fn delayed(log: &Log) -> (SupervisorRef, ChildRef<Worker>) {
    let a = Plan::new("a", log).spec();
    let a = a.restart_delay(Backoff::constant(LONG));
    let sup = over([]).child(a).start_link().await.expect("all start");
    let child = sup.child("a").await.expect("it is there");
    (sup, child)
}

#[tokio::test(start_paused = true)]
async fn it_follows_restarts() {
    // S-25, P-1: while a reference stays with its process.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let child: ChildRef<Worker> = sup.child("a").await.unwrap();
        let first = worker("a");
        assert_eq!(child.pid(), Some(first.pid()));
        for _ in 0..3 {
            child.cast(Order::Add(5));
            assert_eq!(sum_of(&child).await, Ok(5));
            assert_eq!(requested_sum(&child).await, Ok(5));
            child.exit(ExitReason::Kill);
            assert_eq!(child.exited().await, ExitReason::Killed);
            assert_eq!(child.wait(SECOND).await.unwrap(), worker("a"));
            assert_eq!(child.whereis(), Some(worker("a")));
            assert_eq!(sum_of(&child).await, Ok(0));
        }
        assert_eq!(sum_of(&first).await, Err(CallError::NoProc));
        assert_eq!(sum_of(&child.clone()).await, Ok(0));
        assert_eq!(sum_of(&child.within(SECOND)).await, Ok(0));
        assert_eq!(child.id(), &"a".into());
        assert_eq!(child.to_string(), "child a");
        assert!(child.target().is_none(), "it stands for no one process");
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn between_two_incarnations_everything_is_answered_at_once() {
    // G-21, F-12: with the reason of the one that ended; nothing is sent to the next one.
    isolated(async {
        let log = Log::default();
        let (sup, child) = delayed(&log).await;
        end("a", Order::End(ExitReason::custom("over"))).await;
        children(&sup).await;
        let begun = now();
        let Err(CallError::Exited(reason)) = sum_of(&child).await else {
            panic!("another outcome");
        };
        assert_eq!(reason.as_term(), Some(&"over"));
        // A request that is waited for later is told less.
        assert_eq!(requested_sum(&child).await, Err(CallError::NoProc));
        assert_eq!(child.exited().await, reason);
        assert_eq!(child.stop().await, Err(StopError::NoProc));
        assert_eq!((child.pid(), child.whereis()), (None, None));
        child.exit(ExitReason::Kill);
        child.cast(Order::Add(5));
        assert_took(begun, Duration::ZERO);
        let next = child.wait(HOUR).await.unwrap();
        assert_took(begun, LONG);
        assert_eq!(next, worker("a"));
        assert_eq!(sum_of(&child).await, Ok(0));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_its_limit() {
    // It may be repeated; a child that was restarted by hand is found by it too.
    isolated(async {
        let log = Log::default();
        let (sup, child) = delayed(&log).await;
        sup.terminate_child("a").await.unwrap();
        let begun = now();
        let waited = child.wait(SECOND).await.unwrap_err();
        let not_running = WaitChildError::NotRunning {
            id: "a".into(),
            limit: SECOND,
        };
        assert_eq!(waited, not_running);
        assert_took(begun, SECOND);
        let (found, restarted) = tokio::join!(child.wait(SECOND), sup.restart_child("a"));
        assert_eq!(found.unwrap().pid(), restarted.unwrap());
        assert_took(begun, SECOND);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_has_told_one_to_end_waits_for_another_one() {
    // A wait would give the same one again, which has not ended yet.
    isolated(async {
        let log = Log::default();
        let (sup, child) = delayed(&log).await;
        let first = child.whereis().unwrap();
        child.cast(Order::End(ExitReason::custom("over")));
        assert_eq!(child.wait(HOUR).await.as_ref(), Ok(&first));
        let begun = now();
        let second = child.wait_after(&first).await.unwrap();
        assert_took(begun, LONG);
        assert_eq!(second, worker("a"));
        assert_ne!(second, first);
        // At once, if another one runs already.
        assert_eq!(child.wait_after(&first.pid()).await, Ok(second.clone()));
        assert_took(begun, LONG);
        sup.terminate_child("a").await.unwrap();
        let (waited, deleted) = tokio::join!(child.wait_after(&second), sup.delete_child("a"));
        deleted.unwrap();
        assert_eq!(waited, Err(WaitChildError::Gone("a".into())));
        assert_took(begun, LONG);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_deleted_is_gone_for_ever() {
    // S-49: whoever waits learns it; a new child of the same id is another one.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = over([&a]).start_link().await.unwrap();
        let child: ChildRef<Worker> = sup.child("a").await.unwrap();
        sup.terminate_child("a").await.unwrap();
        assert_eq!(child.exited().await, ExitReason::Shutdown);
        let begun = now();
        let (waited, deleted) = tokio::join!(child.wait(HOUR), sup.delete_child("a"));
        deleted.unwrap();
        let gone = || Err(WaitChildError::Gone("a".into()));
        assert_eq!(waited, gone());
        assert_took(begun, Duration::ZERO);
        sup.start_child(a.spec()).await.unwrap();
        assert_eq!(child.wait(HOUR).await, gone());
        assert_eq!(sum_of(&child).await, Err(CallError::NoProc));
        assert_eq!(requested_sum(&child).await, Err(CallError::NoProc));
        assert_eq!(child.exited().await, ExitReason::NoProc);
        assert_eq!(child.stop().await, Err(StopError::NoProc));
        child.exit(ExitReason::Kill);
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_temporary_child_is_gone_with_its_end() {
    // S-24.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).spec().restart(Restart::Temporary);
        let sup = over([]).child(a).start_link().await.unwrap();
        let child: ChildRef<Worker> = sup.child("a").await.unwrap();
        let (waited, _) = tokio::join!(child.exited(), kill("a"));
        assert_eq!(waited, ExitReason::Killed);
        assert!(children(&sup).await.is_empty());
        let waited = child.wait(HOUR).await;
        assert_eq!(waited, Err(WaitChildError::Gone("a".into())));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn with_its_supervisor_a_child_is_gone() {
    // Stopped or killed; whoever waits learns it at once.
    isolated(async {
        for reason in [ExitReason::Shutdown, ExitReason::Kill] {
            let log = Log::default();
            let (sup, child) = delayed(&log).await;
            kill("a").await;
            children(&sup).await;
            let begun = now();
            let (waited, ()) = tokio::join!(child.wait(HOUR), async {
                match reason {
                    ExitReason::Kill => sup.exit(ExitReason::Kill),
                    _ => sup.stop_with(reason).await.unwrap(),
                }
                sup.exited().await;
            });
            assert_eq!(waited, Err(WaitChildError::Gone("a".into())));
            assert_took(begun, Duration::ZERO);
            assert_eq!(sum_of(&child).await, Err(CallError::NoProc));
            let asked = sup.child::<Worker>("a").await.unwrap_err();
            assert_eq!(asked, FindChildError::Call(CallError::NoProc));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_of_another_type_is_refused() {
    // As soon as it is known; of one that never ran it is not.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ignore, Begin::Ready]);
        let inner = log.clone();
        let spec = over([&a]).child(nested("b", move || over([&Plan::new("x", &inner)])));
        let sup = spec.start_link().await.unwrap();
        let wrong = sup.child::<Worker>("b").await.unwrap_err();
        assert_eq!(wrong, FindChildError::WrongType("b".into()));
        let unknown = sup.child::<Worker>("c").await.unwrap_err();
        assert_eq!(unknown, FindChildError::NotFound("c".into()));

        let mistaken: ChildRef<SupervisorServer> = sup.child("a").await.unwrap();
        assert_eq!(mistaken.exited().await, ExitReason::NoProc);
        let asked = mistaken.count_children().await;
        assert_eq!(asked, Err(CallError::NoProc));
        sup.restart_child("a").await.unwrap();
        let waited = mistaken.wait(SECOND).await;
        assert_eq!(waited, Err(WaitChildError::WrongType("a".into())));
        let asked = mistaken.count_children().await;
        assert_eq!(asked, Err(CallError::WrongType));
        assert!(mistaken.whereis().is_none());
        let wrong = sup.child::<SupervisorServer>("a").await.unwrap_err();
        assert_eq!(wrong, FindChildError::WrongType("a".into()));

        let b: ChildRef<SupervisorServer> = SUP.child("b").await.unwrap();
        assert_eq!(b.count_children().await.unwrap().active, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_to_a_child_that_does_not_run_is_a_dead_letter() {
    // G-28: between two incarnations, and when it is gone.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let (sup, child) = delayed(&log).await;
        let former = kill("a").await;
        children(&sup).await;
        listener.take("actor::dead_letter");
        child.cast(Order::Add(1));
        sup.terminate_child("a").await.unwrap();
        sup.delete_child("a").await.unwrap();
        child.cast(Order::Add(1));
        let letters = listener.take("actor::dead_letter");
        let told: Vec<_> = letters
            .iter()
            .map(|letter| {
                (
                    letter.level,
                    &*letter.fields["reason"],
                    &*letter.fields["to"],
                )
            })
            .collect();
        let former = former.to_string();
        let expected = [
            (Level::DEBUG, "noproc", &*former),
            (Level::DEBUG, "noproc", "child a"),
        ];
        assert_eq!(told, expected);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_through_it_is_an_ordinary_end() {
    // S-70: by its spec it comes back; terminate_child lets it stay down.
    isolated(async {
        let log = Log::default();
        let sup = over(&trapping(["a"], &log)).start_link().await.unwrap();
        let child: ChildRef<Worker> = sup.child("a").await.unwrap();
        let former = pid("a");
        child.stop().await.unwrap();
        assert_eq!(former.exited().await, ExitReason::Normal);
        let next = child.wait(SECOND).await.unwrap();
        assert_ne!(next.pid(), former);
        assert_eq!(log.count("terminate a: normal"), 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_that_is_about_to_end_is_waited_for_by_a_call() {
    // G-21, G-26: it ends in the middle of the call, and the caller gets its reason.
    isolated(async {
        let log = Log::default();
        let [a, b] = trapping(["a", "b"], &log);
        let b = b.terminate(Terminate::Slow(SECOND));
        let sup = by(Strategy::OneForAll, [&a, &b]);
        let sup = sup.start_link().await.unwrap();
        let child: ChildRef<Worker> = sup.child("b").await.unwrap();
        kill("a").await;
        wait_until(|| log.count("terminate b: shutdown") == 1).await;
        let asked = sum_of(&child).await;
        assert_eq!(asked, Err(CallError::Exited(ExitReason::Shutdown)));
        child.wait(SECOND).await.unwrap();
        assert_eq!(sum_of(&child).await, Ok(0));
        sup.stop().await.unwrap();
    })
    .await;
}

on_every_runtime! {
    async fn whoever_calls_or_waits_while_the_child_is_killed_is_answered() {
        // F-01, F-12: a sum, or the reason; and every wait finds a life.
        raced(async {
            let log = Log::default();
            let spec = over(&[Plan::new("a", &log)]).max_restarts(u32::MAX);
            let sup = spec.start_link().await.unwrap();
            let child: ChildRef<Worker> = sup.child("a").await.unwrap();
            let enough = Arc::new(AtomicBool::new(false));
            let mut callers = JoinSet::new();
            for _ in 0..8 {
                let (child, node) = (child.clone(), Node::current());
                let enough = Arc::clone(&enough);
                let call = async move {
                    while !enough.load(Ordering::SeqCst) {
                        match sum_of(&child).await {
                            Ok(0) | Err(CallError::Exited(ExitReason::Killed)) => {}
                            other => panic!("{other:?}"),
                        }
                        child.wait(60 * SECOND).await.unwrap();
                    }
                };
                callers.spawn(async move { node.run(call).await });
            }
            for _ in 0..500 {
                let victim = child.wait(60 * SECOND).await.unwrap();
                victim.exit(ExitReason::Kill);
                victim.exited().await;
            }
            enough.store(true, Ordering::SeqCst);
            while let Some(done) = callers.join_next().await {
                done.unwrap();
            }
            sup.stop().await.unwrap();
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_not_answered_with_one_that_is_dead_and_not_buried() {
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let child: ChildRef<Worker> = sup.child("a").await.unwrap();
        sys::suspend(&sup).await.unwrap();
        let former = kill("a").await;
        let waited = child.wait(SECOND).await;
        assert!(matches!(waited, Err(WaitChildError::NotRunning { .. })));
        sys::resume(&sup).await.unwrap();
        assert!(child.wait(SECOND).await.unwrap().pid() > former);
        sup.stop().await.unwrap();
    })
    .await;
}
