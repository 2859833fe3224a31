//! What the ported cases share beyond the support of the supervisor's tests.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actor_core::{
    ActorRef, Address, AsPid, CallError, Context, ExitReason, GenServer, Info, InitResult, Next,
    NextResult, Pid, Start,
};
use actor_supervisor::{
    ChildCounts, ChildSpec, ChildStatus, DynamicSupervisor, DynamicSupervisorBuilder,
    DynamicSupervisorClient, DynamicSupervisorRef, TemplateOf,
};

use crate::support::{Begin, Boss, Log, Order, Plan, SECOND, Worker, inside};

/// Specs, active, supervisors, workers: as the suite of OTP lists them.
pub(crate) async fn tally(
    answer: impl Future<Output = Result<ChildCounts, CallError>>,
) -> [usize; 4] {
    let ChildCounts {
        specs,
        active,
        supervisors,
        workers,
    } = answer.await.expect("it answers");
    [specs, active, supervisors, workers]
}

/// A dynamic supervisor that allows two restarts in an hour, as most cases want it.
pub(crate) fn dynamic() -> DynamicSupervisorBuilder {
    DynamicSupervisor::builder()
        .max_restarts(2)
        .max_seconds(3_600)
}

/// Starts a dynamic supervisor whose parent is `boss`.
pub(crate) async fn start_dynamic_below<T: TemplateOf>(
    boss: &ActorRef<Boss>,
    builder: DynamicSupervisorBuilder<T>,
) -> DynamicSupervisorRef<T> {
    let started = inside(boss, builder.start_link()).await;
    started.expect("the boss lives").expect("starts")
}

/// The children of a dynamic supervisor, in start order.
pub(crate) async fn statuses<T: TemplateOf>(
    sup: &impl Address<DynamicSupervisor<T>>,
) -> Vec<ChildStatus> {
    let children = sup.which_children().await.expect("it answers");
    children
        .into_iter()
        .rev()
        .map(|child| child.status)
        .collect()
}

/// The processes of a dynamic supervisor's children, in start order.
pub(crate) async fn members<T: TemplateOf>(sup: &impl Address<DynamicSupervisor<T>>) -> Vec<Pid> {
    let statuses = statuses(sup).await;
    let pids = statuses.iter().filter_map(|status| status.pid().cloned());
    pids.collect()
}

/// Starts so many children of a dynamic supervisor.
pub(crate) async fn start_many(
    sup: &DynamicSupervisorRef,
    number: usize,
    spec: impl Fn() -> ChildSpec<ActorRef<Worker>>,
) -> Vec<ActorRef<Worker>> {
    let mut workers = Vec::with_capacity(number);
    for _ in 0..number {
        workers.push(sup.start_child(spec()).await.expect("starts"));
    }
    workers
}

/// Tells a worker how to end, and waits for its death. Then its supervisor has the exit in its inbox.
pub(crate) async fn finish(worker: &ActorRef<Worker>, order: Order) -> ExitReason {
    worker.cast(order);
    worker.exited().await
}

/// Sends an exit signal and waits for the death.
pub(crate) async fn strike(process: &impl AsPid, reason: ExitReason) -> ExitReason {
    let pid = process.as_pid();
    pid.exit(reason);
    pid.exited().await
}

/// Sends an exit signal as this process.
pub(crate) async fn signal(boss: &ActorRef<Boss>, to: &impl AsPid, reason: ExitReason) {
    let pid = to.as_pid();
    let sent = inside(boss, async move { pid.exit(reason) }).await;
    sent.expect("the boss lives");
}

/// The exits of which this process has heard so far.
pub(crate) async fn heard(boss: &ActorRef<Boss>, log: &Log) -> Vec<String> {
    inside(boss, async {}).await.expect("the boss lives"); // it has worked off its inbox
    log.take()
}

/// Whether the start of a child fails at present. A start that fails takes two seconds, so that
/// it cannot exhaust the limit.
#[derive(Clone, Default)]
pub(crate) struct Switch(Arc<AtomicBool>);

impl Switch {
    pub(crate) fn fail(&self, fails: bool) {
        self.0.store(fails, Ordering::SeqCst);
    }

    /// A child that starts as it is told here.
    pub(crate) fn spec(&self, id: &'static str, plan: &Plan) -> ChildSpec<ActorRef<Worker>> {
        let (switch, plan) = (self.clone(), plan.clone());
        ChildSpec::new(id, move || {
            let plan = plan.clone();
            match switch.0.load(Ordering::SeqCst) {
                true => plan.begins([Begin::SlowError(2 * SECOND)]).start_link(),
                false => plan.start_link(),
            }
        })
    }
}

/// A handle with extra information: what OTP has as `{ok, Pid, Info}`.
#[derive(Debug)]
pub(crate) struct Extra {
    pub(crate) worker: ActorRef<Worker>,
    pub(crate) info: &'static str,
}

impl AsPid for Extra {
    fn as_pid(&self) -> Pid {
        self.worker.pid()
    }
}

impl Extra {
    /// A child whose start gives extra information.
    pub(crate) fn spec(id: &'static str, plan: &Plan) -> ChildSpec<Self> {
        let plan = plan.clone();
        ChildSpec::new(id, move || {
            let plan = plan.clone();
            async {
                let worker = plan.start_link().await?;
                let info = "extra";
                Ok(Self { worker, info })
            }
        })
    }
}

/// Ends with a reason of its own when it is told to shut down. The supervisor links to it, but is
/// not its parent, whose reason it would have to take over.
#[derive(Debug)]
pub(crate) struct Willful(ExitReason);

impl GenServer for Willful {
    type Args = ExitReason;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(reason: ExitReason, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self(reason).into())
    }

    async fn handle_info(
        &mut self,
        info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Exit(_) => Ok(Next::Stop(self.0.clone())),
            _ => Ok(Next::NoReply),
        }
    }
}

impl Willful {
    pub(crate) fn spec(id: &'static str, reason: &ExitReason) -> ChildSpec<ActorRef<Self>> {
        let reason = reason.clone();
        ChildSpec::new(id, move || Self::start(reason.clone()))
    }
}
