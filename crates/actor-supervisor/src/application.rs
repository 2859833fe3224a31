//! [`Application`]: the root of a program: a tree, what is around it, and its orderly end.

mod erased;
mod error;
mod events;
mod fallout;
mod master;
mod order;
mod phase;
mod program;
mod report;
mod runner;
mod running;
mod signals;
mod survivors;

pub use erased::{AnyApplication, app};
pub use error::ApplicationError;
pub use fallout::StartType;
pub use phase::Phase;
pub use program::{run, run_all};
pub use report::{ApplicationEnd, ApplicationReport, RunEnd, RunReport};
pub use runner::{run_until, stop_application};
pub use survivors::Survivor;

use std::time::Duration;

use actor_core::StartError;
use async_trait::async_trait;

use crate::child_id::ChildId;
use crate::supervisor_spec::SupervisorSpec;

/// How long an application may take to stop by default, everything included: less than the thirty
/// seconds after which most service managers kill the program, so that a report can still be written.
pub const DEFAULT_STOP_LIMIT: Duration = Duration::from_secs(25);

/// A part of a program that is started and stopped as one: a supervision tree, and what has to be
/// done before it and after it (AP-1 to AP-6).
///
/// [`run`] is what `main` calls for one application, [`run_all`] for several that depend on each other.
/// The callbacks run in a process of the application's own, which owns the tree; a panic in one of
/// them ends neither that process nor the other applications. What `start` starts itself with
/// `start_link` belongs to the application, and ends with it.
///
/// In the guide: [shutting down](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/shutting_down.md).
///
/// # Examples
///
/// ```no_run
/// use actor_core::StartError;
/// use actor_supervisor::{Application, Strategy, SupervisorSpec, async_trait, run};
///
/// struct Chat;
///
/// #[async_trait]
/// impl Application for Chat {
///     type Config = u16;
///     type State = ();
///
///     async fn start(&self, port: u16) -> Result<(SupervisorSpec, ()), StartError> {
///         println!("will listen on port {port}");
///         Ok((SupervisorSpec::new(Strategy::OneForOne), ()))
///     }
/// }
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> std::process::ExitCode {
///     run(Chat, 8080).await
/// }
/// ```
#[async_trait]
pub trait Application: Sized + Send + Sync + 'static {
    /// What a start is given: the application's environment (AP-7).
    type Config: Send + 'static;
    /// What the start hands to [`prep_stop`](Self::prep_stop) and [`stop`](Self::stop).
    type State: Send + 'static;

    /// Prepares what the tree needs, and describes the tree, which is started as soon as this
    /// returns (AP-1).
    ///
    /// # Errors
    ///
    /// Why the application cannot run. Any error is turned into one by
    /// `.map_err(|error| StartError::Failed(error.into()))`.
    ///
    /// # Cancel safety
    ///
    /// It is dropped at an await when the application is asked to stop before this has returned.
    async fn start(
        &self,
        config: Self::Config,
    ) -> Result<(SupervisorSpec, Self::State), StartError>;

    /// Runs before the tree is told to stop, for example to take no more requests; its answer is what
    /// [`stop`](Self::stop) gets. After a panic in here there is none, and `stop` is left out.
    ///
    /// # Cancel safety
    ///
    /// It is dropped at an await only if the application's own process is killed.
    async fn prep_stop(&self, state: Self::State) -> Self::State {
        state
    }

    /// Runs when the tree has stopped (AP-4), also when it ended by itself (AP-5).
    ///
    /// # Cancel safety
    ///
    /// As [`prep_stop`](Self::prep_stop).
    async fn stop(&self, state: Self::State) {
        drop(state);
    }

    /// Returns what the application is called; by default the name of its type without modules.
    fn name(&self) -> String {
        ChildId::of::<Self>().to_string()
    }

    /// Names the applications that run before this one starts, and that stop after it (AP-2); none
    /// by default.
    fn dependencies(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Says what the end of the tree means to the other applications; nothing by default (AP-5).
    fn start_type(&self) -> StartType {
        StartType::default()
    }

    /// Limits the whole stop of this application, callbacks included; [`DEFAULT_STOP_LIMIT`] by
    /// default. When the time is up the program is ended as it is.
    fn stop_limit(&self) -> Duration {
        DEFAULT_STOP_LIMIT
    }
}
