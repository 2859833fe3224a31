//! Source: erlang/otp lib/stdlib/test/sys_SUITE.erl

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::sys::{self, Event};
use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, Context, GenServer, InitResult, Name, Next, NextResult, ReplyTo,
    Start,
};

use crate::listener::Listener;

/// Counts its requests, and answers each with its opposite.
struct Server(u32);

struct Request(i32, ReplyTo<i32>);

const SERVER: Name<Server> = actor_core::name!(Server, "sys_SUITE_server");

impl GenServer for Server {
    type Args = ();
    type Call = Request;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(0).into())
    }

    async fn handle_call(
        &mut self,
        Request(number, reply): Request,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.0 += 1;
        reply.send(-number);
        Ok(Next::NoReply)
    }
}

async fn server() -> ActorRef<Server> {
    let options = Server::options(()).name(SERVER);
    options.start().await.expect("starts")
}

async fn call(number: i32) -> Result<i32, CallError> {
    let server = SERVER;
    let limited = server.within(Duration::from_secs(1));
    limited.call(|reply| Request(number, reply)).await
}

#[tokio::test(start_paused = true)]
async fn log() {
    // Y-5
    isolated(async {
        let server = server().await;
        sys::log(&SERVER, 10).await.expect("answers");
        assert_eq!(call(44).await, Ok(-44));
        let events = sys::get_log(&SERVER).await.expect("answers");
        assert_eq!(events[..2], [Event::In("call"), Event::Out("call")]);
        sys::no_log(&SERVER).await.expect("answers");
        assert_eq!(sys::get_log(&SERVER).await, Ok(Vec::new()));
        server.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn stats() {
    // Y-5
    // DIFFERENCE: a reply counts as sent.
    isolated(async {
        let server = server().await;
        sys::statistics(&SERVER).await.expect("answers");
        assert_eq!(call(44).await, Ok(-44));
        let count = sys::get_statistics(&SERVER).await.expect("answers");
        let count = count.expect("is on");
        assert_eq!((count.messages_in, count.messages_out), (1, 1));
        sys::no_statistics(&SERVER).await.expect("answers");
        let status = sys::get_status(&SERVER).await.expect("answers");
        assert!(!status.suspended && !status.statistics);
        assert_eq!(sys::get_statistics(&SERVER).await, Ok(None));
        server.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn trace() {
    // Y-5
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let server = server().await;
        sys::trace(&SERVER).await.expect("answers");
        assert_eq!(call(44).await, Ok(-44));
        sys::no_trace(&SERVER).await.expect("answers");
        let told = listener.take("actor::sys");
        let events: Vec<_> = told.iter().map(|told| &told.fields["event"]).collect();
        assert_eq!(events[..2], ["in call", "out call"]);
        assert_eq!(told[0].fields["name"], SERVER.as_str());
        server.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn suspend() {
    // Y-2
    isolated(async {
        let server = server().await;
        for _twice in 0..2 {
            sys::suspend(&SERVER).await.expect("suspends");
            assert_eq!(call(48).await, Err(CallError::Timeout));
            let status = sys::get_status(&SERVER).await.expect("answers");
            assert!(status.suspended);
        }
        for _twice in 0..2 {
            sys::resume(&SERVER).await.expect("resumes");
            let status = sys::get_status(&SERVER).await.expect("answers");
            assert!(!status.suspended);
            assert_eq!(call(48).await, Ok(-48));
        }
        let handled = sys::get_state(&SERVER, |server| server.0).await;
        assert_eq!(handled, Ok(4), "also those that nobody waited for");
        server.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn install() {
    // Y-5
    // DIFFERENCE: a hook sees the state, and of the message its name.
    isolated(async {
        let server = server().await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let spy = || {
            let seen = Arc::clone(&seen);
            move |server: &Server, event: &Event| {
                if let Event::In(_) = event {
                    seen.lock().expect("not poisoned").push(server.0);
                }
                ControlFlow::Continue(())
            }
        };
        let install = async || sys::install(&SERVER, "spy", spy()).await.expect("installs");
        install().await;
        assert_eq!(call(1).await, Ok(-1));
        sys::no_debug(&SERVER).await.expect("answers");
        assert_eq!(call(2).await, Ok(-2));
        install().await;
        install().await;
        assert_eq!(call(3).await, Ok(-3));
        sys::remove(&SERVER, "spy").await.expect("answers");
        assert_eq!(call(4).await, Ok(-4));
        assert_eq!(*seen.lock().expect("not poisoned"), [0, 2]);
        server.stop().await.expect("stops");
    })
    .await;
}
