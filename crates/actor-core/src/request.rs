//! Calls whose reply is waited for later: one, or many at once (G-29).

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::call::{Awaited, CallError, Deadline, placed, request};
use crate::cell::Cell;
use crate::current;
use crate::pid::AnyCell;
use crate::protocol::Protocol;
use crate::reply::ReplyTo;
use crate::rt::timeout;

/// A request that was sent, and whose reply is still to come (G-29).
///
/// Made by [`Address::send_request`](crate::Address::send_request), which never fails: an unknown
/// name shows up as the result. Awaiting the value itself waits without limit. Dropped, it abandons
/// the reply; the server handles the request all the same (G-23), unless it still waits for room in a
/// bounded mailbox.
///
/// # Examples
///
/// ```no_run
/// # use actor_core::{Address, ActorRef, CallError, GenServer, ReplyTo};
/// # use std::time::Duration;
/// # async fn example<S: GenServer<Call = ReplyTo<u32>>>(server: ActorRef<S>) -> Result<(), CallError> {
/// let mut request = server.send_request(|reply| reply);
/// // … something else meanwhile …
/// if let Some(result) = request.wait(Duration::from_millis(10)).await {
///     println!("quick: {}", result?);
/// } else {
///     println!("in the end: {}", request.await?);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a dropped request abandons its reply"]
pub struct Request<T> {
    outcome: Pin<Box<dyn Future<Output = Result<T, CallError>> + Send>>,
}

impl<T: Send + 'static> Request<T> {
    pub(crate) fn new(
        outcome: impl Future<Output = Result<T, CallError>> + Send + 'static,
    ) -> Self {
        Self {
            outcome: Box::pin(outcome),
        }
    }

    /// Returns a request that failed already: for addresses of one's own that reach nobody.
    pub fn failed(error: CallError) -> Self {
        Self::new(ready(Err(error)))
    }

    /// Waits for the reply no longer than `limit`; none if it has not come, and then the request
    /// goes on: `wait_response`.
    ///
    /// # Errors
    ///
    /// [`CallError`] says why no reply came.
    ///
    /// # Panics
    ///
    /// If it is called again after it gave a result.
    ///
    /// # Cancel safety
    ///
    /// Safe: it may be called again.
    pub async fn wait(&mut self, limit: Duration) -> Option<Result<T, CallError>> {
        timeout(limit, &mut self.outcome).await.ok()
    }

    /// Waits for the reply no longer than `limit`, and then abandons the request:
    /// `receive_response`.
    ///
    /// # Errors
    ///
    /// [`CallError`] says why no reply came; `Timeout` after the limit.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it abandons the request.
    pub async fn receive(mut self, limit: Duration) -> Result<T, CallError> {
        self.wait(limit).await.unwrap_or(Err(CallError::Timeout))
    }
}

/// Sends the request that `make` makes; it is waited for later.
pub(crate) fn send_request<P, T, F>(cell: Arc<Cell<P>>, make: F) -> Request<T>
where
    P: Protocol,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> P::Call,
{
    if current::is(cell.id()) {
        return Request::failed(CallError::CallingSelf);
    }
    match request(&cell, None, None, make) {
        Ok((None, answer)) => {
            Request::new(Awaited::new(Deadline::Never, answer).outcome(move || cell.pid()))
        }
        Ok((Some(place), answer)) => Request::new(placed(place, answer)),
        Err(error) => Request::failed(error),
    }
}

impl<T> Future for Request<T> {
    type Output = Result<T, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.outcome.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}

/// Requests that are waited for together; each has a label, and they answer in the order in which
/// they complete (G-29).
///
/// # Examples
///
/// ```no_run
/// # use actor_core::{Address, ActorRef, CallError, GenServer, ReplyTo, Requests};
/// # use std::time::Duration;
/// # async fn example<S: GenServer<Call = ReplyTo<u32>>>(servers: Vec<ActorRef<S>>) -> Result<(), CallError> {
/// let mut requests = Requests::new();
/// for (place, server) in servers.iter().enumerate() {
///     requests.add(place, server.send_request(|reply| reply));
/// }
/// while let Some((place, result)) = requests.receive(Duration::from_secs(1)).await? {
///     println!("{place}: {}", result?);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "dropped requests abandon their replies"]
pub struct Requests<L, T> {
    pending: FuturesUnordered<Labelled<L, T>>,
}

/// The label and the result of the request that completed.
pub type Response<L, T> = (L, Result<T, CallError>);

/// The time that was given passed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no request was answered within the limit")]
pub struct NoResponse;

struct Labelled<L, T> {
    label: Option<L>,
    request: Request<T>,
}

impl<L: Unpin, T> Future for Labelled<L, T> {
    type Output = Option<Response<L, T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { label, request } = self.get_mut();
        let result = std::task::ready!(Pin::new(request).poll(cx));
        Poll::Ready(label.take().map(|label| (label, result)))
    }
}

impl<L: Unpin, T> Requests<L, T> {
    /// Makes an empty collection.
    pub fn new() -> Self {
        Self {
            pending: FuturesUnordered::new(),
        }
    }

    /// Adds a request with a label that tells it apart.
    pub fn add(&mut self, label: L, request: Request<T>) {
        self.pending.push(Labelled {
            label: Some(label),
            request,
        });
    }

    /// Returns how many requests are not answered yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Says whether every request is answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Waits for the next request that completes; none if the collection is empty. After `limit`
    /// the others go on.
    ///
    /// # Errors
    ///
    /// [`NoResponse`] if none completed within `limit`.
    ///
    /// # Cancel safety
    ///
    /// Safe: no response is lost.
    pub async fn wait(&mut self, limit: Duration) -> Result<Option<Response<L, T>>, NoResponse> {
        let next = timeout(limit, self.pending.next()).await;
        next.map(Option::flatten).map_err(|_elapsed| NoResponse)
    }

    /// As [`wait`](Self::wait), but after `limit` all its requests are abandoned.
    ///
    /// # Errors
    ///
    /// [`CallError::Timeout`] if none completed within `limit`.
    ///
    /// # Cancel safety
    ///
    /// Safe: no response is lost.
    pub async fn receive(&mut self, limit: Duration) -> Result<Option<Response<L, T>>, CallError> {
        let next = self.wait(limit).await;
        if next.is_err() {
            self.pending.clear();
        }
        next.map_err(|NoResponse| CallError::Timeout)
    }
}

impl<L: Unpin, T> Default for Requests<L, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L, T> fmt::Debug for Requests<L, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests")
            .field("len", &self.pending.len())
            .finish()
    }
}
