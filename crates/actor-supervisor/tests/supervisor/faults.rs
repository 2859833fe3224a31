//! Hard cases of supervision, by their numbers: where a supervisor fails that is made carelessly.

use std::future::poll_fn;
use std::hash::{Hash, Hasher};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use actor_core::testing::{on_every_runtime, wait_until};
use actor_core::{ActorRef, Address, ExitReason, Name, Node, Start, StartError, process};
use actor_supervisor::{
    Backoff, ChildId, ChildSpec, DynamicSupervisor, DynamicSupervisorClient, Restart, Shutdown,
    StartChildError, Strategy, SupervisorClient, SupervisorServer, SupervisorSpec,
};
use tokio::runtime::Builder;
use tracing::Level;

use crate::listener::Listener;
use crate::support::{
    Begin, Boss, HOUR, Log, Order, Plan, SECOND, SUP, Terminate, Worker, assert_took, by, children,
    is_free, isolated, kill, nested, now, over, pid, pids, raced, restarts, settled, sum, sum_of,
    trapping, worker,
};

/// A child whose callbacks run what they are given.
fn boss(label: &'static str) -> ChildSpec<ActorRef<Boss>> {
    let start = move || {
        Boss::options((Log::default(), false))
            .name(label)
            .start_link()
    };
    ChildSpec::new(label, start)
}

// F-36
#[test]
fn a_child_that_blocks_its_thread_delays_its_own_death_and_nobody_elses_work() {
    // X-1, S-15, P-4: no death is announced that has not happened. There is a thread for the others.
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(raced(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).child(boss("b"));
        let sup = sup.start_link().await.unwrap();
        let child = Name::<Boss>::new("b").whereis().unwrap();
        let (release, held) = mpsc::channel::<()>();
        let (reached, begun) = mpsc::channel();
        child.cast(Box::pin(async move {
            reached.send(()).expect("the test waits");
            let _ = held.recv(); // blocks the thread
        }));
        begun.recv().unwrap();
        child.exit(ExitReason::Kill);
        let mut death = pin!(child.exited());
        assert!(poll_once(death.as_mut()).await.is_none());
        for _ in 0..100 {
            assert_eq!(sum("a").await, 0); // others run on, and so does their supervisor
            assert_eq!(children(&sup).await, ["b running", "a running"]);
        }
        let terminated = sup.terminate_child("b");
        let sibling = async {
            assert_eq!(sum("a").await, 0); // also while the supervisor waits for it
            assert!(poll_once(death.as_mut()).await.is_none());
            assert!(child.is_alive() && !is_free("b"));
            release.send(()).expect("it waits");
        };
        let (terminated, ()) = tokio::join!(terminated, sibling);
        terminated.unwrap();
        assert_eq!(death.await, ExitReason::Killed);
        assert!(is_free("b"));
        sup.stop().await.unwrap();
    }));
}

// F-36
#[test]
fn a_supervisor_that_waits_for_a_blocked_child_says_for_whom_and_in_which_callback() {
    // after its limit, and after a brutal kill. The clock runs, as the child has its own thread.
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let (listener, _guard) = Listener::listen();
    let limit = SECOND / 50;
    for shutdown in [Shutdown::After(limit), Shutdown::BrutalKill] {
        runtime.block_on(raced(async {
            let start = || {
                let options = Boss::options((Log::default(), true)).name("b");
                options.on_own_thread().start_link()
            };
            let spec = ChildSpec::new("b", start).shutdown(shutdown);
            let sup = over([]).child(spec).start_link().await.unwrap();
            let child = Name::<Boss>::new("b").whereis().unwrap();
            let (release, held) = mpsc::channel::<()>();
            child.cast(Box::pin(async move {
                let _ = held.recv(); // blocks the thread
            }));
            for _ in 0..3 {
                child.cast(Box::pin(async {}));
            }
            wait_until(|| process::info(&child).unwrap().handled > 0).await;
            listener.take("actor::supervisor");
            let wait_for_the_warning = async {
                let mut told = Vec::new();
                wait_until(|| {
                    told.extend(listener.take("actor::supervisor"));
                    !told.is_empty()
                })
                .await;
                assert!(child.is_alive());
                release.send(()).unwrap();
                told
            };
            let (stopped, told) = tokio::join!(sup.stop(), wait_for_the_warning);
            stopped.unwrap();
            let [warning] = &told[..] else {
                panic!("{told:?}");
            };
            assert_eq!(warning.level, Level::WARN);
            assert_eq!(warning.fields["pid"], child.pid().to_string());
            assert_eq!(warning.fields["name"], "b");
            assert_eq!(warning.fields["callback"], "handle_cast");
            let told = listener.take("actor::supervisor");
            match (shutdown, &told[..]) {
                (Shutdown::BrutalKill, []) => {}
                (Shutdown::After(_), [error]) => {
                    assert_eq!(error.fields["callback"], "handle_cast");
                    assert_eq!(error.fields["queue_len"], "4", "the EXIT too");
                }
                _ => panic!("{shutdown:?}: {told:?}"),
            }
        }));
    }
}

/// What a future has at this moment.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

// F-34
#[tokio::test(start_paused = true)]
async fn a_start_function_may_set_a_limit_for_its_init() {
    // F-34, G-7: a start that hangs is a failed one then; nothing is left of it.
    isolated(async {
        let log = Log::default();
        let begins = [Begin::Ready, Begin::Hang, Begin::Hang, Begin::Ready];
        let a = Plan::new("a", &log).begins(begins);
        let plan = a.clone();
        let spec = ChildSpec::new("a", move || plan.clone().start_link_within(SECOND));
        let sup = over([]).child(spec).start_link().await.unwrap();
        kill("a").await;
        let begun = now();
        wait_until(|| a.starts() == 4).await;
        assert_took(begun, 2 * SECOND);
        settled(&sup, &["a running"]).await;

        let hangs = Plan::new("b", &log).begins([Begin::Hang]);
        let spec = ChildSpec::new("b", move || hangs.clone().start_link_within(SECOND));
        let error = sup.start_child(spec).await.unwrap_err();
        let timeout = StartError::Timeout(SECOND);
        assert_eq!(error, StartChildError::Failed(timeout));
        assert!(is_free("b"));
        sup.stop().await.unwrap();
    })
    .await;
}

// F-38
#[tokio::test(start_paused = true)]
async fn siblings_that_die_while_a_group_is_stopped_are_part_of_its_restart() {
    // S-38, S-25: their own ends are swallowed; one event, one cycle.
    isolated(async {
        for (strategy, victim) in [(Strategy::OneForAll, "b"), (Strategy::RestForOne, "a")] {
            let log = Log::default();
            let [a, b, c, d] = trapping(["a", "b", "c", "d"], &log);
            let plans = [a, b, c, d.terminate(Terminate::Slow(SECOND))];
            let sup = by(strategy, &plans).max_restarts(1);
            let sup = sup.start_link().await.unwrap();
            kill(victim).await;
            wait_until(|| log.count("terminate d: shutdown") == 1).await;
            let others = ["a", "b", "c"].into_iter().filter(|label| *label != victim);
            for label in others {
                kill(label).await;
            }
            let listed = ["d running", "c running", "b running", "a running"];
            for _ in 0..3 {
                assert_eq!(children(&sup).await, listed);
            }
            assert_eq!(
                plans.map(|plan| plan.starts()),
                [2, 2, 2, 2],
                "{strategy:?}"
            );
            sup.stop().await.unwrap();
        }
    })
    .await;
}

// F-38
#[tokio::test(start_paused = true)]
async fn a_sibling_that_dies_while_its_group_is_started_again_is_an_event_of_its_own() {
    // S-38, S-27: its new incarnation crashed.
    isolated(async {
        for (limit, survives) in [(2, true), (1, false)] {
            let log = Log::default();
            let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
            let b = b.begins([Begin::Ready, Begin::Slow(SECOND), Begin::Ready]);
            let plans = [a, b];
            let sup = by(Strategy::OneForAll, &plans).max_restarts(limit);
            let sup = sup.start_link().await.unwrap();
            kill("b").await;
            wait_until(|| plans[1].starts() == 2).await;
            kill("a").await; // its second life, while `b` starts
            if survives {
                assert_eq!(children(&sup).await, ["b running", "a running"]);
                assert_eq!(plans.map(|plan| plan.starts()), [3, 3]);
                sup.stop().await.unwrap();
            } else {
                assert_eq!(sup.exited().await, ExitReason::Shutdown);
            }
        }
    })
    .await;
}

/// An id that panics when it is compared: code of the user's that runs inside the supervisor.
#[derive(Debug)]
struct Incomparable;

impl PartialEq for Incomparable {
    fn eq(&self, _other: &Self) -> bool {
        panic!("compared")
    }
}

impl Eq for Incomparable {}

impl Hash for Incomparable {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

// F-39
#[tokio::test(start_paused = true)]
async fn a_supervisor_that_panics_takes_its_children_along_and_is_restarted() {
    // S-66, E-2: the old subtree ends in order and is gone before the new one starts.
    isolated(async {
        let log = Log::default();
        let [x, y] = trapping(["x", "y"], &log);
        let y = y.terminate(Terminate::Slow(SECOND));
        let seen = log.clone();
        let inner = nested("inner", move || {
            seen.add("inner");
            let spec = x.spec().id(ChildId::new(Incomparable));
            over([]).child(spec).child(y.spec())
        });
        let sup = over([]).child(inner).start_link().await.unwrap();
        let inner = Name::<SupervisorServer>::new("inner");
        let former = pids(["inner", "x", "y"]);
        log.take();
        let asked = inner.which_child(ChildId::new(Incomparable)).await;
        assert!(asked.unwrap_err().to_string().contains("compared"));
        settled(&sup, &["inner running"]).await;
        let order = [
            "terminate y: shutdown",
            "end y",
            "terminate x: shutdown",
            "end x",
            "inner",
            "init x",
            "init y",
        ];
        assert_eq!(log.take(), order);
        assert!(former.iter().all(|pid| !pid.is_alive()));
        let reason = former[0].exited().await;
        assert!(matches!(reason, ExitReason::Panic(_)), "{reason}");
        sup.stop().await.unwrap();
    })
    .await;
}

/// Whether no incarnation began before the former one had ended.
fn never_overlap(events: &[String], label: &str) -> bool {
    let (init, end) = (format!("init {label}"), format!("end {label}"));
    let turns = events.iter().filter(|it| **it == init || **it == end);
    let mut expected = [&init, &end].into_iter().cycle();
    turns.zip(&mut expected).all(|(seen, due)| seen == due)
}

// F-43
on_every_runtime! {
    async fn two_incarnations_of_a_child_never_overlap() {
        // S-14, S-25, N-2: however it is brought to its end, and whoever starts it again.
        raced(async {
            for strategy in [Strategy::OneForOne, Strategy::OneForAll] {
                let log = Log::default();
                let plans = trapping(["a", "b"], &log)
                    .map(|plan| plan.terminate(Terminate::Slow(Duration::from_micros(300))));
                let sup = by(strategy, &plans).max_restarts(u32::MAX);
                let sup = sup.start_link().await.unwrap();
                for n in 0..150 {
                    if let Some(child) = Name::<Worker>::new("a").whereis() {
                        match n % 5 {
                            0 => child.exit(ExitReason::Kill),
                            1 => child.cast(Order::Panic),
                            2 => child.exit(ExitReason::Shutdown),
                            3 => drop(child.stop().await),
                            _ => {
                                sup.terminate_child("a").await.unwrap();
                                let _ = sup.restart_child("a").await; // a cycle may have been first
                            }
                        }
                    }
                    if n % 3 == 0 {
                        kill_if_there("b").await;
                    }
                }
                settled(&sup, &["b running", "a running"]).await;
                sup.stop().await.unwrap();
                let events = log.take();
                for label in ["a", "b"] {
                    assert!(never_overlap(&events, label), "{strategy:?}, {label}");
                }
            }
        })
        .await;
    }
}

async fn kill_if_there(label: &'static str) {
    if let Some(child) = Name::<Worker>::new(label).whereis() {
        child.exit(ExitReason::Kill);
        child.exited().await;
    }
}

// F-48
#[tokio::test(start_paused = true)]
async fn the_smallest_and_the_largest_limits_and_windows_are_legal() {
    // S-15, S-3, D-6: no overflow, no panic.
    isolated(async {
        let tiny = Duration::from_nanos(1);
        let limits = [Duration::ZERO, tiny, Duration::MAX].map(Shutdown::After);
        for shutdown in limits.into_iter().chain([Shutdown::Infinity]) {
            for (max_restarts, seconds) in [(1, 1), (1, u64::MAX), (u32::MAX, u64::MAX)] {
                let log = Log::default();
                let [a] = trapping(["a"], &log);
                let spec = || a.spec().shutdown(shutdown);
                let empty = over([]).max_restarts(max_restarts).max_seconds(seconds);
                let sup = empty.child(spec()).start_link().await.unwrap();
                kill("a").await;
                assert_eq!(children(&sup).await, ["a running"]);
                sup.terminate_child("a").await.unwrap();
                sup.restart_child("a").await.unwrap();
                sup.stop().await.unwrap();

                let dynamic = DynamicSupervisor::builder()
                    .max_restarts(max_restarts)
                    .max_seconds(seconds)
                    .max_children(usize::MAX);
                let sup = dynamic.start_link().await.unwrap();
                sup.start_child(spec()).await.unwrap();
                kill("a").await;
                assert_eq!(sup.count_children().await.unwrap().active, 1);
                sup.terminate_child(pid("a")).await.unwrap();
                sup.start_child(spec()).await.unwrap();
                sup.stop().await.unwrap();
            }
        }
    })
    .await;
}

// F-44
#[tokio::test(start_paused = true)]
async fn a_reference_from_before_a_restart_is_dead_for_ever_and_a_name_reaches_the_new_life() {
    // P-1, N-4, P-12.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let former = worker("a");
        kill("a").await;
        children(&sup).await;
        former.cast(Order::Add(5));
        former.exit(ExitReason::Kill);
        assert!(former.stop().await.is_err());
        assert!(sum_of(&former).await.is_err());
        assert_eq!(sum("a").await, 0);
        assert_eq!(restarts(&sup, "a").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-50
#[tokio::test(start_paused = true)]
async fn a_start_function_whose_captures_have_changed_is_run_as_it_is_now() {
    // X-8, S-6, S-40: it may fail once and succeed later; the supervisor lives.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log);
        let (is_up, seen) = (Arc::new(AtomicBool::new(true)), plan.clone());
        let depends = Arc::clone(&is_up);
        let spec = ChildSpec::new("a", move || {
            assert!(depends.load(Ordering::SeqCst), "the database is down");
            seen.clone().start_link()
        });
        let spec = spec.restart_delay(Backoff::constant(SECOND));
        let sup = over([]).max_restarts(5).child(spec);
        let sup = sup.start_link().await.unwrap();
        is_up.store(false, Ordering::SeqCst);
        kill("a").await;
        tokio::time::sleep(3 * SECOND + SECOND / 2).await;
        assert_eq!(children(&sup).await, ["a restarting"]);
        is_up.store(true, Ordering::SeqCst);
        let a = Name::<Worker>::new("a").wait(HOUR).await.unwrap();
        assert!(a.is_alive());
        assert_eq!(plan.starts(), 2);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-45
#[tokio::test(start_paused = true)]
async fn a_crash_at_the_bottom_that_climbs_a_thousand_levels_ends_the_whole_tree() {
    // S-64, S-28: each level gives up in turn, and none recurses.
    isolated(async {
        let log = Log::default();
        let sup = deep(1_000, Plan::new("bottom", &log));
        let sup = sup.start_link().await.unwrap();
        assert_eq!(Node::current().process_count(), 1_002);
        kill("bottom").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(Node::current().process_count(), 0);
    })
    .await;
}

/// This many supervisors below each other, none of which allows a restart.
fn deep(levels: usize, bottom: Plan) -> SupervisorSpec {
    let empty = SupervisorSpec::new(Strategy::OneForOne).max_restarts(0);
    match levels.checked_sub(1) {
        None => empty.child(bottom.spec().restart(Restart::Permanent)),
        Some(levels) => {
            let start = move || deep(levels, bottom.clone()).start_link();
            empty.child(ChildSpec::new("below", start))
        }
    }
}

// F-33
#[tokio::test(start_paused = true)]
async fn a_hopeless_child_with_a_huge_budget_leaves_its_supervisor_obedient() {
    // S-40, S-41: static and dynamic; asked, changed and stopped between two tries.
    isolated(async {
        let log = Log::default();
        let hopeless = |label| Plan::new(label, &log).begins([Begin::Ready, Begin::Panic]);
        let [a, d] = ["a", "d"].map(hopeless);
        let sup = over([&a])
            .max_restarts(u32::MAX)
            .start_link()
            .await
            .unwrap();
        let dynamic = DynamicSupervisor::builder().max_restarts(u32::MAX);
        let dynamic = dynamic.start_link().await.unwrap();
        dynamic.start_child(d.spec()).await.unwrap();
        kill("a").await;
        kill("d").await;
        for n in 0..50 {
            assert_eq!(children(&SUP).await, ["a restarting"]);
            let counts = dynamic.count_children().await.unwrap();
            assert_eq!((counts.specs, counts.active), (1, 0));
            let id = n.to_string();
            sup.start_child(Plan::new("b", &log).spec().id(&*id))
                .await
                .unwrap();
            sup.terminate_child(&*id).await.unwrap();
            sup.delete_child(&*id).await.unwrap();
        }
        assert!(a.starts() > 10 && d.starts() > 10);
        sup.stop().await.unwrap();
        dynamic.stop().await.unwrap();
        assert!(is_free("a") && is_free("d"));
    })
    .await;
}
