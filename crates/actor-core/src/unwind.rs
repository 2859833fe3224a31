//! The one place that catches panics.

use std::any::Any;
use std::borrow::Cow;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Poll, Waker};

use crate::exit_reason::{ExitReason, PanicReport};
use crate::panic_hook;

/// Runs code of the user's and turns a panic into a reason (E-2).
pub(crate) fn catch<T>(code: impl FnOnce() -> T) -> Result<T, ExitReason> {
    let former = panic_hook::begin_catching();
    let result = catch_unwind(AssertUnwindSafe(code));
    let result = result.map_err(|payload| {
        let report = PanicReport::new(message(&*payload), panic_hook::take_place());
        discard(payload);
        panic_hook::take_place(); // of a payload that panicked
        ExitReason::Panic(report)
    });
    panic_hook::end_catching(former);
    result
}

/// Runs code whose panic is an answer, and tells nobody of it.
pub(crate) fn quietly<T>(code: impl FnOnce() -> T) -> Option<T> {
    let former = panic_hook::set_quiet(true);
    let result = catch_unwind(AssertUnwindSafe(code));
    panic_hook::set_quiet(former);
    result.map_err(discard).ok()
}

/// Runs a future of the user's; a panic in a poll or in its drop is the reason.
pub(crate) async fn contain<F: Future>(future: F) -> Result<F::Output, ExitReason> {
    let future = pin!(Some(future));
    let mut contained = Contained(future);
    let output = poll_fn(|cx| {
        let Some(running) = contained.0.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        match catch(|| running.poll(cx)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await;
    match contained.clear() {
        Ok(()) => output,
        Err(panic) => output.and(Err(panic)),
    }
}

/// A future that is dropped under the guard, also when nobody waits for it any more.
struct Contained<'a, F>(Pin<&'a mut Option<F>>);

impl<F> Contained<'_, F> {
    fn clear(&mut self) -> Result<(), ExitReason> {
        catch(|| self.0.set(None))
    }
}

impl<F> Drop for Contained<'_, F> {
    fn drop(&mut self) {
        let _ = self.clear();
    }
}

/// Wakes somebody. A waker may be anybody's code; what it does wrong must not leave a death half
/// told.
pub(crate) fn wake(waker: Waker) {
    let _ = catch(|| waker.wake());
}

/// Reports something. What a subscriber or the printing of a user's value does wrong must not end
/// the process that reports.
pub(crate) fn report(event: impl FnOnce()) {
    let _ = catch(event);
}

fn message(payload: &(dyn Any + Send)) -> Cow<'static, str> {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        return Cow::Borrowed(text);
    }
    match payload.downcast_ref::<String>() {
        Some(text) => Cow::Owned(text.clone()),
        None => Cow::Borrowed("a panic whose payload is not a string"),
    }
}

/// Drops a panic's payload, whose own `Drop` may panic (F-27): the second payload is leaked, as
/// dropping it could go on for ever.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(second);
    }
}
