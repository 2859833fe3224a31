//! Why a process ended: [`ExitReason`], its one classification, and its equality.
//!
//! Pure: no clock, no async, no I/O, no lock.

mod panic_report;
mod term;
#[cfg(test)]
mod tests;

pub use panic_report::PanicReport;
pub(crate) use panic_report::Place as PanicPlace;
pub use term::Term;

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::log_line::LogLine;

/// Says why a process ended (rules E-1 to E-3).
///
/// It is cheap to clone. Two reasons are equal if they are the same plain word, or if both carry
/// the very same value: terms, errors and panics compare by identity, because their types need no
/// equality (X-10).
///
/// Any `std::error::Error` converts into a reason, so `?` in a callback is "let it crash". The
/// reason itself is not an `Error`; it can be printed and looked into.
///
/// In the guide: [let it crash](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/let_it_crash.md).
///
/// # Examples
///
/// ```
/// use actor_core::ExitReason;
///
/// let bad: ExitReason = "x".parse::<i32>().unwrap_err().into();
/// assert!(bad.is_abnormal());
/// assert!(bad.as_error().is_some());
/// assert!(!ExitReason::shutdown_with("maintenance").is_abnormal());
/// assert_eq!(ExitReason::Killed.to_string(), "killed");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum ExitReason {
    /// The process had nothing left to do.
    Normal,
    /// The process was told to stop.
    Shutdown,
    /// As [`Shutdown`](Self::Shutdown), with a value that says more.
    ShutdownWith(Term),
    /// A process that ends *by itself* with this word: an ordinary reason (P-9). Sent with
    /// `exit` it is untrappable and the target ends as [`Killed`](Self::Killed) (P-8).
    Kill,
    /// The process was killed from outside.
    Killed,
    /// There is no such process.
    NoProc,
    /// A callback panicked.
    Panic(PanicReport),
    /// A callback returned an error, kept as the source.
    Error(Arc<dyn Error + Send + Sync>),
    /// A reason of the user's own.
    Custom(Term),
}

impl ExitReason {
    /// Makes a reason from anything that converts into a boxed error: an error, a string, or what
    /// error-report libraries give.
    #[must_use]
    pub fn error(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Error(Arc::from(error.into()))
    }

    /// Makes a reason from a value of the user's own; it counts as abnormal (E-1).
    ///
    /// A process that ends with its own pid in its reason stays in memory; name it otherwise.
    #[must_use]
    pub fn custom<T: Any + fmt::Debug + Send + Sync>(value: T) -> Self {
        Self::Custom(Term::new(value))
    }

    /// Makes a quiet reason that carries a value: `{shutdown, Term}`.
    #[must_use]
    pub fn shutdown_with<T: Any + fmt::Debug + Send + Sync>(value: T) -> Self {
        Self::ShutdownWith(Term::new(value))
    }

    /// Says whether this is the reason `normal`.
    #[must_use]
    pub const fn is_normal(&self) -> bool {
        matches!(self, Self::Normal)
    }

    /// Says whether this reason is abnormal: neither `normal` nor a shutdown. Such an end is
    /// logged, and restarts a transient child.
    #[must_use]
    pub const fn is_abnormal(&self) -> bool {
        !matches!(self, Self::Normal | Self::Shutdown | Self::ShutdownWith(_))
    }

    /// Returns the reason as one line of at most a thousand characters, for logs: control characters
    /// are escaped, so that no text forges a line.
    ///
    /// # Panics
    ///
    /// If the `Display` or `Debug` of a carried value panics.
    #[must_use]
    pub fn to_log(&self) -> String {
        LogLine::of(self).unwrap_or_else(|_| "a reason that cannot be written".to_owned())
    }

    /// Returns the error that a callback returned, if that is the reason.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_core::{CallError, ExitReason};
    /// use std::num::ParseIntError;
    ///
    /// let bad: ExitReason = "x".parse::<i32>().unwrap_err().into();
    /// let error = CallError::Exited(bad); // as a caller gets it
    ///
    /// let CallError::Exited(reason) = &error else { return };
    /// let parsing = reason.as_error().and_then(|error| error.downcast_ref::<ParseIntError>());
    /// assert!(parsing.is_some());
    /// ```
    #[must_use]
    pub fn as_error(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Error(error) => Some(error.as_ref()),
            _ => None,
        }
    }

    /// What caused that error: the source of whatever prints this reason whole.
    pub(crate) fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.as_error().and_then(Error::source)
    }

    /// Returns the value carried by [`Custom`](Self::Custom) or
    /// [`ShutdownWith`](Self::ShutdownWith), if it is of type `T`.
    #[must_use]
    pub fn as_term<T: Any>(&self) -> Option<&T> {
        match self {
            Self::Custom(term) | Self::ShutdownWith(term) => term.downcast_ref(),
            _ => None,
        }
    }
}

impl PartialEq for ExitReason {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Normal, Self::Normal)
            | (Self::Shutdown, Self::Shutdown)
            | (Self::Kill, Self::Kill)
            | (Self::Killed, Self::Killed)
            | (Self::NoProc, Self::NoProc) => true,
            (Self::ShutdownWith(a), Self::ShutdownWith(b)) | (Self::Custom(a), Self::Custom(b)) => {
                a == b
            }
            (Self::Panic(a), Self::Panic(b)) => a == b,
            (Self::Error(a), Self::Error(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for ExitReason {}

impl<E: Error + Send + Sync + 'static> From<E> for ExitReason {
    fn from(error: E) -> Self {
        Self::Error(Arc::new(error))
    }
}

impl fmt::Display for ExitReason {
    /// Writes the reason in one phrase; with `{:#}` a panic is told without file and line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("normal"),
            Self::Shutdown => f.write_str("shutdown"),
            Self::ShutdownWith(term) => write!(f, "shutdown: {term:?}"),
            Self::Kill => f.write_str("kill"),
            Self::Killed => f.write_str("killed"),
            Self::NoProc => f.write_str("no such process"),
            Self::Panic(report) => {
                f.write_str("panic: ")?;
                fmt::Display::fmt(report, f)
            }
            Self::Error(error) => write!(f, "error: {error}"),
            Self::Custom(term) => write!(f, "{term:?}"),
        }
    }
}

impl fmt::Debug for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => f.debug_tuple("Error").field(error).finish(),
            other => fmt::Display::fmt(other, f),
        }
    }
}
