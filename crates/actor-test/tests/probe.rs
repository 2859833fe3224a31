//! The probe, by itself.

use actor_core::{ActorRef, Address, Context, ExitReason, GenServer, InitResult, Name, Start};
use actor_test::{Probe, isolated, kill_and_wait};
use std::convert::Infallible;

#[tokio::test(start_paused = true)]
async fn expectations_take_the_first_of_their_kind_and_leave_the_rest() {
    isolated(async {
        let (mut probe, other) = (Probe::<u32>::start().await, Probe::<()>::start().await);
        let monitor = probe.monitor(&other).await;
        probe.link(&other).await;
        let to = probe.address();
        to.send(1);
        other.stop().await;
        to.send(2);
        assert_eq!(probe.expect_down(&monitor).await.reason, ExitReason::Killed);
        assert_eq!(probe.expect_message().await, 1);
        assert_eq!(probe.expect_message().await, 2);
        assert_eq!(probe.expect_exit().await.reason, ExitReason::Killed);
        probe.expect_no_message().await;
        probe.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_demonitored_or_unlinked_process_is_not_heard_of() {
    isolated(async {
        let (mut probe, other) = (Probe::<u32>::start().await, Probe::<()>::start().await);
        let monitor = probe.monitor(&other).await;
        probe.link(&other).await;
        probe.unlink(&other).await;
        other.stop().await;
        probe.demonitor(&monitor).await;
        probe.expect_no_message().await;
        probe.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_probe_monitors_the_holder_of_a_name() {
    isolated(async {
        let name = Name::<Idle>::new("idle");
        let mut probe = Probe::<u32>::start().await;
        let nobody = probe.monitor(&name).await;
        let down = probe.expect_down(&nobody).await;
        assert_eq!(down.reason, ExitReason::NoProc);
        assert_eq!(down.name.as_deref(), Some("idle"));
        let server = start().await;
        let monitor = probe.monitor(&name).await;
        server.exit(ExitReason::Kill);
        let down = probe.expect_down(&monitor).await;
        assert_eq!((down.pid, down.reason), (server.pid(), ExitReason::Killed));
        probe.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "a message did not come within 5s")]
async fn what_does_not_come_is_told() {
    let mut probe = Probe::<u32>::start().await;
    probe.expect_message().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "unexpected: [Message(7)]")]
async fn what_comes_unexpected_is_told() {
    let mut probe = Probe::<u32>::start().await;
    probe.address().send(7);
    probe.expect_no_message().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "left behind: 1 processes, names [\"idle\"]")]
async fn the_leak_check_finds_what_was_left_behind() {
    isolated(async {
        let left = Idle::options(()).name("idle").start().await;
        assert!(left.is_ok());
    })
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "stop what the test started\n  <")]
async fn the_leak_check_tells_the_type_of_what_has_no_name() {
    isolated(async {
        let left = Idle::start(()).await;
        assert!(left.is_ok());
    })
    .await;
}

struct Idle;

impl GenServer for Idle {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

/// A supervisor of one: starts it again when it has ended.
async fn keep_alive(idle: ActorRef<Idle>) -> ActorRef<Idle> {
    idle.exited().await;
    start().await
}

async fn start() -> ActorRef<Idle> {
    Idle::options(())
        .name("idle")
        .start()
        .await
        .expect("starts")
}

#[tokio::test(start_paused = true)]
async fn kill_and_wait_gives_the_next_incarnation() {
    isolated(async {
        let (name, first) = (Name::<Idle>::new("idle"), start().await);
        let (started, found) = tokio::join!(keep_alive(first.clone()), kill_and_wait(&name));
        assert_eq!(started, found);
        assert_ne!(found, first);
        found.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "nobody of this type holds the name")]
async fn kill_and_wait_needs_a_holder() {
    kill_and_wait(&Name::<Idle>::new("nobody")).await;
}
