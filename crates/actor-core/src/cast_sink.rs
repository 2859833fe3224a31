//! [`CastSink`]: casts as a sink of futures.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_sink::Sink;

use crate::address::Address;
use crate::call::Deadline;
use crate::protocol::Protocol;
use crate::sending::{CastError, NotSent, Sending};

/// Casts what is sent into it: the end of a stream that leads to a server.
///
/// It is ready for the next message when the one before was accepted; one that finds no room stands in
/// line for it from the next poll on, of a flush or of the readiness. So a stream that is forwarded to a
/// bounded mailbox goes on as fast as the server, and waits as long as it takes, if the mailbox lets
/// senders [wait](crate::Overflow::Wait); otherwise a full one answers as its policy says. It never ends
/// the server: to close it is to wait until the last message was accepted. The feature is `sink`.
///
/// # Errors
///
/// [`CastError`] says why a message was not accepted; the message is dropped.
///
/// # Cancel safety
///
/// Dropped while a message waits for room, that was not sent.
///
/// # Examples
///
/// ```
/// use actor_core::{ActorRef, CastError, CastSink, GenServer};
/// use futures_util::{SinkExt, stream::iter};
///
/// async fn feed<S: GenServer<Cast = u32>>(server: &ActorRef<S>) -> Result<(), CastError> {
///     let mut numbers = iter([1, 2, 3].map(Ok));
///     CastSink::new(server.clone()).send_all(&mut numbers).await
/// }
/// ```
pub struct CastSink<S: Protocol, A> {
    address: A,
    /// The last message, while it waits for room.
    waits: Option<Sending<S>>,
}

// Nothing in it is pinned: the address is only looked at, and a wait is in a box.
impl<S: Protocol, A> Unpin for CastSink<S, A> {}

impl<S: Protocol, A: Address<S>> CastSink<S, A> {
    /// Makes one that casts to this address.
    pub fn new(address: A) -> Self {
        Self {
            address,
            waits: None,
        }
    }

    fn poll_accepted(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), CastError>> {
        let Some(waits) = &mut self.waits else {
            return Poll::Ready(Ok(()));
        };
        let sent = ready!(Pin::new(waits).poll(cx));
        self.waits = None;
        Poll::Ready(sent)
    }
}

impl<S: Protocol, A: Address<S>> Sink<S::Cast> for CastSink<S, A> {
    type Error = CastError;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CastError>> {
        self.get_mut().poll_accepted(cx)
    }

    /// # Panics
    ///
    /// If it is not ready, as the contract of `Sink` has it.
    fn start_send(self: Pin<&mut Self>, message: S::Cast) -> Result<(), CastError> {
        let sink = self.get_mut();
        assert!(
            sink.waits.is_none(),
            "a sink must be ready for the next message"
        );
        let Err(NotSent { message, reason }) = sink.address.try_cast(message) else {
            return Ok(());
        };
        if reason != CastError::MailboxFull {
            return Err(reason);
        }
        sink.waits = Some(sink.address.cast_by(Deadline::Never, message));
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CastError>> {
        self.get_mut().poll_accepted(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CastError>> {
        self.get_mut().poll_accepted(cx)
    }
}

impl<S: Protocol, A> fmt::Debug for CastSink<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CastSink").finish_non_exhaustive()
    }
}
