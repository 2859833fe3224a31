//! What is told of calls that get no reply: the error does not say who was called.

use std::convert::Infallible;
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    Address, CallError, Context, ExitReason, GenServer, InitResult, Name, Next, NextResult,
    ReplyTo, Start,
};
use tracing::Level;

use crate::listener::Listener;
use crate::script::Script;

/// Keeps what it is not to answer.
struct Oracle(Vec<ReplyTo<u32>>);

enum Ask {
    Answer(ReplyTo<u32>),
    Keep(ReplyTo<u32>),
    Drop(ReplyTo<u32>),
    Itself(ReplyTo<u32>),
    Crash(ReplyTo<u32>),
}

impl GenServer for Oracle {
    type Args = ();
    type Call = Ask;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(Vec::new()).into())
    }

    async fn handle_call(&mut self, ask: Ask, cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Answer(reply) => reply.send(1),
            Ask::Keep(reply) => self.0.push(reply),
            Ask::Drop(reply) => drop(reply),
            Ask::Itself(reply) => {
                let error = cx.actor_ref().call(Ask::Answer).await;
                assert_eq!(error, Err(CallError::CallingSelf));
                reply.send(2);
            }
            Ask::Crash(reply) => {
                self.0.push(reply);
                return Ok(Next::Stop(ExitReason::Kill));
            }
        }
        Ok(Next::NoReply)
    }
}

const ORACLE: Name<Oracle> = Name::new("oracle");

#[tokio::test(start_paused = true)]
async fn a_call_without_a_reply_is_told_with_its_callee() {
    // G-20, G-21, G-24
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let nameless = Oracle::start(()).await.expect("starts");
        let oracle = Oracle::options(()).name(ORACLE).start().await;
        let oracle = oracle.expect("starts");
        let (first, second) = (nameless.pid(), format!("{} oracle", oracle.pid()));
        let within = Duration::from_millis(20);

        assert_eq!(oracle.call(Ask::Answer).await, Ok(1)); // is not told
        let late = nameless.within(within).call(Ask::Keep).await;
        assert_eq!(late, Err(CallError::Timeout));
        let late = ORACLE.call(Ask::Keep).await;
        assert_eq!(late, Err(CallError::Timeout));
        let dropped = ORACLE.call(Ask::Drop).await;
        assert_eq!(dropped, Err(CallError::Unanswered));
        assert_eq!(oracle.call(Ask::Itself).await, Ok(2));
        let crashed = oracle.call(Ask::Crash).await;
        assert!(matches!(crashed, Err(CallError::Exited(_))), "{crashed:?}");
        oracle.exited().await;
        assert_eq!(oracle.call(Ask::Answer).await, Err(CallError::NoProc));
        assert_eq!(ORACLE.call(Ask::Answer).await, Err(CallError::NoProc));
        let other = Script::options(None).name("oracle").start().await;
        let other = other.expect("starts");
        assert_eq!(ORACLE.call(Ask::Answer).await, Err(CallError::WrongType));

        let expected = [
            (first.to_string(), "20ms", CallError::Timeout),
            (second.clone(), "5s", CallError::Timeout),
            (second.clone(), "5s", CallError::Unanswered),
            (second.clone(), "5s", CallError::CallingSelf),
            (second.clone(), "5s", crashed.expect_err("it crashed")),
            (second, "5s", CallError::NoProc),
            ("oracle".to_owned(), "5s", CallError::NoProc),
            ("oracle".to_owned(), "5s", CallError::WrongType),
        ];
        let events = listener.take("actor::call");
        assert_eq!(events.len(), expected.len(), "{events:?}");
        for (event, (callee, limit, error)) in events.iter().zip(expected) {
            assert_eq!(event.level, Level::DEBUG);
            assert_eq!(event.fields["callee"], callee);
            assert_eq!(event.fields["limit"], limit);
            assert_eq!(event.fields["error"], error.to_string());
        }
        nameless.stop().await.expect("stops");
        other.stop().await.expect("stops");
    })
    .await;
}
