//! Inactivity: what a server hears when nothing comes.

use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{ActorRef, Address, ExitReason, Start};

use crate::probe::{Ask, Begin, Child, Probe, Tell, entries, log, probe, seen};
use crate::time::Clock;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_timeout_comes_once_when_nothing_else_does() {
    // G-34, G-35
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        probe.cast(Tell::Idle(SECOND));
        tokio::time::sleep(SECOND - Duration::from_millis(1)).await;
        assert_eq!(entries(&log), Vec::<String>::new(), "never early");
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(entries(&log), ["timeout"], "once");
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn any_message_cancels_a_timeout() {
    // G-35: a cast, a call, a plain message, an exit
    isolated(async {
        let probe = probe().await;
        probe
            .call(|reply| Ask::Trap { traps: true, reply })
            .await
            .expect("replies");
        let messages: [fn(&ActorRef<Probe>); 3] = [
            |probe| probe.cast(Tell::Note("cast".into())),
            |probe| probe.send("plain".into()),
            |probe| probe.exit(ExitReason::Normal),
        ];
        for send in messages {
            probe.cast(Tell::Idle(SECOND));
            tokio::time::sleep(SECOND / 2).await;
            send(&probe);
            tokio::time::sleep(10 * SECOND).await;
        }
        probe.cast(Tell::Idle(SECOND));
        let expected = ["cast", "message plain", "exit: normal"];
        assert_eq!(seen(&probe).await, expected);
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(seen(&probe).await, expected, "the call cancelled it too");
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_zero_timeout_lets_the_inbox_go_first_and_comes_at_once_if_it_is_empty() {
    // G-37
    isolated(async {
        let probe = probe().await;
        probe.cast(Tell::Idle(Duration::ZERO));
        probe.cast(Tell::Note("queued".into()));
        assert_eq!(seen(&probe).await, ["queued"]);
        let clock = Clock::start();
        probe.cast(Tell::Idle(Duration::ZERO));
        tokio::task::yield_now().await;
        assert_eq!(seen(&probe).await, ["queued", "timeout"]);
        assert_eq!(clock.elapsed(), Duration::ZERO);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_down_that_was_flushed_cancels_no_timeout() {
    // G-35, P-23
    isolated(async {
        let (probe, target) = (probe().await, probe().await);
        let call = probe.call(|reply| Ask::Monitor {
            target: target.pid(),
            reply,
        });
        let monitor = call.await.expect("replies");
        probe.cast(Tell::Sleep(SECOND));
        tokio::task::yield_now().await;
        let flush = probe.call(|reply| Ask::Demonitor {
            monitor,
            flush: true,
            reply,
        });
        let busy = async {
            tokio::task::yield_now().await;
            probe.cast(Tell::Idle(SECOND)); // behind the flush, before the DOWN
            target.exit(ExitReason::Kill);
        };
        let (flushed, ()) = tokio::join!(flush, busy);
        flushed.expect("replies");
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(seen(&probe).await, ["timeout"]);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn init_may_give_a_timeout_and_hibernate_changes_nothing() {
    // G-4, G-15, G-34, G-48
    isolated(async {
        let child = Child::new(Begin::Timeout).start().await.expect("starts");
        let reason = child.exited().await;
        assert_eq!(reason.as_term::<&str>(), Some(&"timed out"));

        let probe = probe().await;
        probe.cast(Tell::Hibernate);
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(seen(&probe).await, Vec::<String>::new());
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_is_killed_while_it_waits_for_a_timeout() {
    // also for one of zero
    isolated(async {
        for limit in [Duration::MAX, SECOND, Duration::ZERO] {
            let probe = probe().await;
            probe.cast(Tell::Idle(limit));
            probe.exit(ExitReason::Kill);
            assert_eq!(probe.exited().await, ExitReason::Killed);
        }
    })
    .await;
}
