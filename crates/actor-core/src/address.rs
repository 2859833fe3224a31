//! [`Address`]: one way to talk to a server, whatever stands for it.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use crate::actor_ref::ActorRef;
use crate::call::{CallError, Deadline, blocking, call, failed, untimed};
use crate::delivery::{dead_letter, post};
use crate::name::{Name, NotFound};
use crate::pid::Pid;
use crate::protocol::Protocol;
use crate::reply::ReplyTo;
use crate::request::{Request, send_request};
use crate::sending::{CastError, NotSent, Sending, cast_of, info_of, try_send};
use crate::signal::Envelope;

/// Addresses a server of type `S`: an [`ActorRef`], a [`Name`], or either of them
/// [`within`](Self::within) a limit.
///
/// The attribute's client traits are implemented for every address, so that
/// `counter.increment(1)` reads the same through a reference and through a name.
///
/// In the guide: [calls, casts, deadlines and errors](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/calls_and_casts.md).
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Address, Context, GenServer, InitResult, Start, actor};
/// use std::time::Duration;
///
/// # struct Counter(i64);
/// # #[actor(name = "counter")]
/// # impl GenServer for Counter {
/// #     async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> { Ok(Counter(count).into()) }
/// #     #[call]
/// #     fn get_count(&self) -> i64 { self.0 }
/// #     #[cast]
/// #     fn increment(&mut self, by: i64) { self.0 += by; }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Counter::start(2).await?;
/// counter.increment(3); // a cast, to this life of the server
/// Counter::NAME.increment(4); // to whoever holds the name
/// assert_eq!(counter.get_count().await?, 9); // a call
///
/// let patient = counter.within(Duration::from_secs(60)); // instead of five seconds
/// assert_eq!(patient.get_count().await?, 9);
///
/// let later = counter.send_request(|reply| CounterCall::GetCount { reply });
/// assert_eq!(later.await?, 9);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    note = "an address takes the messages of its own server: an `ActorRef<A>` or a `Name<A>` takes none of another type's",
    note = "a start is a future: write `.await?` behind `start` or `start_link` to get the reference"
)]
pub trait Address<S: Protocol>: Send + Sync {
    /// What sending without an answer returns: `()` for addresses that never wait.
    type Sent<'a>
    where
        Self: 'a;

    /// Sends a request and waits for its reply until `deadline`; `make` puts the reply handle
    /// into the message. [`call`](Self::call) is this with the default deadline.
    ///
    /// # Errors
    ///
    /// [`CallError`] says why no reply came.
    ///
    /// # Panics
    ///
    /// If it has a deadline and is polled outside a tokio runtime with a timer; without debug assertions
    /// only if it has to wait.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was sent. Later the server handles the request all
    /// the same, and its reply is dropped (G-23).
    ///
    /// A server that drops the reply handle answers [`CallError::Unanswered`] when the callback that
    /// dropped it has returned.
    fn call_by<T, F>(
        &self,
        deadline: Deadline,
        make: F,
    ) -> impl Future<Output = Result<T, CallError>> + Send
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send;

    /// Sends a request whose reply is waited for later (G-29). It never fails: what is wrong shows up
    /// as the result of the request.
    ///
    /// # Cancel safety
    ///
    /// It is sent already when this returns. Dropping the request gives up its answer; the server handles
    /// it all the same.
    fn send_request<T, F>(&self, make: F) -> Request<T>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send;

    /// Sends a message that is not answered. It never blocks and never fails; what nobody can
    /// take, or what finds a full mailbox, is a [dead letter](crate::DeadLetter) (G-28). Through an
    /// address that is [`waiting`](Self::waiting) it is a future that waits for room.
    fn cast(&self, message: S::Cast) -> Self::Sent<'_>;

    /// Sends a plain message, which arrives in `handle_info`; otherwise as [`cast`](Self::cast).
    fn send(&self, message: S::Info) -> Self::Sent<'_>;

    /// Returns the one process that this address stands for; none for a name, whose holder may
    /// change. A timer to a process ends with it (TM-2).
    fn target(&self) -> Option<Pid>;

    /// Returns the process that a message through this address reaches now.
    ///
    /// # Errors
    ///
    /// [`NotFound`] if it reaches nobody.
    fn actor_ref(&self) -> Result<ActorRef<S>, NotFound>;

    /// As [`actor_ref`](Self::actor_ref), but an address that has the reference lends it: to count another
    /// one takes longer than to send a message.
    ///
    /// # Errors
    ///
    /// [`NotFound`] if it reaches nobody.
    fn borrow_ref(&self) -> Result<Cow<'_, ActorRef<S>>, NotFound> {
        self.actor_ref().map(Cow::Owned)
    }

    /// Returns how long a message waits for room through this address if `asked` was asked for: that long,
    /// unless the address has a limit of its own. An address that you write has this and
    /// [`borrow_ref`](Self::borrow_ref) asked by all that waits for room.
    fn deadline_for(&self, asked: Deadline) -> Deadline {
        asked
    }

    /// As [`cast`](Self::cast), but a message that is not accepted comes back.
    ///
    /// # Errors
    ///
    /// [`NotSent`] with the message: the mailbox is full, or there is nobody. What was accepted may
    /// still be dropped with the process, and by [`Overflow::DropOldest`](crate::Overflow::DropOldest).
    fn try_cast(&self, message: S::Cast) -> Result<(), NotSent<S::Cast>> {
        match self.actor_ref() {
            Ok(server) => try_send(server.cell(), Envelope::Cast(message), cast_of),
            Err(why) => Err(NotSent::new(message, why)),
        }
    }

    /// As [`send`](Self::send), but a message that is not accepted comes back.
    ///
    /// # Errors
    ///
    /// As [`try_cast`](Self::try_cast).
    fn try_send(&self, message: S::Info) -> Result<(), NotSent<S::Info>> {
        match self.actor_ref() {
            Ok(server) => try_send(server.cell(), Envelope::Info(message), info_of),
            Err(why) => Err(NotSent::new(message, why)),
        }
    }

    /// Sends a message that is not answered, and waits for room until `deadline` if the mailbox is full
    /// and lets senders [wait](crate::Overflow::Wait).
    ///
    /// # Cancel safety
    ///
    /// [As every sending](Sending#cancel-safety): dropped before it is ready, the message was not sent.
    fn cast_by(&self, deadline: Deadline, message: S::Cast) -> Sending<S> {
        Sending::new(
            self.actor_ref(),
            self.deadline_for(deadline),
            Envelope::Cast(message),
        )
    }

    /// Sends a plain message; otherwise as [`cast_by`](Self::cast_by).
    ///
    /// # Cancel safety
    ///
    /// [As every sending](Sending#cancel-safety).
    fn send_by(&self, deadline: Deadline, message: S::Info) -> Sending<S> {
        Sending::new(
            self.actor_ref(),
            self.deadline_for(deadline),
            Envelope::Info(message),
        )
    }

    /// Sends a message that is not answered, and waits for room if the mailbox is full and lets senders
    /// [wait](crate::Overflow::Wait), five seconds at the most.
    ///
    /// # Errors
    ///
    /// [`NotSent`] with the message, if it was not accepted.
    ///
    /// # Panics
    ///
    /// If it has to wait and is polled outside a tokio runtime with a timer.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, the message was not sent, unless it was accepted at that very
    /// moment; its place in the line goes to the next.
    fn cast_wait(
        &self,
        message: S::Cast,
    ) -> impl Future<Output = Result<(), NotSent<S::Cast>>> + Send {
        self.cast_by(Deadline::Default, message).or_back(cast_of)
    }

    /// Returns this address for senders that wait: [`cast`](Self::cast), [`send`](Self::send) and the
    /// casts of the attribute's client become futures that wait for room, five seconds at the most if
    /// no other limit is given.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use actor_core::{ActorRef, Address, CastError, GenServer};
    /// # async fn example<S: GenServer<Cast = u32>>(server: ActorRef<S>) -> Result<(), CastError> {
    /// server.waiting().cast(1).await?;
    /// # Ok(())
    /// # }
    /// ```
    fn waiting(&self) -> Waiting<'_, Self> {
        Waiting {
            address: self,
            limit: None,
        }
    }

    /// Sends a request and waits for its reply, five seconds at the most (G-20).
    ///
    /// # Errors
    ///
    /// [`CallError`] says why no reply came.
    ///
    /// # Panics
    ///
    /// If it is polled outside a tokio runtime with a timer; without debug assertions only if it has to
    /// wait.
    ///
    /// # Cancel safety
    ///
    /// As [`call_by`](Self::call_by).
    fn call<T, F>(&self, make: F) -> impl Future<Output = Result<T, CallError>> + Send
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        self.call_by(Deadline::Default, make)
    }

    /// As [`call`](Self::call), but blocks the thread: for plain threads, `spawn_blocking`, and
    /// processes on a [thread of their own](crate::Options::on_own_thread). The limit is one of the real
    /// clock; it needs no runtime.
    ///
    /// # Errors
    ///
    /// [`CallError`] says why no reply came; [`CallError::WouldBlockRuntime`] on a thread that drives a
    /// runtime, where nothing was sent. Only a panic hook that the application has set after the first
    /// start hears of the latter, as of a panic.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use actor_core::{ActorRef, Address, CallError, GenServer, ReplyTo};
    /// # fn example<S: GenServer<Call = ReplyTo<u32>>>(server: ActorRef<S>) -> Result<(), CallError> {
    /// // in a plain thread
    /// let answer = server.call_blocking(|reply| reply)?;
    /// # Ok(())
    /// # }
    /// ```
    fn call_blocking<T, F>(&self, make: F) -> Result<T, CallError>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        self.call_blocking_by(Deadline::Default, make)
    }

    /// As [`call_blocking`](Self::call_blocking), but waits until `deadline`.
    ///
    /// # Errors
    ///
    /// As those of [`call_blocking`](Self::call_blocking).
    fn call_blocking_by<T, F>(&self, deadline: Deadline, make: F) -> Result<T, CallError>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        blocking(deadline, self.call_by(untimed(deadline), make))
    }

    /// Returns this address with another limit for each call through it: exact to tokio's timer,
    /// in place of every other deadline.
    fn within(&self, limit: Duration) -> Within<'_, Self> {
        Within {
            address: self,
            limit,
        }
    }
}

impl<S: Protocol> Address<S> for ActorRef<S> {
    type Sent<'a> = ();

    fn call_by<T, F>(
        &self,
        deadline: Deadline,
        make: F,
    ) -> impl Future<Output = Result<T, CallError>> + Send
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        call(self.cell(), deadline, make)
    }

    fn send_request<T, F>(&self, make: F) -> Request<T>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        send_request(self.cell().clone(), make)
    }

    fn target(&self) -> Option<Pid> {
        Some(self.pid())
    }

    fn actor_ref(&self) -> Result<Self, NotFound> {
        Ok(self.clone())
    }

    fn borrow_ref(&self) -> Result<Cow<'_, Self>, NotFound> {
        Ok(Cow::Borrowed(self))
    }

    fn try_cast(&self, message: S::Cast) -> Result<(), NotSent<S::Cast>> {
        try_send(self.cell(), Envelope::Cast(message), cast_of)
    }

    fn try_send(&self, message: S::Info) -> Result<(), NotSent<S::Info>> {
        try_send(self.cell(), Envelope::Info(message), info_of)
    }

    fn cast(&self, message: S::Cast) {
        post(self.cell(), Envelope::Cast(message));
    }

    fn send(&self, message: S::Info) {
        post(self.cell(), Envelope::Info(message));
    }
}

impl<S: Protocol> Address<S> for Name<S> {
    type Sent<'a> = ();

    async fn call_by<T, F>(&self, deadline: Deadline, make: F) -> Result<T, CallError>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        match self.actor_ref() {
            Ok(server) => server.call_by(deadline, make).await,
            Err(why) => Err(failed(self, deadline, why)),
        }
    }

    fn send_request<T, F>(&self, make: F) -> Request<T>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        match self.actor_ref() {
            Ok(server) => server.send_request(make),
            Err(why) => Request::failed(why.into()),
        }
    }

    fn target(&self) -> Option<Pid> {
        None
    }

    fn actor_ref(&self) -> Result<ActorRef<S>, NotFound> {
        self.find()
    }

    fn cast(&self, message: S::Cast) {
        deliver(self, Envelope::Cast(message));
    }

    fn send(&self, message: S::Info) {
        deliver(self, Envelope::Info(message));
    }
}

fn deliver<S: Protocol>(name: &Name<S>, envelope: Envelope<S>) {
    match name.find() {
        Ok(server) => post(server.cell(), envelope),
        Err(why) => {
            dead_letter(why.into(), name); // before its drop, which may panic
            drop(envelope);
        }
    }
}

/// Sends a plain message for somebody who may wait as long as it takes: a timer, a task.
pub(crate) async fn send_patiently<S: Protocol>(address: &impl Address<S>, message: S::Info) {
    if let Err(unsent) = address.try_send(message) {
        // In a box, so that those who wait are no larger for it.
        Box::pin(insist(address, unsent)).await;
    }
}

/// Waits for room until the process ends; where nobody may wait the message is a dead letter.
async fn insist<S: Protocol>(address: &impl Address<S>, mut unsent: NotSent<S::Info>) {
    if unsent.reason == CastError::MailboxFull {
        let sending = address.send_by(Deadline::Never, unsent.message);
        match sending.or_back(info_of).await {
            Ok(()) => return,
            Err(again) => unsent = again,
        }
    }
    if !matches!(unsent.reason, CastError::Exited(_)) {
        drop(address.send(unsent.message));
    }
}

/// An address whose calls have a limit of their own; see [`Address::within`].
#[derive(Debug)]
#[must_use = "it sends nothing by itself: call through it"]
pub struct Within<'w, A: ?Sized> {
    address: &'w A,
    limit: Duration,
}

impl<A: ?Sized> Within<'_, A> {
    /// Returns the address with another limit, in place of this one.
    pub fn within(&self, limit: Duration) -> Within<'_, A> {
        Within {
            address: self.address,
            limit,
        }
    }
}

impl<'w, A: ?Sized> Within<'w, A> {
    pub(crate) fn new(address: &'w A, limit: Duration) -> Self {
        Self { address, limit }
    }

    pub(crate) fn address(&self) -> &'w A {
        self.address
    }

    /// Returns the address through which messages wait for room, so long at the most.
    #[must_use]
    pub fn waiting(&self) -> Waiting<'w, A> {
        Waiting {
            address: self.address,
            limit: Some(self.limit),
        }
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }
}

impl<S: Protocol, A: Address<S> + ?Sized> Address<S> for Within<'_, A> {
    type Sent<'a>
        = A::Sent<'a>
    where
        Self: 'a;

    fn call_by<T, F>(
        &self,
        _replaced: Deadline,
        make: F,
    ) -> impl Future<Output = Result<T, CallError>> + Send
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        self.address.call_by(Deadline::After(self.limit), make)
    }

    fn call_blocking_by<T, F>(&self, _replaced: Deadline, make: F) -> Result<T, CallError>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        self.address
            .call_blocking_by(Deadline::After(self.limit), make)
    }

    fn send_request<T, F>(&self, make: F) -> Request<T>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        self.address.send_request(make)
    }

    fn target(&self) -> Option<Pid> {
        self.address.target()
    }

    fn actor_ref(&self) -> Result<ActorRef<S>, NotFound> {
        self.address.actor_ref()
    }

    fn borrow_ref(&self) -> Result<Cow<'_, ActorRef<S>>, NotFound> {
        self.address.borrow_ref()
    }

    fn deadline_for(&self, _replaced: Deadline) -> Deadline {
        self.address.deadline_for(Deadline::After(self.limit))
    }

    fn cast(&self, message: S::Cast) -> Self::Sent<'_> {
        self.address.cast(message)
    }

    fn send(&self, message: S::Info) -> Self::Sent<'_> {
        self.address.send(message)
    }
}

/// An address whose casts and plain messages wait for room; see [`Address::waiting`].
///
/// Calls wait for room through every address, within their deadline. What it sends borrows the address: to keep or
/// spawn it, take [`cast_by`](Address::cast_by) or [`send_by`](Address::send_by) of the address itself.
#[derive(Debug)]
pub struct Waiting<'w, A: ?Sized> {
    address: &'w A,
    limit: Option<Duration>,
}

impl<A: ?Sized> Waiting<'_, A> {
    /// Returns the address with another limit, for each wait and each call through it.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        Self {
            address: self.address,
            limit: Some(limit),
        }
    }
}

impl<'w, A: ?Sized> Waiting<'w, A> {
    fn sending<S: Protocol>(&self, envelope: Envelope<S>) -> Sending<S, Cow<'w, ActorRef<S>>>
    where
        A: Address<S>,
    {
        let deadline = self.deadline_for(Deadline::Default);
        Sending::new(self.address.borrow_ref(), deadline, envelope)
    }
}

impl<'w, S: Protocol, A: Address<S> + ?Sized> Address<S> for Waiting<'w, A> {
    type Sent<'a>
        = Sending<S, Cow<'w, ActorRef<S>>>
    where
        Self: 'a;

    fn call_by<T, F>(
        &self,
        deadline: Deadline,
        make: F,
    ) -> impl Future<Output = Result<T, CallError>> + Send
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        self.address.call_by(self.deadline_for(deadline), make)
    }

    fn call_blocking_by<T, F>(&self, deadline: Deadline, make: F) -> Result<T, CallError>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        let deadline = self.deadline_for(deadline);
        self.address.call_blocking_by(deadline, make)
    }

    fn send_request<T, F>(&self, make: F) -> Request<T>
    where
        T: Send + 'static,
        F: FnOnce(ReplyTo<T>) -> S::Call + Send,
    {
        self.address.send_request(make)
    }

    fn target(&self) -> Option<Pid> {
        self.address.target()
    }

    fn actor_ref(&self) -> Result<ActorRef<S>, NotFound> {
        self.address.actor_ref()
    }

    fn borrow_ref(&self) -> Result<Cow<'_, ActorRef<S>>, NotFound> {
        self.address.borrow_ref()
    }

    fn deadline_for(&self, asked: Deadline) -> Deadline {
        let asked = self.limit.map_or(asked, Deadline::After);
        self.address.deadline_for(asked)
    }

    fn cast(&self, message: S::Cast) -> Self::Sent<'_> {
        self.sending(Envelope::Cast(message))
    }

    fn send(&self, message: S::Info) -> Self::Sent<'_> {
        self.sending(Envelope::Info(message))
    }
}
