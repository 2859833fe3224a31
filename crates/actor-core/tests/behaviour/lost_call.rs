//! No call is ever lost: a server killed under its callers leaves nobody waiting.

use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{ActorRef, Address, CallError, Deadline, ExitReason, Node, Start};
use tokio::task::JoinSet;

use crate::probe::{Ask, Probe, log};

const KILLS: u32 = 2000;
const CALLERS: u32 = 8;

/// Calls without a deadline until the server is gone; returns the error.
async fn call_until_it_fails(probe: ActorRef<Probe>) -> CallError {
    loop {
        let call = probe.call_by(Deadline::Never, |reply| Ask::Seen { reply });
        if let Err(error) = call.await {
            return error;
        }
    }
}

/// One server, its callers, a kill at some moment.
async fn kill_under_callers(round: u32) {
    let node = Node::current();
    let probe = Probe::start(log()).await.expect("starts");
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (node, probe) = (node.clone(), probe.clone());
        callers.spawn(async move { node.run(call_until_it_fails(probe)).await });
    }
    for _ in 0..round % 50 {
        tokio::task::yield_now().await;
    }
    probe.exit(ExitReason::Kill);
    let outcomes = tokio::time::timeout(Duration::from_secs(60), callers.join_all()).await;
    for error in outcomes.expect("no caller hangs") {
        match error {
            CallError::Exited(reason) => assert_eq!(reason, ExitReason::Killed),
            CallError::NoProc => {}
            other => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_eight_callers_leaves_nobody_waiting() {
    // F-01, R3, G-21
    isolated(async {
        for round in 0..KILLS {
            kill_under_callers(round).await;
        }
    })
    .await;
}
