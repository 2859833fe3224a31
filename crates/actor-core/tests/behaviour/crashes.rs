//! What a crash report tells beside the reason: the state, as its server tells it.

use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Info, Init, InitResult, Next, NextResult,
    ReplyTo, Start,
};

use crate::listener::{Listener, Told};
use crate::probe::{Probe, Tell, log};
use crate::witness::{Plain, Watched, answer};

/// How a state tells of itself.
type Status = fn(&mut fmt::Formatter<'_>) -> fmt::Result;

/// Keeps a secret, and ends when it is sent a reason.
struct Keeper(Status);

impl GenServer for Keeper {
    type Args = Option<Status>;
    type Call = Infallible;
    type Cast = ExitReason;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(status: Option<Status>, _cx: &mut Context<Self>) -> InitResult<Self> {
        let state = status.map(|status| Init::Ready(Self(status)));
        state.ok_or_else(|| ExitReason::custom("no status"))
    }

    async fn handle_cast(&mut self, end: ExitReason, _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(end))
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
        (|f| f.write_str("one\ntwo\u{1b}"), r"one\u{a}two\u{1b}"),
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

#[tokio::test(start_paused = true)]
async fn a_crash_tells_what_came_last() {
    // L-1: what the failing callback ran for; a message by hand by its kind
    let (listener, _guard) = Listener::listen();
    let crash = || answer(|| Err(ExitReason::custom("over")));
    isolated(async {
        let witness = || Watched::start();
        let ended = async |witness: Watched, last: &str| {
            witness.ends().await;
            assert_eq!(the_crash(&listener).fields["last"], last);
        };
        let server = witness().await;
        server.server.cast(crash());
        ended(server, "cast").await;

        let server = witness().await;
        let failed = server.server.call(|_reply: ReplyTo<()>| crash()).await;
        assert!(failed.is_err());
        ended(server, "call").await;

        let server = witness().await;
        server.server.send(Plain::Do(crash()));
        ended(server, "info").await;

        let server = witness().await;
        server
            .server
            .cast(answer(move || Ok(Next::Continue(crash()))));
        ended(server, "continue").await;

        let server = witness().await;
        server.word("harmless");
        let reason = ExitReason::custom("asked to");
        server.server.stop_with(reason).await.expect("stops");
        ended(server, "stop").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_tells_what_the_framework_did_last() {
    // L-1: what is no message of the server's
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let last = || the_crash(&listener).fields["last"].clone();
        assert!(Keeper::start(None).await.is_err());
        assert_eq!(last(), "init");

        let probe = Probe::start(log()).await.expect("starts");
        let fails = || panic!("cannot clean up");
        probe.cast(Tell::OnTerminate(Box::new(fails)));
        probe.cast(Tell::Stop);
        probe.exited().await;
        assert_eq!(last(), "terminate");

        for signal in [Signal::Exit, Signal::Down, Signal::Timeout] {
            let touchy = Touchy::start(signal).await.expect("starts");
            touchy.exited().await;
            assert_eq!(last(), format!("{signal:?}").to_lowercase());
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_tells_the_ancestors_from_the_nearest_on() {
    // L-2, X-15: those who started it with a link, also when they are dead
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let crash = async |child: Watched| {
            let fails = answer(|| Err(ExitReason::custom("over")));
            child.server.cast(fails);
            child.ends().await;
            the_crash(&listener).fields["ancestors"].clone()
        };
        let app = Watched::named("my app\n").await;
        let web = app.child().await;
        let page = web.child().await;
        page.does(|cx| cx.trap_exit(true)).await;
        let (top, middle) = (app.pid(), web.pid());
        let lone = page.runs(Watched::start()).await; // not linked
        assert_eq!(crash(lone).await, "[]");

        page.does(move |cx| cx.unlink(&middle)).await;
        let middle = web.pid();
        app.stop().await;
        web.stop().await;
        let expected = format!(r"[{middle}, {top} my app\n]");
        assert_eq!(crash(page).await, expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn of_many_ancestors_a_crash_tells_the_nearest_eight() {
    // L-2
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let mut family = vec![Watched::start().await];
        for _ in 0..10 {
            let child = family[0].child().await;
            family.insert(0, child);
        }
        let fails = answer(|| Err(ExitReason::custom("over")));
        family[0].server.cast(fails);
        for member in &family {
            member.ends().await;
        }
        let nearest: Vec<_> = family[1..=8]
            .iter()
            .map(|it| it.pid().to_string())
            .collect();
        let expected = format!("[{}]", nearest.join(", "));
        assert_eq!(the_crash(&listener).fields["ancestors"], expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_tells_the_links_the_oldest_eight() {
    // L-2: those that the process still has
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let lone = Watched::start().await;
        lone.server.cast(answer(|| Err(ExitReason::custom("over"))));
        lone.ends().await;
        assert!(!the_crash(&listener).fields.contains_key("links"));

        let parent = Watched::trapping().await;
        let child = parent.child().await;
        let mut linked = vec![parent.pid().to_string()];
        let mut others = Vec::new();
        for _ in 0..10 {
            let other = Watched::trapping().await;
            child.link(&other).await;
            linked.push(other.pid().to_string());
            others.push(other);
        }
        let gone = others.remove(0);
        let unlinked = gone.pid();
        child.does(move |cx| cx.unlink(&unlinked)).await;
        gone.stop().await;
        linked.remove(1);
        child
            .server
            .cast(answer(|| Err(ExitReason::custom("over"))));
        child.ends().await;
        let expected = format!("{} and 2 more", linked[..8].join(", "));
        assert_eq!(the_crash(&listener).fields["links"], expected);
        for other in others {
            other.stop().await;
        }
        parent.stop().await;
    })
    .await;
}

/// Asks another one, or ends by a call.
struct Asks;

enum Ask {
    Now(ActorRef<Asks>, ReplyTo<bool>),
    End(ReplyTo<()>),
}

impl GenServer for Asks {
    type Args = ();
    type Call = Ask;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(&mut self, ask: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Now(other, reply) => reply.send(other.call(Ask::End).await.is_ok()),
            Ask::End(_reply) => panic!("as it is told"),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        panic!("as it is told")
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_in_a_call_tells_which_process_made_it() {
    // L-1
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let client = Asks::start(()).await.expect("starts");
        let server = Asks::start(()).await.expect("starts");
        let answered = client.call(|reply| Ask::Now(server.clone(), reply)).await;
        assert!(!answered.expect("the client lives"));
        let caller = client.pid().to_string();
        assert_eq!(the_crash(&listener).fields["caller"], caller);

        let server = Asks::start(()).await.expect("starts");
        assert!(server.call(Ask::End).await.is_err());
        let told = the_crash(&listener);
        assert!(!told.fields.contains_key("caller"), "plain code is nobody");

        let server = Asks::start(()).await.expect("starts");
        server.cast(());
        server.exited().await;
        assert!(!the_crash(&listener).fields.contains_key("caller"));
        client.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn of_a_storm_of_crashes_a_hundred_a_second_are_told() {
    // L-1, L-2: each node counts for itself; the crashes are the same, told or not
    let (listener, _guard) = Listener::listen();
    let storm = async |crashes: u32| {
        for _ in 0..crashes {
            let end = ExitReason::custom("storm");
            let keeper = Keeper::start(Some(|_| Ok(()))).await.expect("starts");
            keeper.cast(end.clone());
            assert_eq!(keeper.exited().await, end);
        }
        listener.take("actor::crash").len()
    };
    isolated(async {
        assert_eq!(storm(150).await, 100);
        assert_eq!(storm(1).await, 0);
        isolated(async { assert_eq!(storm(1).await, 1) }).await;
        assert!(listener.take("actor::suppressed").is_empty());
        tokio::time::sleep(Duration::from_secs(2)).await;
        let told = listener.take("actor::suppressed");
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].fields["kind"], "process crashed");
        assert_eq!(told[0].fields["suppressed"], "51");
        assert!(told[0].fields["source"].contains("Keeper"), "{told:?}");
        assert_eq!(storm(1).await, 1);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(listener.take("actor::suppressed").is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_one_kind_of_server_silences_no_other() {
    let (listener, _guard) = Listener::listen();
    isolated(async {
        for _ in 0..150 {
            let keeper = Keeper::start(Some(|_| Ok(()))).await.expect("starts");
            keeper.cast(ExitReason::custom("storm"));
            keeper.exited().await;
        }
        listener.take("actor::crash");
        let touchy = Touchy::start(Signal::Timeout).await.expect("starts");
        touchy.exited().await;
        assert_eq!(listener.take("actor::crash").len(), 1);
        tokio::time::sleep(Duration::from_secs(1)).await; // what was suppressed is told in this node
    })
    .await;
}

/// What a [`Touchy`] waits for.
#[derive(Clone, Copy, Debug)]
enum Signal {
    Exit,
    Down,
    Timeout,
}

/// Fails at the first signal.
struct Touchy;

impl GenServer for Touchy {
    type Args = Signal;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(signal: Signal, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        match signal {
            Signal::Exit => cx.pid().exit(ExitReason::Shutdown),
            Signal::Down => {
                let other = Watched::start().await;
                cx.monitor(&other.pid());
                other.stop().await;
            }
            Signal::Timeout => return Ok(Init::Timeout(Self, Duration::from_millis(1))),
        }
        Ok(Self.into())
    }

    async fn handle_info(
        &mut self,
        _info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        Err(ExitReason::custom("touched"))
    }
}

#[cfg(feature = "macros")]
mod written {
    use super::*;
    use actor_core::actor;

    struct Till(u32);

    #[actor]
    impl GenServer for Till {
        async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
            Ok(Self(0).into())
        }

        #[call]
        fn take_out(&mut self, amount: u32) -> u32 {
            self.0 = self.0.checked_sub(amount).expect("enough");
            self.0
        }

        #[cast]
        fn give_back(&mut self, parts: u32) {
            self.0 /= parts;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_crash_tells_the_variant_of_a_marked_message() {
        // L-1
        let (listener, _guard) = Listener::listen();
        isolated(async {
            let till = Till::start(()).await.expect("starts");
            assert!(till.take_out(5).await.is_err());
            assert_eq!(the_crash(&listener).fields["last"], "TillCall::TakeOut");

            let till = Till::start(()).await.expect("starts");
            till.give_back(0);
            till.exited().await;
            assert_eq!(the_crash(&listener).fields["last"], "TillCast::GiveBack");
        })
        .await;
    }
}
