//! Children whose `init` never answers: their supervisor still hears that it is to stop (F-34).

use std::future::pending;

use actor_core::testing::wait_until;
use actor_core::{CallError, ExitReason, StartError};
use actor_supervisor::{ChildSpec, Strategy, SupervisorClient};
use tokio::task::yield_now;

use crate::support::{
    Begin, Boss, Log, Plan, SECOND, STRATEGIES, SUP, Terminate, by, children, inside, is_free,
    isolated, kill, nested, over, pid, settled, start_below, trapping,
};

/// Waits until the child with this name is in its `init`.
async fn begun(label: &'static str) {
    wait_until(|| !is_free(label)).await;
}

fn all_are_free(labels: &[&str]) -> bool {
    labels.iter().all(|label| is_free(label))
}

/// `b` hangs in its first `init`; `c` is behind it.
fn stuck_start(log: &Log) -> [Plan; 3] {
    let [a, b, c] = trapping(["a", "b", "c"], log);
    [a, b.begins([Begin::Hang]), c]
}

/// `b` hangs in its second `init`.
fn stuck_restart(log: &Log) -> [Plan; 3] {
    let [a, b, c] = trapping(["a", "b", "c"], log);
    [a, b.begins([Begin::Ready, Begin::Hang]), c]
}

/// The half-started child is dead before the one in front of it is told.
const UNDONE: [&str; 5] = [
    "init a",
    "init b",
    "end b",
    "terminate a: shutdown",
    "end a",
];

// F-34, F-51
#[tokio::test(start_paused = true)]
async fn a_stop_during_the_start_up_is_obeyed() {
    // F-34, S-14, S-11: the half-started child is killed, the others are stopped in reverse.
    isolated(async {
        let log = Log::default();
        let stop = async {
            begun("b").await;
            let _ = SUP.whereis().unwrap().stop_with(ExitReason::Shutdown).await;
            assert!(all_are_free(&["sup", "a", "b", "c"]));
        };
        let (started, ()) = tokio::join!(over(&stuck_start(&log)).start(), stop);
        let error = started.unwrap_err();
        assert!(matches!(error, StartError::Failed(ExitReason::Shutdown)));
        assert_eq!(log.take(), UNDONE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_start_up_gives_its_own_reason() {
    // F-34, S-19, G-47.
    isolated(async {
        for reason in [ExitReason::Normal, ExitReason::custom("enough")] {
            let log = Log::default();
            let stop = async {
                begun("b").await;
                let sup = SUP.whereis().unwrap();
                let stopped = sup.stop_with(reason.clone()).await;
                (stopped, sup.exited().await)
            };
            let (started, (stopped, ended)) = tokio::join!(over(&stuck_start(&log)).start(), stop);
            started.unwrap_err();
            assert_eq!(log.take(), UNDONE);
            assert_eq!(ended, reason);
            stopped.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_parents_exit_during_the_start_up_is_obeyed() {
    // F-34, S-19, S-20: the start fails; a trapping parent gets no exit of it.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&Log::default()).await;
        let spec = over(&stuck_start(&log));
        let started = inside(&boss, async {
            let told = async {
                begun("b").await;
                pid("sup").exit(ExitReason::Shutdown);
            };
            tokio::join!(spec.start_link(), told).0
        });
        let error = started.await.unwrap().unwrap_err();
        assert!(matches!(error, StartError::Failed(ExitReason::Shutdown)));
        assert_eq!(log.take(), UNDONE);
        assert!(all_are_free(&["sup", "a", "b", "c"]));
        boss.stop().await.unwrap();
    })
    .await;
}

// F-34
#[tokio::test(start_paused = true)]
async fn the_death_of_the_starter_during_the_start_up_ends_all() {
    // F-34, G-8: nobody waits for the start any more.
    isolated(async {
        let log = Log::default();
        let boss = Boss::mortal().await;
        let spec = over(&stuck_start(&log));
        let killer = async {
            begun("b").await;
            boss.exit(ExitReason::Kill);
        };
        let (started, ()) = tokio::join!(inside(&boss, spec.start_link()), killer);
        assert!(started.is_none());
        wait_until(|| all_are_free(&["sup", "a", "b", "c"])).await;
        assert_eq!((log.count("end a"), log.count("end b")), (1, 1));
        assert_eq!(log.count("init c"), 0);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_kill_during_the_start_up_ends_all() {
    // F-34, S-66: the half-started child traps exits and is deaf, and dies all the same.
    isolated(async {
        let log = Log::default();
        let killer = async {
            begun("b").await;
            SUP.whereis().unwrap().exit(ExitReason::Kill);
        };
        let (started, ()) = tokio::join!(over(&stuck_start(&log)).start_link(), killer);
        let error = started.unwrap_err();
        assert!(matches!(error, StartError::Failed(ExitReason::Killed)));
        wait_until(|| all_are_free(&["sup", "a", "b", "c"])).await;
        assert_eq!(log.count("terminate a: killed"), 1);
    })
    .await;
}

// F-34
#[tokio::test(start_paused = true)]
async fn a_stop_during_a_restart_is_obeyed() {
    // F-34, S-14, S-19: the half-started child has no `terminate`, its siblings have theirs.
    isolated(async {
        for strategy in STRATEGIES {
            let log = Log::default();
            let spec = by(strategy, &stuck_restart(&log));
            let sup = spec.start_link().await.unwrap();
            kill("b").await;
            begun("b").await;
            log.take();
            sup.stop().await.unwrap();
            assert!(all_are_free(&["sup", "a", "b", "c"]));
            let order: &[_] = match strategy {
                Strategy::OneForOne => &[
                    "end b",
                    "terminate c: shutdown",
                    "end c",
                    "terminate a: shutdown",
                    "end a",
                ],
                _ => &["end b", "terminate a: shutdown", "end a"],
            };
            assert_eq!(log.take(), order, "{strategy:?}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_parents_exit_during_a_restart_is_obeyed() {
    // F-34, S-19, S-20.
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&Log::default()).await;
        let sup = start_below(&boss, over(&stuck_restart(&log))).await;
        kill("b").await;
        begun("b").await;
        let reason = ExitReason::custom("enough");
        let (told, why) = (sup.clone(), reason.clone());
        inside(&boss, async move { told.exit(why) }).await.unwrap();
        assert_eq!(sup.exited().await, reason);
        assert!(all_are_free(&["sup", "a", "b", "c"]));
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_kill_during_a_restart_ends_all() {
    // F-34, S-66.
    isolated(async {
        let log = Log::default();
        let sup = over(&stuck_restart(&log)).start_link().await.unwrap();
        kill("b").await;
        begun("b").await;
        sup.exit(ExitReason::Kill);
        assert_eq!(sup.exited().await, ExitReason::Killed);
        wait_until(|| all_are_free(&["sup", "a", "b", "c"])).await;
        assert_eq!(log.count("terminate c: killed"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_question_during_a_start_that_hangs_is_answered_by_the_end() {
    // F-34, S-8, G-21: it waits, and is not forgotten.
    isolated(async {
        let log = Log::default();
        let sup = over(&stuck_restart(&log)).start_link().await.unwrap();
        kill("b").await;
        begun("b").await;
        let (asked, stopped) = tokio::join!(sup.which_children(), async {
            yield_now().await;
            sup.stop().await
        });
        stopped.unwrap();
        // The question came first and is answered first: G-12.
        let listed = asked.map(|children| children.len());
        assert!(
            matches!(listed, Ok(3) | Err(CallError::Exited(ExitReason::Normal))),
            "{listed:?}"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_half_started_child_that_somebody_kills_frees_its_supervisor() {
    // F-34, S-40: the next try is an ordinary one.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Hang, Begin::Ready]);
        let sup = over([&a]).start_link().await.unwrap();
        kill("a").await;
        begun("a").await;
        kill("a").await;
        settled(&sup, &["a running"]).await;
        assert_eq!(a.starts(), 3);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_asks_its_own_supervisor_in_its_init_gets_an_error() {
    // S-8, F-34: each would wait for the other. The child learns of the circle, and goes on.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Ask(SUP)]);
        let sup = over([&a]).start().await.unwrap();
        let told = log.take();
        assert!(told[1].contains("a cycle of calls"), "{told:?}");
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_that_asks_its_own_supervisor_is_told_so() {
    // S-8, G-24: it runs inside the supervisor, which cannot call itself.
    isolated(async {
        let log = Log::default();
        let (plan, seen) = (Plan::new("a", &log), log.clone());
        let spec = ChildSpec::new("a", move || {
            let (plan, seen) = (plan.clone(), seen.clone());
            async move {
                let asked = SUP.which_children().await;
                seen.add(format!("{asked:?}"));
                plan.start_link().await
            }
        });
        let sup = over([]).child(spec).start().await.unwrap();
        let told = log.take();
        assert!(told[0].contains("cannot call itself"), "{told:?}");
        assert_eq!(told[1], "init a");
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_reaches_a_supervisor_that_waits_for_a_supervisor() {
    // F-34, S-14: the inner start hangs; nothing of it is left when the outer stop returns.
    isolated(async {
        let log = Log::default();
        let [a, x] = trapping(["a", "x"], &log);
        let y = Plan::new("y", &log).begins([Begin::Hang]);
        let inner = move || over([&x, &y]);
        let spec = over([&a]).child(nested("inner", inner));
        let stop = async {
            begun("y").await;
            let _ = SUP.whereis().unwrap().stop_with(ExitReason::Shutdown).await;
            assert!(all_are_free(&["sup", "a", "inner", "x", "y"]));
        };
        let (started, ()) = tokio::join!(spec.start(), stop);
        started.unwrap_err();
        assert_eq!(log.count("end x"), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_an_inner_supervisor_had_started_stops_before_the_outer_goes_on() {
    // F-34, S-14: each fully dead before the next is told, also below a start that was given up.
    isolated(async {
        let log = Log::default();
        let [a, x] = trapping(["a", "x"], &log);
        let x = x.terminate(Terminate::Slow(SECOND));
        let y = Plan::new("y", &log).begins([Begin::Hang]);
        let inner = move || over([&x, &y]);
        let spec = over([&a]).child(nested("inner", inner));
        let stop = async {
            begun("y").await;
            let _ = SUP.whereis().unwrap().stop_with(ExitReason::Shutdown).await;
        };
        let (started, ()) = tokio::join!(spec.start(), stop);
        started.unwrap_err();
        let events = log.take();
        let place = |event: &str| events.iter().position(|seen| seen == event);
        assert!(place("end x").is_some(), "{events:?}");
        assert!(
            place("end x") < place("terminate a: shutdown"),
            "{events:?}"
        );
    })
    .await;
}

// F-51
#[tokio::test(start_paused = true)]
async fn a_stop_while_siblings_are_stopped_comes_before_any_new_start() {
    // F-34, S-33, S-14: the sibling has its time, then nobody is started any more.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = trapping(["a", "b", "c"], &log);
        let plans = [a, b, c.terminate(Terminate::Slow(SECOND))];
        let spec = by(Strategy::OneForAll, &plans);
        let sup = spec.start_link().await.unwrap();
        log.take();
        kill("b").await;
        wait_until(|| log.count("terminate c: shutdown") == 1).await;
        sup.stop().await.unwrap();
        let order = [
            "end b",
            "terminate c: shutdown",
            "end c",
            "terminate a: shutdown",
            "end a",
        ];
        assert_eq!(log.take(), order);
        assert!(all_are_free(&["sup", "a", "b", "c"]));
    })
    .await;
}

// F-34
#[tokio::test(start_paused = true)]
async fn a_start_function_that_hangs_behind_its_process_leaves_no_orphan() {
    // F-34, S-66: the process runs and is linked, the start function has not given it yet. A
    // supervisor that ends `normal` takes no linked process with it.
    isolated(async {
        for restarts in [0, 1] {
            let log = Log::default();
            let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log));
            let begun_before = b.clone();
            let spec = ChildSpec::new("b", move || {
                let plan = b.clone();
                async move {
                    let hangs = plan.starts() == restarts;
                    let child = plan.start_link().await?;
                    match hangs {
                        true => pending().await,
                        false => Ok(child),
                    }
                }
            });
            let start = over([&a]).child(spec).start();
            let stop = async {
                begun("b").await;
                if restarts == 1 {
                    children(&SUP).await;
                    kill("b").await;
                }
                wait_until(|| begun_before.starts() == restarts + 1).await;
                let _ = SUP.whereis().unwrap().stop().await;
            };
            let (_started, ()) = tokio::join!(start, stop);
            assert!(all_are_free(&["sup", "a"]));
            assert!(is_free("b"), "an orphan holds the name");
        }
    })
    .await;
}
