//! Stopping: in order, with the reason that was asked for, and seen by a waiting callback.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Name, Start, StopError,
};

use crate::probe::{Ask, Log, Probe, Tell, entries, log};
use crate::script::{Script, done, run};

#[tokio::test(start_paused = true)]
async fn a_stop_waits_its_turn_runs_terminate_and_drops_what_is_behind_it() {
    // G-12, G-39, G-41, G-47
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        probe.cast(Tell::Sleep(Duration::from_secs(1)));
        probe.cast(Tell::Note("before".into()));
        let stop = probe.stop();
        let behind = async { probe.cast(Tell::Note("behind".into())) };
        let (stopped, ()) = tokio::join!(stop, behind);
        stopped.expect("stops with the reason asked for");
        assert_eq!(entries(&log), ["before", "terminate: normal", "dropped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn stop_tells_when_there_was_nobody_or_another_reason() {
    // G-47
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::Stop);
        let other = probe.stop().await;
        assert!(matches!(
            other,
            Err(StopError::Exited(ExitReason::ShutdownWith(_)))
        ));
        assert!(matches!(probe.stop().await, Err(StopError::NoProc)));
        let reason = ExitReason::custom("mine");
        let probe = Probe::start(log()).await.expect("starts");
        probe
            .stop_with(reason.clone())
            .await
            .expect("the very same reason");
        assert_eq!(probe.exited().await, reason);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_an_end_for_the_same_reason_overtakes_has_what_it_asked_for() {
    // G-47: how it came to its end does not matter
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::Sleep(Duration::from_secs(1)));
        let stop = probe.stop_with(ExitReason::Shutdown);
        let signal = async { probe.exit(ExitReason::Shutdown) };
        let (stopped, ()) = tokio::join!(stop, signal);
        stopped.expect("the process has ended with that reason");
        let probe = Probe::start(log()).await.expect("starts");
        let (first, second) = tokio::join!(probe.stop(), probe.stop());
        first.expect("the first one stops it");
        second.expect("the second one finds it stopped");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_cannot_wait_for_its_own_stop() {
    // G-47, G-24
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let error = probe
            .call(|reply| Ask::StopYourself { reply })
            .await
            .expect("replies");
        assert!(matches!(error, StopError::CallingSelf));
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_waiting_callback_sees_a_stop_and_nothing_leaves_its_place() {
    // F-34, G-12: the note behind the stop is dropped, the one before it is handled
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        let waiting = probe.call(|reply| Ask::OrStop { reply });
        let stopping = async {
            probe.cast(Tell::Note("before".into()));
            probe.stop().await
        };
        let (seen, stopped) = tokio::join!(waiting, stopping);
        assert!(seen.expect("replies"));
        stopped.expect("stops");
        assert_eq!(entries(&log), ["before", "terminate: normal", "dropped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_stop_still_stops_the_process() {
    // G-47
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::Sleep(Duration::from_secs(10)));
        let gave_up = tokio::time::timeout(Duration::from_secs(1), probe.stop()).await;
        assert!(gave_up.is_err());
        assert_eq!(probe.exited().await, ExitReason::Normal);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_takes_too_long_is_told_and_happens_later() {
    // G-47
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::Sleep(Duration::from_secs(10)));
        let second = Duration::from_secs(1);
        let late = probe.stop_within(ExitReason::Normal, second).await;
        assert!(matches!(late, Err(StopError::Timeout)));
        assert!(probe.is_alive());
        assert_eq!(probe.exited().await, ExitReason::Normal);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn stop_and_reply_runs_terminate_first_and_sends_the_reply_even_if_that_panics() {
    // G-27
    isolated(async {
        for panics in [false, true] {
            let log = log();
            let probe = Probe::start(log.clone()).await.expect("starts");
            if panics {
                probe.cast(Tell::OnTerminate(Box::new(|| panic!("cannot clean up"))));
            }
            let call = probe.call(|reply| Ask::StopAndReply { reply });
            assert_eq!(call.await.expect("replies"), "last");
            let seen = entries(&log);
            assert_eq!(
                seen[..2],
                ["stopping", "terminate: normal"],
                "before the reply"
            );
            assert_eq!(probe.exited().await.is_abnormal(), panics);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_kill_that_terminate_never_awaits_does_not_hold_back_the_reply() {
    // G-27, X-1
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let own = probe.clone();
        let kill = move || own.exit(ExitReason::Kill);
        probe.cast(Tell::OnTerminate(Box::new(kill)));
        let call = probe.call(|reply| Ask::StopAndReply { reply }).await;
        // The kill is seen at the next await of `terminate`; there is none, so the reply goes out.
        assert_eq!(call.expect("replies"), "last");
        probe.exited().await;
    })
    .await;
}

/// Waits for a moment of its own in `terminate`.
struct Careful(Arc<Mutex<Vec<bool>>>);

impl GenServer for Careful {
    type Args = Arc<Mutex<Vec<bool>>>;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(log: Self::Args, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(log).into())
    }

    async fn terminate(&mut self, _reason: &ExitReason, cx: &mut Context<Self>) {
        let cleanup = tokio::time::sleep(Duration::from_secs(1));
        let finished = cx.or_stop(cleanup).await.is_ok();
        self.0.lock().expect("not poisoned").push(finished);
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_stops_already_is_not_told_again() {
    // G-39, G-47: a second stop does not cut the cleanup short
    isolated(async {
        let log = Arc::default();
        let careful = Careful::start(Arc::clone(&log)).await.expect("starts");
        let (first, second) = tokio::join!(careful.stop(), careful.stop());
        first.expect("stops");
        second.expect("stops for the same reason");
        assert_eq!(*log.lock().expect("not poisoned"), [true]);
    })
    .await;
}

const PROBE: Name<Probe> = actor_core::name!(Probe, "probe");

async fn named(log: &Log) -> ActorRef<Probe> {
    let options = Probe::options(log.clone()).name(PROBE);
    options.start().await.expect("the name is free")
}

#[tokio::test(start_paused = true)]
async fn a_stop_by_name_stops_the_holder_in_its_turn() {
    // G-47, G-12: in each of its forms, with a cache and without
    isolated(async {
        let reason = ExitReason::shutdown_with("by name");
        for name in [PROBE, Name::new("probe"), Name::dynamic("probe")] {
            let log = log();
            let probe = named(&log).await;
            probe.cast(Tell::Note("before".into()));
            name.stop().await.expect("stops");
            assert_eq!(entries(&log), ["before", "terminate: normal", "dropped"]);

            let probe = named(&log).await;
            name.stop_with(reason.clone()).await.expect("stops");
            assert_eq!(probe.exited().await, reason);

            let probe = named(&log).await;
            let limit = Duration::from_secs(1);
            let stopped = name.stop_within(reason.clone(), limit).await;
            stopped.expect("stops in time");
            assert_eq!(probe.exited().await, reason);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_by_name_tells_why_it_did_not_stop_anybody() {
    // G-47, G-24
    isolated(async {
        let second = Duration::from_secs(1);
        assert!(matches!(PROBE.stop().await, Err(StopError::NoProc)));
        let nobody = PROBE.stop_within(ExitReason::Normal, second).await;
        assert!(matches!(nobody, Err(StopError::NoProc)));

        let probe = named(&log()).await;
        let stranger = Name::<Careful>::new("probe");
        assert!(matches!(stranger.stop().await, Err(StopError::WrongType)));
        let unharmed = stranger.stop_within(ExitReason::Normal, second).await;
        assert!(matches!(unharmed, Err(StopError::WrongType)));

        probe.cast(Tell::Sleep(Duration::from_secs(10)));
        let late = PROBE.stop_within(ExitReason::Normal, second).await;
        assert!(matches!(late, Err(StopError::Timeout)));
        assert_eq!(probe.exited().await, ExitReason::Normal);

        let probe = named(&log()).await;
        probe.cast(Tell::Stop);
        let other = PROBE.stop().await;
        assert!(matches!(other, Err(StopError::Exited(_))), "{other:?}");

        let own = Script::options(None).name("script").start().await;
        let own = own.expect("starts");
        run(&own, |_| {
            Box::pin(async {
                let stop = Name::<Script>::new("script").stop().await;
                assert!(matches!(stop, Err(StopError::CallingSelf)));
                done()
            })
        })
        .await;
        own.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_by_name_leaves_a_successor_alone() {
    // G-47, P-21: it is meant for the holder of its moment
    isolated(async {
        let first = named(&log()).await;
        first.cast(Tell::Sleep(Duration::from_secs(10)));
        let heir = async {
            first.exit(ExitReason::Kill);
            first.exited().await;
            named(&log()).await
        };
        let name = PROBE;
        let (stopped, second) = tokio::join!(name.stop(), heir);
        assert!(matches!(
            stopped,
            Err(StopError::Exited(ExitReason::Killed))
        ));
        assert!(second.is_alive());
        PROBE.stop().await.expect("stops");
        assert!(!second.is_alive());
    })
    .await;
}
