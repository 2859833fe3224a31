//! [`SysError`]: why a process did not do what sys asked of it.

use std::error::Error;
use std::fmt;

use crate::call::CallError;
use crate::exit_reason::ExitReason;

/// Says why a process did not do what was asked of it here.
///
/// Its [`source`](Error::source) is what caused the error in it, whose own text is told already, as
/// with [`CallError`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SysError {
    /// The process did not answer; as with a call.
    Call(CallError),
    /// The function that was given panicked, or returned an error; the process goes on.
    Failed(ExitReason),
    /// [`change_code`](crate::sys::change_code) is for suspended servers (Y-6).
    NotSuspended,
}

impl From<CallError> for SysError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl Error for SysError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            Self::Failed(reason) => reason.cause(),
            Self::NotSuspended => None,
        }
    }
}

impl fmt::Display for SysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Failed(reason) => write!(f, "the function failed inside the process: {reason}"),
            Self::NotSuspended => f.write_str("the server is not suspended: suspend it first"),
        }
    }
}

impl fmt::Debug for SysError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SysError: {self}")
    }
}
