//! [`CallService`]: calls as a service of tower.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tower_service::Service;

use crate::address::Address;
use crate::call::{CallError, Deadline};
use crate::cell::Cell;
use crate::current;
use crate::protocol::Protocol;
use crate::reply::ReplyTo;

/// Makes a call of each request, so that the layers of tower can stand before a server.
///
/// It is ready when there is room in the mailbox, which is always so for one without a bound. Others may
/// take the room meanwhile; then the call waits for it within its deadline, or fails as
/// [`CallError::MailboxFull`] if the mailbox lets nobody [wait](crate::Overflow::Wait). It is also ready
/// when there is no server: then the call says so, and a name may have a new holder by the next one; and
/// in a turn of a process, which must not wait for what could wait for it: the call sees that (F-17).
/// The feature is `tower`.
///
/// # Errors
///
/// [`CallError`] says why no reply came.
///
/// # Cancel safety
///
/// As [`Address::call_by`] for the future of a call. Whoever gives up to wait until it is ready takes no
/// room; its waker stays with the mailbox until there is some, and goes with the service at the latest. A
/// service has one waker there: that of its last poll.
///
/// # Examples
///
/// ```
/// use actor_core::{ActorRef, CallError, CallService, GenServer, ReplyTo};
/// use tower_service::Service;
///
/// enum Ask {
///     Double { number: u32, reply: ReplyTo<u32> },
/// }
///
/// async fn double<S: GenServer<Call = Ask>>(server: ActorRef<S>) -> Result<u32, CallError> {
///     let make = |number: u32, reply| Ask::Double { number, reply };
///     let mut service = CallService::new(server, make);
///     std::future::poll_fn(|cx| service.poll_ready(cx)).await?;
///     service.call(21).await
/// }
/// ```
pub struct CallService<S: Protocol, A, T, M> {
    address: A,
    deadline: Deadline,
    make: M,
    /// While it waits until it is ready.
    waits: Option<Waits<S>>,
    types: PhantomData<fn(S) -> T>,
}

/// Waits for room in a mailbox, until it is dropped.
struct Waits<S: Protocol> {
    cell: Arc<Cell<S>>,
    key: Option<u64>,
}

impl<S: Protocol> Waits<S> {
    fn new(cell: &Arc<Cell<S>>) -> Self {
        Self {
            cell: Arc::clone(cell),
            key: None,
        }
    }
}

impl<S: Protocol> Drop for Waits<S> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.cell.inbox.leave_room(key);
        }
    }
}

impl<S: Protocol, A: Address<S>, T: Send + 'static, M> CallService<S, A, T, M> {
    /// Makes a service of this address; `make` makes the message of a request and the reply handle.
    pub fn new<R>(address: A, make: M) -> Self
    where
        M: Fn(R, ReplyTo<T>) -> S::Call,
    {
        Self {
            address,
            deadline: Deadline::Default,
            make,
            waits: None,
            types: PhantomData,
        }
    }

    /// Sets how long each call may take; five seconds by default.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.deadline = Deadline::After(limit);
        self
    }
}

impl<S, R, A, T, M> Service<R> for CallService<S, A, T, M>
where
    S: Protocol,
    R: Send + 'static,
    A: Address<S> + Clone + 'static,
    T: Send + 'static,
    M: Fn(R, ReplyTo<T>) -> S::Call + Clone + Send + 'static,
{
    type Response = T;
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<T, CallError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), CallError>> {
        let former = self.waits.take(); // gone if it is ready, or another process has the name
        let server = match self.address.actor_ref() {
            // A process that waits here could be waited for: the call sees that, and has a limit (F-17).
            Ok(server) if current::on_turn().is_none() => server,
            _ => return Poll::Ready(Ok(())), // who is not there the call says
        };
        let cell = server.cell();
        let former = former.filter(|waits| Arc::ptr_eq(&waits.cell, cell));
        let mut waits = former.unwrap_or_else(|| Waits::new(cell));
        let room = cell.inbox.poll_room(&mut waits.key, cx);
        if room.is_pending() {
            self.waits = Some(waits);
        }
        room.map(Ok)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (address, make, deadline) = (self.address.clone(), self.make.clone(), self.deadline);
        Box::pin(async move {
            let message = move |reply| make(request, reply);
            address.call_by(deadline, message).await
        })
    }
}

impl<S: Protocol, A: Clone, T, M: Clone> Clone for CallService<S, A, T, M> {
    fn clone(&self) -> Self {
        Self {
            address: self.address.clone(),
            deadline: self.deadline,
            make: self.make.clone(),
            waits: None, // it has a waker of its own
            types: PhantomData,
        }
    }
}

impl<S: Protocol, A, T, M> fmt::Debug for CallService<S, A, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallService")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
