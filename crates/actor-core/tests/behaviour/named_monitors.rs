//! Monitors that are placed by name (P-19 to P-21).

use std::convert::Infallible;

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{
    ActorRef, Context, ExitReason, GenServer, InitResult, MonitorRef, Name, Node, Start, StopError,
    process,
};

use crate::probe::{Probe, log};
use crate::witness::Heard::{Down, DownOf};
use crate::witness::{Heard, Watched, Witness};

const HOLDER: Name<Witness> = actor_core::name!(Witness, "holder");

impl Watched {
    async fn monitor_name<S: 'static>(&self, name: Name<S>) -> MonitorRef {
        self.does(move |cx| cx.monitor(&name)).await
    }
}

fn down_of(name: &str, monitor: &MonitorRef, target: &Watched, reason: ExitReason) -> Heard {
    DownOf(name.into(), monitor.clone(), target.pid(), reason)
}

#[tokio::test(start_paused = true)]
async fn a_monitor_by_name_stays_with_the_holder_of_its_moment_and_tells_name_and_pid() {
    // P-19, P-21: with a cache, a text and a text of run time
    isolated(async {
        for name in [HOLDER, Name::new("holder"), Name::dynamic("holder")] {
            let watcher = Watched::start().await;
            let first = Watched::named("holder").await;
            let by_name = watcher.monitor_name(name.clone()).await;
            let by_pid = watcher.monitor(&first.pid()).await;
            assert_ne!(by_name, by_pid);
            first.stop().await;
            let second = Watched::named("holder").await;
            second.stop().await;
            let expected = [
                down_of("holder", &by_name, &first, ExitReason::Normal),
                Down(by_pid, first.pid(), ExitReason::Normal),
            ];
            assert_eq!(watcher.hears().await, expected);
            watcher.stop().await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_name_that_nobody_holds_is_an_immediate_down_with_a_pid_of_nobody() {
    // P-20, N-3
    isolated(async {
        let watcher = Watched::start().await;
        let monitor = watcher.monitor_name(HOLDER).await;
        let heard = watcher.hears().await;
        let [DownOf(name, placed, pid, ExitReason::NoProc)] = &heard[..] else {
            panic!("{heard:?}");
        };
        assert_eq!((name.as_str(), placed), ("holder", &monitor));

        // It is as the pid of a dead process.
        assert!(!pid.is_alive());
        assert_eq!((pid.name(), pid.orphans()), (None, Vec::new()));
        assert_eq!(pid.exited().await, ExitReason::NoProc);
        assert!(matches!(pid.stop().await, Err(StopError::NoProc)));
        pid.exit(ExitReason::Kill);
        let peer = pid.clone();
        assert!(watcher.does(move |cx| cx.link(&peer).is_err()).await);
        let again = watcher.monitor(pid).await;
        let expected = Down(again, pid.clone(), ExitReason::NoProc);
        assert_eq!(watcher.hears().await[1..], [expected]);

        // Nobody ever gets it, whoever takes the name next.
        let late = Watched::named("holder").await;
        assert_ne!(late.pid(), *pid);
        late.stop().await;
        assert_eq!(watcher.hears().await.len(), 2);
        watcher.stop().await;
    })
    .await;
}

/// Holds a name that is thought to be of another type.
struct Stranger;

impl GenServer for Stranger {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

#[tokio::test(start_paused = true)]
async fn a_holder_of_another_type_is_monitored_all_the_same() {
    // P-21: a monitor sends nothing, so it needs no type
    isolated(async {
        let watcher = Watched::start().await;
        let stranger: ActorRef<Stranger> = Stranger::options(())
            .name("holder")
            .start()
            .await
            .expect("starts");
        assert_eq!(HOLDER.whereis(), None);
        let monitor = watcher.monitor_name(HOLDER).await;
        stranger.exit(ExitReason::Kill);
        stranger.exited().await;
        let down = DownOf("holder".into(), monitor, stranger.pid(), ExitReason::Killed);
        assert_eq!(watcher.hears().await, [down]);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_monitor_of_ones_own_name_yields_nothing() {
    // P-23
    isolated(async {
        let watcher = Watched::named("holder").await;
        let monitor = watcher.monitor_name(HOLDER).await;
        assert_eq!(watcher.hears().await, []);
        watcher.does(move |cx| cx.demonitor_flush(&monitor)).await;
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_monitor_by_name_can_be_stopped_and_its_down_taken_back() {
    // P-23
    isolated(async {
        let watcher = Watched::start().await;
        let holder = Watched::named("holder").await;
        for flush in [false, true] {
            let stopped = watcher.monitor_name(HOLDER).await;
            let stop = move |cx: &mut Context<Witness>| match flush {
                true => cx.demonitor_flush(&stopped),
                false => cx.demonitor(&stopped),
            };
            watcher.does(stop).await;
        }
        holder.stop().await;
        assert_eq!(watcher.hears().await, []);

        // The DOWN of nobody lies in the inbox before the callback that asks for it has ended.
        let taken_back = |cx: &mut Context<Witness>| {
            let monitor = cx.monitor(&HOLDER);
            cx.demonitor_flush(&monitor);
        };
        watcher.does(taken_back).await;
        assert_eq!(watcher.hears().await, []);
        let too_late = |cx: &mut Context<Witness>| {
            let monitor = cx.monitor(&HOLDER);
            cx.demonitor(&monitor);
        };
        watcher.does(too_late).await;
        let heard = watcher.hears().await;
        assert!(
            matches!(&heard[..], [DownOf(_, _, _, ExitReason::NoProc)]),
            "{heard:?}"
        );
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_name_is_that_of_the_watchers_node() {
    // N-1, P-21
    isolated(async {
        let here = Watched::named("holder").await;
        let elsewhere = Node::new();
        let (watcher, there) = elsewhere
            .run(async { (Watched::start().await, Watched::named("holder").await) })
            .await;
        let monitor = watcher.monitor_name(HOLDER).await;
        here.stop().await;
        assert_eq!(watcher.hears().await, []);
        there.stop().await;
        let down = down_of("holder", &monitor, &there, ExitReason::Normal);
        assert_eq!(watcher.hears().await, [down]);
        watcher.stop().await;
    })
    .await;
}

on_every_runtime! {
    async fn a_monitor_by_name_that_races_the_death_gives_exactly_one_down() {
        // P-20, F-52: the true reason, or noproc
        isolated(async {
            let watcher = Watched::start().await;
            for round in 0..1000 {
                let holder = Probe::options(log()).name("holder").start();
                let kill = holder.await.expect("the name is free");
                let target = kill.pid();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                let monitor = watcher.monitor_name(HOLDER).await;
                target.exited().await;
                killer.join().expect("no panic");
                let heard = watcher.hears().await;
                assert_eq!(heard.len(), round + 1);
                let Some(DownOf(name, placed, pid, reason)) = heard.last() else {
                    panic!("{heard:?}");
                };
                assert_eq!((name.as_str(), placed), ("holder", &monitor));
                match reason {
                    ExitReason::Killed => assert_eq!(*pid, target),
                    reason => assert_eq!(*reason, ExitReason::NoProc),
                }
            }
            assert_eq!(process::whereis("holder"), None);
            watcher.stop().await;
        })
        .await;
    }
}
