//! What becomes of a [`CallError`] in an HTTP handler of axum.

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use crate::call::CallError;

type Told = (StatusCode, &'static str);

const UNAVAILABLE: Told = (StatusCode::SERVICE_UNAVAILABLE, "service unavailable");
const TIMEOUT: Told = (StatusCode::GATEWAY_TIMEOUT, "no reply in time");
const FAULT: Told = (StatusCode::INTERNAL_SERVER_ERROR, "internal error");

/// A handler of axum may return it (feature `axum`). 503 means that there is no server now, that it ended
/// or that its mailbox is full: another try may succeed. 504 means that the deadline passed. After that,
/// and after a server has ended meanwhile, the request may have been handled. All else is a mistake of the program, and 500. The text tells no reason, as
/// it goes to strangers: log the error before.
impl IntoResponse for CallError {
    fn into_response(self) -> Response {
        told(&self).into_response()
    }
}

fn told(error: &CallError) -> Told {
    match error {
        CallError::NoProc | CallError::Exited(_) | CallError::MailboxFull => UNAVAILABLE,
        CallError::Timeout => TIMEOUT,
        CallError::CallingSelf
        | CallError::Cycle(_)
        | CallError::WouldBlockRuntime
        | CallError::Unanswered
        | CallError::WrongType => FAULT,
    }
}
