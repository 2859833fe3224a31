//! No call is ever lost: a server killed under its callers leaves nobody waiting.

use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{ActorRef, Address, CallError, Deadline, ExitReason, Node, Options, Start};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::probe::{Ask, Probe, Tell, log};
use crate::time::Clock;

/// On each runtime.
const KILLS: u32 = 1000;
const CALLERS: u32 = 8;

/// How long the program runs at least: longer in CI.
fn at_least() -> Duration {
    match std::env::var_os("CI") {
        Some(_) => Duration::from_secs(5),
        None => Duration::ZERO,
    }
}

/// Calls without a deadline until the server is gone; returns the error.
async fn call_until_it_fails(probe: ActorRef<Probe>) -> CallError {
    loop {
        let call = probe.call_by(Deadline::Never, |reply| Ask::Seen { reply });
        if let Err(error) = call.await {
            return error;
        }
    }
}

/// The ways in which a server ends under its callers.
async fn end(probe: &ActorRef<Probe>, round: u32) {
    match round % 4 {
        0 | 1 => probe.exit(ExitReason::Kill),
        2 => probe.exit(ExitReason::Shutdown),
        _ => {
            let panic = probe.cast_by(Deadline::Never, Tell::Panic); // there may be no room
            panic.await.expect("lives");
        }
    }
}

/// One server, its callers, an end at some moment.
async fn end_under_callers(round: u32, options: Options<Probe>) {
    let node = Node::current();
    let probe = options.start().await.expect("starts");
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (node, probe) = (node.clone(), probe.clone());
        callers.spawn(async move { node.run(call_until_it_fails(probe)).await });
    }
    for _ in 0..round % 50 {
        tokio::task::yield_now().await;
    }
    end(&probe, round).await;
    let outcomes = tokio::time::timeout(Duration::from_secs(60), callers.join_all()).await;
    let reason = probe.exited().await;
    for error in outcomes.expect("no caller hangs") {
        match error {
            CallError::Exited(seen) => assert_eq!(seen, reason),
            CallError::NoProc => {}
            other => panic!("{other}"),
        }
    }
}

on_every_runtime! {
    async fn a_server_that_ends_under_eight_callers_leaves_nobody_waiting() {
        // F-01, F-66, R3, G-21
        isolated(async {
            let clock = Clock::start();
            let mut round = 0;
            while round < KILLS || clock.elapsed() < at_least() {
                end_under_callers(round, Probe::options(log())).await;
                round += 1;
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn a_server_with_little_room_that_ends_under_eight_callers_leaves_nobody_waiting() {
        // F-01, F-23, R3: most of them wait for room
        isolated(async {
            let clock = Clock::start();
            let mut round = 0;
            while round < KILLS || clock.elapsed() < at_least() {
                let options = Probe::options(log()).mailbox(1 + round as usize / 4 % 3);
                end_under_callers(round, options).await;
                round += 1;
            }
        })
        .await;
    }
}

/// What a caller of a hand-written server waits for: a reply handle that lies in a message.
type Message = oneshot::Sender<()>;

#[tokio::test(start_paused = true)]
async fn a_message_accepted_by_a_plain_channel_while_its_receiver_goes_is_never_answered() {
    // The deterministic twin: so the check above can fail. The receiver is dropped between the
    // acceptance of a message and its arrival, and the caller holds a sender.
    let (sender, receiver) = mpsc::channel::<Message>(1);
    let (reply, answer) = oneshot::channel();
    let accepted = sender.reserve().await.expect("there is room");
    drop(receiver);
    accepted.send(reply);
    let hour = Duration::from_secs(3600);
    assert!(
        tokio::time::timeout(hour, answer).await.is_err(),
        "it hangs"
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_accepted_by_a_server_that_goes_is_answered_with_its_reason() {
    // F-01: the same moment, here
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::Sleep(Duration::MAX));
        let accepted = probe.send_request(|reply| Ask::Seen { reply });
        probe.exit(ExitReason::Kill);
        let outcome = accepted.receive(Duration::from_secs(3600)).await;
        assert!(matches!(
            outcome,
            Err(CallError::Exited(ExitReason::Killed))
        ));
    })
    .await;
}
