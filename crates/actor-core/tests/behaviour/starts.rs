//! Starting: `init` decides, in the new process, and what fails leaves nothing behind.

use std::convert::Infallible;
use std::time::Duration;

use actor_core::testing::{isolated, wait_until};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Name, Node, Start, StartError,
    process,
};

use crate::probe::{Ask, Begin, Child, Probe, entries, log};
use crate::time::Clock;

#[tokio::test(start_paused = true)]
async fn each_result_of_init_has_its_result_of_start_and_its_exit() {
    // G-4, G-6, G-8
    isolated(async {
        let ready = Child::new(Begin::Ready).start().await.expect("ready");
        ready.stop().await.expect("stops");

        let check = async |begin: Begin, expected: &str| {
            let failed = Child::named(begin, "child")
                .start()
                .await
                .expect_err(expected);
            assert!(
                failed.to_string().contains(expected),
                "{failed} / {expected}"
            );
            assert_eq!(process::whereis("child"), None, "the name is free at once");
        };
        check(Begin::Ignore, "ignored").await;
        check(Begin::Error, "refused").await;
        check(Begin::Stop, "stopped").await;
        check(Begin::Fail, "asked to fail").await;
        check(Begin::Panic, "init panics").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn only_a_failure_with_an_abnormal_reason_harms_a_linked_starter() {
    // G-5: what a starter that does not trap exits survives
    isolated(async {
        for begin in [Begin::Ignore, Begin::Error] {
            let starter = Probe::start(log()).await.expect("starts");
            let child = Child::new(begin);
            let failed = starter
                .call(|reply| Ask::StartLinked { child, reply })
                .await;
            assert!(failed.expect("the starter lives").is_err());
            starter.stop().await.expect("stops");
        }
        for begin in [Begin::Stop, Begin::Fail, Begin::Panic] {
            let starter = Probe::start(log()).await.expect("starts");
            let child = Child::new(begin);
            let call = starter
                .call(|reply| Ask::StartLinked { child, reply })
                .await;
            assert!(call.is_err(), "the starter died with its child");
            assert!(starter.exited().await.is_abnormal());
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_trapping_starter_sees_only_the_result() {
    // G-5: no EXIT of a failed start reaches the inbox
    isolated(async {
        let starter = Probe::start(log()).await.expect("starts");
        starter
            .call(|reply| Ask::Trap { traps: true, reply })
            .await
            .expect("replies");
        for begin in [Begin::Ignore, Begin::Error, Begin::Stop, Begin::Panic] {
            let child = Child::new(begin);
            let failed = starter
                .call(|reply| Ask::StartLinked { child, reply })
                .await;
            assert!(failed.expect("the starter lives").is_err());
        }
        let seen = starter
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        assert_eq!(seen, Vec::<String>::new());

        // Once acknowledged, the child's death is a message like any other.
        let child = Child::new(Begin::Ready);
        let child = starter
            .call(|reply| Ask::StartLinked { child, reply })
            .await;
        let child = child.expect("replies").expect("starts");
        child.exit(ExitReason::Kill);
        child.exited().await;
        let seen = starter
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        assert_eq!(seen, ["exit: killed"]);
        starter.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_name_is_registered_before_init_and_messages_wait_for_it() {
    // G-2, G-31: a call made during init is answered after the continue
    isolated(async {
        let start = Child::named(Begin::Continue, "child").start();
        let calling = async {
            let name = Name::<Child>::new("child");
            wait_until(|| name.whereis().is_some()).await;
            name.call(|reply| reply).await
        };
        let (child, answer) = tokio::join!(start, calling);
        assert_eq!(answer.expect("replies"), ["call"]);
        child.expect("starts").stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_taken_name_refuses_the_start_and_names_the_holder() {
    // F-55, G-3, N-6
    isolated(async {
        let first = Child::named(Begin::Ready, "child")
            .start()
            .await
            .expect("starts");
        let second = Child::named(Begin::Panic, "child").start_link().await;
        let Err(StartError::AlreadyStarted(holder)) = second else {
            panic!("{second:?}");
        };
        assert_eq!(holder, first.pid());
        first.stop().await.expect("stops");
        let third = Child::named(Begin::Ready, "child")
            .start()
            .await
            .expect("the name is free");
        third.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_linked_start_that_is_dropped_leaves_no_orphan() {
    // F-63
    isolated(async {
        let limit = Duration::from_secs(1);
        let gave_up =
            tokio::time::timeout(limit, Child::named(Begin::Hang, "child").start_link()).await;
        assert!(gave_up.is_err());
        wait_until(|| process::whereis("child").is_none()).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_unlinked_start_that_is_dropped_goes_on_by_itself() {
    // G-9: nobody is its parent
    isolated(async {
        let limit = Duration::from_secs(1);
        let gave_up = tokio::time::timeout(limit, Child::named(Begin::Hang, "child").start()).await;
        assert!(gave_up.is_err());
        let child = process::whereis("child").expect("is still in init");
        child.exit(ExitReason::Shutdown);
        assert_eq!(child.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_of_a_process_inherits_its_node_and_dies_with_it() {
    // F-64, P-6, G-11, S-66: though nobody holds the handle of its task
    isolated(async {
        let log = log();
        let parent = Probe::start(log.clone()).await.expect("starts");
        let child = Child::named(Begin::Ready, "child");
        let child = parent.call(|reply| Ask::StartLinked { child, reply }).await;
        let child = child.expect("replies").expect("starts");
        assert_eq!(Node::current().whereis("child"), Some(child.pid()));
        parent.exit(ExitReason::Kill);
        assert_eq!(child.exited().await, ExitReason::Killed);
        assert_eq!(entries(&log), ["dropped"]);
    })
    .await;
}

#[test]
fn outside_a_runtime_a_start_says_what_to_do() {
    // F-60
    let mut start = std::pin::pin!(Probe::start(log()));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = start.as_mut().poll(&mut cx) else {
        panic!("a start outside a runtime fails at once");
    };
    assert!(matches!(error, StartError::NoRuntime));
    assert!(error.to_string().contains("#[tokio::main]"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_init_is_killed_and_its_linked_starter_survives() {
    // G-7, G-8
    isolated(async {
        let starter = Probe::start(log()).await.expect("starts");
        let clock = Clock::start();
        let limit = Duration::from_secs(2);
        let child = Child::named(Begin::Hang, "child");
        let call = starter.call(|reply| Ask::StartWithin {
            child,
            limit,
            reply,
        });
        let error = call.await.expect("the starter lives");
        assert!(matches!(error, StartError::Timeout(given) if given == limit));
        assert_eq!(clock.elapsed(), limit);
        assert_eq!(process::whereis("child"), None);
        starter.stop().await.expect("stops");

        let quick = Child::new(Begin::Ready)
            .options()
            .timeout(limit)
            .start()
            .await;
        quick.expect("in time").stop().await.expect("stops");
    })
    .await;
}

/// Starts so many of its own type, one inside the other.
struct Nested(#[expect(dead_code, reason = "it only lives")] Option<ActorRef<Self>>);

impl GenServer for Nested {
    type Args = u32;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(depth: u32, _cx: &mut Context<Self>) -> InitResult<Self> {
        let inner = match depth {
            0 => None,
            _ => Some(Self::start_link(depth - 1).await?),
        };
        Ok(Self(inner).into())
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_may_start_others_of_its_own_type() {
    // G-11: a chain of a hundred, which dies from the outside in
    isolated(async {
        let outermost = Nested::start(100).await.expect("starts");
        assert_eq!(Node::current().process_count(), 101);
        outermost.exit(ExitReason::Kill);
        wait_until(|| Node::current().process_count() == 0).await;
    })
    .await;
}
