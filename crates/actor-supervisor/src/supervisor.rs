//! [`Supervisor`]: a supervisor as a type of its own.

use std::future::Future;

use actor_core::{Defaults, Options, Start, StartError};

use crate::supervisor_server::{SupervisorArgs, SupervisorRef, SupervisorServer};
use crate::supervisor_spec::SupervisorSpec;

/// Describes a supervisor by its children; the process behind it is the library's.
///
/// With the attribute it gets a `child_spec`, and a `NAME` if it has one.
///
/// In the guide: [a first supervisor](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/first_supervisor.md).
///
/// # Examples
///
/// By hand; `#[actor(name = "app")]` on the block gives it `App::NAME` besides.
///
/// ```
/// use actor_supervisor::{ChildSpec, Strategy, Supervisor, SupervisorClient, SupervisorSpec};
/// use std::future::pending;
///
/// struct App;
///
/// impl Supervisor for App {
///     type Args = ();
///
///     fn init((): ()) -> SupervisorSpec {
///         SupervisorSpec::new(Strategy::OneForOne)
///             .child(ChildSpec::task("idle", || pending::<()>()))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::start_link(()).await?;
/// assert_eq!(app.count_children().await?.active, 1);
/// app.stop().await?;
/// # Ok(())
/// # }
/// ```
pub trait Supervisor: Sized + 'static {
    /// What [`init`](Self::init) is given.
    type Args: Send + 'static;

    /// Describes the children and how they are restarted. Runs in the supervisor's own process, at
    /// each of its starts (S-65).
    fn init(args: Self::Args) -> SupervisorSpec;

    /// Declares how it is started; the attribute writes it. Nothing by default.
    #[must_use]
    fn defaults() -> Defaults<SupervisorServer> {
        Defaults::new()
    }

    /// Returns the options of one start, to change some.
    fn options(args: Self::Args) -> Options<SupervisorServer> {
        SupervisorServer::options(SupervisorArgs::new(move || Self::init(args).into_plan()))
            .with_defaults(Self::defaults())
    }

    /// Starts it, linked to nobody. Returns when every child has started (S-7).
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing is left running then (S-11).
    ///
    /// # Cancel safety
    ///
    /// Dropped before the first poll, nothing was started. Later the start goes on by itself.
    fn start(args: Self::Args) -> impl Future<Output = Result<SupervisorRef, StartError>> + Send {
        Self::options(args).start()
    }

    /// Starts it, linked to the process in which this is called. Returns when every child has
    /// started (S-7).
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing is left running then (S-11).
    ///
    /// # Cancel safety
    ///
    /// Dropped before every child has started, the supervisor is killed, and its children with it.
    fn start_link(
        args: Self::Args,
    ) -> impl Future<Output = Result<SupervisorRef, StartError>> + Send {
        Self::options(args).start_link()
    }
}
