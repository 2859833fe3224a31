//! What a crash report tells beside the reason: the state, as its server tells it.

use std::convert::Infallible;
use std::fmt;

use actor_core::testing::isolated;
use actor_core::{
    Address, Context, ExitReason, GenServer, Info, Init, InitResult, Next, NextResult, Start,
};

use crate::listener::{Listener, Told};
use crate::witness::{Watched, answer};

/// How a state tells of itself.
type Status = fn(&mut fmt::Formatter<'_>) -> fmt::Result;

/// Keeps a secret, and ends when it is sent a reason.
struct Keeper(Status);

impl GenServer for Keeper {
    type Args = Option<Status>;
    type Call = Infallible;
    type Cast = ExitReason;
    type Info = ExitReason;
    type Continue = Infallible;

    async fn init(status: Option<Status>, _cx: &mut Context<Self>) -> InitResult<Self> {
        let state = status.map(|status| Init::Ready(Self(status)));
        state.ok_or_else(|| ExitReason::custom("no status"))
    }

    async fn handle_cast(&mut self, end: ExitReason, _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(end))
    }

    async fn handle_info(
        &mut self,
        info: Info<ExitReason>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Message(end) => Err(end),
            _ => Ok(Next::NoReply),
        }
    }

    fn format_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// The one crash that was told since the last time.
fn the_crash(listener: &Listener) -> Told {
    let mut told = listener.take("actor::crash");
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

#[tokio::test(start_paused = true)]
async fn a_crash_tells_the_state_as_its_server_does() {
    // G-49, L-1: redacted, on one line, of a bounded length; a failure shows a fixed notice
    let (listener, _guard) = Listener::listen();
    let cases: [(Status, &str); 5] = [
        (
            |f| f.write_str("Keeper { secret: *** }"),
            "Keeper { secret: *** }",
        ),
        (|f| f.write_str("one\ntwo\u{1b}"), r"one\ntwo\u{1b}"),
        (|_| Err(fmt::Error), "not told: `format_status` failed"),
        (|_| panic!("no words"), "not told: `format_status` failed"),
        (
            |f| write!(f, "me {}", actor_core::process::current().is_some()),
            "me true",
        ),
    ];
    isolated(async {
        for (status, told) in cases {
            let keeper = Keeper::start(Some(status)).await.expect("starts");
            let end = ExitReason::custom("over");
            keeper.cast(end.clone());
            assert_eq!(keeper.exited().await, end);
            assert_eq!(the_crash(&listener).fields["state"], told);
        }
        let endless: Status = |f| write!(f, "{}", "x".repeat(5000));
        let keeper = Keeper::start(Some(endless)).await.expect("starts");
        keeper.cast(ExitReason::Kill);
        keeper.exited().await;
        assert_eq!(the_crash(&listener).fields["state"].chars().count(), 1001);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_shows_no_state_that_its_server_does_not_tell() {
    // G-49, L-1: the type's name by default; nothing if `init` failed
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let witness = Watched::start().await;
        let end = ExitReason::custom("over");
        witness.server.cast(answer(|| Ok(Next::Stop(end))));
        witness.ends().await;
        let state = &the_crash(&listener).fields["state"];
        assert!(state.ends_with("witness::Witness { .. }"), "{state}");

        assert!(Keeper::start(None).await.is_err());
        assert!(!the_crash(&listener).fields.contains_key("state"));
    })
    .await;
}
