//! What a client is still to be told.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

use actor_otp::CastError;
use actor_otp::prelude::*;
use futures_util::{Sink, SinkExt as _};

/// Where the lines for one client go: a socket, whatever is spoken on it.
pub(crate) type Output = Pin<Box<dyn Sink<Arc<str>, Error = Box<dyn Error + Send + Sync>> + Send>>;

/// Writes to one client, at its speed. What is to be written is its mailbox, which has a bound: so
/// nobody who tells a client something waits for it, and a client that does not read is found out.
pub(crate) struct Outbox(Output);

/// The queue of a client is full.
pub(crate) struct TooSlow;

#[actor]
impl GenServer for Outbox {
    async fn init(output: Output, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(output).into())
    }

    /// Writes a line, or several.
    #[cast]
    async fn put(&mut self, line: Arc<str>) -> Next<Self> {
        match self.0.send(line).await {
            Ok(()) => Next::NoReply,
            Err(_) => Next::Stop(ExitReason::Normal), // the client has gone, which is no crash
        }
    }

    /// Writes a last line, behind all others, and ends the connection.
    #[call(timeout = "5s")]
    async fn finish(&mut self, last: &'static str) -> Reply<()> {
        if self.0.send(last.into()).await.is_ok() {
            let _ = self.0.close().await; // closed or broken, it is over
        }
        Reply::new(()).and_stop(ExitReason::Normal)
    }
}

/// Puts a line into the queue of a client; false if the client has gone.
pub(crate) fn put(outbox: &ActorRef<Outbox>, line: &Arc<str>) -> Result<bool, TooSlow> {
    let line = Arc::clone(line);
    match outbox.try_cast(OutboxCast::Put { line }) {
        Ok(()) => Ok(true),
        Err(refused) if refused.reason == CastError::MailboxFull => Err(TooSlow),
        Err(_) => Ok(false),
    }
}
