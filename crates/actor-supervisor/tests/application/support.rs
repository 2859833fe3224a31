//! What the tests share: a log of events, an application and a worker that do as they are told, and
//! a run beside which the test goes on.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Name, Next, NextResult, Start,
    StartError, testing,
};
use actor_supervisor::{
    AnyApplication, Application, ApplicationEnd, ChildSpec, DEFAULT_STOP_LIMIT, RunReport,
    Shutdown, StartType, Strategy, SupervisorSpec, app, async_trait, run_until,
};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Runs a test in a node of its own, which must be empty afterwards. On the paused clock a test that
/// hangs fails at once.
pub(crate) async fn isolated<F: Future>(body: F) -> F::Output {
    testing::isolated(async {
        let finished = timeout(1_000 * HOUR, body).await;
        finished.expect("the test hangs")
    })
    .await
}

/// Notes events in the order in which they happen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, event: impl Into<String>) {
        let mut events = self.0.lock().expect("nobody panics inside");
        events.push(event.into());
    }

    /// Returns what was noted since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics inside"))
    }

    /// Waits until this was noted.
    pub(crate) async fn wait(&self, event: &str) {
        let noted = || {
            let events = self.0.lock().expect("nobody panics inside");
            events.iter().any(|seen| seen == event)
        };
        testing::wait_until(noted).await;
    }
}

/// What a callback or a worker does in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    Return,
    ReturnAfter(Duration),
    Panic,
    Hang,
}

impl Does {
    async fn done(self) {
        match self {
            Self::Return => {}
            Self::ReturnAfter(delay) => sleep(delay).await,
            Self::Panic => panic!("as it was told"),
            Self::Hang => pending().await,
        }
    }
}

/// An application that does as it is told, and notes it. Its state counts the callbacks that have
/// seen it.
pub(crate) struct Told {
    log: Log,
    name: &'static str,
    dependencies: Vec<&'static str>,
    start_type: StartType,
    stop_limit: Duration,
    tree: SupervisorSpec,
    start: Does,
    error: Option<StartError>,
    prep_stop: Does,
    stop: Does,
    helper: Option<Plan>,
}

/// What of it is given to its start.
pub(crate) struct Config {
    tree: SupervisorSpec,
}

/// The state of a running one; notes its drop.
pub(crate) struct Visits(u32, Log, &'static str);

impl Told {
    pub(crate) fn new(name: &'static str, log: &Log) -> Self {
        Self {
            log: log.clone(),
            name,
            dependencies: Vec::new(),
            start_type: StartType::default(),
            stop_limit: DEFAULT_STOP_LIMIT,
            tree: SupervisorSpec::new(Strategy::OneForOne),
            start: Does::Return,
            error: None,
            prep_stop: Does::Return,
            stop: Does::Return,
            helper: None,
        }
    }

    pub(crate) fn after(mut self, dependency: &'static str) -> Self {
        self.dependencies.push(dependency);
        self
    }

    pub(crate) fn start_type(mut self, start_type: StartType) -> Self {
        self.start_type = start_type;
        self
    }

    pub(crate) fn stop_limit(mut self, limit: Duration) -> Self {
        self.stop_limit = limit;
        self
    }

    /// Adds a worker to its tree.
    pub(crate) fn worker(mut self, worker: Plan) -> Self {
        self.tree = self.tree.child(worker.child_spec());
        self
    }

    /// Replaces its tree.
    pub(crate) fn tree(mut self, tree: SupervisorSpec) -> Self {
        self.tree = tree;
        self
    }

    /// Starts a worker beside its tree, linked to its process.
    pub(crate) fn helper(mut self, worker: Plan) -> Self {
        self.helper = Some(worker);
        self
    }

    pub(crate) fn start(mut self, does: Does) -> Self {
        self.start = does;
        self
    }

    pub(crate) fn fails(mut self, error: StartError) -> Self {
        self.error = Some(error);
        self
    }

    pub(crate) fn prep_stop(mut self, does: Does) -> Self {
        self.prep_stop = does;
        self
    }

    pub(crate) fn stop(mut self, does: Does) -> Self {
        self.stop = does;
        self
    }

    pub(crate) fn app(mut self) -> AnyApplication {
        let empty = SupervisorSpec::new(Strategy::OneForOne);
        let tree = std::mem::replace(&mut self.tree, empty);
        app(self, Config { tree })
    }

    fn note(&self, event: &str) {
        self.log.add(format!("{} {event}", self.name));
    }
}

#[async_trait]
impl Application for Told {
    type Config = Config;
    type State = Visits;

    async fn start(&self, config: Config) -> Result<(SupervisorSpec, Visits), StartError> {
        self.note("start");
        if let Some(helper) = self.helper.clone() {
            Worker::options(helper.clone())
                .name(Name::dynamic(helper.name))
                .start_link()
                .await?;
        }
        self.start.done().await;
        match self.error.clone() {
            Some(error) => Err(error),
            None => Ok((config.tree, Visits(1, self.log.clone(), self.name))),
        }
    }

    async fn prep_stop(&self, mut state: Visits) -> Visits {
        self.note("prep_stop");
        self.prep_stop.done().await;
        state.0 += 1;
        state
    }

    async fn stop(&self, state: Visits) {
        self.note(&format!("stop {}", state.0));
        self.stop.done().await;
        self.note("stopped");
    }

    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn dependencies(&self) -> Vec<&str> {
        self.dependencies.clone()
    }

    fn start_type(&self) -> StartType {
        self.start_type
    }

    fn stop_limit(&self) -> Duration {
        self.stop_limit
    }
}

impl Drop for Visits {
    fn drop(&mut self) {
        self.1.add(format!("{} dropped", self.2));
    }
}

/// A worker with a name that notes its begin and its end, which it traps.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    name: &'static str,
    log: Log,
    init: Does,
    terminate: Does,
}

impl Plan {
    pub(crate) fn new(name: &'static str, log: &Log) -> Self {
        Self {
            name,
            log: log.clone(),
            init: Does::Return,
            terminate: Does::Return,
        }
    }

    pub(crate) fn terminate(mut self, does: Does) -> Self {
        self.terminate = does;
        self
    }

    pub(crate) fn init(mut self, does: Does) -> Self {
        self.init = does;
        self
    }

    /// May take as long as it likes to stop.
    pub(crate) fn child_spec(self) -> ChildSpec<ActorRef<Worker>> {
        let start = {
            let plan = self.clone();
            move || {
                let name = Name::<Worker>::dynamic(plan.name);
                Worker::options(plan.clone()).name(name).start_link()
            }
        };
        ChildSpec::new(self.name, start).shutdown(Shutdown::Infinity)
    }
}

pub(crate) struct Worker(Plan);

/// The reason with which a worker ends.
pub(crate) struct End(pub(crate) ExitReason);

impl GenServer for Worker {
    type Args = Plan;
    type Call = Infallible;
    type Cast = End;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(plan: Plan, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        plan.init.done().await;
        plan.log.add(format!("{} begins", plan.name));
        Ok(Self(plan).into())
    }

    async fn handle_cast(&mut self, end: End, _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(end.0))
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.0.terminate.done().await;
        if let Does::ReturnAfter(_) = self.0.terminate {
            self.0.log.add(format!("{} took its time", self.0.name));
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.log.add(format!("{} ends", self.0.name));
    }
}

/// The worker of this name.
pub(crate) fn worker(name: &'static str) -> ActorRef<Worker> {
    Name::<Worker>::new(name).whereis().expect("it runs")
}

/// Ends the worker of this name with this reason, once for each crash that its supervisor allows and
/// once more, so that the tree gives up.
pub(crate) async fn exhaust(name: &'static str) {
    for _ in 0..4 {
        let name = Name::<Worker>::new(name);
        let worker = name.wait(SECOND).await.expect("it runs");
        worker.cast(End(ExitReason::error("crash")));
        worker.exited().await;
    }
}

/// What a test holds of a run.
pub(crate) struct Requests {
    stop: Option<oneshot::Sender<()>>,
    force: Option<oneshot::Sender<()>>,
}

impl Requests {
    pub(crate) fn stop(&mut self) {
        let stop = self.stop.take().expect("asked once");
        stop.send(()).expect("it runs");
    }

    pub(crate) fn force(&mut self) {
        let force = self.force.take().expect("asked once");
        force.send(()).expect("it runs");
    }
}

/// Runs applications while the test's body goes on.
pub(crate) async fn run_beside(
    applications: impl IntoIterator<Item = AnyApplication>,
    body: impl AsyncFnOnce(Requests),
) -> RunReport {
    let (stop, stopped) = oneshot::channel();
    let (force, forced) = oneshot::channel();
    let requests = Requests {
        stop: Some(stop),
        force: Some(force),
    };
    let run = run_until(applications, asked(stopped), asked(forced));
    let (report, ()) = tokio::join!(run, body(requests));
    report
}

/// Is never ready if nobody asks.
async fn asked(request: oneshot::Receiver<()>) {
    if request.await.is_err() {
        pending().await
    }
}

/// Runs applications until this was noted.
pub(crate) async fn run_to(
    applications: impl IntoIterator<Item = AnyApplication>,
    log: &Log,
    event: &str,
) -> RunReport {
    run_beside(applications, async |mut requests| {
        log.wait(event).await;
        requests.stop();
    })
    .await
}

/// How each application ended, in that order, as `db stopped`.
pub(crate) fn ends(report: &RunReport) -> Vec<String> {
    let told = report.applications.iter().map(|application| {
        let end = match &application.end {
            ApplicationEnd::Stopped { .. } => "stopped".to_owned(),
            ApplicationEnd::ByItself(reason) => format!("ended: {reason}"),
            ApplicationEnd::Stuck { .. } => "stuck".to_owned(),
            ApplicationEnd::NotAsked => "not asked".to_owned(),
            other => format!("{other:?}"),
        };
        format!("{} {end}", application.name)
    });
    told.collect()
}
