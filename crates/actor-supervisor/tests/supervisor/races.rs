//! Real threads and a real clock: whatever the order, the end is the same. These tests wait for
//! events, never for time.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use actor_core::testing::{on_every_runtime, wait_until};
use actor_core::{ExitReason, Name, Node};
use actor_supervisor::{Restart, Shutdown, Strategy, SupervisorClient};

use crate::support::{
    Begin, Boss, Log, Plan, SECOND, STRATEGIES, SUP, Terminate, Worker, by, child, children,
    inside, is_free, kill, nested, now, over, pid, pids, raced, restarts, sum, trapping,
};

on_every_runtime! {
    async fn a_child_is_back_under_its_name_two_hundred_times() {
        // S-32, N-2: whoever waits for the name after the death gets the successor.
        raced(async {
            let log = Log::default();
            let a = Plan::new("a", &log);
            let spec = over([&a]).max_restarts(u32::MAX);
            let sup = spec.start_link().await.unwrap();
            let name = Name::<Worker>::new("a");
            for _ in 0..200 {
                let former = kill("a").await;
                let successor = name.wait(10 * SECOND).await.unwrap();
                assert!(successor.pid() > former);
                sum("a").await; // its init has answered
            }
            assert_eq!(restarts(&sup, "a").await, 200);
            assert_eq!(a.starts(), 201);
            sup.stop().await.unwrap();
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_child_may_be_killed_while_its_supervisor_stops() {
        // S-18, S-22: no restart in between is left, no stop hangs.
        raced(async {
            for _ in 0..100 {
                let log = Log::default();
                let plans = trapping(["a", "b", "c"], &log);
                let spec = over(&plans).max_restarts(u32::MAX);
                let sup = spec.start_link().await.unwrap();
                let victims = pids(["a", "b", "c"]);
                let (stopped, ()) = tokio::join!(sup.stop(), async {
                    victims.iter().for_each(|pid| pid.exit(ExitReason::Kill));
                });
                stopped.unwrap();
                assert!(["sup", "a", "b", "c"].into_iter().all(is_free));
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_supervisor_may_be_stopped_right_after_a_kill() {
        // F-34, S-14: a restart that is under way is completed or undone.
        raced(async {
            for strategy in STRATEGIES {
                for _ in 0..100 {
                    let log = Log::default();
                    let plans = trapping(["a", "b", "c"], &log);
                    let spec = by(strategy, &plans).max_restarts(u32::MAX);
                    let sup = spec.start_link().await.unwrap();
                    pid("b").exit(ExitReason::Kill);
                    sup.stop().await.unwrap();
                    assert!(["sup", "a", "b", "c"].into_iter().all(is_free));
                    for label in ["a", "b", "c"] {
                        let counts = ["init", "end"].map(|what| log.count(&format!("{what} {label}")));
                        assert_eq!(counts[0], counts[1], "{label}");
                    }
                }
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_killed_supervisor_leaves_no_child_whatever_it_was_doing() {
        // S-66: idle, starting or restarting.
        raced(async {
            for _ in 0..100 {
                let log = Log::default();
                let plans = trapping(["a", "b", "c"], &log);
                let spec = by(Strategy::OneForAll, &plans).max_restarts(u32::MAX);
                let sup = spec.start_link().await.unwrap();
                pid("b").exit(ExitReason::Kill);
                sup.exit(ExitReason::Kill);
                assert_eq!(sup.exited().await, ExitReason::Killed);
                wait_until(|| ["a", "b", "c"].into_iter().all(is_free)).await;
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn children_killed_together_are_one_event_for_one_for_all() {
        // S-38: at most one more, if the supervisor was done with the first before the last had died.
        raced(async {
            for _ in 0..100 {
                let log = Log::default();
                let plans = ["a", "b", "c"].map(|label| Plan::new(label, &log));
                let spec = by(Strategy::OneForAll, &plans).max_restarts(1);
                let sup = spec.start_link().await.unwrap();
                let victims = pids(["a", "b", "c"]);
                victims.iter().for_each(|pid| pid.exit(ExitReason::Kill));
                for victim in victims {
                    victim.exited().await;
                }
                let listed = ["c running", "b running", "a running"];
                assert_eq!(children(&sup).await, listed);
                sup.stop().await.unwrap();
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn between_failing_tries_questions_and_stops_are_served() {
        // S-41, F-33.
        raced(async {
            for _ in 0..20 {
                let log = Log::default();
                let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Error]);
                let spec = over([&a]).max_restarts(u32::MAX);
                let sup = spec.start_link().await.unwrap();
                kill("a").await;
                for _ in 0..50 {
                    assert_eq!(children(&sup).await, ["a restarting"]);
                }
                sup.stop().await.unwrap();
                assert!(is_free("a") && is_free("sup"));
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_start_that_hangs_is_given_up_when_the_supervisor_is_to_stop() {
        // F-34.
        raced(async {
            for _ in 0..50 {
                let log = Log::default();
                let [a, b] = trapping(["a", "b"], &log);
                let plans = [a, b.begins([Begin::Hang])];
                let stop = async {
                    wait_until(|| !is_free("b")).await;
                    let _ = SUP.whereis().unwrap().stop().await;
                    assert!(is_free("a") && is_free("b") && is_free("sup"));
                };
                let (started, ()) = tokio::join!(over(&plans).start(), stop);
                started.unwrap_err();
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_killed_subtree_comes_back_without_a_failed_try() {
        // S-65, S-66: the names of its children are free before their successors want them.
        raced(async {
            for _ in 0..100 {
                let log = Log::default();
                let made = ["x", "y", "z"].map(|label| Plan::new(label, &log));
                let inner = nested("inner", move || over(&made));
                let sup = over([]).child(inner).max_restarts(1);
                let sup = sup.start_link().await.unwrap();
                kill("inner").await;
                let counts = sup.count_children().await;
                assert!(counts.is_ok_and(|counts| counts.active == 1), "it gave up");
                sup.stop().await.unwrap();
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_transient_child_that_ends_at_once_is_never_started_twice() {
        // S-23, P-13: it ends `normal` while the supervisor makes sure that they are linked. It has
        // many other peers to tell, so that there is time for that.
        raced(async {
            let boss = Boss::trapping(&Log::default()).await;
            let mut peers = Vec::new();
            for _ in 0..300 {
                let peer = Plan::new("peer", &Log::default()).unnamed().traps();
                peers.push(inside(&boss, peer.start_link()).await.unwrap().unwrap());
            }
            let peers: Arc<[_]> = peers.iter().map(|peer| peer.pid()).collect();
            for _ in 0..300 {
                let log = Log::default();
                let brief = Begin::Tied(Arc::clone(&peers), ExitReason::Normal);
                let a = Plan::new("a", &log).begins([brief]);
                let spec = over([]).child(a.spec().restart(Restart::Transient));
                let sup = spec.start_link().await.unwrap();
                if let Some(pid) = child(&sup, "a").await.status.pid() {
                    pid.exited().await;
                }
                assert_eq!(children(&sup).await, ["a undefined"]);
                assert_eq!(a.starts(), 1);
                sup.stop().await.unwrap();
            }
            boss.stop_with(ExitReason::Shutdown).await.unwrap();
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_start_that_was_given_up_is_over_when_the_stop_returns() {
        // F-34, S-14: also if the child became ready at the very moment.
        raced(async {
            for _ in 0..300 {
                let log = Log::default();
                let plans = trapping(["a", "b", "c", "d"], &log);
                let stop = async {
                    while is_free("sup") {
                        tokio::task::yield_now().await;
                    }
                    let _ = pid("sup").stop().await;
                    let left = Node::current().names();
                    assert!(left.is_empty(), "{left:?}");
                };
                let (started, ()) = tokio::join!(over(&plans).start(), stop);
                let _ = started; // it may have been in time
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_hanging_child_is_killed_at_its_limit() {
        // S-15, S-17: once more on a clock that is not paused
        raced(async {
            let log = Log::default();
            let [a] = trapping(["a"], &log);
            let a = a.terminate(Terminate::Hang);
            let limit = Duration::from_millis(5);
            let sup = over([]).child(a.spec().shutdown(Shutdown::After(limit)));
            let sup = sup.start_link().await.unwrap();
            let (a, begun) = (pid("a"), now());
            sup.stop().await.unwrap();
            assert!(begun.elapsed() >= limit);
            assert_eq!(a.exited().await, ExitReason::Killed);
            assert_eq!(log.take(), ["init a", "terminate a: shutdown", "end a"]);
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_start_of_a_child_may_be_dropped_at_any_moment() {
        // F-63, S-46: from its first poll on the child is the supervisor's.
        raced(async {
            let log = Log::default();
            let sup = over([]).start_link().await.unwrap();
            for round in 0..200 {
                let (polls, slow) = (round % 5, Begin::Slow(Duration::from_nanos(1)));
                let a = Plan::new("a", &log).begins([slow]);
                {
                    let mut start = pin!(sup.start_child(a.spec()));
                    for _ in 0..polls {
                        let poll = poll_fn(|cx| Poll::Ready(start.as_mut().poll(cx)));
                        if poll.await.is_ready() {
                            break;
                        }
                        tokio::task::yield_now().await;
                    }
                }
                // Asked next, the supervisor is through with the start.
                if polls == 0 {
                    assert_eq!(children(&sup).await, [""; 0]);
                    assert_eq!(a.starts(), 0);
                } else {
                    assert_eq!(children(&sup).await, ["a running"]);
                    assert_eq!(a.starts(), 1);
                    sup.terminate_child("a").await.unwrap();
                    sup.delete_child("a").await.unwrap();
                }
                assert!(is_free("a"));
            }
            sup.stop().await.unwrap();
        })
        .await;
    }
}
