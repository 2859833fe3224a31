//! The contract: [`GenServer`], and what a callback may answer. No runtime.

mod answer;
mod incoming;
mod returned;

pub use answer::{Init, InitResult, Next, NextResult, Unhandled};
pub use incoming::Incoming;
pub use returned::{Answer, Continues, NeverContinues, Reply, Steer};

use std::any::type_name;
use std::fmt;
use std::future::{Future, ready};

use tracing::warn;

use crate::context::Context;
use crate::defaults::Defaults;
use crate::exit_reason::ExitReason;
use crate::protocol::Protocol;
use crate::signal::Info;
use crate::unwind;

/// A server: one state, handled by one process, one message at a time (P-3, G-12).
///
/// The `#[actor]` attribute writes the messages, the dispatch and the client; by hand it looks
/// like this. A callback may fail with `?`: the error becomes the exit reason ("let it crash"). A
/// panic is caught, becomes the reason, and ends this process and nothing else.
///
/// What no Rust program can contain ends the whole program here too: a panic in a `Drop` while another
/// panic unwinds (F-28), a stack overflow, running out of memory, `abort` (F-31). For those, let
/// whoever runs the program restart it. A program built with `panic = "abort"` could contain nothing,
/// and starts no process: [`StartError::PanicAbort`](crate::StartError::PanicAbort) (X-3).
///
/// In the guide: [a first server](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/first_server.md).
///
/// # Errors
///
/// The `Err` of a callback is the reason with which the server ends, any error by `?`. The `Err` of
/// [`init`](Self::init) is also what the start fails with.
///
/// # Cancel safety
///
/// A callback is a future that may be dropped at an await: when the process is killed, or gets an
/// exit signal that it does not trap (X-1, X-2). What it has changed by then stays changed, and the
/// state is dropped next.
///
/// # Examples
///
/// ```
/// use actor_core::{
///     Address, Context, GenServer, InitResult, Next, NextResult, ReplyTo, Start,
/// };
/// use std::convert::Infallible;
///
/// struct Counter(i64);
///
/// enum Call {
///     Get { reply: ReplyTo<i64> },
/// }
///
/// enum Cast {
///     Increment { by: i64 },
/// }
///
/// impl GenServer for Counter {
///     type Args = i64;
///     type Call = Call;
///     type Cast = Cast;
///     type Info = Infallible;
///     type Continue = Infallible;
///
///     async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
///         Ok(Counter(initial).into())
///     }
///
///     async fn handle_call(&mut self, call: Call, _cx: &mut Context<Self>) -> NextResult<Self> {
///         match call {
///             Call::Get { reply } => reply.send(self.0),
///         }
///         Ok(Next::NoReply)
///     }
///
///     async fn handle_cast(&mut self, cast: Cast, _cx: &mut Context<Self>) -> NextResult<Self> {
///         match cast {
///             Cast::Increment { by } => self.0 += by,
///         }
///         Ok(Next::NoReply)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Counter::start(0).await?;
/// counter.cast(Cast::Increment { by: 10 });
/// assert_eq!(counter.call(|reply| Call::Get { reply }).await?, 10);
/// counter.stop().await?;
/// # Ok(())
/// # }
/// ```
pub trait GenServer: Sized + Send + 'static {
    /// What [`init`](Self::init) is given.
    type Args: Send + 'static;
    /// The requests that are answered; `Infallible` if there are none.
    type Call: Send + 'static;
    /// The messages that are not answered; `Infallible` if there are none.
    type Cast: Send + 'static;
    /// The plain messages; `Infallible` if there are none.
    type Info: Send + 'static;
    /// What [`Next::Continue`] carries; `Infallible` if it is not used.
    type Continue: Send + 'static;

    /// Makes the state, in the new process; the start returns when this has answered (G-1, G-4).
    ///
    /// # Errors
    ///
    /// An `Err` is [`Init::Stop`]: the start fails with it. A failing `init` never leads to
    /// [`terminate`](Self::terminate) (G-6).
    ///
    /// # Cancel safety
    ///
    /// It is dropped at an await when the process is killed: also when the start takes too long (G-7),
    /// and when the future of a `start_link` is dropped.
    fn init(
        args: Self::Args,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = InitResult<Self>> + Send;

    /// Handles a request (G-14). The reply goes through the [`ReplyTo`](crate::ReplyTo) in it,
    /// now or later. Not written, a request crashes the server (G-18).
    ///
    /// # Errors
    ///
    /// Ends the server with that reason, after [`terminate`](Self::terminate); whoever waits for the
    /// reply hears that the server ended.
    ///
    /// # Cancel safety
    ///
    /// [As every callback](GenServer#cancel-safety).
    fn handle_call(
        &mut self,
        call: Self::Call,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = NextResult<Self>> + Send {
        drop(call);
        let _ = cx;
        ready(Err(Unhandled::reason::<Self>("handle_call")))
    }

    /// Handles a message that is not answered (G-15). Not written, one crashes the server (G-18).
    ///
    /// # Errors
    ///
    /// Ends the server with that reason, after [`terminate`](Self::terminate).
    ///
    /// # Cancel safety
    ///
    /// [As every callback](GenServer#cancel-safety).
    fn handle_cast(
        &mut self,
        cast: Self::Cast,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = NextResult<Self>> + Send {
        drop(cast);
        let _ = cx;
        ready(Err(Unhandled::reason::<Self>("handle_cast")))
    }

    /// Handles plain messages, exits and DOWNs (G-13, G-15). Not written, they are logged and
    /// dropped (G-18).
    ///
    /// # Errors
    ///
    /// Ends the server with that reason, after [`terminate`](Self::terminate).
    ///
    /// # Cancel safety
    ///
    /// [As every callback](GenServer#cancel-safety).
    fn handle_info(
        &mut self,
        info: Info<Self::Info>,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = NextResult<Self>> + Send {
        drop(info);
        unwind::report(|| {
            warn!(
                target: "actor::unhandled",
                pid = %cx.pid(),
                server = type_name::<Self>(),
                "a plain message was dropped: `handle_info` is not written",
            );
        });
        ready(Ok(Next::NoReply))
    }

    /// Runs right after the callback that answered [`Next::Continue`] or [`Init::Continue`],
    /// before any message (G-31 to G-33). Not written, one crashes the server (G-18).
    ///
    /// # Errors
    ///
    /// Ends the server with that reason, after [`terminate`](Self::terminate).
    ///
    /// # Cancel safety
    ///
    /// [As every callback](GenServer#cancel-safety).
    fn handle_continue(
        &mut self,
        step: Self::Continue,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = NextResult<Self>> + Send {
        drop(step);
        let _ = cx;
        ready(Err(Unhandled::reason::<Self>("handle_continue")))
    }

    /// Cleans up before the process ends: after a stop, an error or a panic in a callback, and
    /// when a process that traps exits is told to stop by its parent (G-39).
    ///
    /// It does not run when the process is killed or gets an exit signal that it does not trap
    /// (G-40); `Drop` of the state does. After a panic the state is as the panic left it (X-3).
    /// A panic in here becomes the exit reason (G-44).
    ///
    /// # Cancel safety
    ///
    /// [As every callback](GenServer#cancel-safety): it is dropped at an await when the process is
    /// killed meanwhile, as by a parent whose patience is over.
    fn terminate(
        &mut self,
        reason: &ExitReason,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (reason, cx);
        ready(())
    }

    /// Writes what a crash report tells of the state (G-49): the type's name by default, for a
    /// state may hold secrets.
    ///
    /// It is cut after a thousand characters.
    ///
    /// # Errors
    ///
    /// If it cannot be written. Then, and after a panic, a fixed notice is told in its place.
    fn format_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {{ .. }}", type_name::<Self>())
    }

    /// Names a message for a crash report, which tells the last one (L-1); the attribute writes it.
    /// "call", "cast" or "info" by default.
    ///
    /// It runs before each callback, so it should only choose a text.
    #[must_use]
    fn message_name(message: Incoming<'_, Self>) -> &'static str {
        message.kind()
    }

    /// Declares how processes of this type start; the attribute writes it. Nothing by default.
    #[must_use]
    fn defaults() -> Defaults<Self> {
        Defaults::new()
    }
}

impl<S: GenServer> Protocol for S {
    type Call = S::Call;
    type Cast = S::Cast;
    type Info = S::Info;
}
