//! What `main` calls: [`run`] and [`run_all`].

use std::process::{ExitCode, exit};
use std::sync::Arc;
use std::time::Duration;

use actor_core::process;

use crate::application::Application;
use crate::application::erased::{AnyApplication, app};
use crate::application::error::ApplicationError;
use crate::application::events;
use crate::application::report::{RunEnd, RunReport};
use crate::application::runner::conduct;
use crate::application::signals::{listen, told};

/// Runs one application until the program is asked to stop; see [`run_all`].
///
/// # Cancel safety
///
/// Dropped, it kills the application and waits for nothing; no callback runs.
///
/// # Examples
///
/// ```no_run
/// # struct Chat;
/// # #[actor_supervisor::async_trait]
/// # impl actor_supervisor::Application for Chat {
/// #     type Config = ();
/// #     type State = ();
/// #     async fn start(
/// #         &self, (): (),
/// #     ) -> Result<(actor_supervisor::SupervisorSpec, ()), actor_core::StartError> {
/// #         Ok((actor_supervisor::SupervisorSpec::new(actor_supervisor::Strategy::OneForOne), ()))
/// #     }
/// # }
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> std::process::ExitCode {
///     actor_supervisor::run(Chat, ()).await
/// }
/// ```
pub async fn run<A: Application>(application: A, config: A::Config) -> ExitCode {
    run_all([app(application, config)]).await
}

/// Runs applications that depend on each other until the program is asked to stop, and stops them in
/// reverse order (AP-6, AP-8); [`run_until`](crate::run_until) says how they start and stop.
///
/// SIGTERM and Ctrl-C ask for the stop, on Windows Ctrl-C, the close of the console and the shutdown
/// of the system. They are caught from the first call on, for good. A second one, or the end of a
/// [stop limit](Application::stop_limit), ends the whole program at once with the code 2, and its
/// report on stderr names whoever did not stop; nothing else of the program runs then, no `Drop`
/// either. The code is 0 after an ordered stop, and 1 if a tree gave up or an application did not
/// start. Without a `tracing` subscriber that is told on stderr too.
///
/// While they run, a callback that does not yield for
/// [a second](actor_core::process::DEFAULT_LONG_TURN) is told of (F-36), by an event with the target
/// `actor::long_turn`.
///
/// Return the code from `main`. Dropping the tokio runtime before is no orderly stop (X-13).
///
/// # Cancel safety
///
/// Dropped, it kills the applications and waits for nothing; no callback runs.
pub async fn run_all(applications: impl IntoIterator<Item = AnyApplication>) -> ExitCode {
    let applications: Vec<_> = applications.into_iter().collect();
    let limits = applications.iter().map(|one| one.facts.stop_limit);
    let limit = limits.fold(Duration::ZERO, Duration::saturating_add);
    let mut listening = match listen(limit).await {
        Ok(listening) => listening,
        Err(error) => return not_heard(ApplicationError::Signals(Arc::new(error))),
    };
    // Without a thread for it the program runs all the same.
    let _watch = process::warn_of_long_turns(process::DEFAULT_LONG_TURN);
    let (stop, force) = (told(&mut listening.stop), told(&mut listening.force));
    let (report, _left) = conduct(applications, stop, force).await;
    events::over(&report);
    if let RunEnd::Forced = report.end {
        // To return would wait for whatever keeps a thread of the runtime busy. What is left is not even
        // killed: its last words would stand between those of the report.
        exit(report.code().into());
    }
    report.into()
}

fn not_heard(error: ApplicationError) -> ExitCode {
    events::failed(&error);
    let end = RunEnd::Failed(error);
    let applications = Vec::new();
    let report = RunReport { end, applications };
    events::over(&report);
    report.into()
}
