//! Starts that fail or are given up: over when they return, and no harm to the starter.

use std::convert::Infallible;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{Context, ExitReason, GenServer, InitResult, Start, StartError};

use crate::probe::{Begin, Child};
use crate::script::{Script, done, run};

#[tokio::test(start_paused = true)]
async fn a_start_that_is_given_up_does_not_end_its_starter() {
    // G-7, F-63: neither one that traps exits, nor one that does not
    isolated(async {
        for traps in [false, true] {
            let starter = Script::new().await;
            run(&starter, move |cx| {
                cx.trap_exit(traps);
                Box::pin(async {
                    let second = Duration::from_secs(1);
                    let start = Child::named(Begin::Hang, "child").start_link();
                    assert!(tokio::time::timeout(second, start).await.is_err());
                    done()
                })
            })
            .await;
            run(&starter, |cx| {
                let children = cx.linked_children();
                Box::pin(async move {
                    for child in children {
                        child.exited().await; // remembered until it is dead
                    }
                    assert_eq!(actor_core::process::whereis("child"), None);
                    done()
                })
            })
            .await;
            starter.stop().await.expect("is unharmed");
        }
    })
    .await;
}

/// Fails its start after it has held its name for a while.
struct Failing;

impl GenServer for Failing {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        tokio::task::yield_now().await;
        Err(ExitReason::shutdown_with("not today"))
    }
}

on_every_runtime! {
    async fn a_failed_start_is_over_when_it_returns() {
        // G-8: an immediate retry never meets its own ghost
        isolated(async {
            for _ in 0..2000 {
                let failed = Failing::options(()).name("failing").start().await;
                assert!(matches!(failed, Err(StartError::Failed(_))), "{failed:?}");
            }
        })
        .await;
    }
}
