//! [`ActorRef`]: the typed handle of one process.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::cell::Cell;
use crate::exit_reason::ExitReason;
use crate::lifecycle::{Exited, StopError};
use crate::pid::{AnyCell, AsPid, Pid};
use crate::protocol::Protocol;

/// Addresses one life of one server, typed by its messages.
///
/// Calls and casts come with the trait [`Address`](crate::Address). A reference does not keep its
/// process alive, and does not follow restarts: for that there is [`Name`](crate::Name).
pub struct ActorRef<S: Protocol> {
    cell: Arc<Cell<S>>,
}

impl<S: Protocol> ActorRef<S> {
    pub(crate) fn new(cell: Arc<Cell<S>>) -> Self {
        Self { cell }
    }

    pub(crate) fn cell(&self) -> &Arc<Cell<S>> {
        &self.cell
    }

    /// Returns the pid of the process.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.cell.pid()
    }

    /// Says whether the process has not died yet; see [`Pid::is_alive`].
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.pid().is_alive()
    }

    /// Sends an exit signal; see [`Pid::exit`].
    pub fn exit(&self, reason: ExitReason) {
        self.pid().exit(reason);
    }

    /// Waits for the end of the process, and returns why it ended; see [`Pid::exited`].
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when it is dropped, and it may be called again.
    pub fn exited(&self) -> Exited {
        self.pid().exited()
    }

    /// Asks the process to stop with the reason `normal`, and waits for its end; see
    /// [`Pid::stop`].
    ///
    /// # Errors
    ///
    /// [`StopError`] if the process is dead, is the caller itself, or ends for another reason.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop(&self) -> Result<(), StopError> {
        self.pid().end_with(ExitReason::Normal).await
    }

    /// Asks the process to stop with `reason`, and waits for its end; see [`Pid::stop_with`].
    ///
    /// # Errors
    ///
    /// [`StopError`] if the process is dead, is the caller itself, or ends for another reason.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop_with(&self, reason: ExitReason) -> Result<(), StopError> {
        self.pid().end_with(reason).await
    }

    /// As [`stop_with`](Self::stop_with), but waits no longer than `limit`; see
    /// [`Pid::stop_within`].
    ///
    /// # Errors
    ///
    /// [`StopError`] if the process is dead, is the caller itself, ends for another reason, or has
    /// not ended in time.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop_within(&self, reason: ExitReason, limit: Duration) -> Result<(), StopError> {
        self.pid().stop_within(reason, limit).await
    }
}

impl Pid {
    /// Returns the typed reference to this process; none if it is a server of another type.
    #[must_use]
    pub fn typed<S: Protocol>(&self) -> Option<ActorRef<S>> {
        let cell: Arc<dyn Any + Send + Sync> = Arc::clone(self.cell()) as _;
        cell.downcast::<Cell<S>>().ok().map(ActorRef::new)
    }
}

impl<S: Protocol> AsPid for ActorRef<S> {
    fn as_pid(&self) -> Pid {
        self.pid()
    }
}

impl<S: Protocol> Clone for ActorRef<S> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.cell))
    }
}

impl<S: Protocol> PartialEq for ActorRef<S> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }
}

impl<S: Protocol> Eq for ActorRef<S> {}

impl<S: Protocol> fmt::Debug for ActorRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorRef")
            .field("pid", &self.pid())
            .field("name", &self.cell.name())
            .finish()
    }
}
