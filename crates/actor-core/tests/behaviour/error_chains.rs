//! What errors tell of a reason: each thing once in a chain of sources, and the error itself typed.

use std::error::Error;

use actor_core::sys::SysError;
use actor_core::testing::isolated;
use actor_core::{Address, CallError, ExitReason, ReplyTo, StartError, StopError};

use crate::script::{Script, done, job};
use crate::witness::{Watched, answer};

#[derive(Debug, thiserror::Error)]
#[error("cannot save")]
struct NotSaved(#[source] DiskFull);

#[derive(Debug, thiserror::Error)]
#[error("no space left")]
struct DiskFull;

/// The error and all its sources, as report libraries print them.
fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_chain_tells_each_error_once() {
    // E-2
    let reason = || ExitReason::from(NotSaved(DiskFull));
    let errors: [(Box<dyn Error>, &str); 5] = [
        (
            Box::new(CallError::Exited(reason())),
            "the server ended before it replied: error: cannot save",
        ),
        (
            Box::new(StartError::Failed(reason())),
            "`init` failed: error: cannot save",
        ),
        (
            Box::new(StopError::Exited(reason())),
            "the process ended for another reason: error: cannot save",
        ),
        (
            Box::new(SysError::Call(CallError::Exited(reason()))),
            "the server ended before it replied: error: cannot save",
        ),
        (
            Box::new(SysError::Failed(reason())),
            "the function failed inside the process: error: cannot save",
        ),
    ];
    for (error, first) in errors {
        assert_eq!(chain(&*error), [first, "no space left"]);
        let cause = error.source().expect("the cause of the server's error");
        assert!(cause.is::<DiskFull>());
    }
}

#[test]
fn a_reason_without_an_error_in_it_has_no_source() {
    let alone = ExitReason::error("of text alone");
    let kept = ExitReason::custom(NotSaved(DiskFull)); // a value, which is printed whole
    for reason in [ExitReason::Killed, ExitReason::Normal, alone, kept] {
        assert_eq!(chain(&CallError::Exited(reason.clone())).len(), 1);
        assert_eq!(chain(&StartError::Failed(reason.clone())).len(), 1);
        assert_eq!(chain(&StopError::Exited(reason)).len(), 1);
    }
    assert_eq!(chain(&CallError::Timeout).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_server_reaches_its_callers_with_its_type() {
    // E-2, G-21: also through a server in between, which hands its failed call on with `?`
    isolated(async {
        let (front, back) = (Watched::start().await, Watched::start().await);
        let callee = back.server.clone();
        let hand_on = async move {
            let fails = |reply: ReplyTo<()>| {
                answer(move || {
                    drop(reply);
                    Err(NotSaved(DiskFull))?
                })
            };
            callee.call(fails).await
        };
        let failed = front.runs(hand_on).await.expect_err("the server failed");
        let CallError::Exited(reason) = &failed else {
            panic!("{failed}");
        };
        let error = reason.as_error().expect("an error of the server's");
        assert!(error.is::<NotSaved>());

        let outer = ExitReason::from(failed.clone());
        let inner = outer.as_error().and_then(|e| e.downcast_ref::<CallError>());
        assert_eq!(inner, Some(&failed));
        let texts = chain(&CallError::Exited(outer));
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(
            texts[0].ends_with("replied: error: cannot save"),
            "{texts:?}"
        );
        assert_eq!(texts[1], "no space left");
        front.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_interrupts_tells_its_reason_in_the_same_way() {
    // F-34
    isolated(async {
        let script = Script::new().await;
        let (tell, told) = tokio::sync::oneshot::channel();
        script.cast(job(|cx| {
            Box::pin(async move {
                let stopped = cx.or_stop(std::future::pending::<()>()).await;
                let stopped = stopped.expect_err("nothing else comes");
                tell.send(chain(&stopped)).expect("is waited for");
                done()
            })
        }));
        let stop = script.stop_with(NotSaved(DiskFull).into()).await;
        stop.expect("stops for this reason");
        let first = "the process was asked to stop meanwhile: error: cannot save";
        assert_eq!(told.await.expect("was told"), [first, "no space left"]);
    })
    .await;
}
