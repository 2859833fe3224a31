//! Restarts that fail: tried again by a message, each try counted, the inbox served in between.

use std::iter::repeat_n;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actor_core::{ActorRef, ExitReason, Overflow, StartError, sys};
use actor_supervisor::{ChildSpec, ChildStatus, Supervisor, SupervisorClient, SupervisorSpec};
use futures_util::future::{join, join_all};
use tokio::time::timeout;

use crate::support::{
    Begin, Boss, Log, Plan, SECOND, Worker, assert_took, child, children, inside, is_free,
    isolated, kill, now, over, pid, pids, restarts, settled, start_below, trapping,
};

/// Ready once, and never again.
fn hopeless(begin: Begin) -> [Begin; 2] {
    [Begin::Ready, begin]
}

#[tokio::test(start_paused = true)]
async fn a_failed_restart_is_tried_again_until_it_succeeds() {
    // S-40, S-27: the crash and two failed tries are the three events that are allowed.
    isolated(async {
        for failure in [Begin::Error, Begin::Stop, Begin::Panic] {
            let log = Log::default();
            let begins = [Begin::Ready, failure.clone(), failure, Begin::Ready];
            let plans = [Plan::new("a", &log).begins(begins), Plan::new("b", &log)];
            let sup = over(&plans).start_link().await.unwrap();
            let b = pid("b");
            let a = kill("a").await;
            settled(&sup, &["b running", "a running"]).await;
            assert_eq!(plans[0].starts(), 4);
            assert_ne!(pid("a"), a);
            assert_eq!(pid("b"), b);
            assert_eq!(restarts(&sup, "a").await, 1);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_failed_try_counts_as_a_restart() {
    // S-40, S-27, S-28: with one event less allowed, the same child is given up.
    isolated(async {
        let log = Log::default();
        let begins = [Begin::Ready, Begin::Error, Begin::Error, Begin::Ready];
        let [a, b] = trapping(["a", "b"], &log);
        let plans = [a.begins(begins), b];
        let sup = over(&plans).max_restarts(2).start_link().await.unwrap();
        kill("a").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_eq!(plans[0].starts(), 3);
        assert_eq!(log.count("terminate b: shutdown"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_never_starts_again_exhausts_the_limit_at_once() {
    // S-40, S-28: no delay between the tries; the rest is stopped in reverse order.
    isolated(async {
        for failure in [Begin::Error, Begin::Stop, Begin::Panic] {
            let log = Log::default();
            let [a, b, c] = trapping(["a", "b", "c"], &log);
            let plans = [a, b.begins(hopeless(failure)), c];
            let sup = over(&plans).start_link().await.unwrap();
            log.take();
            let begun = now();
            kill("b").await;
            assert_eq!(sup.exited().await, ExitReason::Shutdown);
            assert_took(begun, Duration::ZERO);
            let order = [
                "end b",
                "init b",
                "end b",
                "init b",
                "end b",
                "init b",
                "end b",
                "terminate c: shutdown",
                "end c",
                "terminate a: shutdown",
                "end a",
            ];
            assert_eq!(log.take(), order);
        }
    })
    .await;
}

// F-33
#[tokio::test(start_paused = true)]
async fn between_tries_questions_are_answered() {
    // S-41, S-50: the child is listed as restarting.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins(hopeless(Begin::Error));
        let spec = over([&a, &Plan::new("b", &log)]).max_restarts(u32::MAX);
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        for _ in 0..100 {
            assert_eq!(children(&sup).await, ["b running", "a restarting"]);
            let counts = sup.count_children().await.unwrap();
            assert_eq!((counts.specs, counts.active), (2, 1));
        }
        assert_eq!(child(&sup, "a").await.status, ChildStatus::Restarting);
        assert_eq!(restarts(&sup, "a").await, 0);
        assert!(a.starts() > 100);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-33
#[tokio::test(start_paused = true)]
async fn between_tries_a_stop_is_obeyed() {
    // S-41, S-19: promptly, however often it failed before.
    isolated(async {
        for failure in [Begin::Error, Begin::Stop, Begin::Panic] {
            let log = Log::default();
            let [a, b] = trapping(["a", "b"], &log);
            let a = a.begins(hopeless(failure));
            let spec = over([&a, &b]).max_restarts(u32::MAX);
            let sup = spec.start_link().await.unwrap();
            kill("a").await;
            while a.starts() < 500 {
                children(&sup).await;
            }
            let tried = a.starts();
            sup.stop().await.unwrap();
            assert!(a.starts() <= tried + 2, "{} more", a.starts() - tried);
            assert_eq!(log.count("terminate b: shutdown"), 1);
            assert!(is_free("a") && is_free("b"));
        }
    })
    .await;
}

// F-33
#[tokio::test(start_paused = true)]
async fn between_tries_the_parents_exit_is_obeyed() {
    // S-41, S-20.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let [a, b] = trapping(["a", "b"], &log);
        let a = a.begins(hopeless(Begin::Panic));
        let spec = over([&a, &b]).max_restarts(u32::MAX);
        let sup = start_below(&boss, spec).await;
        kill("a").await;
        children(&sup).await;
        let told = sup.clone();
        let reason = ExitReason::custom("enough");
        let why = reason.clone();
        inside(&boss, async move { told.exit(why) }).await.unwrap();
        assert_eq!(sup.exited().await, reason);
        assert_eq!(log.count("terminate b: shutdown"), 1);
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn between_tries_other_children_are_restarted() {
    // S-41, S-32.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins(hopeless(Begin::Error));
        let b = Plan::new("b", &log);
        let spec = over([&a, &b]).max_restarts(u32::MAX);
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        for n in 1..=10 {
            kill("b").await;
            assert_eq!(children(&sup).await, ["b running", "a restarting"]);
            assert_eq!(restarts(&sup, "b").await, n);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn two_children_may_wait_for_their_next_try() {
    // S-40, S-44: each has its own tries.
    isolated(async {
        let log = Log::default();
        let tries = |n| {
            let failures = repeat_n(Begin::Error, n);
            [Begin::Ready].into_iter().chain(failures)
        };
        let plan = |label, n| Plan::new(label, &log).begins(tries(n).chain([Begin::Ready]));
        let plans = [plan("a", 20), plan("b", 5)];
        let spec = over(&plans).max_restarts(27);
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        kill("b").await;
        settled(&sup, &["b running", "a running"]).await;
        let [a, b] = &plans;
        assert_eq!((a.starts(), b.starts()), (22, 7));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stranger_that_took_the_name_is_waited_for_by_trying() {
    // S-13, S-40: `already_started` is an ordinary failure on a restart too.
    isolated(async {
        let log = Log::default();
        let stranger = Plan::new("b", &log).start().await.unwrap();
        let runs = AtomicUsize::new(0);
        let (one, two) = (Plan::new("a", &log), Plan::new("b", &log));
        let spec = ChildSpec::new("child", move || {
            let is_first = runs.fetch_add(1, Ordering::SeqCst) == 0;
            let plan = if is_first { &one } else { &two };
            plan.clone().start_link()
        });
        let spec = over([]).child(spec).max_restarts(u32::MAX);
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        assert_eq!(children(&sup).await, ["child restarting"]);
        stranger.stop().await.unwrap();
        settled(&sup, &["child running"]).await;
        assert_ne!(pid("b"), stranger.pid());
        sup.stop().await.unwrap();
    })
    .await;
}

// F-50
#[tokio::test(start_paused = true)]
async fn a_start_function_that_panics_on_a_restart_is_tried_again() {
    // S-9, S-40.
    isolated(async {
        let log = Log::default();
        let runs = AtomicUsize::new(0);
        let plan = Plan::new("a", &log);
        let spec = ChildSpec::new("a", move || {
            let nth = runs.fetch_add(1, Ordering::SeqCst);
            assert!(nth != 1 && nth != 2, "not now");
            plan.clone().start_link()
        });
        let sup = over([]).child(spec).start_link().await.unwrap();
        kill("a").await;
        settled(&sup, &["a running"]).await;
        assert_eq!(restarts(&sup, "a").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

/// Starts the worker, but not longer than a second.
async fn hurried(plan: Plan) -> Result<ActorRef<Worker>, StartError> {
    let start = timeout(SECOND, plan.start_link());
    let late = |_| Err(StartError::Failed(ExitReason::custom("too slow")));
    start.await.unwrap_or_else(late)
}

#[tokio::test(start_paused = true)]
async fn a_start_function_that_gives_up_a_start_meets_no_ghost_of_it() {
    // G-8, S-40: the second try is ready in time, and the name of the first is free by then.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Hang, Begin::Ready]);
        let plan = a.clone();
        let spec = ChildSpec::new("a", move || hurried(plan.clone()));
        let sup = over([]).child(spec).start_link().await.unwrap();
        kill("a").await;
        settled(&sup, &["a running"]).await;
        assert_eq!(a.starts(), 3);
        assert_eq!(restarts(&sup, "a").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_leaves_alone_what_other_start_functions_have_started() {
    // S-32, S-40: the aide is linked to the supervisor, and no child of it.
    isolated(async {
        let log = Log::default();
        let [aide, a] = trapping(["aide", "a"], &log);
        let spec = ChildSpec::new("a", move || {
            let (aide, a) = (aide.clone(), a.clone());
            async move {
                aide.start_link().await?;
                a.start_link().await
            }
        });
        let b = Plan::new("b", &log).begins([Begin::Ready, Begin::Error, Begin::Ready]);
        let sup = over([]).child(spec).child(b.spec());
        let sup = sup.start_link().await.unwrap();
        let untouched = pids(["aide", "a"]);
        kill("b").await;
        settled(&sup, &["b running", "a running"]).await;
        assert_eq!(log.count("end aide"), 0);
        assert_eq!(pids(["aide", "a"]), untouched);
        sup.stop_with(ExitReason::Shutdown).await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_that_fails_behind_its_process_leaves_no_ghost() {
    // S-9, S-40, G-8: on a restart, and at the start-up; by an error, and by a panic.
    isolated(async {
        for panics in [false, true] {
            let log = Log::default();
            let a = Plan::new("a", &log);
            let made = a.clone();
            let spec = ChildSpec::new("a", move || {
                let plan = made.clone();
                async move {
                    let is_second = plan.starts() == 1;
                    let child = plan.start_link().await?;
                    assert!(!(is_second && panics), "not now");
                    match is_second {
                        true => Err(StartError::Failed(ExitReason::custom("not now"))),
                        false => Ok(child),
                    }
                }
            });
            let sup = over([]).child(spec).start_link().await.unwrap();
            let begun = now();
            kill("a").await;
            settled(&sup, &["a running"]).await;
            assert_took(begun, Duration::ZERO);
            assert_eq!(a.starts(), 3);
            assert_eq!(restarts(&sup, "a").await, 1);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

/// Says nothing of its mailbox.
struct Tree;

impl Supervisor for Tree {
    type Args = Vec<Plan>;

    fn init(plans: Vec<Plan>) -> SupervisorSpec {
        over(&plans)
    }
}

#[tokio::test(start_paused = true)]
async fn no_bound_of_its_mailbox_costs_a_supervisor_a_restart_or_a_question() {
    // S-40, X-12
    for overflow in [Overflow::Wait, Overflow::Fail, Overflow::DropOldest] {
        isolated(async {
            let log = Log::default();
            let begins = [Begin::Ready, Begin::Error, Begin::Error, Begin::Ready];
            let plans = vec![Plan::new("a", &log).begins(begins)];
            let options = Tree::options(plans).mailbox(1).overflow(overflow);
            let sup = options.start().await.unwrap();
            sys::suspend(&sup).await.unwrap();
            kill("a").await;
            let asked = join_all((0..10).map(|_| sup.which_children()));
            let (answers, resumed) = join(asked, sys::resume(&sup)).await;
            resumed.unwrap();
            assert!(answers.iter().all(Result::is_ok));
            settled(&sup, &["a running"]).await;
            sup.stop().await.unwrap();
        })
        .await;
    }
}
