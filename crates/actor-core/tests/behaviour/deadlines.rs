//! The default deadline: never early, and a tenth of a second late at the most.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use crate::probe::{Ask, Probe, log};
use crate::time::Clock;
use actor_core::{ActorRef, Address, CallError, Start};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, LocalSet, yield_now};
use tokio::time::{advance, sleep, timeout};

const DEADLINE: Duration = Duration::from_secs(5);
const LATE: Duration = Duration::from_millis(100);

/// Calls that are answered, before one that is not.
async fn call_often(probe: &ActorRef<Probe>) {
    for _ in 0..5 {
        let seen = probe.call(|reply| Ask::Seen { reply }).await;
        assert_eq!(seen.expect("replies"), Vec::<String>::new());
    }
}

/// Checks how long a call without a reply takes that has begun with this clock.
fn check(clock: &Clock, outcome: &Result<(), CallError>) {
    let took = clock.elapsed();
    assert!(matches!(outcome, Err(CallError::Timeout)), "{outcome:?}");
    assert!((DEADLINE..=DEADLINE + LATE).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_task_that_calls_often_is_a_tenth_of_a_second_late_at_the_most() {
    // G-20
    let probe = Probe::start(log()).await.expect("starts");
    for pause in [0, 1, 30, 99, 100, 101, 250] {
        call_often(&probe).await;
        sleep(Duration::from_millis(pause)).await;
        let clock = Clock::start();
        let outcome = probe.call(|reply| Ask::Never { reply }).await;
        check(&clock, &outcome);
    }
}

#[tokio::test(start_paused = true)]
async fn each_of_several_calls_of_a_task_has_its_deadline() {
    let probe = Probe::start(log()).await.expect("starts");
    call_often(&probe).await;
    let call_after = async |pause| {
        sleep(pause).await;
        let clock = Clock::start();
        check(&clock, &probe.call(|reply| Ask::Never { reply }).await);
    };
    tokio::join!(
        call_after(Duration::ZERO),
        call_after(Duration::from_secs(1))
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_another_task_goes_on_with_keeps_its_deadline() {
    let probe = Probe::start(log()).await.expect("starts");
    call_often(&probe).await;
    let clock = Clock::start();
    let asked = probe.clone();
    let mut call = Box::pin(async move { asked.call(|reply| Ask::Never { reply }).await });
    let polled = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await;
    assert!(polled.is_pending());
    let outcome = another_task(call).await.expect("it does not panic");
    check(&clock, &outcome);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test is about another task of the runtime"
)]
fn another_task<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(future)
}

fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let builder = builder.enable_time().start_paused(true);
    builder.build().expect("a runtime")
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_put_forward_past_a_deadline_ends_the_call() {
    let probe = Probe::start(log()).await.expect("starts");
    let call = another_task(async move {
        call_often(&probe).await;
        probe.call(|reply| Ask::Never { reply }).await
    });
    for _ in 0..100 {
        yield_now().await; // until it waits
    }
    advance(DEADLINE + LATE).await;
    let outcome = timeout(Duration::from_millis(1), call).await;
    let outcome = outcome.expect("it is over").expect("it does not panic");
    assert!(matches!(outcome, Err(CallError::Timeout)), "{outcome:?}");
}

#[test]
fn a_thread_that_goes_from_runtime_to_runtime_keeps_its_deadlines() {
    let (first, second) = (paused(), paused());
    first.block_on(async {
        let probe = Probe::start(log()).await.expect("starts");
        call_often(&probe).await;
    });
    // The first one lives, and is run by nobody: its timers do not go off.
    for runtime in [&second, &first] {
        runtime.block_on(async {
            let probe = Probe::start(log()).await.expect("starts");
            call_often(&probe).await;
            let clock = Clock::start();
            let call = probe.call(|reply| Ask::Never { reply });
            let outcome = timeout(DEADLINE * 2, call).await;
            check(&clock, &outcome.expect("it has a deadline"));
        });
    }
}

#[test]
fn a_local_task_that_goes_from_runtime_to_runtime_keeps_its_deadlines() {
    let (first, second) = (paused(), paused());
    let local = LocalSet::new();
    let (next, coming) = oneshot::channel::<ActorRef<Probe>>();
    let (caller,) = local.block_on(&first, async {
        let probe = Probe::start(log()).await.expect("starts");
        let (ready, is_ready) = oneshot::channel();
        let caller = tokio::task::spawn_local(async move {
            call_often(&probe).await;
            ready.send(()).expect("it is waited for");
            let probe = coming.await.expect("it comes");
            let clock = Clock::start();
            check(&clock, &probe.call(|reply| Ask::Never { reply }).await);
        });
        is_ready.await.expect("it calls");
        (caller,)
    });
    // The first runtime lives, and nobody runs it.
    local.block_on(&second, async {
        let probe = Probe::start(log()).await.expect("starts");
        assert!(next.send(probe).is_ok());
        let outcome = timeout(DEADLINE * 2, caller).await;
        outcome.expect("it has a deadline").expect("it checks");
    });
}
