//! What callbacks answer.

use std::any::type_name;
use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::reply::PreparedReply;

/// What [`init`](GenServer::init) answers; an `Err` is [`Init::Stop`].
pub type InitResult<S> = Result<Init<S>, ExitReason>;

/// What every other callback answers; an `Err` is [`Next::Stop`].
pub type NextResult<S> = Result<Next<S>, ExitReason>;

/// Says how a start goes on (G-4). A state converts into [`Ready`](Self::Ready).
#[non_exhaustive]
pub enum Init<S: GenServer> {
    /// The server is ready.
    Ready(S),
    /// The server is ready; `handle_continue` runs before any message (G-31).
    Continue(S, S::Continue),
    /// The server is ready; if no message arrives within this time, `handle_info` gets
    /// [`Info::Timeout`](crate::Info::Timeout) (G-34).
    Timeout(S, Duration),
    /// There is nothing to do: the start fails as ignored, and the process ends `normal`.
    Ignore,
    /// The start fails with this reason, and the process ends `normal`: a linked starter is
    /// unharmed, and nothing is logged.
    Error(ExitReason),
    /// The start fails, and the process ends, with this reason: a linked starter that does not
    /// trap exits ends with it too (G-5).
    Stop(ExitReason),
}

/// Says how a server goes on after a callback (G-14, G-15).
#[non_exhaustive]
pub enum Next<S: GenServer> {
    /// Waits for the next message. Whether a reply was sent is up to its handle.
    NoReply,
    /// Runs `handle_continue` before the next message (G-32).
    Continue(S::Continue),
    /// Waits for the next message; if none arrives within this time, `handle_info` gets
    /// [`Info::Timeout`](crate::Info::Timeout). Any message cancels it (G-34, G-35). Zero means: if
    /// the inbox is empty now (G-37).
    Timeout(Duration),
    /// Waits for the next message. A hint that it may take long; nothing else differs (G-48).
    Hibernate,
    /// Runs `terminate`, then ends with this reason. Callers without a reply get it (G-26).
    Stop(ExitReason),
    /// Runs `terminate`, then sends the reply, then ends with this reason (G-27); made by
    /// [`stop_and_reply`](Self::stop_and_reply).
    StopAndReply(ExitReason, PreparedReply),
}

impl<S: GenServer> Next<S> {
    /// Runs `terminate` to its end, then sends the reply, then ends with `reason` (G-27). The reply
    /// is sent even if `terminate` panics, but not if the process is killed meanwhile.
    ///
    /// # Examples
    ///
    /// ```
    /// # use actor_core::{ExitReason, GenServer, Next, ReplyTo};
    /// # fn example<S: GenServer>(reply: ReplyTo<u32>) -> Next<S> {
    /// Next::stop_and_reply(ExitReason::Normal, reply.with(42))
    /// # }
    /// ```
    #[must_use]
    pub fn stop_and_reply(reason: ExitReason, reply: PreparedReply) -> Self {
        Self::StopAndReply(reason, reply)
    }
}

impl<S: GenServer> From<S> for Init<S> {
    fn from(state: S) -> Self {
        Self::Ready(state)
    }
}

impl<S: GenServer> fmt::Debug for Init<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(_) => f.write_str("Ready"),
            Self::Continue(..) => f.write_str("Continue"),
            Self::Timeout(_, limit) => f.debug_tuple("Timeout").field(limit).finish(),
            Self::Ignore => f.write_str("Ignore"),
            Self::Error(reason) => f.debug_tuple("Error").field(reason).finish(),
            Self::Stop(reason) => f.debug_tuple("Stop").field(reason).finish(),
        }
    }
}

impl<S: GenServer> fmt::Debug for Next<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReply => f.write_str("NoReply"),
            Self::Continue(_) => f.write_str("Continue"),
            Self::Timeout(limit) => f.debug_tuple("Timeout").field(limit).finish(),
            Self::Hibernate => f.write_str("Hibernate"),
            Self::Stop(reason) | Self::StopAndReply(reason, _) => {
                f.debug_tuple("Stop").field(reason).finish()
            }
        }
    }
}

/// A message arrived for which the server has no callback (G-18); it is the exit reason then.
#[derive(Clone, Debug, Error)]
#[error("`{server}` got a message for `{callback}`, which it does not implement: write it")]
pub struct Unhandled {
    server: &'static str,
    callback: &'static str,
}

impl Unhandled {
    pub(super) fn reason<S>(callback: &'static str) -> ExitReason {
        let server = type_name::<S>();
        Self { server, callback }.into()
    }
}
