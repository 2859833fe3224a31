//! What is no actor as a child: futures, and functions that block.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use actor_core::testing::on_every_runtime;
use actor_core::{Address, ExitReason, process};
use actor_supervisor::{
    ChildSpec, ChildStatus, Restart, Shutdown, Strategy, SupervisorClient, SupervisorRef,
    SupervisorSpec, TaskRef,
};
use tokio::sync::Notify;

use crate::support::{HOUR, Log, SECOND, isolated, raced};

async fn over(spec: ChildSpec<TaskRef>) -> SupervisorRef {
    let sup = SupervisorSpec::new(Strategy::OneForOne).child(spec);
    sup.start_link().await.expect("starts")
}

async fn status(sup: &SupervisorRef, id: &'static str) -> (ChildStatus, u64) {
    let child = sup.which_child(id).await.expect("it is there");
    (child.status, child.restarts)
}

/// Notes when it is dropped.
struct Guard(Log);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.add("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_future_is_the_end_of_its_process() {
    // E-2, S-23: which ends restart a transient one.
    for (end, restarted) in [
        ("return", false),
        ("ok", false),
        ("error", true),
        ("panic", true),
    ] {
        isolated(async {
            let runs = Arc::new(AtomicUsize::new(0));
            let first_run = Arc::clone(&runs);
            let work = move || {
                let run = first_run.fetch_add(1, Ordering::SeqCst);
                async move {
                    match end {
                        _ if run > 0 => {}
                        "error" => return Err(io::Error::other("no luck")),
                        "panic" => panic!("no luck"),
                        _ => {}
                    }
                    Ok(())
                }
            };
            let sup = over(ChildSpec::task("work", work).restart(Restart::Transient)).await;
            let restarts = loop {
                match status(&sup, "work").await {
                    (ChildStatus::Undefined, restarts) => break restarts,
                    _ => tokio::task::yield_now().await,
                }
            };
            assert_eq!(restarts, u64::from(restarted), "{end}");
            assert_eq!(
                runs.load(Ordering::SeqCst),
                1 + usize::from(restarted),
                "{end}"
            );
            sup.stop().await.unwrap();
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_future_is_the_exit_reason() {
    isolated(async {
        let sup = SupervisorSpec::new(Strategy::OneForOne)
            .start_link()
            .await
            .unwrap();
        let failing = || async { Err::<(), _>(io::Error::other("no luck")) };
        let task = ChildSpec::task("work", failing).restart(Restart::Temporary);
        let task: TaskRef = sup.start_child(task).await.unwrap();
        let reason = task.exited().await;
        let error = reason
            .as_error()
            .and_then(|error| error.downcast_ref::<io::Error>());
        assert_eq!(error.map(ToString::to_string).as_deref(), Some("no luck"));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_told_to_stop_is_dropped_at_its_await() {
    // S-15, X-2
    isolated(async {
        let log = Log::default();
        let inner = log.clone();
        let sup = over(ChildSpec::task("loop", move || {
            let guard = Guard(inner.clone());
            async move {
                let _guard = guard;
                loop {
                    tokio::time::sleep(HOUR).await;
                }
            }
        }))
        .await;
        assert_eq!(log.events(), [""; 0]);
        sup.stop().await.unwrap();
        assert_eq!(log.events(), ["dropped"]);
    })
    .await;
}

on_every_runtime! {
    async fn a_function_that_blocks_leaves_the_runtime_alone_and_stops_when_it_looks() {
        // the one thread of this runtime goes on.
        raced(async {
            let begun = Arc::new(Notify::new());
            let begin = Arc::clone(&begun);
            let (sender, receiver) = mpsc::channel::<()>();
            let receiver = Arc::new(std::sync::Mutex::new(receiver));
            let sup = over(ChildSpec::blocking("watcher", move || {
                begin.notify_one();
                let receiver = receiver.lock().expect("nobody panics inside");
                while !process::exit_requested() {
                    let _ = receiver.recv_timeout(SECOND / 100); // blocks its thread
                }
            }))
            .await;
            begun.notified().await;
            assert!(matches!(
                status(&sup, "watcher").await.0,
                ChildStatus::Running(_)
            ));
            sup.stop().await.unwrap();
            drop(sender);
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_function_that_does_not_look_dies_only_when_it_returns() {
        // F-36, X-1: no death is announced that has not happened.
        raced(async {
            let begun = Arc::new(Notify::new());
            let begin = Arc::clone(&begun);
            let log = Log::default();
            let inner = log.clone();
            let (release, released) = mpsc::channel::<()>();
            let released = std::sync::Mutex::new(Some(released));
            let spec = ChildSpec::blocking("stubborn", move || {
                let released = released.lock().expect("nobody panics inside").take();
                begin.notify_one();
                if let Some(released) = released {
                    let _ = released.recv();
                    inner.add("returned");
                }
            });
            let spec = spec
                .shutdown(Shutdown::BrutalKill)
                .restart(Restart::Temporary);
            let sup = over(spec).await;
            begun.notified().await;
            let (status, _) = status(&sup, "stubborn").await;
            let pid = status.pid().expect("it runs").clone();
            let released = async {
                while answers(&sup).await {
                    tokio::task::yield_now().await;
                }
                assert!(pid.is_alive());
                assert_eq!(log.events(), [""; 0]);
                drop(release);
                assert_eq!(pid.exited().await, ExitReason::Killed);
                assert_eq!(log.events(), ["returned"]);
            };
            let (stopped, ()) = tokio::join!(sup.stop(), released);
            stopped.unwrap();
        })
        .await;
    }
}

/// False when the supervisor is in its `terminate`, where it answers nothing any more.
async fn answers(sup: &SupervisorRef) -> bool {
    sup.within(SECOND / 100).count_children().await.is_ok()
}
