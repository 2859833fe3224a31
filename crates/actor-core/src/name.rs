//! [`Name`]: the typed name of a server, which outlives its incarnations.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use thiserror::Error;

use crate::actor_ref::ActorRef;
use crate::call::CallError;
use crate::current;
use crate::directory::NameText;
use crate::exit_reason::ExitReason;
use crate::lifecycle::StopError;
use crate::monitor::Monitorable;
use crate::node::Node;
use crate::pid::Pid;
use crate::protocol::Protocol;
use crate::rt::{ArcSwapOption, timeout};
use crate::undelivered::Undelivered;

/// Names a server of type `S`: whoever holds the name in the node of the caller (N-1 to N-6).
///
/// A name is a small value that may be a `const`. It survives restarts: a call through it reaches
/// the present holder, or fails with `NoProc` while there is none. Two servers of different types
/// never mix: a name that is held by another type is [`WrongType`](crate::CallError::WrongType).
///
/// In the guide: [names and nodes](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/names_and_nodes.md).
///
/// # Examples
///
/// ```
/// use actor_core::{Context, GenServer, InitResult, Name, Start};
/// use std::convert::Infallible;
///
/// struct Idle;
///
/// impl GenServer for Idle {
///     type Args = ();
///     type Call = Infallible;
///     type Cast = Infallible;
///     type Info = Infallible;
///     type Continue = Infallible;
///
///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
///         Ok(Idle.into())
///     }
/// }
///
/// const IDLE: Name<Idle> = actor_core::name!(Idle, "idle");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let idle = Idle::options(()).name(IDLE).start().await?;
/// assert_eq!(IDLE.whereis(), Some(idle));
/// IDLE.stop().await?;
/// assert_eq!(IDLE.whereis(), None);
/// # Ok(())
/// # }
/// ```
pub struct Name<S> {
    text: NameText,
    cache: Option<&'static NameCache>,
    server: PhantomData<fn() -> S>,
}

/// Remembers the process that a name was resolved to last. A hint only: it counts if that process
/// is alive, named, in the caller's node and of the right type; otherwise the directory decides.
pub struct NameCache(ArcSwapOption<Pid>);

/// Makes a constant [`Name`] with a hidden cache: `name!(Counter, "counter")`.
///
/// The name itself is the same as [`Name::new`] makes; finding its holder is cheaper.
#[macro_export]
macro_rules! name {
    ($server:ty, $text:expr) => {{
        static CACHE: $crate::__private::NameCache = $crate::__private::NameCache::new();
        $crate::Name::<$server>::cached($text, &CACHE)
    }};
}

/// No server of the right type took the name in time.
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WaitError {
    /// Nobody holds the name.
    #[error("nobody took the name \"{name}\" within {limit:?}")]
    Nobody {
        /// The name.
        name: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// A server of another type holds the name.
    #[error("the name \"{name}\" is held by a server of another type, and was so for {limit:?}")]
    WrongType {
        /// The name.
        name: String,
        /// How long it was waited for.
        limit: Duration,
    },
}

/// Says why an address leads to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotFound {
    /// There is no such process.
    #[error("no such process: nobody holds the name, or it has ended already")]
    NoProc,
    /// It is a server of another type.
    #[error("the name is held by a server of another type")]
    WrongType,
}

impl fmt::Debug for WaitError {
    /// Writes the sentence: it is what `unwrap` and a failing `main` print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WaitError: {self}")
    }
}

impl From<NotFound> for Undelivered {
    fn from(why: NotFound) -> Self {
        match why {
            NotFound::NoProc => Self::NoProc,
            NotFound::WrongType => Self::WrongType,
        }
    }
}

impl From<NotFound> for CallError {
    fn from(why: NotFound) -> Self {
        Undelivered::from(why).into()
    }
}

impl NameCache {
    /// Makes an empty cache.
    #[must_use]
    pub const fn new() -> Self {
        Self(ArcSwapOption::const_empty())
    }
}

impl Default for NameCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for NameCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NameCache").field(&*self.0.load()).finish()
    }
}

impl<S> Name<S> {
    /// Makes a name from a text in the program.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text: NameText::Static(text),
            cache: None,
            server: PhantomData,
        }
    }

    /// Makes a name from a text made at run time; nothing of it stays behind.
    #[must_use]
    pub fn dynamic(text: impl AsRef<str>) -> Self {
        Self {
            text: NameText::Shared(text.as_ref().into()),
            cache: None,
            server: PhantomData,
        }
    }

    /// Makes a name that remembers its holder; used by [`name!`](crate::name) and by the
    /// attribute. Each cache serves one text.
    #[doc(hidden)]
    #[must_use]
    pub const fn cached(text: &'static str, cache: &'static NameCache) -> Self {
        Self {
            text: NameText::Static(text),
            cache: Some(cache),
            server: PhantomData,
        }
    }

    /// Returns the text of the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    pub(crate) fn text(&self) -> &NameText {
        &self.text
    }
}

impl<S: Protocol> Name<S> {
    /// Returns the process that holds the name now, if it is of this type (G-30).
    #[must_use]
    pub fn whereis(&self) -> Option<ActorRef<S>> {
        self.find().ok()
    }

    /// Returns the present holder, or the next one that takes the name within `limit`.
    ///
    /// It says nothing about a holder that is about to die: wait for its
    /// [`exited`](ActorRef::exited) first.
    ///
    /// # Errors
    ///
    /// [`WaitError`] if no process of this type holds the name within `limit`.
    ///
    /// # Panics
    ///
    /// If it is polled outside a tokio runtime with a timer.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when it is dropped, and it may be called again.
    pub async fn wait(&self, limit: Duration) -> Result<ActorRef<S>, WaitError> {
        let holder = Holder {
            name: self,
            node: Node::current(),
            key: None,
        };
        timeout(limit, holder)
            .await
            .map_err(|_elapsed| self.not_taken(limit))
    }

    /// Asks the process that holds the name to stop with the reason `normal`, and waits for its end
    /// (G-47).
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

    /// Asks the process that holds the name to stop with `reason`, and waits for its end, as
    /// [`Pid::stop_with`] does. Whoever takes the name meanwhile is not stopped.
    ///
    /// # Errors
    ///
    /// [`StopError`] if nobody holds the name, a server of another type does, the holder is the caller
    /// itself, or it ends for another reason.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop_with(&self, reason: ExitReason) -> Result<(), StopError> {
        let holder = self.find().map_err(not_stopped)?;
        holder.stop_with(reason).await
    }

    /// As [`stop_with`](Self::stop_with), but waits no longer than `limit`; the process stops all the
    /// same, later (G-47).
    ///
    /// # Errors
    ///
    /// As [`stop_with`](Self::stop_with), and if the process has not ended in time.
    ///
    /// # Panics
    ///
    /// If it is polled outside a tokio runtime with a timer.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the process still stops.
    pub async fn stop_within(&self, reason: ExitReason, limit: Duration) -> Result<(), StopError> {
        let holder = self.find().map_err(not_stopped)?;
        holder.stop_within(reason, limit).await
    }

    fn not_taken(&self, limit: Duration) -> WaitError {
        let name = self.as_str().to_owned();
        match self.find() {
            Err(NotFound::WrongType) => WaitError::WrongType { name, limit },
            Ok(_) | Err(NotFound::NoProc) => WaitError::Nobody { name, limit },
        }
    }

    pub(crate) fn find(&self) -> Result<ActorRef<S>, NotFound> {
        match self.remembered() {
            Some(server) => Ok(server),
            None => self.find_in(Node::or_default(current::node().as_ref())),
        }
    }

    fn remembered(&self) -> Option<ActorRef<S>> {
        let entry = self.cache?.0.load();
        let pid = entry.as_deref()?;
        // The text too: a cache serves one name only if its text is a constant.
        if !pid.cell().is_named_in(current::node_id()) || pid.name() != Some(self.as_str()) {
            return None;
        }
        pid.typed()
    }

    fn find_in(&self, node: &Node) -> Result<ActorRef<S>, NotFound> {
        let pid = node.whereis(self.as_str()).ok_or(NotFound::NoProc)?;
        let server = pid.typed().ok_or(NotFound::WrongType)?;
        if let Some(cache) = self.cache {
            cache.0.store(Some(Arc::new(pid)));
        }
        Ok(server)
    }
}

fn not_stopped(why: NotFound) -> StopError {
    match why {
        NotFound::NoProc => StopError::NoProc,
        NotFound::WrongType => StopError::WrongType,
    }
}

impl<S> Monitorable for Name<S> {
    fn monitored_pid(&self) -> Option<Pid> {
        Node::current().whereis(self.as_str())
    }

    fn monitored_name(&self) -> Option<&str> {
        Some(self.as_str())
    }
}

impl<S> Clone for Name<S> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            cache: self.cache,
            server: PhantomData,
        }
    }
}

impl<S> From<&'static str> for Name<S> {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl<S> From<String> for Name<S> {
    fn from(text: String) -> Self {
        Self::dynamic(text)
    }
}

impl<S> fmt::Display for Name<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<S> fmt::Debug for Name<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Name").field(&self.as_str()).finish()
    }
}

/// Waits until somebody of the right type holds the name.
struct Holder<'a, S: Protocol> {
    name: &'a Name<S>,
    node: Node,
    key: Option<u64>,
}

impl<S: Protocol> Future for Holder<'_, S> {
    type Output = ActorRef<S>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ActorRef<S>> {
        let Self { name, node, key } = self.get_mut();
        // Watch first, then look: a holder that comes in between wakes us.
        node.directory().watch(name.text(), key, cx.waker());
        match name.find_in(node) {
            Ok(server) => Poll::Ready(server),
            Err(_) => Poll::Pending,
        }
    }
}

impl<S: Protocol> Drop for Holder<'_, S> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.node.directory().unwatch(self.name.text(), key);
        }
    }
}
