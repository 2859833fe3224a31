//! A start that monitors: one DOWN with the true reason, and none of a start that failed (G-9).

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Init, InitResult, MonitorRef, Next,
    NextResult, Node, Options, Start, StartError, process,
};
use tokio::sync::oneshot;

use crate::probe::{Ask, Begin, Child, Probe, entries, log};
use crate::time::Clock;
use crate::witness::Heard::Down;
use crate::witness::{Watched, wait};

const SECOND: Duration = Duration::from_secs(1);

type Started<S> = Result<(ActorRef<S>, MonitorRef), StartError>;

/// Ends for its argument's reason as soon as its start is answered.
struct Mayfly(ExitReason);

impl GenServer for Mayfly {
    type Args = ExitReason;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = ();

    async fn init(reason: ExitReason, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Init::Continue(Self(reason), ()))
    }

    async fn handle_continue(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(self.0.clone()))
    }
}

/// Its `init` answers what it is sent.
struct Gated;

impl GenServer for Gated {
    type Args = oneshot::Receiver<Result<(), ExitReason>>;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = ();

    async fn init(gate: Self::Args, _cx: &mut Context<Self>) -> InitResult<Self> {
        gate.await.expect("the gate opens")?;
        Ok(Init::Continue(Self, ()))
    }

    async fn handle_continue(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(ExitReason::Normal))
    }
}

on_every_runtime! {
    async fn an_instant_death_is_one_down_with_the_true_reason() {
        // G-9, P-19
        isolated(async {
            let watcher = Watched::start().await;
            let mut expected = Vec::new();
            for n in 0..1000 {
                let reason = ExitReason::custom(n);
                let start = Mayfly::start_monitor(reason.clone());
                let (child, monitor) = watcher.runs(start).await.expect("starts");
                assert_eq!(child.exited().await, reason);
                expected.push(Down(monitor, child.pid(), reason));
            }
            assert_eq!(watcher.hears().await, expected);
            watcher.stop().await;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_monitored_start_makes_no_link_and_no_parent() {
    // G-9: neither side dies with the other, trapping or not
    isolated(async {
        for child_dies in [true, false] {
            let starter = Watched::start().await;
            let (child, monitor) = starter
                .runs(Child::new(Begin::Ready).options().start_monitor())
                .await
                .expect("starts");
            assert_eq!(starter.does(|cx| cx.linked_children()).await, []);
            if child_dies {
                child.exit(ExitReason::Kill);
                child.exited().await;
                let down = Down(monitor, child.pid(), ExitReason::Killed);
                assert_eq!(starter.hears().await, [down]);
                starter.stop().await;
            } else {
                starter.server.exit(ExitReason::Kill);
                starter.ends().await;
                child.stop().await.expect("is unharmed");
            }
        }

        // One that traps exits is not stopped by the end of its starter, and does not hear of it.
        let (starter, log) = (Watched::start().await, log());
        let start = Probe::start_monitor(log.clone());
        let (child, _monitor) = starter.runs(start).await.expect("starts");
        let trap = child.call(|reply| Ask::Trap { traps: true, reply });
        trap.await.expect("replies");
        starter.server.exit(ExitReason::Kill);
        starter.ends().await;
        child.stop().await.expect("is unharmed");
        assert_eq!(entries(&log), ["terminate: normal", "dropped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_demonitored_start_is_not_heard_of() {
    // P-23: what the start returns is a monitor like any other
    isolated(async {
        let watcher = Watched::start().await;
        let start = Child::new(Begin::Ready).options().start_monitor();
        let (child, monitor) = watcher.runs(start).await.expect("starts");
        watcher.does(move |cx| cx.demonitor(&monitor)).await;
        child.stop().await.expect("stops");
        assert_eq!(watcher.hears().await, []);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_leaves_no_monitor_and_no_down() {
    // G-9, G-4, G-8
    isolated(async {
        let watcher = Watched::start().await;
        let holder = Child::named(Begin::Ready, "taken").start().await;
        let holder = holder.expect("starts");
        for (begin, name, expected) in [
            (Begin::Ignore, "child", "ignored"),
            (Begin::Error, "child", "refused"),
            (Begin::Stop, "child", "stopped"),
            (Begin::Fail, "child", "asked to fail"),
            (Begin::Panic, "child", "init panics"),
            (Begin::Ready, "taken", "already started"),
        ] {
            let start = Child::named(begin, name).options().start_monitor();
            let failed = watcher.runs(start).await.expect_err(expected);
            assert!(failed.to_string().contains(expected), "{failed}");
            assert_eq!(process::whereis("child"), None, "the name is free at once");
        }
        holder.stop().await.expect("stops");
        assert_eq!(watcher.hears().await, []);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_monitored_start_that_takes_too_long_is_killed_without_a_down() {
    // G-7, G-9
    isolated(async {
        let watcher = Watched::start().await;
        let clock = Clock::start();
        let child = Child::named(Begin::Hang, "child").options();
        let start = child.timeout(SECOND).start_monitor();
        let error = watcher.runs(start).await.expect_err("too slow");
        assert!(matches!(error, StartError::Timeout(SECOND)), "{error}");
        assert_eq!(clock.elapsed(), SECOND);
        assert_eq!(process::whereis("child"), None);
        assert_eq!(watcher.hears().await, []);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn somebody_else_who_monitors_a_start_that_fails_hears_of_it() {
    // G-9, P-19: the starter alone hears nothing
    isolated(async {
        let (starter, other) = (Watched::start().await, Watched::start().await);
        let (open, gate) = oneshot::channel();
        let options = Gated::options(gate).name("gated");
        let start = starter.runs(options.start_monitor());
        let watch = async {
            wait_until(|| process::whereis("gated").is_some()).await;
            let gated = process::whereis("gated").expect("is in init");
            let monitor = other.monitor(&gated).await;
            open.send(Err(ExitReason::Shutdown)).expect("waits");
            Down(monitor, gated, ExitReason::Shutdown)
        };
        let (started, down) = tokio::join!(start, watch);
        assert!(matches!(started, Err(StartError::Failed(_))), "{started:?}");
        assert_eq!(other.hears().await, [down]);
        assert_eq!(starter.hears().await, []);
        starter.stop().await;
        other.stop().await;
    })
    .await;
}

/// A start that was begun in a process and is kept elsewhere.
type Kept = Pin<Box<dyn Future<Output = Started<Gated>> + Send>>;

/// Begins the start inside the process, and hands it out.
#[expect(clippy::async_yields_async, reason = "it is handed out unfinished")]
async fn begin(watcher: &Watched, start: Options<Gated>) -> Kept {
    let begun = async move {
        let mut start: Kept = Box::pin(start.start_monitor());
        let first = poll_fn(|cx| Poll::Ready(start.as_mut().poll(cx)));
        assert!(first.await.is_pending(), "`init` waits at its gate");
        start
    };
    watcher.runs(begun).await
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_told_by_its_result_alone_also_between_two_callbacks() {
    // G-9: the watcher could hear of it before it looks at the result
    isolated(async {
        let watcher = Watched::start().await;
        let (open, gate) = oneshot::channel();
        let start = begin(&watcher, Gated::options(gate).name("gated")).await;
        let gated = process::whereis("gated").expect("is in init");
        open.send(Err(ExitReason::Shutdown)).expect("waits");
        assert_eq!(gated.exited().await, ExitReason::Shutdown);
        assert_eq!(watcher.hears().await, []);
        assert!(matches!(
            start.await,
            Err(StartError::Failed(ExitReason::Shutdown))
        ));
        assert_eq!(watcher.hears().await, []);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_monitored_start_that_is_dropped_goes_on_by_itself_and_is_not_heard_of() {
    // G-9
    isolated(async {
        let watcher = Watched::start().await;
        let (open, gate) = oneshot::channel();
        let start = begin(&watcher, Gated::options(gate).name("gated")).await;
        let gated = process::whereis("gated").expect("is in init");
        drop(start);
        open.send(Ok(())).expect("waits: the start goes on");
        assert_eq!(gated.exited().await, ExitReason::Normal);
        assert_eq!(watcher.hears().await, []);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_dropped_when_its_down_lies_in_the_inbox_takes_it_back() {
    // G-9, P-23: `init` has answered, and nobody has looked at that yet
    isolated(async {
        let watcher = Watched::start().await;
        let (open, gate) = oneshot::channel();
        let dropped = async move {
            let mut start = Box::pin(Gated::options(gate).name("gated").start_monitor());
            let first = poll_fn(|cx| Poll::Ready(start.as_mut().poll(cx)));
            assert!(first.await.is_pending(), "`init` waits at its gate");
            let gated = process::whereis("gated").expect("is in init");
            open.send(Ok(())).expect("waits");
            gated.exited().await; // its DOWN lies in the inbox of this process
            drop(start);
        };
        watcher.runs(dropped).await;
        assert_eq!(watcher.hears().await, []);
        watcher.stop().await;
    })
    .await;
}

on_every_runtime! {
    async fn the_kill_of_a_starter_reaches_no_monitored_child() {
        // G-9, P-25: wherever the start is just then
        isolated(async {
            for _ in 0..1000 {
                let starter = Watched::start().await;
                let start = Child::named(Begin::Ready, "child").options().start_monitor();
                starter.server.cast(wait(async {
                    let _ = start.await;
                    pending().await
                }));
                let kill = starter.server.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                assert_eq!(starter.ends().await, ExitReason::Killed);
                killer.join().expect("no panic");
                if let Some(child) = process::whereis("child") {
                    child.stop().await.expect("is unharmed");
                }
            }
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn plain_code_is_told_what_to_do_instead() {
    // G-9, X-5
    isolated(async {
        let start = Child::named(Begin::Ready, "child").options();
        let error = start.start_monitor().await;
        let error = error.expect_err("nobody could get the DOWN");
        assert!(matches!(error, StartError::OutsideProcess));
        for hint in ["callback", "`start`", "`exited()`"] {
            assert!(error.to_string().contains(hint), "{error}");
        }
        assert_eq!(Node::current().process_count(), 0, "nothing was started");
    })
    .await;
}
