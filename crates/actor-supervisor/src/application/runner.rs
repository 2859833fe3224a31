//! A run: applications start in order, are watched, and stop in reverse (AP-2 to AP-6).

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use actor_core::{ExitReason, StopError};
use futures_util::future::{Either, select};

use crate::application::erased::AnyApplication;
use crate::application::error::ApplicationError;
use crate::application::events;
use crate::application::fallout::{End, Fallout, fallout};
use crate::application::master;
use crate::application::order::{Wanted, order};
use crate::application::report::{ApplicationEnd, ApplicationReport, RunEnd, RunReport};
use crate::application::running::{Running, launch};
use crate::rt::Clock;

/// Runs applications until `stop` is ready, or until one of them ends the run; then stops them in
/// reverse order. [`run_all`](crate::run_all) is this with the signals of the operating system.
///
/// They start in the order of the list, but each after what it depends on (AP-2). If one does not
/// start, exactly those that did are stopped again (AP-3). A tree that ends by itself ends the run if
/// its [start type](crate::StartType) says so (AP-5), and so does the end of the last application.
/// Each application stops within its own limit. When that is over, or when `force` is ready, nothing
/// is waited for any more: what is alive is killed and named in the report.
///
/// # Cancel safety
///
/// Dropped, it kills the applications and waits for nothing; no callback runs.
///
/// # Examples
///
/// ```
/// use actor_core::StartError;
/// use actor_supervisor::{Application, Strategy, SupervisorSpec, app, async_trait, run_until};
/// use std::future::pending;
///
/// struct Chat;
///
/// #[async_trait]
/// impl Application for Chat {
///     type Config = ();
///     type State = ();
///
///     async fn start(&self, (): ()) -> Result<(SupervisorSpec, ()), StartError> {
///         Ok((SupervisorSpec::new(Strategy::OneForOne), ()))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let at_once = async {};
/// let report = run_until([app(Chat, ())], at_once, pending()).await;
/// assert_eq!(report.code(), 0);
/// # }
/// ```
pub async fn run_until(
    applications: impl IntoIterator<Item = AnyApplication>,
    stop: impl Future<Output = ()> + Send,
    force: impl Future<Output = ()> + Send,
) -> RunReport {
    let (report, left) = conduct(applications, stop, force).await;
    drop(left); // kills it
    report
}

/// As [`run_until`], but leaves what did not stop as it is until it is dropped.
pub(super) async fn conduct(
    applications: impl IntoIterator<Item = AnyApplication>,
    stop: impl Future<Output = ()> + Send,
    force: impl Future<Output = ()> + Send,
) -> (RunReport, Vec<Running>) {
    let applications = applications.into_iter().collect();
    let mut run = Run {
        stop: pin!(stop),
        force: pin!(force),
        running: Vec::new(),
        over: Vec::new(),
    };
    let cause = match run.up(applications).await {
        Ok(()) => run.steady().await,
        Err(cause) => cause,
    };
    run.down(cause).await
}

/// Stops one application of this node, whatever the others need (AP-4). That never ends the others,
/// whatever its start type (AP-5); the end of the last one ends the run.
///
/// # Errors
///
/// [`ApplicationError::NotRunning`] if there is none of this name (AP-2), and
/// [`ApplicationError::NotStopped`] if the caller is part of that application, which stops all the same
/// but waits for the caller, or if the application dies otherwise meanwhile.
///
/// # Cancel safety
///
/// Dropped after the first poll, the application still stops.
pub async fn stop_application(name: &str) -> Result<(), ApplicationError> {
    let not_running = || ApplicationError::NotRunning(name.to_owned());
    let master = master::whereis(name).ok_or_else(not_running)?;
    match master.stop().await {
        Ok(()) => Ok(()),
        Err(StopError::NoProc) => Err(not_running()),
        Err(error) => Err(ApplicationError::NotStopped {
            application: name.to_owned(),
            error,
        }),
    }
}

/// The applications of one run.
struct Run<'a> {
    stop: Pin<&'a mut (dyn Future<Output = ()> + Send)>,
    force: Pin<&'a mut (dyn Future<Output = ()> + Send)>,
    /// In the order of their starts.
    running: Vec<Running>,
    over: Vec<ApplicationReport>,
}

/// What concerns a run.
enum Event {
    /// The one at this place ended.
    Ended(usize),
    StopAsked,
    ForceAsked,
}

/// Why a run ends.
enum Cause {
    Asked,
    Forced,
    Failed(ApplicationError),
    GaveUp(String, ExitReason),
    /// No application is left.
    Deserted,
}

impl Run<'_> {
    /// Starts everything, in order.
    async fn up(&mut self, applications: Vec<AnyApplication>) -> Result<(), Cause> {
        for application in ordered(applications).map_err(Cause::Failed)? {
            self.start(application).await?;
        }
        Ok(())
    }

    /// Waits for the end of the run.
    async fn steady(&mut self) -> Cause {
        while !self.running.is_empty() {
            let event = self.event().await;
            if let Err(cause) = self.handle(event).await {
                return cause;
            }
        }
        Cause::Deserted
    }

    /// Starts one application, unless something ends the run meanwhile: then it is stopped with the
    /// others, as far as it has come.
    async fn start(&mut self, application: AnyApplication) -> Result<(), Cause> {
        let clock = Clock::start();
        let (starting, master) = launch(application).await.map_err(Cause::Failed)?;
        let started = async {
            let started = master::start(&master).await;
            if started.is_err() {
                starting.gone().await;
            }
            started
        };
        match self.unless_over(started).await {
            Ok(Ok(())) => {
                events::started(&starting.facts.name, &starting.master, clock.now());
                self.running.push(starting);
                Ok(())
            }
            Ok(Err(error)) => Err(Cause::Failed(ApplicationError::StartFailed {
                application: starting.facts.name.clone(),
                error,
            })),
            Err(cause) => {
                self.running.push(starting);
                Err(cause)
            }
        }
    }

    /// Runs a future, unless something ends the run first.
    async fn unless_over<F: Future>(&mut self, work: F) -> Result<F::Output, Cause> {
        let mut work = pin!(work);
        loop {
            let event = match select(work.as_mut(), pin!(self.event())).await {
                Either::Left((output, _)) => return Ok(output),
                Either::Right((event, _)) => event,
            };
            self.handle(event).await?;
        }
    }

    async fn event(&mut self) -> Event {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if self.force.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Event::ForceAsked);
        }
        if self.stop.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Event::StopAsked);
        }
        for (at, running) in self.running.iter_mut().enumerate() {
            if Pin::new(&mut running.exited).poll(cx).is_ready() {
                return Poll::Ready(Event::Ended(at));
            }
        }
        Poll::Pending
    }

    /// Takes note, and says whether the run is over.
    async fn handle(&mut self, event: Event) -> Result<(), Cause> {
        let at = match event {
            Event::ForceAsked => return Err(Cause::Forced),
            Event::StopAsked => return Err(Cause::Asked),
            Event::Ended(at) => at,
        };
        let ended = self.running.remove(at);
        let gone = match select(pin!(ended.gone()), self.force.as_mut()).await {
            Either::Left((reason, _)) => Some(reason),
            Either::Right(_) => None,
        };
        let Some(reason) = gone else {
            self.running.push(ended); // as far as it is there
            return Err(Cause::Forced);
        };
        let end = End::of(reason);
        let fallout = fallout(ended.facts.start_type, &end);
        self.note(&ended, ApplicationEnd::of(end.clone(), Duration::ZERO));
        match (fallout, end) {
            (Fallout::StopAll, End::ByItself(reason)) => {
                Err(Cause::GaveUp(ended.facts.name.clone(), reason))
            }
            _ => Ok(()),
        }
    }

    /// Stops what runs, the last started first (AP-6). What did not stop is handed back.
    async fn down(mut self, cause: Cause) -> (RunReport, Vec<Running>) {
        if let Cause::Failed(error) = &cause {
            events::failed(error);
        }
        if !self.running.is_empty() {
            events::stopping(self.running.len());
        }
        let mut is_forced = matches!(cause, Cause::Forced);
        let mut left = Vec::new();
        while let Some(running) = self.running.pop() {
            let end = match is_forced {
                true => ApplicationEnd::NotAsked,
                false => running.stop(self.force.as_mut()).await,
            };
            is_forced |= matches!(end, ApplicationEnd::Stuck { .. });
            self.note(&running, end);
            if is_forced {
                left.push(running);
            }
        }
        let end = match is_forced {
            true => RunEnd::Forced,
            false => cause.into_end(&self.over),
        };
        let applications = self.over;
        (RunReport { end, applications }, left)
    }

    fn note(&mut self, running: &Running, end: ApplicationEnd) {
        let name = running.facts.name.clone();
        let report = ApplicationReport { name, end };
        events::ended(&report);
        self.over.push(report);
    }
}

/// Brings them into the order of their starts.
fn ordered(applications: Vec<AnyApplication>) -> Result<Vec<AnyApplication>, ApplicationError> {
    let wanted: Vec<_> = applications
        .iter()
        .map(|AnyApplication { facts, .. }| Wanted {
            name: &facts.name,
            dependencies: &facts.dependencies,
        })
        .collect();
    let order = order(&wanted, |name| master::whereis(name).is_some())?;
    let mut applications: Vec<_> = applications.into_iter().map(Some).collect();
    let places = order.into_iter();
    Ok(places.filter_map(|at| applications[at].take()).collect())
}

impl Cause {
    /// How the run ends after an ordered stop.
    fn into_end(self, over: &[ApplicationReport]) -> RunEnd {
        match self {
            Self::Asked | Self::Forced => RunEnd::Ordered,
            Self::Failed(error) => RunEnd::Failed(error),
            Self::GaveUp(application, reason) => RunEnd::GaveUp {
                application,
                reason,
            },
            Self::Deserted => over.iter().find_map(gave_up).unwrap_or(RunEnd::Ordered),
        }
    }
}

/// The end of a run whose last application is gone, if this one did not end well.
fn gave_up(ApplicationReport { name, end }: &ApplicationReport) -> Option<RunEnd> {
    match end {
        ApplicationEnd::ByItself(reason) if !reason.is_normal() => Some(RunEnd::GaveUp {
            application: name.clone(),
            reason: reason.clone(),
        }),
        _ => None,
    }
}
