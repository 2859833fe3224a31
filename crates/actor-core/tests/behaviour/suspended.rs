//! Suspended servers: what still reaches them, and what waits in its place (Y-2).

use std::time::Duration;

use actor_core::sys;
use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{ActorRef, Address, CallError, ExitReason, Start};

use crate::probe::{Ask, Probe, Tell, entries, log, probe, seen, soon};
use crate::time::Clock;
use crate::witness::Heard::{self, Down, Exit, Terminate, Word};
use crate::witness::Watched;

const SECOND: Duration = Duration::from_secs(1);

async fn suspend(target: &impl sys::Target) {
    sys::suspend(target).await.expect("suspends");
}

async fn resume(target: &impl sys::Target) {
    sys::resume(target).await.expect("resumes");
}

fn note(probe: &ActorRef<Probe>, text: &str) {
    probe.cast(Tell::Note(text.into()));
}

#[tokio::test(start_paused = true)]
async fn everything_waits_in_order_until_it_goes_on() {
    // Y-2
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        note(&probe, "before");
        let suspends = sys::suspend(&probe);
        let behind = async {
            note(&probe, "cast");
            probe.send("plain".into());
        };
        let (suspended, ()) = tokio::join!(suspends, behind);
        suspended.expect("suspends");
        note(&probe, "last");
        tokio::time::sleep(60 * SECOND).await;
        assert_eq!(entries(&log), ["before"]);
        let limited = probe.within(SECOND);
        let call = limited.call(|reply| Ask::Seen { reply });
        assert_eq!(call.await, Err(CallError::Timeout));

        resume(&probe).await;
        let all = ["before", "cast", "message plain", "last"];
        assert_eq!(seen(&probe).await, all);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn to_suspend_or_to_resume_twice_is_once() {
    // Y-2
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        suspend(&probe).await;
        suspend(&probe.pid()).await;
        note(&probe, "one");
        assert!(sys::get_status(&probe).await.expect("answers").suspended);
        assert_eq!(entries(&log).len(), 0);
        resume(&probe).await;
        resume(&probe.pid()).await;
        assert_eq!(seen(&probe).await, ["one"]);
        assert!(!sys::get_status(&probe).await.expect("answers").suspended);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_of_a_suspended_one_overtakes_what_waits() {
    // Y-2, Y-3
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        suspend(&probe).await;
        for round in 1..=3 {
            note(&probe, &format!("note {round}"));
            let answered = sys::get_state(&probe, move |_| round).await;
            assert_eq!(answered, Ok(round));
        }
        assert_eq!(entries(&log).len(), 0);
        let goes_on = sys::resume(&probe);
        let again = sys::suspend(&probe);
        let (resumed, suspended) = tokio::join!(goes_on, again);
        resumed.and(suspended).expect("one after the other");
        note(&probe, "note 4");
        tokio::time::sleep(SECOND).await;
        let all = ["note 1", "note 2", "note 3"];
        assert_eq!(entries(&log), all, "what came before it was suspended");
        resume(&probe).await;
        assert_eq!(seen(&probe).await, [&all[..], &["note 4"]].concat());
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_suspended_server_at_once_and_what_waits_is_dropped() {
    // Y-2, G-47
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        suspend(&probe).await;
        note(&probe, "waits");
        let call = probe.call(|reply| Ask::Seen { reply });
        let reason = ExitReason::Shutdown;
        let (called, stopped) = tokio::join!(call, probe.stop_with(reason.clone()));
        assert_eq!(called, Err(CallError::Exited(reason)));
        stopped.expect("stops");
        assert_eq!(entries(&log), ["terminate: shutdown", "dropped"]);

        let probe = Probe::start(log.clone()).await.expect("starts");
        suspend(&probe).await;
        let stopped = sys::terminate(&probe, ExitReason::Normal).await;
        stopped.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_exit_of_the_parent_ends_a_suspended_server_and_other_signals_wait() {
    // Y-2, G-42, G-43
    isolated(async {
        for resumes in [true, false] {
            let (parent, other) = (Watched::start().await, Watched::start().await);
            let child = parent.child().await;
            child.does(|cx| cx.trap_exit(true)).await;
            child.link(&other).await;
            let down = child.monitor(&other.pid()).await;
            suspend(&child.server).await;
            child.word("waits");
            other.stop().await;
            tokio::time::sleep(SECOND).await;
            assert_eq!(child.heard(), []);
            let normal = ExitReason::Normal;
            let mut heard: Vec<Heard> = Vec::new();
            if resumes {
                resume(&child.server).await;
                child.hears().await;
                let exit = Exit(Some(other.pid()), normal.clone());
                heard = vec![Word("waits"), exit, Down(down, other.pid(), normal.clone())];
            }
            parent.stop().await;
            assert_eq!(child.ends().await, normal);
            heard.push(Terminate(normal));
            assert_eq!(child.heard(), heard);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_trapped_ends_a_suspended_server_too() {
    // Y-2, P-6, P-8
    isolated(async {
        for (sent, end) in [
            (ExitReason::Kill, ExitReason::Killed),
            (ExitReason::Shutdown, ExitReason::Shutdown),
        ] {
            let server = Watched::start().await;
            suspend(&server.server).await;
            server.word("waits");
            server.server.exit(sent);
            assert_eq!(server.ends().await, end);
            assert_eq!(server.heard(), []);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_does_not_cancel_a_timeout_but_lets_it_begin_anew() {
    // G-36
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        probe.cast(Tell::Idle(10 * SECOND));
        tokio::time::sleep(6 * SECOND).await;
        let clock = Clock::start();
        sys::get_status(&probe).await.expect("answers");
        tokio::time::sleep(9 * SECOND).await;
        assert_eq!(entries(&log).len(), 0, "the full time again");
        while entries(&log).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(clock.elapsed().as_secs(), 10);
        assert_eq!(seen(&probe).await, ["timeout"]);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_suspended_server_has_no_timeout_and_its_full_time_afterwards() {
    // Y-2, G-36, G-37
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        probe.cast(Tell::Idle(10 * SECOND));
        suspend(&probe).await;
        tokio::time::sleep(60 * SECOND).await;
        assert_eq!(entries(&log).len(), 0);
        resume(&probe).await;
        tokio::time::sleep(9 * SECOND).await;
        assert_eq!(entries(&log).len(), 0);
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(entries(&log), ["timeout"]);

        probe.cast(Tell::Idle(Duration::ZERO));
        suspend(&probe).await;
        note(&probe, "waits");
        tokio::time::sleep(SECOND).await;
        assert_eq!(entries(&log), ["timeout"]);
        resume(&probe).await;
        assert_eq!(seen(&probe).await, ["timeout", "waits"], "cancelled");
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_is_suspended_in_a_burst_has_handled_what_came_before_and_nothing_after() {
    // Y-1, Y-2
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        let burst = |range: std::ops::Range<u32>| {
            range.for_each(|number| note(&probe, &number.to_string()));
        };
        burst(0..300);
        let (suspended, ()) = tokio::join!(sys::suspend(&probe), async { burst(300..600) });
        suspended.expect("suspends");
        burst(600..900);
        tokio::time::sleep(SECOND).await;
        assert_eq!(entries(&log).len(), 300);
        resume(&probe).await;
        let all: Vec<_> = (0..900).map(|number| number.to_string()).collect();
        assert_eq!(seen(&probe).await, all);
        probe.stop().await.expect("stops");
    })
    .await;
}

on_every_runtime! {
    /// Y-2: nothing is lost, and each sender's order is kept.
    async fn what_races_with_suspending_and_resuming_arrives_once_and_in_order() {
        const SENDERS: usize = 4;
        const EACH: usize = 500;
        isolated(async {
            let probe = probe().await;
            let senders: Vec<_> = (0..SENDERS)
                .map(|sender| {
                    let probe = probe.clone();
                    #[expect(clippy::disallowed_methods, reason = "plain senders, in parallel")]
                    tokio::spawn(async move {
                        for number in 0..EACH {
                            note(&probe, &format!("{sender} {number}"));
                            tokio::task::yield_now().await;
                        }
                    })
                })
                .collect();
            while senders.iter().any(|sender| !sender.is_finished()) {
                suspend(&probe).await;
                tokio::task::yield_now().await;
                resume(&probe).await;
            }
            let seen = soon(seen(&probe)).await;
            assert_eq!(seen.len(), SENDERS * EACH);
            for sender in 0..SENDERS {
                let prefix = format!("{sender} ");
                let own = seen.iter().filter_map(|note| note.strip_prefix(&prefix));
                assert!(own.eq((0..EACH).map(|number| number.to_string())));
            }
            probe.stop().await.expect("stops");
        })
        .await;
    }
}
