//! [`ChildRef`]: addresses a child of a supervisor through its restarts.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use actor_core::{
    ActorRef, Address, AsPid, CallError, Deadline, ExitReason, GenServer, Monitorable, NotFound,
    Pid, Protocol, ReplyTo, Request, StopError, process, sys,
};
use thiserror::Error;

use crate::board::Row;
use crate::child_error::FindChildError;
use crate::child_id::ChildId;
use crate::rt::timeout;
use crate::supervisor_server::Place;

/// Addresses a child of a supervisor, whichever incarnation of it runs (compare
/// [`ActorRef`], which addresses one).
///
/// Calls, casts, [`exit`](Self::exit) and [`stop`](Self::stop) go to the present incarnation. Between
/// two of them a call fails at once with the reason of the one that ended;
/// [`wait`](Self::wait) waits for the next one, and [`wait_after`](Self::wait_after) for one that comes after a
/// certain one. No process is asked where the child is.
///
/// Made by [`SupervisorClient::child`](crate::SupervisorClient::child).
///
/// # Examples
///
/// ```
/// use actor_core::ExitReason;
/// use actor_supervisor::{ChildSpec, Strategy, SupervisorClient, SupervisorSpec, TaskServer};
/// use std::{future::pending, time::Duration};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = SupervisorSpec::new(Strategy::OneForOne)
///     .child(ChildSpec::task("metrics", || pending::<()>()))
///     .start_link()
///     .await?;
/// let metrics = app.child::<TaskServer>("metrics").await?;
/// let first = metrics.wait(Duration::from_secs(1)).await?;
/// metrics.exit(ExitReason::Kill);
/// first.exited().await;
/// let second = metrics.wait(Duration::from_secs(1)).await?;
/// assert_ne!(first, second);
/// app.stop().await?;
/// # Ok(())
/// # }
/// ```
pub struct ChildRef<S> {
    id: ChildId,
    place: Place,
    server: PhantomData<fn() -> S>,
}

/// The child did not run in time.
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WaitChildError {
    /// It did not run within this time.
    #[error("child `{id}` did not run within {limit:?}")]
    NotRunning {
        /// The child.
        id: ChildId,
        /// How long it was waited for.
        limit: Duration,
    },
    /// It is not in the supervisor's list any more, or the supervisor has ended.
    #[error("child `{0}` is gone: it was deleted, or its supervisor has ended")]
    Gone(ChildId),
    /// It is a server of another type.
    #[error("child `{0}` is a server of another type")]
    WrongType(ChildId),
}

impl fmt::Debug for WaitChildError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WaitChildError: {self}")
    }
}

impl<S: Protocol> ChildRef<S> {
    /// A child that runs must be of this type; of one that does not, nobody knows it yet.
    pub(crate) fn new(id: ChildId, place: Place) -> Result<Self, FindChildError> {
        let latest = place.latest();
        if latest.is_some_and(|pid| pid.typed::<S>().is_none()) {
            return Err(FindChildError::WrongType(id));
        }
        Ok(Self {
            id,
            place,
            server: PhantomData,
        })
    }

    /// Returns what the child is called.
    #[must_use]
    pub fn id(&self) -> &ChildId {
        &self.id
    }

    /// Returns the pid of the present incarnation; none between two.
    #[must_use]
    pub fn pid(&self) -> Option<Pid> {
        self.latest().filter(Pid::is_alive)
    }

    /// Returns a reference to the present incarnation, which does not follow restarts; none between
    /// two.
    #[must_use]
    pub fn whereis(&self) -> Option<ActorRef<S>> {
        self.pid()?.typed()
    }

    /// Returns the present incarnation, or the next one within `limit`.
    ///
    /// # Errors
    ///
    /// [`WaitChildError`] if it does not run in time, or never will.
    ///
    /// # Panics
    ///
    /// If it is polled outside a tokio runtime with a timer.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when it is dropped, and it may be called again.
    pub async fn wait(&self, limit: Duration) -> Result<ActorRef<S>, WaitChildError> {
        let elapsed = || WaitChildError::NotRunning {
            id: self.id.clone(),
            limit,
        };
        let running = timeout(limit, self.running(None)).await;
        running.unwrap_or_else(|_elapsed| Err(elapsed()))
    }

    /// Returns an incarnation other than `former` that runs, or waits for the next one for as long as there
    /// may be one.
    ///
    /// For whoever has sent `former` what ends it: it may live a while yet, and [`wait`](Self::wait) would
    /// return it again. For less long, put a timeout around it.
    ///
    /// # Errors
    ///
    /// [`WaitChildError`] if there will be none, or it is a server of another type.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when it is dropped, and it may be called again.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_core::ExitReason;
    /// use actor_supervisor::{ChildSpec, Strategy, SupervisorClient, SupervisorSpec, TaskServer};
    /// use std::{future::pending, time::Duration};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = SupervisorSpec::new(Strategy::OneForOne)
    ///     .child(ChildSpec::task("metrics", || pending::<()>()))
    ///     .start_link()
    ///     .await?;
    /// let metrics = app.child::<TaskServer>("metrics").await?;
    /// let first = metrics.wait(Duration::from_secs(1)).await?;
    /// metrics.exit(ExitReason::Kill);
    /// let second = metrics.wait_after(&first).await?;
    /// assert_ne!(first, second);
    /// app.stop().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_after(
        &self,
        former: &(impl AsPid + Sync),
    ) -> Result<ActorRef<S>, WaitChildError> {
        self.running(Some(former.as_pid())).await
    }

    /// Sends an exit signal to the present incarnation; see [`Pid::exit`].
    pub fn exit(&self, reason: ExitReason) {
        if let Some(pid) = self.latest() {
            pid.exit(reason);
        }
    }

    /// Asks the present incarnation to stop with the reason `normal`, and waits for its end; see
    /// [`Pid::stop`]. By its spec it may be restarted then (S-70); to let it stay down, use
    /// [`terminate_child`](crate::SupervisorClient::terminate_child).
    ///
    /// # Errors
    ///
    /// [`StopError`] if there is none, it is the caller itself, or it ends for another reason.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop(&self) -> Result<(), StopError> {
        match self.latest() {
            Some(pid) => pid.stop().await,
            None => Err(StopError::NoProc),
        }
    }

    /// Waits for the end of the present incarnation, and returns why it ended; of the last one, at
    /// once, if there is none at present; `NoProc` if there never was one.
    ///
    /// Whoever ends an incarnation and waits for that takes [`whereis`](Self::whereis) first, and waits
    /// for that one: by the time that this is called, the present one may be its successor.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when it is dropped, and it may be called again.
    pub async fn exited(&self) -> ExitReason {
        match self.latest() {
            Some(pid) => pid.exited().await,
            None => ExitReason::NoProc,
        }
    }

    fn latest(&self) -> Option<Pid> {
        self.place.latest()
    }

    /// The present incarnation or the last one, by which a message is refused in the usual way.
    fn server(&self) -> Result<ActorRef<S>, NotFound> {
        let latest = self.latest().ok_or(NotFound::NoProc)?;
        latest.typed().ok_or(NotFound::WrongType)
    }

    async fn running(&self, former: Option<Pid>) -> Result<ActorRef<S>, WaitChildError> {
        let listener = self.place.board.listen();
        loop {
            // Listens first, then looks: a change in between wakes it.
            let changed = listener.changed();
            let next = |row: &Row| {
                row.running()
                    .filter(|pid| former.as_ref() != Some(pid))
                    .cloned()
            };
            let next = self.place.look(next);
            let next = next.ok_or_else(|| WaitChildError::Gone(self.id.clone()))?;
            match next.filter(Pid::is_alive) {
                Some(pid) => {
                    let typed = pid.typed();
                    return typed.ok_or_else(|| WaitChildError::WrongType(self.id.clone()));
                }
                None => changed.await,
            }
        }
    }
}

/// The latest incarnation is monitored: if it has ended, its DOWN comes at once (P-20).
impl<S: Protocol> Monitorable for ChildRef<S> {
    fn monitored_pid(&self) -> Option<Pid> {
        self.latest()
    }

    fn monitored_name(&self) -> Option<&str> {
        None
    }
}

/// The latest incarnation is asked; between two of them nobody answers.
impl<S: Protocol> sys::Target for ChildRef<S> {
    fn process(&self) -> Result<Pid, CallError> {
        Ok(self.server()?.pid())
    }
}

impl<S: Protocol> sys::ServerTarget for ChildRef<S> {
    type Server = S;
}

impl<S: GenServer> Address<S> for ChildRef<S> {
    type Sent<'a> = ();

    async fn call_by<T, F>(&self, deadline: Deadline, make: F) -> Result<T, CallError>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        let server = self.server()?;
        match server.call_by(deadline, make).await {
            Err(CallError::NoProc) => Err(CallError::Exited(server.exited().await)),
            outcome => outcome,
        }
    }

    fn send_request<T, F>(&self, make: F) -> Request<T>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        match self.server() {
            Ok(server) => server.send_request(make),
            Err(why) => Request::failed(why.into()),
        }
    }

    fn cast(&self, message: S::Cast) {
        match self.server() {
            Ok(server) => server.cast(message),
            Err(_) => undelivered(message, self),
        }
    }

    fn send(&self, message: S::Info) {
        match self.server() {
            Ok(server) => server.send(message),
            Err(_) => undelivered(message, self),
        }
    }

    fn target(&self) -> Option<Pid> {
        None
    }

    fn actor_ref(&self) -> Result<ActorRef<S>, NotFound> {
        self.server()
    }
}

fn undelivered<M>(message: M, to: &impl fmt::Display) {
    drop(message);
    process::not_delivered(to);
}

impl<S> Clone for ChildRef<S> {
    fn clone(&self) -> Self {
        Self {
            id: self.id.clone(),
            place: self.place.clone(),
            server: PhantomData,
        }
    }
}

impl<S> fmt::Display for ChildRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "child {}", self.id)
    }
}

impl<S> fmt::Debug for ChildRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let latest = self.place.latest();
        f.debug_struct("ChildRef")
            .field("id", &self.id)
            .field("pid", &latest)
            .finish()
    }
}
