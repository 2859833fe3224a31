//! [`Starting`]: the future of a start.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::actor_ref::ActorRef;
use crate::gen_server::GenServer;
use crate::process::{Launched, Tie, launch};
use crate::start::Options;
use crate::start_error::StartError;

/// What a start gives.
type Started<S> = Result<ActorRef<S>, StartError>;

/// A start, which begins with the first poll.
///
/// No `async fn`: it lies in the future of each callback that starts somebody, so what was asked for and
/// what is waited for share their place.
pub(super) enum Starting<S: GenServer> {
    Asked(Options<S>, Tie<'static>),
    Waits(Launched<S>),
    /// With a limit of its own, which is rare.
    Within(Pin<Box<dyn Future<Output = Started<S>> + Send>>),
    Over,
}

// The arguments are moved to their process and never pinned here.
impl<S: GenServer> Unpin for Starting<S> {}

impl<S: GenServer> Starting<S> {
    /// Waits for a start that has begun.
    pub(super) fn begun(launched: Launched<S>, limit: Option<Duration>) -> Self {
        match limit {
            None => Self::Waits(launched),
            Some(limit) => Self::Within(Box::pin(launched.within(limit))),
        }
    }
}

impl<S: GenServer> Future for Starting<S> {
    type Output = Started<S>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Started<S>> {
        let this = self.get_mut();
        if let Self::Asked(..) = this
            && let Self::Asked(options, tie) = mem::replace(this, Self::Over)
        {
            let waker = options.timeout.is_none().then(|| cx.waker().clone());
            let launched = launch(options.args, &options.defaults, tie, waker)?;
            *this = Self::begun(launched, options.timeout);
            if let Self::Waits(_) = this {
                return Poll::Pending; // the answer wakes it
            }
        }
        let polled = match this {
            Self::Waits(launched) => launched.poll(cx),
            Self::Within(start) => start.as_mut().poll(cx),
            Self::Asked(..) | Self::Over => unreachable!("a start is over, and polled again"),
        };
        if polled.is_ready() {
            *this = Self::Over;
        }
        polled
    }
}
