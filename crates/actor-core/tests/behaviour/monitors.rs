//! Monitors: one-way, one DOWN each, with the true reason.

use std::convert::Infallible;

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Info, InitResult, MonitorRef, Next,
    NextResult, Pid, Start,
};

use crate::probe::{Ask, Probe, Tell, entries, log, probe, seen};

async fn monitor(watcher: &ActorRef<Probe>, target: Pid) -> MonitorRef {
    watcher
        .call(|reply| Ask::Monitor { target, reply })
        .await
        .expect("replies")
}

#[tokio::test(start_paused = true)]
async fn each_monitor_gives_one_down_with_the_true_reason() {
    // P-18, P-19, P-22
    isolated(async {
        for (end, reason) in [
            (Tell::Fail, "down: error: asked to fail"),
            (Tell::Stop, "down: shutdown: \"told to\""),
        ] {
            let (watcher, target) = (probe().await, probe().await);
            let first = monitor(&watcher, target.pid()).await;
            let second = monitor(&watcher, target.pid()).await;
            assert_ne!(first, second);
            target.cast(end);
            target.exited().await;
            assert_eq!(seen(&watcher).await, [reason, reason]);
            watcher.stop().await.expect("stops");
        }
        let (watcher, target) = (probe().await, probe().await);
        monitor(&watcher, target.pid()).await;
        target.stop().await.expect("stops");
        assert_eq!(seen(&watcher).await, ["down: normal"]);
        watcher.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn monitoring_the_dead_is_an_immediate_down_and_oneself_nothing() {
    // P-20, P-23
    isolated(async {
        let (watcher, target) = (probe().await, probe().await);
        target.stop().await.expect("stops");
        monitor(&watcher, target.pid()).await;
        monitor(&watcher, watcher.pid()).await;
        assert_eq!(seen(&watcher).await, ["down: no such process"]);
        watcher.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn demonitor_stops_a_later_down_and_flush_takes_back_one_that_lies_in_the_inbox() {
    // P-23
    for (flush, expected) in [(false, &["down: normal"][..]), (true, &[])] {
        isolated(async {
            let log = log();
            let watcher = Probe::start(log.clone()).await.expect("starts");
            let (early, late) = (probe().await, probe().await);
            let early_ref = monitor(&watcher, early.pid()).await;
            let late_ref = monitor(&watcher, late.pid()).await;
            // While the watcher is busy, the first DOWN arrives behind the demonitor's call.
            let call = |monitor| {
                watcher.call(move |reply| Ask::Demonitor {
                    monitor,
                    flush,
                    reply,
                })
            };
            call(late_ref).await.expect("replies");
            late.stop().await.expect("stops");
            watcher.cast(Tell::Sleep(std::time::Duration::from_secs(1)));
            tokio::task::yield_now().await;
            let demonitor = call(early_ref);
            let (done, stopped) = tokio::join!(demonitor, early.stop());
            done.expect("replies");
            stopped.expect("stops");
            assert_eq!(seen(&watcher).await, expected, "flush {flush}");
            watcher.stop().await.expect("stops");
        })
        .await;
    }
}

/// Takes the name of each process that it hears has ended, at once.
struct Heir(Option<tokio::sync::oneshot::Sender<bool>>);

impl GenServer for Heir {
    type Args = (Pid, tokio::sync::oneshot::Sender<bool>);
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((target, tell): Self::Args, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.monitor(&target);
        Ok(Self(Some(tell)).into())
    }

    async fn handle_info(
        &mut self,
        info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        if let (Info::Down(down), Some(tell)) = (info, self.0.take()) {
            let successor = Probe::options(log()).name("target").start().await;
            let free = successor.is_ok() && !down.pid.is_alive();
            let _ = tell.send(free);
            successor?.stop().await?;
        }
        Ok(Next::NoReply)
    }
}

on_every_runtime! {
    async fn at_down_the_name_is_free_and_the_process_dead() {
        // F-57, P-4, N-2, R7
        isolated(async {
            for _ in 0..1000 {
                let target = Probe::options(log())
                    .name("target")
                    .start()
                    .await
                    .expect("starts");
                let (tell, told) = tokio::sync::oneshot::channel();
                let heir = Heir::start((target.pid(), tell)).await.expect("starts");
                target.exit(ExitReason::Kill);
                assert_eq!(told.await, Ok(true));
                heir.stop().await.expect("stops");
            }
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_watcher_leaves_nothing_behind() {
    // P-25
    isolated(async {
        let target = probe().await;
        for _ in 0..100 {
            let log = log();
            let watcher = Probe::start(log.clone()).await.expect("starts");
            monitor(&watcher, target.pid()).await;
            watcher.exit(ExitReason::Kill);
            watcher.exited().await;
            assert_eq!(entries(&log), ["dropped"]);
        }
        target.stop().await.expect("stops");
    })
    .await;
}

on_every_runtime! {
    async fn a_monitor_placed_while_the_target_dies_gives_exactly_one_down() {
        // F-52: the true reason, or noproc
        isolated(async {
            let watcher = probe().await;
            for _ in 0..2000 {
                let target = probe().await;
                let kill = target.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                monitor(&watcher, target.pid()).await;
                target.exited().await;
                killer.join().expect("no panic");
            }
            // Each DOWN lies in the inbox when the wait for the death has returned.
            let downs = seen(&watcher).await;
            assert_eq!(downs.len(), 2000);
            let true_reason = |down: &String| down == "down: killed" || down == "down: no such process";
            assert!(downs.iter().all(true_reason));
            watcher.stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    async fn nothing_arrives_after_a_flush_that_races_the_death() {
        // F-53, P-23
        isolated(async {
            let (log, mut flushed) = (log(), 0);
            let watcher = Probe::start(log.clone()).await.expect("starts");
            for round in 0..2000 {
                let target = probe().await;
                let monitor = monitor(&watcher, target.pid()).await;
                let killed = target.clone();
                let kill = move || killed.exit(ExitReason::Kill);
                // A thread may always be too late: each second time it is sent just before.
                let killer = match round % 2 {
                    0 => Some(std::thread::spawn(kill)),
                    _ => {
                        kill();
                        None
                    }
                };
                let call = watcher.call(|reply| Ask::Demonitor {
                    monitor,
                    flush: true,
                    reply,
                });
                call.await.expect("replies");
                let before = entries(&log).len();
                flushed += u32::from(!target.is_alive());
                target.exited().await;
                assert_eq!(seen(&watcher).await.len(), before);
                if let Some(killer) = killer {
                    killer.join().expect("no panic");
                }
            }
            assert!(flushed > 0, "it never came close");
            watcher.stop().await.expect("stops");
        })
        .await;
    }
}
