//! Panics: caught, told with message, file and line, and kept from the terminal.

use std::convert::Infallible;

use actor_core::testing::isolated;
use actor_core::{Address, Context, ExitReason, GenServer, InitResult, Start, StartError, process};

use crate::listener::Listener;
use crate::probe::{Ask, Probe, Tell, log};
use crate::script::{Script, done, job};

#[tokio::test(start_paused = true)]
async fn a_panic_ends_its_process_and_nothing_else() {
    // R17, E-2
    isolated(async {
        let (crashing, other) = (
            Probe::start(log()).await.expect("starts"),
            Probe::start(log()).await.expect("starts"),
        );
        crashing.cast(Tell::Panic);
        let ExitReason::Panic(report) = crashing.exited().await else {
            panic!("another reason");
        };
        assert_eq!(report.message(), "told to panic");
        other
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("lives");
        other.stop().await.expect("stops");
    })
    .await;
}

/// A payload of a panic that panics itself when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a payload that cannot be dropped");
    }
}

fn throw() {
    std::panic::panic_any(Bomb);
}

#[tokio::test(start_paused = true)]
async fn payloads_that_are_no_strings_or_panic_themselves_are_contained() {
    // F-27, F-30: thrown by a callback, by `terminate`, by `init`, by the drop of the state
    isolated(async {
        let is_told = |reason: ExitReason| {
            assert!(reason.to_string().contains("not a string"), "{reason}");
        };
        let script = Script::new().await;
        script.cast(job(|_cx| {
            Box::pin(async {
                throw();
                done()
            })
        }));
        is_told(script.exited().await);

        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::OnTerminate(Box::new(throw)));
        probe.cast(Tell::Stop);
        is_told(probe.exited().await);

        let failed = Thrower::start(()).await.err();
        let Some(StartError::Failed(reason)) = failed else {
            panic!("{failed:?}");
        };
        is_told(reason);

        let probe = Probe::options(log()).name("probe");
        let probe = probe.start().await.expect("starts");
        probe.cast(Tell::OnDrop(Box::new(throw)));
        probe.stop().await.expect("stops with the reason asked for");
        assert_eq!(process::whereis("probe"), None);
    })
    .await;
}

/// Throws in `init`.
struct Thrower;

impl GenServer for Thrower {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        throw();
        Ok(Self.into())
    }
}

#[tokio::test(start_paused = true)]
async fn a_huge_message_is_kept_whole_and_told_on_one_short_line() {
    // F-30, L-1: ten megabytes, with what would forge lines
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let text = "a line\nand \u{1b}[31m another\r".repeat(10_000_000 / 28);
        let (script, thrown) = (Script::new().await, text.clone());
        script.cast(job(|_cx| Box::pin(async move { panic!("{thrown}") })));
        let ExitReason::Panic(report) = script.exited().await else {
            panic!("another reason");
        };
        assert!(report.message() == text, "it is kept whole");
        let told = listener.take("actor::crash");
        let reason = &told[0].fields["reason"];
        assert!(reason.contains(r"a line\u{a}and \u{1b}[31m another\u{d}"));
        assert!(!reason.chars().any(char::is_control));
        assert!(reason.chars().count() <= 1001, "{}", reason.len());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_contained_panic_is_an_error() {
    isolated(async {
        let contained = process::contain(async { panic!("contained") }).await;
        let reason = contained.map(|never: ()| never).expect_err("panicked");
        assert!(reason.to_string().starts_with("panic: contained"));
    })
    .await;
}
