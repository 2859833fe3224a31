//! What is known of a panic.
//!
//! Pure: no clock, no async, no I/O, no lock.

use std::backtrace::Backtrace;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Tells what is known of a panic in a callback: its message, and, where the framework's panic
/// hook saw it, file, line and backtrace.
#[derive(Clone)]
pub struct PanicReport(Arc<Inner>);

struct Inner {
    message: Cow<'static, str>,
    place: Option<Place>,
}

/// Where a panic happened.
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) backtrace: Option<Backtrace>,
}

impl PanicReport {
    pub(crate) fn new(message: Cow<'static, str>, place: Option<Place>) -> Self {
        Self(Arc::new(Inner { message, place }))
    }

    /// Returns the panic's message; a fixed text if the payload was not a string.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the source file, if the framework's panic hook saw the panic.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.place.as_ref().map(|place| place.file.as_str())
    }

    /// Returns the line in the source file, if the framework's panic hook saw the panic.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// Returns the backtrace, if backtraces were switched on (`RUST_BACKTRACE`).
    #[must_use]
    pub fn backtrace(&self) -> Option<&Backtrace> {
        self.0
            .place
            .as_ref()
            .and_then(|place| place.backtrace.as_ref())
    }
}

impl PartialEq for PanicReport {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for PanicReport {}

impl fmt::Display for PanicReport {
    /// Writes the message and the place; with `{:#}` the message alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.place {
            Some(place) if !f.alternate() => write!(f, " ({}:{})", place.file, place.line),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for PanicReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
