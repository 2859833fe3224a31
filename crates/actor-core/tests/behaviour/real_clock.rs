//! Each rule about time once more on a clock that is not paused: these tests wait for the event,
//! and know no more of the time than that it is not over too early.

use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    Address, CallError, Deadline, ExitReason, MissedTicks, Name, Requests, Start, StartError,
    StopError, WaitError, process,
};

use crate::probe::{Ask, Begin, Child, Probe, Tell, entries, log, probe, seen};
use crate::time::Clock;

const MILLI: Duration = Duration::from_millis(1);
const LIMIT: Duration = Duration::from_millis(5);
const HOUR: Duration = Duration::from_secs(3600);

on_every_runtime! {
    async fn a_timer_fires_and_never_early() {
        // TM-1, TM-5; TM-4: zero is legal too
        isolated(async {
            for delay in [Duration::ZERO, LIMIT] {
                let log = log();
                let probe = Probe::start(log.clone()).await.expect("starts");
                let clock = Clock::start();
                let timer = process::send_after(&probe, delay, "tick".into());
                wait_until(|| entries(&log) == ["message tick"]).await;
                assert!(clock.elapsed() >= delay);
                assert_eq!((timer.remaining(), timer.cancel()), (None, None));
                probe.stop().await.expect("stops");
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_timer_that_was_cancelled_does_not_fire() {
        // TM-3, TM-4: a later one does
        isolated(async {
            let log = log();
            let probe = Probe::start(log.clone()).await.expect("starts");
            let never = process::send_after(&probe, Duration::MAX, "never".into());
            assert!(never.remaining() > Some(HOUR));
            let early = process::send_after(&probe, HOUR, "early".into());
            process::send_after(&probe, LIMIT, "late".into());
            let left = early.cancel().expect("has not fired");
            assert!(left > HOUR / 2 && left <= HOUR);
            wait_until(|| !entries(&log).is_empty()).await;
            assert_eq!(entries(&log), ["message late"]);
            probe.stop().await.expect("stops");
            wait_until(|| never.remaining().is_none()).await; // it ends with its target (TM-2)
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_timer_to_a_name_finds_the_holder_of_its_moment() {
        // TM-2: between the two holders it is a dead letter
        isolated(async {
            let (old_log, new_log) = (log(), log());
            let named = |log| Probe::options(log).name("probe").start();
            let old = named(old_log.clone()).await.expect("starts");
            let name = Name::<Probe>::new("probe");
            let timer = process::send_interval(&name, MILLI, MissedTicks::Delay, "tick".into());
            wait_until(|| !entries(&old_log).is_empty()).await;
            old.exit(ExitReason::Kill);
            old.exited().await;
            let new = named(new_log.clone()).await.expect("the name is free");
            wait_until(|| !entries(&new_log).is_empty()).await;
            timer.cancel();
            assert_eq!(entries(&old_log).pop(), Some("dropped".into()));
            new.stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_repeated_timer_beats_until_it_is_cancelled_or_its_target_is_dead() {
        // TM-1, TM-2, TM-3
        isolated(async {
            for cancels in [true, false] {
                let log = log();
                let probe = Probe::start(log.clone()).await.expect("starts");
                let clock = Clock::start();
                let timer = process::send_interval(&probe, MILLI, MissedTicks::Delay, "tick".into());
                wait_until(|| entries(&log).len() >= 3).await;
                assert!(clock.elapsed() >= 3 * MILLI);
                match cancels {
                    true => drop(timer.cancel()),
                    false => probe.exit(ExitReason::Kill),
                }
                wait_until(|| timer.remaining().is_none()).await;
                if cancels {
                    probe.stop().await.expect("stops");
                }
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_call_ends_at_its_deadline() {
        // G-20, G-22, G-29: by a limit of its own, and as a request that is waited for
        isolated(async {
            let probe = probe().await;
            let clock = Clock::start();
            let late = probe.within(LIMIT).call(|reply| Ask::Never { reply }).await;
            assert!(matches!(late, Err(CallError::Timeout)));
            let request = probe.send_request(|reply| Ask::Never { reply });
            assert!(matches!(request.receive(LIMIT).await, Err(CallError::Timeout)));
            let mut request = probe.send_request(|reply| Ask::Never { reply });
            assert!(request.wait(LIMIT).await.is_none());
            let mut requests = Requests::new();
            requests.add("never", request);
            assert!(requests.wait(LIMIT).await.is_err());
            assert!(matches!(requests.receive(LIMIT).await, Err(CallError::Timeout)));
            assert!(clock.elapsed() >= 5 * LIMIT);

            // In time, and for as long as it takes.
            let delay = LIMIT;
            for deadline in [Deadline::Default, Deadline::After(HOUR), Deadline::Never] {
                let call = probe.call_by(deadline, |reply| Ask::After { delay, reply });
                assert_eq!(call.await.expect("replies"), "done");
            }
            probe.stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_slow_init_is_killed_at_its_limit() {
        // G-7, G-8
        isolated(async {
            let clock = Clock::start();
            for _ in 0..3 {
                let slow = Child::named(Begin::Hang, "child").options().timeout(LIMIT);
                let error = slow.start().await.expect_err("too slow");
                assert!(matches!(error, StartError::Timeout(LIMIT)), "{error}");
                assert_eq!(process::whereis("child"), None);
            }
            assert!(clock.elapsed() >= 3 * LIMIT);
            let quick = Child::named(Begin::Ready, "child").options().timeout(HOUR);
            quick.start().await.expect("in time").stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    async fn silence_is_a_timeout_and_a_message_is_none() {
        // G-34, G-35, G-37
        isolated(async {
            let log = log();
            let probe = Probe::start(log.clone()).await.expect("starts");
            for limit in [LIMIT, Duration::ZERO] {
                let clock = Clock::start();
                probe.cast(Tell::Idle(limit));
                wait_until(|| entries(&log).pop() == Some("timeout".into())).await;
                assert!(clock.elapsed() >= limit);
                probe.cast(Tell::Idle(HOUR));
                probe.cast(Tell::Note("message".into()));
                assert_eq!(seen(&probe).await.pop(), Some("message".into()));
            }
            assert_eq!(entries(&log), ["timeout", "message", "timeout", "message"]);
            probe.stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_stop_that_takes_too_long_is_told_and_happens_later() {
        // G-47
        isolated(async {
            let probe = probe().await;
            let (release, held) = tokio::sync::oneshot::channel::<()>();
            let (out, given) = tokio::sync::oneshot::channel();
            let call = probe.send_request(|reply| Ask::Hold { out, held, reply });
            given.await.expect("it is busy");
            let clock = Clock::start();
            let late = probe.stop_within(ExitReason::Normal, LIMIT).await;
            assert!(matches!(late, Err(StopError::Timeout)));
            assert!(clock.elapsed() >= LIMIT);
            assert!(probe.is_alive());
            release.send(()).expect("it waits");
            assert_eq!(probe.exited().await, ExitReason::Normal);
            call.await.expect("replied before");
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_wait_for_a_name_ends_at_its_limit() {
        isolated(async {
            let (name, clock) = (Name::<Child>::new("child"), Clock::start());
            let nobody = name.wait(LIMIT).await;
            assert!(matches!(nobody, Err(WaitError::Nobody { limit: LIMIT, .. })));
            assert!(clock.elapsed() >= LIMIT);
            let (found, started) =
                tokio::join!(name.wait(HOUR), Child::named(Begin::Ready, "child").start());
            assert_eq!(found.expect("comes"), started.clone().expect("starts"));
            started.expect("starts").stop().await.expect("stops");
        })
        .await;
    }
}
