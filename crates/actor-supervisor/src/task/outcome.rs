//! [`Outcome`]: what a supervised future or function may return.

use std::convert::Infallible;

use actor_core::ExitReason;

/// Says how a supervised future or function ended: `()` is a normal end, and so is `Ok(())`; an
/// `Err` is the exit reason. One that loops for ever returns `!`.
#[diagnostic::on_unimplemented(
    message = "a supervised future or function cannot end with a `{Self}`",
    label = "return nothing, or a `Result<(), E>`",
    note = "an `Err` is the exit reason: `E` is a `std::error::Error`, or an `ExitReason`",
    note = "a value has nobody to go to: send it, or hold it in a server"
)]
pub trait Outcome: Send + 'static {
    /// Returns the exit reason, if the end was not a normal one.
    ///
    /// # Errors
    ///
    /// The reason to crash with.
    fn outcome(self) -> Result<(), ExitReason>;
}

impl Outcome for () {
    fn outcome(self) -> Result<(), ExitReason> {
        Ok(())
    }
}

impl Outcome for Infallible {
    fn outcome(self) -> Result<(), ExitReason> {
        match self {}
    }
}

impl<E: Into<ExitReason> + Send + 'static> Outcome for Result<(), E> {
    fn outcome(self) -> Result<(), ExitReason> {
        self.map_err(Into::into)
    }
}

/// The type of a loop without an end, which has no name of its own on stable Rust.
type Never = <fn() -> ! as Returns>::Value;

/// Names what a function returns.
pub trait Returns {
    /// Its type.
    type Value;
}

impl<T> Returns for fn() -> T {
    type Value = T;
}

#[diagnostic::do_not_recommend] // its name is nobody's word
impl Outcome for Never {
    fn outcome(self) -> Result<(), ExitReason> {
        self
    }
}
