//! The one place that catches panics.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::exit_reason::{ExitReason, PanicReport};
use crate::panic_hook;

/// Runs code of the user's and turns a panic into a reason (E-2).
pub(crate) fn catch<T>(code: impl FnOnce() -> T) -> Result<T, ExitReason> {
    let former = panic_hook::set_catching(true);
    let result = catch_unwind(AssertUnwindSafe(code));
    let result = result.map_err(|payload| {
        let report = PanicReport::new(message(&*payload), panic_hook::take_place());
        discard(payload);
        ExitReason::Panic(report)
    });
    panic_hook::set_catching(former);
    result
}

/// Runs a future of the user's; a panic in a poll or in its drop is the reason.
pub(crate) async fn contain<F: Future>(future: F) -> Result<F::Output, ExitReason> {
    let mut future = pin!(Some(future));
    let output = poll_fn(|cx| {
        let Some(running) = future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        match catch(|| running.poll(cx)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await;
    match catch(|| future.set(None)) {
        Ok(()) => output,
        Err(panic) => output.and(Err(panic)),
    }
}

/// Reports something. What a subscriber or the printing of a user's value does wrong must not end
/// the process that reports.
pub(crate) fn report(event: impl FnOnce()) {
    let _ = catch(event);
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        return (*text).to_owned();
    }
    match payload.downcast_ref::<String>() {
        Some(text) => text.clone(),
        None => "a panic whose payload is not a string".to_owned(),
    }
}

/// Drops a panic's payload, whose own `Drop` may panic (F-27): the second payload is leaked, as
/// dropping it could go on for ever.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(second);
    }
}
