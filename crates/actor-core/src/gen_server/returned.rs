//! [`Reply`]: an answer that also says how the server goes on; and what generated code makes of
//! whatever a marked method returns.

use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use crate::exit_reason::ExitReason;
use crate::gen_server::GenServer;
use crate::gen_server::answer::{Next, NextResult};
use crate::reply::ReplyTo;

/// Answers a call and says how the server goes on (G-14); what a `#[call]` method returns that does
/// more than answer.
///
/// `Reply<T>` fits every server. To [continue](Self::and_continue), name the server as well:
/// `Reply<T, Self>`.
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{CallError, Context, ExitReason, GenServer, InitResult, Reply, Start, actor};
///
/// struct Tickets(u32);
///
/// #[actor]
/// impl GenServer for Tickets {
///     async fn init(left: u32, _cx: &mut Context<Self>) -> InitResult<Self> {
///         Ok(Self(left).into())
///     }
///
///     /// Sells a ticket; the server ends with the last one.
///     #[call]
///     fn sell(&mut self) -> Reply<u32> {
///         self.0 -= 1;
///         let reply = Reply::new(self.0);
///         if self.0 == 0 { reply.and_stop(ExitReason::Normal) } else { reply }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tickets = Tickets::start(2).await?;
/// assert_eq!(tickets.sell().await?, 1);
/// assert_eq!(tickets.sell().await?, 0);
/// assert_eq!(tickets.exited().await, ExitReason::Normal);
/// # Ok(())
/// # }
/// ```
#[must_use = "a reply answers nobody before the method returns it"]
pub struct Reply<T, S: Continues = NeverContinues> {
    value: T,
    and: And<S::Continue>,
}

/// How a server goes on after it has answered.
enum And<C> {
    Wait,
    Timeout(Duration),
    Continue(C),
    Hibernate,
    Stop(ExitReason),
}

impl<T, S: Continues> Reply<T, S> {
    /// Answers with `value`; the server waits for the next message.
    pub fn new(value: T) -> Self {
        Self {
            value,
            and: And::Wait,
        }
    }

    /// Answers now. If no message arrives within `limit`, `handle_info` gets
    /// [`Info::Timeout`](crate::Info::Timeout); see [`Next::Timeout`].
    pub fn and_timeout(self, limit: Duration) -> Self {
        self.and(And::Timeout(limit))
    }

    /// Answers now, and waits for the next message; see [`Next::Hibernate`].
    pub fn and_hibernate(self) -> Self {
        self.and(And::Hibernate)
    }

    /// Runs `terminate`, then answers, then ends with `reason`; see [`Next::stop_and_reply`] (G-27).
    pub fn and_stop(self, reason: ExitReason) -> Self {
        self.and(And::Stop(reason))
    }

    fn and(self, and: And<S::Continue>) -> Self {
        Self { and, ..self }
    }
}

impl<T, S: GenServer> Reply<T, S> {
    /// Answers now, and runs `handle_continue` before the next message; see [`Next::Continue`].
    pub fn and_continue(self, step: S::Continue) -> Self {
        self.and(And::Continue(step))
    }
}

impl<T: fmt::Debug, S: Continues> fmt::Debug for Reply<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// The server of a [`Reply`], by which the type of its continue is known: a [`GenServer`], or
/// nobody in particular.
pub trait Continues {
    /// What [`Next::Continue`] carries.
    type Continue;
}

impl<S: GenServer> Continues for S {
    type Continue = S::Continue;
}

/// No server in particular: a [`Reply`] that fits every one, for it never continues.
#[derive(Clone, Copy, Debug)]
pub enum NeverContinues {}

impl Continues for NeverContinues {
    type Continue = Infallible;
}

/// What a `#[call]` method may return to answer with a `T`: the value, a [`Reply`], or a `Result`
/// of one, whose error ends the server.
#[diagnostic::on_unimplemented(
    message = "this method cannot answer with a `{Self}`",
    label = "return a `{T}`, a `Reply`, or a `Result` of a `Reply`",
    note = "the error of such a `Result` ends the server: it is a `std::error::Error`, or an `ExitReason`"
)]
pub trait Answer<S: GenServer, T: Send + 'static> {
    /// Sends the answer, or has it sent at the end, and says how to go on.
    ///
    /// # Errors
    ///
    /// The reason for which the server is to end.
    fn answer(self, reply: ReplyTo<T>) -> NextResult<S>;
}

#[diagnostic::do_not_recommend]
impl<S: GenServer, T: Send + 'static> Answer<S, T> for T {
    fn answer(self, reply: ReplyTo<T>) -> NextResult<S> {
        reply.send(self);
        Ok(Next::NoReply)
    }
}

#[diagnostic::do_not_recommend]
impl<S: GenServer, T: Send + 'static> Answer<S, T> for Reply<T, S> {
    fn answer(self, reply: ReplyTo<T>) -> NextResult<S> {
        let next = match self.and {
            And::Stop(reason) => return Ok(Next::stop_and_reply(reason, reply.with(self.value))),
            And::Wait => Next::NoReply,
            And::Timeout(limit) => Next::Timeout(limit),
            And::Continue(step) => Next::Continue(step),
            And::Hibernate => Next::Hibernate,
        };
        reply.send(self.value);
        Ok(next)
    }
}

#[diagnostic::do_not_recommend]
impl<S: GenServer, T: Send + 'static> Answer<S, T> for Reply<T> {
    fn answer(self, reply: ReplyTo<T>) -> NextResult<S> {
        let and = match self.and {
            And::Wait => And::Wait,
            And::Timeout(limit) => And::Timeout(limit),
            And::Continue(never) => match never {},
            And::Hibernate => And::Hibernate,
            And::Stop(reason) => And::Stop(reason),
        };
        let value = self.value;
        Reply::<T, S> { value, and }.answer(reply)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T, C, E> Answer<S, T> for Result<Reply<T, C>, E>
where
    S: GenServer,
    T: Send + 'static,
    C: Continues,
    Reply<T, C>: Answer<S, T>,
    E: Into<ExitReason>,
{
    fn answer(self, reply: ReplyTo<T>) -> NextResult<S> {
        self.map_err(Into::into)?.answer(reply)
    }
}

/// What a marked method may return that is not answered by its value: nothing, [`Next`], or a
/// `Result` of either, whose error ends the server.
#[diagnostic::on_unimplemented(
    message = "this method is not answered by what it returns, a `{Self}`",
    label = "return nothing, `Next<Self>`, or a `Result` of either",
    note = "the error of such a `Result` ends the server: it is a `std::error::Error`, or an `ExitReason`",
    note = "an answer is what a `#[call]` without a `ReplyTo` returns"
)]
pub trait Steer<S: GenServer> {
    /// Says how to go on.
    ///
    /// # Errors
    ///
    /// The reason for which the server is to end.
    fn steer(self) -> NextResult<S>;
}

#[diagnostic::do_not_recommend]
impl<S: GenServer> Steer<S> for () {
    fn steer(self) -> NextResult<S> {
        Ok(Next::NoReply)
    }
}

#[diagnostic::do_not_recommend]
impl<S: GenServer> Steer<S> for Next<S> {
    fn steer(self) -> NextResult<S> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<S: GenServer, N: Steer<S>, E: Into<ExitReason>> Steer<S> for Result<N, E> {
    fn steer(self) -> NextResult<S> {
        self.map_err(Into::into)?.steer()
    }
}
