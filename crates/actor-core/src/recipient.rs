//! [`Recipient`] and [`Caller`]: addresses that know a message, but not the server behind it.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::address::Address;
use crate::call::{CallError, Deadline};
use crate::protocol::Protocol;
use crate::reply::ReplyTo;

/// Takes messages of one type, whoever handles them: for publishers, pools and other code that must
/// not know its receivers' types.
///
/// Made once of an address, with one allocation; sending allocates nothing, and cloning counts a
/// reference. It sends as its address does: one made of a [`Name`](crate::Name) follows restarts.
///
/// # Examples
///
/// ```
/// use actor_core::{ActorRef, Address, GenServer, Recipient};
///
/// fn subscribe<Screen, Log>(screen: &ActorRef<Screen>, log: &ActorRef<Log>) -> [Recipient<String>; 2]
/// where
///     Screen: GenServer<Cast: From<String>>,
///     Log: GenServer<Cast = (u32, String)>,
/// {
///     let screen = Recipient::new(screen.clone());
///     let log = Recipient::with(log.clone(), |line| (7, line));
///     [screen, log]
/// }
///
/// fn publish(subscribers: &[Recipient<String>], line: &str) {
///     for subscriber in subscribers {
///         subscriber.cast(line.to_owned());
///     }
/// }
/// ```
pub struct Recipient<M>(Arc<dyn Takes<M>>);

trait Takes<M>: Send + Sync {
    fn cast(&self, message: M);
}

/// An address, and how it is spoken to.
struct Spoken<S, A, F> {
    address: A,
    speak: F,
    server: PhantomData<fn() -> S>,
}

impl<S, A, F> Spoken<S, A, F> {
    fn new(address: A, speak: F) -> Arc<Self> {
        Arc::new(Self {
            address,
            speak,
            server: PhantomData,
        })
    }
}

impl<S, A, F, M> Takes<M> for Spoken<S, A, F>
where
    S: Protocol,
    A: for<'a> Address<S, Sent<'a> = ()> + 'static,
    F: Fn(M) -> S::Cast + Send + Sync,
{
    fn cast(&self, message: M) {
        self.address.cast((self.speak)(message));
    }
}

impl<M: 'static> Recipient<M> {
    /// Makes one of an address of a server whose casts can be made of `M`.
    pub fn new<S, A>(address: A) -> Self
    where
        S: Protocol<Cast: From<M>>,
        A: for<'a> Address<S, Sent<'a> = ()> + 'static,
    {
        Self::with(address, S::Cast::from)
    }

    /// Makes one of an address, and of the function that makes the server's cast of an `M`; it runs
    /// in whoever sends.
    pub fn with<S, A, F>(address: A, cast: F) -> Self
    where
        S: Protocol,
        A: for<'a> Address<S, Sent<'a> = ()> + 'static,
        F: Fn(M) -> S::Cast + Send + Sync + 'static,
    {
        Self(Spoken::new(address, cast))
    }

    /// Sends a message that is not answered; see [`Address::cast`].
    pub fn cast(&self, message: M) {
        self.0.cast(message);
    }
}

impl<M> Clone for Recipient<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M> fmt::Debug for Recipient<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient").finish_non_exhaustive()
    }
}

/// Asks questions of one type, whoever answers them: the twin of [`Recipient`] for calls.
///
/// # Examples
///
/// ```no_run
/// use actor_core::{ActorRef, CallError, Caller, GenServer, ReplyTo};
///
/// # async fn example<Prices: GenServer<Call = (String, ReplyTo<u32>)>>(
/// #     prices: ActorRef<Prices>,
/// # ) -> Result<(), CallError> {
/// let price_of: Caller<String, u32> = Caller::new(prices, |product, reply| (product, reply));
/// let price = price_of.call("tea".to_owned()).await?;
/// # Ok(())
/// # }
/// ```
pub struct Caller<Q, R>(Arc<dyn Answers<Q, R>>);

/// A reply that is still to come.
type Answer<'a, R> = Pin<Box<dyn Future<Output = Result<R, CallError>> + Send + 'a>>;

trait Answers<Q, R>: Send + Sync {
    fn call(&self, deadline: Deadline, question: Q) -> Answer<'_, R>;
}

impl<S, A, F, Q, R> Answers<Q, R> for Spoken<S, A, F>
where
    S: Protocol,
    A: Address<S>,
    F: Fn(Q, ReplyTo<R>) -> S::Call + Send + Sync,
    Q: Send + 'static,
    R: Send + 'static,
{
    fn call(&self, deadline: Deadline, question: Q) -> Answer<'_, R> {
        let make = move |reply| (self.speak)(question, reply);
        Box::pin(self.address.call_by(deadline, make))
    }
}

impl<Q: Send + 'static, R: Send + 'static> Caller<Q, R> {
    /// Makes one of an address, and of the function that makes the server's request of a question; it
    /// runs in whoever calls.
    pub fn new<S, A, F>(address: A, request: F) -> Self
    where
        S: Protocol,
        A: Address<S> + 'static,
        F: Fn(Q, ReplyTo<R>) -> S::Call + Send + Sync + 'static,
    {
        Self(Spoken::new(address, request))
    }

    /// Asks, and waits for the answer, five seconds at the most; see [`Address::call`]. The future is
    /// one allocation, beside what a call needs anyway.
    ///
    /// # Errors
    ///
    /// [`CallError`] says why no reply came.
    ///
    /// # Panics
    ///
    /// If it is polled outside a tokio runtime with a timer.
    ///
    /// # Cancel safety
    ///
    /// As [`Address::call_by`].
    pub async fn call(&self, question: Q) -> Result<R, CallError> {
        self.call_by(Deadline::Default, question).await
    }

    /// Asks, and waits for the answer until `deadline`; see [`Address::call_by`].
    ///
    /// # Errors
    ///
    /// [`CallError`] says why no reply came.
    ///
    /// # Panics
    ///
    /// If it has a deadline and is polled outside a tokio runtime with a timer.
    ///
    /// # Cancel safety
    ///
    /// As [`Address::call_by`].
    pub async fn call_by(&self, deadline: Deadline, question: Q) -> Result<R, CallError> {
        self.0.call(deadline, question).await
    }
}

impl<Q, R> Clone for Caller<Q, R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Q, R> fmt::Debug for Caller<Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").finish_non_exhaustive()
    }
}
