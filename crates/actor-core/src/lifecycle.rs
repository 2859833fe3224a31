//! What anybody may do with a process: look whether it lives, end it, wait for its end.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::current;
use crate::exit_reason::ExitReason;
use crate::pid::Pid;
use crate::rt::timeout;

/// Says why [`Pid::stop`] did not end as asked (G-47).
///
/// Its [`source`](Error::source) is what caused the error in an [`Exited`](Self::Exited) reason, whose
/// own text is told already, as with [`CallError`](crate::CallError).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopError {
    /// The process was dead already, or nobody holds the name.
    NoProc,
    /// A process asked itself to stop; it returns `Next::Stop` instead.
    CallingSelf,
    /// The process was asked to stop, but cannot be waited for here: it ends after its children, and
    /// the caller is one of them, or below one.
    Descendant,
    /// The process has not ended within the time that was given. It still stops, when it gets
    /// there.
    Timeout,
    /// The name is held by a server of another type, which was not asked; see
    /// [`process::whereis`](crate::process::whereis) for its pid.
    WrongType,
    /// The process ended, but for another reason than the one given.
    Exited(ExitReason),
}

impl Error for StopError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Exited(reason) => reason.cause(),
            _ => None,
        }
    }
}

impl fmt::Display for StopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProc => "no such process: nobody holds the name, or it has ended already",
            Self::CallingSelf => {
                "a process cannot wait for its own end: return `Next::Stop` instead"
            }
            Self::Descendant => {
                "the process stops, but it waits for the end of the caller, which is below it: go on \
                 without waiting for it"
            }
            Self::Timeout => {
                "the process has not ended in time; it stops when it gets to the request"
            }
            Self::WrongType => {
                "the name is held by a server of another type, which was not stopped"
            }
            Self::Exited(reason) => {
                return write!(f, "the process ended for another reason: {reason}");
            }
        })
    }
}

impl fmt::Debug for StopError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StopError: {self}")
    }
}

impl Pid {
    /// Sends an exit signal (P-5 b to P-12).
    ///
    /// [`ExitReason::Kill`] cannot be trapped: the process ends as `Killed`. Any other reason but
    /// `Normal` ends a process that does not trap exits, at its next await; a trapping one
    /// gets it as a message. A dead process is not told, and nothing fails.
    pub fn exit(&self, reason: ExitReason) {
        self.cell().exit(current::process(), reason);
    }

    /// Waits for the end of the process, and returns why it ended; at once if it is dead.
    ///
    /// When it returns, the state is dropped, the name is free (P-4), and the exit signals and DOWNs
    /// lie in the inboxes of linked and monitoring processes. A process that waits for its own end
    /// waits for ever.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when it is dropped, and it may be called again.
    #[must_use = "waits only when awaited"]
    pub fn exited(&self) -> Exited {
        Exited {
            pid: self.clone(),
            key: None,
        }
    }

    /// Asks the process to stop with the reason `normal`, and waits for its end.
    ///
    /// # Errors
    ///
    /// See [`stop_with`](Self::stop_with).
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop(&self) -> Result<(), StopError> {
        self.stop_with(ExitReason::Normal).await
    }

    /// Asks the process to stop with `reason`, and waits for its end (G-47).
    ///
    /// The request takes its place in the inbox: what was queued before is handled first (G-12),
    /// then `terminate` runs.
    ///
    /// # Errors
    ///
    /// [`StopError`] if the process is dead, is the caller itself or a supervisor above it, or ends
    /// for another reason.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop_with(&self, reason: ExitReason) -> Result<(), StopError> {
        self.clone().end_with(reason).await
    }
}

impl Pid {
    pub(crate) async fn end_with(self, reason: ExitReason) -> Result<(), StopError> {
        if current::is(self.id()) {
            return Err(StopError::CallingSelf);
        }
        if !self.cell().stop(reason.clone()) {
            return Err(StopError::NoProc);
        }
        if self.waits_for_caller() {
            return Err(StopError::Descendant);
        }
        let end = Exited {
            pid: self,
            key: None,
        };
        match end.await {
            end if end == reason => Ok(()),
            other => Err(StopError::Exited(other)),
        }
    }

    fn waits_for_caller(&self) -> bool {
        let caller = current::process().filter(|_| self.cell().outlives_children());
        caller.is_some_and(|caller| caller.cell().descends_from(self.id()))
    }

    /// As [`stop_with`](Self::stop_with), but waits no longer than `limit`; the process stops all
    /// the same, later (G-47).
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
        timeout(limit, self.stop_with(reason))
            .await
            .unwrap_or(Err(StopError::Timeout))
    }
}

/// Waits for the end of a process; see [`Pid::exited`].
#[derive(Debug)]
#[must_use = "waits only when awaited"]
pub struct Exited {
    pid: Pid,
    key: Option<u64>,
}

impl Future for Exited {
    type Output = ExitReason;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ExitReason> {
        let Self { pid, key } = self.get_mut();
        let Some(reason) = pid.cell().add_waiter(key, cx.waker()) else {
            return Poll::Pending;
        };
        *key = None; // the death has taken its waker
        Poll::Ready(reason)
    }
}

impl Drop for Exited {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.pid.cell().remove_waiter(key);
        }
    }
}

/// Waits for the future, or gives up when `target` dies: then nothing is left of what belongs to it.
pub(crate) async fn unless_dead<F: Future>(target: Option<Pid>, future: F) -> Option<F::Output> {
    let mut death = target.as_ref().map(Pid::exited);
    let mut future = pin!(future);
    poll_fn(|cx| {
        if let Some(death) = &mut death
            && pin!(death as &mut Exited).poll(cx).is_ready()
        {
            return Poll::Ready(None);
        }
        future.as_mut().poll(cx).map(Some)
    })
    .await
}
