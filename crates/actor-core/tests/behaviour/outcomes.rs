//! Each call has one outcome, whatever happens to server, caller and clock meanwhile.

use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{Address, CallError, Deadline, ExitReason, Name, Next, ReplyTo, Start};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::probe::{Ask, HOUR, Probe, entries, log, probe, seen};
use crate::time::Clock;
use crate::witness::{Job, Watched, answer};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_crash_ends_the_call_in_hand_and_all_behind_it_and_runs_none_of_them() {
    // F-02, G-21
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        let in_hand = probe.send_request(|reply| Ask::Panic { reply });
        let delay = Duration::ZERO; // each would leave a note if it ran
        let ask = || probe.send_request(|reply| Ask::After { delay, reply });
        let behind: Vec<_> = (0..100).map(|_| ask()).collect();
        let reason = probe.exited().await;
        assert!(matches!(reason, ExitReason::Panic(_)), "{reason}");
        let mut outcomes = vec![in_hand.receive(HOUR).await.err()];
        for call in behind {
            outcomes.push(call.receive(HOUR).await.err());
        }
        let expected = CallError::Exited(reason);
        assert_eq!(outcomes, vec![Some(expected); 101]);
        assert_eq!(
            entries(&log),
            ["terminate: panic: asked to panic", "dropped"]
        );
    })
    .await;
}

/// Calls with a limit of a second; the reply comes at that very instant. One of the two looks first.
async fn at_the_same_instant(reply_first: bool) -> Result<String, CallError> {
    let probe = probe().await;
    let (out, given) = oneshot::channel();
    let answering = async {
        let handle: ReplyTo<String> = given.await.expect("given away");
        tokio::time::sleep(SECOND).await;
        handle.send("in time".into());
    };
    let limited = probe.within(SECOND);
    let calling = limited.call(|reply| Ask::GiveAway { out, reply });
    let (outcome, ()) = match reply_first {
        true => {
            let ((), outcome) = tokio::join!(answering, calling);
            (outcome, ())
        }
        false => tokio::join!(calling, answering),
    };
    // And the next call gets its own answer.
    assert_eq!(seen(&probe).await, Vec::<String>::new());
    probe.stop().await.expect("stops");
    outcome
}

#[tokio::test(start_paused = true)]
async fn a_reply_at_the_instant_of_the_deadline_is_one_outcome() {
    // F-10, G-22: which one is not promised
    isolated(async {
        for round in 0..100 {
            let clock = Clock::start();
            match at_the_same_instant(round % 2 == 0).await {
                Ok(reply) => assert_eq!(reply, "in time"),
                Err(error) => assert!(matches!(error, CallError::Timeout), "{error}"),
            }
            assert_eq!(clock.elapsed(), SECOND);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_comes_back_under_its_name_is_not_asked_again() {
    // F-12, G-23: at most once, by name too
    isolated(async {
        let (first_log, second_log) = (log(), log());
        let named = |log| Probe::options(log).name("probe").start();
        let first = named(first_log.clone()).await.expect("starts");
        let name = Name::<Probe>::new("probe");
        let calling = name.call_by(Deadline::Never, |reply| Ask::After { delay: HOUR, reply });
        let restarting = async {
            tokio::task::yield_now().await;
            first.exit(ExitReason::Kill);
            first.exited().await;
            named(second_log.clone()).await.expect("the name is free")
        };
        let (outcome, second) = tokio::join!(calling, restarting);
        assert!(matches!(
            outcome,
            Err(CallError::Exited(ExitReason::Killed))
        ));
        tokio::time::sleep(2 * HOUR).await;
        assert_eq!(seen(&second).await, Vec::<String>::new());
        assert_eq!(entries(&first_log), ["dropped"]);
        second.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_to_oneself_through_a_task_is_not_seen_and_ends_by_its_deadline() {
    // F-05, G-24: the task is nobody
    isolated(async {
        let (server, clock) = (Watched::start().await, Clock::start());
        let own = server.server.clone();
        let called = server.runs(async move {
            let mut tasks = JoinSet::new();
            tasks.spawn(async move { own.within(SECOND).call(say_yes).await });
            tasks.join_next().await.expect("one").expect("no panic")
        });
        assert!(matches!(called.await, Err(CallError::Timeout)));
        assert_eq!(clock.elapsed(), SECOND);
        assert_eq!(server.server.call(say_yes).await, Ok("yes"));
        server.stop().await;
    })
    .await;
}

fn say_yes(reply: ReplyTo<&'static str>) -> Job {
    answer(move || {
        reply.send("yes");
        Ok(Next::NoReply)
    })
}
