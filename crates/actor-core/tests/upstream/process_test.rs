//! Source: elixir-lang/elixir lib/elixir/test/elixir/process_test.exs

use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{Address, CallError, ExitReason, Next, ReplyTo, process};
use tokio::sync::oneshot;

use crate::time::Clock;
use crate::witness::Heard::Word;
use crate::witness::{Job, Plain, Watched, Witness, answer};

const SECOND: Duration = Duration::from_secs(1);
const MILLI: Duration = Duration::from_millis(1);

/// A call that keeps its reply handle for the test.
fn hand_out(out: oneshot::Sender<ReplyTo<u32>>) -> impl FnOnce(ReplyTo<u32>) -> Job {
    move |reply| {
        answer(move || {
            let _ = out.send(reply);
            Ok(Next::NoReply)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn alias_simple_alias_and_unalias_flow() {
    // G-22
    // DIFFERENCE: an alias is the slot of one call; giving the call up deactivates it.
    isolated(async {
        let (client, server) = (Watched::start().await, Watched::start().await);
        let (out, handle) = oneshot::channel();
        let callee = server.clone();
        let call = client.runs(async move {
            let limit = callee.server.within(SECOND);
            limit.call(hand_out(out)).await
        });
        assert!(matches!(call.await, Err(CallError::Timeout)));
        let handle = handle.await.expect("handled");
        assert!(handle.is_abandoned());
        handle.send(1);
        assert_eq!(client.hears().await, [], "it reaches nobody");
        client.stop().await;
        server.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn alias_with_the_reply_option() {
    // G-22, G-25: good for one reply
    // DIFFERENCE: sending consumes the handle, so that a second reply does not compile.
    isolated(async {
        let (client, server) = (Watched::start().await, Watched::start().await);
        let (out, handle) = oneshot::channel();
        let callee = server.clone();
        let calling = client.runs(async move { callee.server.call(hand_out(out)).await });
        let answering = async {
            let handle = handle.await.expect("handled");
            assert!(!handle.is_abandoned());
            handle.send(1);
        };
        let (reply, ()) = tokio::join!(calling, answering);
        assert_eq!(reply.expect("replies"), 1);
        assert_eq!(client.hears().await, []);
        client.stop().await;
        server.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn info_2() {
    // P-1
    // DIFFERENCE: what is known of a process is whether it lives, and its name.
    isolated(async {
        let server = Watched::start().await;
        assert!(server.pid().is_alive());
        assert_eq!(server.pid().name(), None);
        server.server.exit(ExitReason::Kill);
        server.ends().await;
        assert!(!server.pid().is_alive());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn info_2_with_registered_name() {
    // P-1
    // DIFFERENCE: as info_2.
    isolated(async {
        let server = Watched::named("info_2").await;
        assert_eq!(server.pid().name(), Some("info_2"));
        let found = process::whereis("info_2").expect("is there");
        assert!(found.is_alive());
        server.stop().await;
        assert!(!found.is_alive());
        assert_eq!(process::whereis("info_2"), None);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn send_after_3_sends_messages_once_expired() {
    // TM-1
    isolated(async {
        let server = Watched::start().await;
        process::send_after(&server.server, SECOND, Plain::Word("hello"));
        tokio::time::sleep(SECOND - MILLI).await;
        assert_eq!(server.heard(), []);
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(server.heard(), [Word("hello")]);
        server.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn send_after_4_with_absolute_time() {
    // TM-1, TM-4: also one that has passed already
    isolated(async {
        let server = Watched::start().await;
        #[expect(clippy::disallowed_methods, reason = "the instant of a timer")]
        let now = tokio::time::Instant::now();
        tokio::time::sleep(SECOND).await;
        let clock = Clock::start();
        let send = |at, word| process::send_at::<Witness, _>(&server.server, at, Plain::Word(word));
        let future = send(now + 3 * SECOND, "future");
        assert_eq!(future.remaining(), Some(2 * SECOND));
        send(now, "past");
        tokio::time::sleep(2 * MILLI).await;
        assert_eq!(server.heard(), [Word("past")]);
        tokio::time::sleep(2 * SECOND - 3 * MILLI).await;
        assert_eq!(server.heard().len(), 1, "{:?}", clock.elapsed());
        tokio::time::sleep(2 * MILLI).await;
        assert_eq!(server.heard(), [Word("past"), Word("future")]);
        server.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn exit_2_self_normal_causes_the_calling_process_to_exit() {
    // P-10
    isolated(async {
        let (server, watcher) = (Watched::start().await, Watched::start().await);
        watcher.monitor(&server.pid()).await;
        server.server.cast(Box::new(|cx| {
            cx.pid().exit(ExitReason::Normal);
            Box::pin(std::future::pending())
        }));
        assert_eq!(server.ends().await, ExitReason::Normal);
        assert_eq!(watcher.hears().await.len(), 1);
        watcher.stop().await;
    })
    .await;
}
