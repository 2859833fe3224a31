//! What the tests share: a log of events, a worker that does as it is told, a process to start
//! supervisors from, and short questions to a supervisor.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::{
    ActorRef, Address, CallError, Context, ExitReason, GenServer, Info, Init, InitResult, Name,
    Next, NextResult, Pid, ReplyTo, Start, StartError, process, testing,
};
use actor_supervisor::{
    ChildInfo, ChildSpec, ChildStatus, ChildType, FailedToStartChild, Strategy, SupervisorClient,
    SupervisorRef, SupervisorServer, SupervisorSpec,
};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) const STRATEGIES: [Strategy; 3] = [
    Strategy::OneForOne,
    Strategy::OneForAll,
    Strategy::RestForOne,
];

/// Runs a test in a node of its own, which must be empty afterwards. On the paused clock a test
/// that hangs fails at once.
pub(crate) async fn isolated<F: Future>(body: F) -> F::Output {
    within(1_000 * HOUR, body).await
}

/// As [`isolated`], for a test on the real clock.
pub(crate) async fn raced<F: Future>(body: F) -> F::Output {
    within(120 * SECOND, body).await
}

async fn within<F: Future>(limit: Duration, body: F) -> F::Output {
    testing::isolated(async {
        let finished = timeout(limit, body).await;
        finished.expect("the test hangs")
    })
    .await
}

/// The name of the supervisor under test, where it has one.
pub(crate) const SUP: Name<SupervisorServer> = Name::new("sup");

/// Notes events in the order in which they happen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, event: impl Into<String>) {
        self.0
            .lock()
            .expect("nobody panics inside")
            .push(event.into());
    }

    /// Returns what was noted so far.
    pub(crate) fn events(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics inside").clone()
    }

    /// Returns what was noted since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics inside"))
    }

    pub(crate) fn count(&self, event: &str) -> usize {
        self.events().iter().filter(|seen| *seen == event).count()
    }
}

/// What `init` of one incarnation does.
#[derive(Clone, Debug)]
pub(crate) enum Begin {
    Ready,
    /// Is ready after this long, and notes `ready`.
    Slow(Duration),
    /// Is ready, and ends by itself at once, with this reason.
    Brief(ExitReason),
    /// Starts another worker first, linked to this one.
    With(Box<Plan>),
    /// Links to these first, then as [`Brief`](Self::Brief).
    Tied(Arc<[Pid]>, ExitReason),
    Ignore,
    /// Answers `Init::Error`.
    Error,
    /// Answers `Init::Error` after this long.
    SlowError(Duration),
    /// Returns an `Err`.
    Stop,
    Panic,
    /// Never answers.
    Hang,
    /// Asks this supervisor for its children first.
    Ask(Name<SupervisorServer>),
}

/// What `terminate` does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Terminate {
    AtOnce,
    Slow(Duration),
    Panic,
    /// Never answers.
    Hang,
}

/// Says how the incarnations of one worker behave. Notes `init a`, `terminate a: reason` and, when
/// nothing of an incarnation is left, `end a`.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    label: &'static str,
    log: Log,
    named: bool,
    traps: bool,
    begins: Vec<Begin>,
    terminate: Terminate,
    starts: Arc<AtomicUsize>,
}

impl Plan {
    /// A worker that registers its label as its name, does not trap exits and always starts.
    pub(crate) fn new(label: &'static str, log: &Log) -> Self {
        Self {
            label,
            log: log.clone(),
            named: true,
            traps: false,
            begins: vec![Begin::Ready],
            terminate: Terminate::AtOnce,
            starts: Arc::default(),
        }
    }

    pub(crate) fn unnamed(mut self) -> Self {
        self.named = false;
        self
    }

    pub(crate) fn traps(mut self) -> Self {
        self.traps = true;
        self
    }

    /// The first incarnation does the first of these, and so on; later ones repeat the last.
    pub(crate) fn begins(mut self, begins: impl IntoIterator<Item = Begin>) -> Self {
        self.begins = begins.into_iter().collect();
        self
    }

    pub(crate) fn terminate(mut self, terminate: Terminate) -> Self {
        self.terminate = terminate;
        self
    }

    /// Returns how many incarnations have reached their `init`.
    pub(crate) fn starts(&self) -> usize {
        self.starts.load(Ordering::SeqCst)
    }

    pub(crate) async fn start(self) -> Result<ActorRef<Worker>, StartError> {
        self.options().start().await
    }

    pub(crate) async fn start_link(self) -> Result<ActorRef<Worker>, StartError> {
        self.options().start_link().await
    }

    /// As [`start_link`](Self::start_link), with a limit for `init`.
    pub(crate) async fn start_link_within(
        self,
        limit: Duration,
    ) -> Result<ActorRef<Worker>, StartError> {
        self.options().timeout(limit).start_link().await
    }

    fn options(self) -> actor_core::Options<Worker> {
        let name = self.named.then_some(self.label);
        let options = Worker::options(self);
        match name {
            Some(name) => options.name(name),
            None => options,
        }
    }

    /// Describes a child with the label as its id.
    pub(crate) fn spec(&self) -> ChildSpec<ActorRef<Worker>> {
        let plan = self.clone();
        ChildSpec::new(self.label, move || plan.clone().start_link())
    }
}

/// Trapping workers with these labels.
pub(crate) fn trapping<const N: usize>(labels: [&'static str; N], log: &Log) -> [Plan; N] {
    labels.map(|label| Plan::new(label, log).traps())
}

/// A one_for_one supervisor, named `sup`, over these workers.
pub(crate) fn over<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> SupervisorSpec {
    by(Strategy::OneForOne, plans)
}

/// A supervisor, named `sup`, over these workers.
pub(crate) fn by<'a>(
    strategy: Strategy,
    plans: impl IntoIterator<Item = &'a Plan>,
) -> SupervisorSpec {
    let empty = SupervisorSpec::new(strategy).name(SUP);
    plans
        .into_iter()
        .fold(empty, |spec, plan| spec.child(plan.spec()))
}

/// A child that is a supervisor: `make` describes it anew at each start.
pub(crate) fn nested(
    id: &'static str,
    make: impl Fn() -> SupervisorSpec + Send + Sync + 'static,
) -> ChildSpec<SupervisorRef> {
    ChildSpec::new(id, move || make().name(id).start_link()).child_type(ChildType::Supervisor)
}

/// Does as its [`Plan`] and its orders say.
#[derive(Debug)]
pub(crate) struct Worker {
    plan: Plan,
    pub(crate) sum: i64,
    _incarnation: Incarnation,
}

/// Notes the end of an incarnation: also of one that never got a state.
#[derive(Debug)]
struct Incarnation(Plan);

impl Drop for Incarnation {
    fn drop(&mut self) {
        self.0.log.add(format!("end {}", self.0.label));
    }
}

/// What a worker is asked.
#[derive(Debug)]
pub(crate) struct Sum(ReplyTo<i64>);

/// What a worker is told.
#[derive(Debug)]
pub(crate) enum Order {
    Add(i64),
    /// Answers `Next::Stop`.
    End(ExitReason),
    /// Returns an `Err`.
    Fail,
    Panic,
    Link(Pid),
    Unlink(Pid),
    /// Sends an exit signal.
    Signal(Pid, ExitReason),
    /// Asks this process to stop, and waits for its end.
    Stop(Pid),
}

impl GenServer for Worker {
    type Args = Plan;
    type Call = Sum;
    type Cast = Order;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(plan: Plan, cx: &mut Context<Self>) -> InitResult<Self> {
        let nth = plan.starts.fetch_add(1, Ordering::SeqCst);
        plan.log.add(format!("init {}", plan.label));
        cx.trap_exit(plan.traps);
        let incarnation = Incarnation(plan.clone());
        match plan.begins[nth.min(plan.begins.len() - 1)].clone() {
            Begin::Ready => {}
            Begin::Slow(delay) => {
                tokio::time::sleep(delay).await;
                plan.log.add(format!("ready {}", plan.label));
            }
            Begin::Brief(reason) => cx.actor_ref().cast(Order::End(reason)),
            Begin::With(aide) => drop(aide.start_link().await?),
            Begin::Tied(peers, reason) => {
                peers.iter().try_for_each(|peer| cx.link(peer))?;
                cx.actor_ref().cast(Order::End(reason));
            }
            Begin::Ignore => return Ok(Init::Ignore),
            Begin::Error => return Ok(Init::Error(ExitReason::error("told to answer an error"))),
            Begin::SlowError(delay) => {
                tokio::time::sleep(delay).await;
                return Ok(Init::Error(ExitReason::error(
                    "told to answer an error, late",
                )));
            }
            Begin::Stop => return Err(ExitReason::error("told to fail in init")),
            Begin::Panic => panic!("told to panic in init"),
            Begin::Hang => pending().await,
            Begin::Ask(sup) => plan.log.add(format!("{:?}", sup.which_children().await)),
        }
        let worker = Self {
            plan,
            sum: 0,
            _incarnation: incarnation,
        };
        Ok(worker.into())
    }

    async fn handle_call(&mut self, Sum(reply): Sum, _cx: &mut Context<Self>) -> NextResult<Self> {
        reply.send(self.sum);
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, order: Order, cx: &mut Context<Self>) -> NextResult<Self> {
        match order {
            Order::Add(by) => self.sum += by,
            Order::End(reason) => return Ok(Next::Stop(reason)),
            Order::Fail => return Err(ExitReason::error("told to fail")),
            Order::Panic => panic!("told to panic"),
            Order::Link(pid) => cx.link(&pid)?,
            Order::Unlink(pid) => cx.unlink(&pid),
            Order::Signal(pid, reason) => pid.exit(reason),
            Order::Stop(pid) => drop(pid.stop().await),
        }
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        let Plan { label, log, .. } = &self.plan;
        log.add(format!("terminate {label}: {reason}"));
        match self.plan.terminate {
            Terminate::AtOnce => {}
            Terminate::Slow(delay) => tokio::time::sleep(delay).await,
            Terminate::Panic => panic!("told to panic in terminate"),
            Terminate::Hang => pending().await,
        }
    }
}

/// A process that runs what it is given: the starter, the parent, or the stranger of a test.
/// Trapping exits, it notes them as `exit: reason`.
#[derive(Debug)]
pub(crate) struct Boss {
    log: Log,
}

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Boss {
    pub(crate) async fn trapping(log: &Log) -> ActorRef<Self> {
        let boss = Self::start((log.clone(), true)).await;
        boss.expect("an unnamed process starts")
    }

    pub(crate) async fn mortal() -> ActorRef<Self> {
        let boss = Self::start((Log::default(), false)).await;
        boss.expect("an unnamed process starts")
    }
}

/// Runs a future as this process; none if the process ends meanwhile.
pub(crate) async fn inside<T: Send + 'static>(
    boss: &ActorRef<Boss>,
    job: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let (sender, result) = oneshot::channel();
    boss.cast(Box::pin(async move {
        let _ = sender.send(job.await); // the test may have given up
    }));
    result.await.ok()
}

/// Starts a supervisor whose parent is `boss`.
pub(crate) async fn start_below(boss: &ActorRef<Boss>, spec: SupervisorSpec) -> SupervisorRef {
    let started = inside(boss, spec.start_link()).await;
    started.expect("the boss lives").expect("all start")
}

impl GenServer for Boss {
    type Args = (Log, bool);
    type Call = Infallible;
    type Cast = Job;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((log, traps): (Log, bool), cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(traps);
        Ok(Self { log }.into())
    }

    async fn handle_cast(&mut self, job: Job, _cx: &mut Context<Self>) -> NextResult<Self> {
        job.await;
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        if let Info::Exit(exit) = info {
            self.log.add(format!("exit: {}", exit.reason));
        }
        Ok(Next::NoReply)
    }
}

/// The worker that holds this name now.
#[track_caller]
pub(crate) fn worker(label: &'static str) -> ActorRef<Worker> {
    let holder = Name::new(label).whereis();
    holder.unwrap_or_else(|| panic!("no worker holds the name {label}"))
}

/// The process that holds this name now.
#[track_caller]
pub(crate) fn pid(label: &str) -> Pid {
    process::whereis(label).unwrap_or_else(|| panic!("nobody holds the name {label}"))
}

/// The processes that hold these names now.
#[track_caller]
pub(crate) fn pids<const N: usize>(labels: [&str; N]) -> [Pid; N] {
    labels.map(pid)
}

pub(crate) fn is_free(label: &str) -> bool {
    process::whereis(label).is_none()
}

/// What the worker has added up.
pub(crate) async fn sum(label: &'static str) -> i64 {
    sum_of(&worker(label)).await.expect("the worker answers")
}

/// What the worker behind this address has added up.
pub(crate) async fn sum_of(address: &impl Address<Worker>) -> Result<i64, CallError> {
    address.call(Sum).await
}

/// As [`sum_of`], with the reply waited for later.
pub(crate) async fn requested_sum(address: &impl Address<Worker>) -> Result<i64, CallError> {
    address.send_request(Sum).await
}

/// Kills this one and waits for its death: then its supervisor has the exit in its inbox, and
/// whatever is asked next is answered after the supervisor has acted.
pub(crate) async fn kill(label: &str) -> Pid {
    let victim = pid(label);
    victim.exit(ExitReason::Kill);
    victim.exited().await;
    victim
}

/// Tells the worker how to end and waits for its death; see [`kill`].
pub(crate) async fn end(label: &'static str, order: Order) -> ExitReason {
    let victim = worker(label);
    victim.cast(order);
    victim.exited().await
}

/// Asks until the children are these: the supervisor may be between two tries.
pub(crate) async fn settled(sup: &impl Address<SupervisorServer>, expected: &[&str]) {
    for _ in 0..1_000 {
        if children(sup).await == expected {
            return;
        }
    }
    panic!("still {:?}", children(sup).await);
}

/// Each child and its status, last started first: `a running`.
pub(crate) async fn children(sup: &impl Address<SupervisorServer>) -> Vec<String> {
    let children = sup.which_children().await.expect("the supervisor answers");
    let line = |child: &ChildInfo| {
        let status = match child.status {
            ChildStatus::Running(_) => "running",
            ChildStatus::Restarting => "restarting",
            ChildStatus::Undefined => "undefined",
        };
        format!("{} {status}", child.id)
    };
    children.iter().map(line).collect()
}

/// What the supervisor tells of this child.
pub(crate) async fn child(sup: &impl Address<SupervisorServer>, label: &str) -> ChildInfo {
    let children = sup.which_children().await.expect("the supervisor answers");
    let child = children.into_iter().find(|child| child.id == label.into());
    child.unwrap_or_else(|| panic!("there is no child {label}"))
}

/// How often the supervisor has restarted this child.
pub(crate) async fn restarts(sup: &impl Address<SupervisorServer>, label: &str) -> u64 {
    child(sup, label).await.restarts
}

/// The child that did not start, and why the whole start failed for it (S-11).
#[track_caller]
pub(crate) fn failed_child(error: StartError) -> FailedToStartChild {
    let StartError::Failed(reason) = error else {
        panic!("another error: {error}");
    };
    assert!(matches!(reason, ExitReason::ShutdownWith(_)), "{reason}");
    let failed = reason.as_term::<FailedToStartChild>();
    failed
        .cloned()
        .unwrap_or_else(|| panic!("another reason: {reason}"))
}

/// The paused clock's time.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge where tests read the clock"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Checks that this much virtual time has passed, exact to the runtime's timer.
#[track_caller]
pub(crate) fn assert_took(begun: Instant, expected: Duration) {
    let took = begun.elapsed();
    let tick = Duration::from_millis(5);
    assert!(
        took >= expected && took <= expected + tick,
        "took {took:?} instead of {expected:?}"
    );
}
