//! Requests whose reply is waited for later.

use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, ExitReason, Name, NoResponse, Request, Requests, Start,
};

use crate::probe::{Ask, Probe, entries, log};
use crate::time::Clock;

const SECOND: Duration = Duration::from_secs(1);

async fn start() -> ActorRef<Probe> {
    Probe::start(log()).await.expect("starts")
}

fn slow(probe: &ActorRef<Probe>, delay: Duration) -> Request<&'static str> {
    probe.send_request(|reply| Ask::After { delay, reply })
}

#[tokio::test(start_paused = true)]
async fn a_request_is_sent_at_once_and_its_reply_may_be_waited_for_again() {
    // G-29: wait_response keeps the request, receive_response gives the reply
    isolated(async {
        let probe = start().await;
        let clock = Clock::start();
        let mut request = slow(&probe, 3 * SECOND);
        assert!(request.wait(SECOND).await.is_none());
        assert!(request.wait(SECOND).await.is_none());
        assert_eq!(request.receive(10 * SECOND).await.expect("replies"), "done");
        assert_eq!(clock.elapsed(), 3 * SECOND);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_times_out_is_abandoned_and_handled_all_the_same() {
    // G-29, G-22, G-23
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        let late = slow(&probe, 3 * SECOND).receive(SECOND).await;
        assert!(matches!(late, Err(CallError::Timeout)));
        assert_eq!(slow(&probe, Duration::ZERO).await.expect("replies"), "done");
        assert_eq!(entries(&log), ["after", "after"]);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_request_shows_up_as_its_result() {
    // G-29, G-21
    isolated(async {
        let nobody = Name::<Probe>::new("nobody");
        let unknown = nobody.send_request(|reply| Ask::Seen { reply }).await;
        assert!(matches!(unknown, Err(CallError::NoProc)));

        let probe = start().await;
        let request = slow(&probe, 10 * SECOND);
        tokio::task::yield_now().await;
        probe.exit(ExitReason::Kill);
        let killed = request.receive(SECOND).await;
        assert!(matches!(killed, Err(CallError::Exited(ExitReason::Killed))));
        let dead = slow(&probe, SECOND).await;
        assert!(matches!(dead, Err(CallError::NoProc)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_collection_answers_in_the_order_of_completion_and_says_when_it_is_empty() {
    // G-29
    isolated(async {
        let mut requests = Requests::new();
        let mut probes = Vec::new();
        for seconds in [3, 1, 2] {
            let probe = start().await;
            requests.add(seconds, slow(&probe, seconds * SECOND));
            probes.push(probe);
        }
        assert_eq!(
            requests.wait(SECOND / 2).await.err(),
            Some(NoResponse),
            "none yet"
        );
        assert_eq!(requests.len(), 3, "and none is lost");
        let mut order = Vec::new();
        while let Some((label, result)) = requests.receive(10 * SECOND).await.expect("in time") {
            assert_eq!(result.expect("replies"), "done");
            order.push(label);
        }
        assert_eq!(order, [1, 2, 3]);
        assert!(requests.is_empty());
        for probe in probes {
            probe.stop().await.expect("stops");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_collection_that_times_out_on_receive_abandons_all() {
    // G-29
    isolated(async {
        let probe = start().await;
        let mut requests = Requests::new();
        requests.add("a", slow(&probe, 10 * SECOND));
        requests.add("b", slow(&probe, 10 * SECOND));
        let late = requests.receive(SECOND).await;
        assert!(matches!(late, Err(CallError::Timeout)));
        assert!(requests.is_empty());
        let none = requests.receive(SECOND).await.expect("at once");
        assert!(none.is_none(), "nothing is left to wait for");
        probe.exit(ExitReason::Kill);
        probe.exited().await;
    })
    .await;
}
