//! Source: erlang/otp lib/stdlib/test/gen_server_SUITE.erl, the cases about status, state and code.

use std::convert::Infallible;
use std::fmt;

use actor_core::sys::{self, DebugOptions, Event, SysError};
use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Name, Next, NextResult, ReplyTo,
    Start,
};

use crate::listener::Listener;

/// Has a secret for a state, and tells another one.
struct Keeper {
    secret: &'static str,
    status: fn(&mut fmt::Formatter<'_>) -> fmt::Result,
}

impl GenServer for Keeper {
    type Args = fn(&mut fmt::Formatter<'_>) -> fmt::Result;
    type Call = ReplyTo<&'static str>;
    type Cast = ExitReason;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(status: Self::Args, _cx: &mut Context<Self>) -> InitResult<Self> {
        let secret = "raw state";
        Ok(Self { secret, status }.into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<&'static str>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(self.secret);
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, end: ExitReason, _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(end))
    }

    fn format_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.status)(f)
    }
}

const NAME: &str = "keeper";
const FAILED: &str = "not told: `format_status` failed";

fn redacted(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("redacted")
}

async fn keeper(status: fn(&mut fmt::Formatter<'_>) -> fmt::Result) -> ActorRef<Keeper> {
    let options = Keeper::options(status).name(NAME);
    let options = options.debug(DebugOptions::new().log());
    options.start().await.expect("starts")
}

async fn secret(keeper: &ActorRef<Keeper>) -> &'static str {
    keeper.call(|reply| reply).await.expect("replies")
}

#[tokio::test(start_paused = true)]
async fn call_format_status() {
    // G-49, Y-3
    // DIFFERENCE: names are local ones alone.
    isolated(async {
        let keeper = keeper(redacted).await;
        let (fixed, dynamic) = (Name::<Keeper>::new(NAME), Name::<Keeper>::dynamic(NAME));
        let targets: [&dyn sys::Target; 4] = [&keeper, &keeper.pid(), &fixed, &dynamic];
        for target in targets {
            let status = sys::get_status(target).await.expect("answers");
            assert_eq!(status.state, "redacted");
        }
        keeper.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn error_format_status() {
    // G-49, L-1
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let keeper = keeper(redacted).await;
        let end = ExitReason::custom("crash");
        keeper.cast(end.clone());
        assert_eq!(keeper.exited().await, end);
        let [crash] = &listener.take("actor::crash")[..] else {
            panic!("one crash is told");
        };
        assert_eq!(crash.fields["state"], "redacted");
        assert!(!format!("{crash:?}").contains("raw state"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn crash_in_format_status() {
    // G-49
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let keeper = keeper(|_| panic!("cannot redact")).await;
        let status = sys::get_status(&keeper).await.expect("answers");
        assert_eq!(status.state, FAILED);
        assert_eq!(secret(&keeper).await, "raw state", "it lives on");
        keeper.cast(ExitReason::custom("crash"));
        keeper.exited().await;
        let [crash] = &listener.take("actor::crash")[..] else {
            panic!("one crash is told");
        };
        assert_eq!(crash.fields["state"], FAILED);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn format_all_status() {
    // G-49, Y-5
    // DIFFERENCE: messages are told by their names, and reasons are of the user's own making.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let keeper = keeper(redacted).await;
        secret(&keeper).await;
        let state = Event::State("redacted".into());
        let expected = [Event::In("call"), Event::Out("call"), state];
        assert_eq!(sys::get_log(&keeper).await.expect("answers"), expected);
        keeper.cast(ExitReason::custom("crash"));
        keeper.exited().await;
        let [crash] = &listener.take("actor::crash")[..] else {
            panic!("one crash is told");
        };
        assert_eq!(
            crash.fields["log"],
            "in call; out call; state redacted; in cast"
        );
        assert!(!format!("{crash:?}").contains("raw state"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn get_state() {
    // Y-3
    isolated(async {
        let keeper = keeper(redacted).await;
        let name = Name::<Keeper>::new(NAME);
        let look = |keeper: &Keeper| keeper.secret;
        assert_eq!(sys::get_state(&keeper, look).await, Ok("raw state"));
        assert_eq!(sys::get_state(&name, look).await, Ok("raw state"));
        sys::suspend(&keeper).await.expect("suspends");
        assert_eq!(sys::get_state(&keeper, look).await, Ok("raw state"));
        assert_eq!(sys::get_state(&name, look).await, Ok("raw state"));
        sys::resume(&keeper).await.expect("resumes");
        keeper.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn undef_code_change() {
    // Y-6
    // DIFFERENCE: what changes the state is given, and fails here.
    isolated(async {
        let keeper = keeper(redacted).await;
        sys::suspend(&keeper).await.expect("suspends");
        let undefined = |_: &Keeper| Err::<Keeper, _>("no such version");
        let changed = sys::change_code(&keeper, undefined).await;
        assert!(matches!(changed, Err(SysError::Failed(_))), "{changed:?}");
        sys::resume(&keeper).await.expect("resumes");
        assert_eq!(secret(&keeper).await, "raw state");
        keeper.stop().await.expect("stops");
    })
    .await;
}
