//! Panics: caught, told with message, file and line, and kept from the terminal.

use actor_core::testing::isolated;
use actor_core::{Address, ExitReason, Start, process};

use crate::probe::{Ask, Probe, Tell, log};

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

#[tokio::test(start_paused = true)]
async fn payloads_that_are_no_strings_or_panic_themselves_are_contained() {
    // F-27, F-30
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("a payload that cannot be dropped");
        }
    }
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::OnTerminate(Box::new(|| std::panic::panic_any(Bomb))));
        probe.cast(Tell::Stop);
        let reason = probe.exited().await;
        assert!(reason.to_string().contains("not a string"), "{reason}");
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
