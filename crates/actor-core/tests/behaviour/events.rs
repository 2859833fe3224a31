//! What is told to whoever listens: crashes, dead letters, messages that nobody wanted.

use std::convert::Infallible;

use actor_core::testing::isolated;
use actor_core::{Address, Context, ExitReason, GenServer, Init, InitResult, Name, Next, Start};
use tracing::Level;

use crate::listener::Listener;
use crate::probe::Probe;
use crate::witness::{Plain, Watched, Witness, answer};

#[tokio::test(start_paused = true)]
async fn an_abnormal_end_is_one_error_event_and_any_other_end_is_silent() {
    // L-1, L-2, G-46, E-1
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let abnormal = [
            ExitReason::Kill,
            ExitReason::Killed,
            ExitReason::NoProc,
            ExitReason::custom(7),
            ExitReason::error("disk full"),
        ];
        for reason in abnormal {
            let server = Watched::named("server").await;
            let end = reason.clone();
            server.server.cast(answer(|| Ok(Next::Stop(end))));
            assert_eq!(server.ends().await, reason);
            let told = listener.take("actor::crash");
            let [crash] = &told[..] else {
                panic!("{told:?}");
            };
            assert_eq!(crash.level, Level::ERROR);
            assert_eq!(crash.fields["name"], "server");
            assert_eq!(crash.fields["reason"], reason.to_string());
            let pid = server.pid().to_string();
            assert_eq!(
                crash.fields["pid"].trim_matches(['<', '>']),
                pid.trim_matches(['<', '>'])
            );
        }
        let quiet = ExitReason::shutdown_with("later");
        for reason in [ExitReason::Normal, ExitReason::Shutdown, quiet] {
            let server = Watched::named("server").await;
            server.server.stop_with(reason).await.expect("stops");
            assert!(listener.take("actor::crash").is_empty());
        }
    })
    .await;
}

/// Fails to start.
struct Fails;

impl GenServer for Fails {
    type Args = Option<Init<Self>>;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(answer: Option<Init<Self>>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(answer.expect("an answer"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_init_is_told_if_it_is_a_crash() {
    // G-4: not when it was ignored or refused
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let boom = || ExitReason::custom("boom");
        for (init, crashes) in [
            (Some(Init::Ignore), 0),
            (Some(Init::Error(boom())), 0),
            (Some(Init::Stop(ExitReason::Shutdown)), 0),
            (Some(Init::Stop(boom())), 1),
            (None, 1), // panics
        ] {
            let case = format!("{init:?}");
            assert!(Fails::start(init).await.is_err());
            assert_eq!(listener.take("actor::crash").len(), crashes, "{case}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failing_terminate_is_told_with_its_own_reason() {
    // G-44
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let probe = Probe::start(crate::probe::log()).await.expect("starts");
        let fails = || panic!("cannot clean up");
        probe.cast(crate::probe::Tell::OnTerminate(Box::new(fails)));
        probe.cast(crate::probe::Tell::Stop); // a quiet reason
        probe.exited().await;
        let told = listener.take("actor::crash");
        let [crash] = &told[..] else {
            panic!("{told:?}");
        };
        assert!(crash.fields["reason"].contains("cannot clean up"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_reason_forges_a_line_of_the_log() {
    // L-1
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let server = Watched::start().await;
        let forged = ExitReason::error("first\nsecond\u{1b}[31m\r");
        server.server.cast(answer(|| Ok(Next::Stop(forged))));
        server.ends().await;
        let told = listener.take("actor::crash");
        let reason = &told[0].fields["reason"];
        assert!(!reason.chars().any(char::is_control), "{reason}");
        assert!(reason.contains(r"first\u{a}second"), "{reason}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_nobody_can_take_is_a_dead_letter() {
    // G-28, N-3, P-1: an event each, and nothing fails
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let dead = Watched::start().await;
        dead.stop().await;
        let other = Watched::named("other").await;
        let (nobody, wrong) = (Name::<Witness>::new("nobody"), Name::<Probe>::new("other"));
        dead.word("lost");
        dead.server.cast(answer(|| Ok(Next::NoReply)));
        nobody.send(Plain::Word("lost"));
        nobody.cast(answer(|| Ok(Next::NoReply)));
        wrong.send("lost".into());
        let letters = listener.take("actor::dead_letter");
        let reasons: Vec<_> = letters.iter().map(|told| &told.fields["reason"]).collect();
        assert_eq!(
            reasons,
            ["noproc", "noproc", "noproc", "noproc", "wrong_type"]
        );
        assert_eq!(letters[0].fields["to"], dead.pid().to_string());
        assert_eq!(letters[2].fields["to"], "nobody");
        other.stop().await;
    })
    .await;
}

/// Has no `handle_info`.
struct Deaf;

impl GenServer for Deaf {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = ();
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

#[tokio::test(start_paused = true)]
async fn a_plain_message_that_no_callback_takes_is_told() {
    // G-18
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let deaf = Deaf::start(()).await.expect("starts");
        deaf.send(());
        deaf.stop().await.expect("stops");
        let told = listener.take("actor::unhandled");
        let [warning] = &told[..] else {
            panic!("{told:?}");
        };
        assert_eq!(warning.level, Level::WARN);
        assert!(warning.fields["server"].contains("Deaf"));
    })
    .await;
}
