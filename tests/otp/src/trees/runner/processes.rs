//! The processes of a script: how each kind is started, and what a worker does.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use actor_otp::{
    ActorRef, AsPid, AutoShutdown, ChildSpec, ChildType, Context, DynamicSupervisor,
    DynamicSupervisorRef, ExitReason, GenServer, Init, InitResult, Next, NextResult, Pid, Restart,
    Shutdown, Start, StartError, Strategy, Supervisor, SupervisorRef, SupervisorSpec, process,
};
use tokio::task::yield_now;

use super::super::log::Role;
use super::super::script::{self, Child, Kind, OnShutdown, Outcome, join};
use super::world::World;

/// Addresses a process of the tree, of whatever kind.
#[derive(Clone)]
pub(super) enum Handle {
    Worker(ActorRef<Worker>),
    Sup(SupervisorRef),
    Dyn(DynamicSupervisorRef),
}

impl Handle {
    pub(super) fn pid(&self) -> Pid {
        self.as_pid()
    }
}

impl AsPid for Handle {
    fn as_pid(&self) -> Pid {
        match self {
            Self::Worker(worker) => worker.pid(),
            Self::Sup(supervisor) => supervisor.pid(),
            Self::Dyn(supervisor) => supervisor.pid(),
        }
    }
}

/// One process of the script, and where it is.
#[derive(Clone)]
pub(super) struct Place {
    world: World,
    path: String,
    child: Arc<Child>,
}

/// Makes what a process is started from, for `parent`.
pub(super) fn spec_of(world: &World, parent: &str, child: &Child) -> Place {
    Place {
        world: world.clone(),
        path: join(parent, &child.id),
        child: Arc::new(child.clone()),
    }
}

impl Place {
    pub(super) async fn start(self) -> Result<Handle, StartError> {
        let world = self.world.clone();
        let handle = match &self.child.kind {
            Kind::Worker(_) => Handle::Worker(Worker::start_link(self).await?),
            Kind::Sup(_) => Handle::Sup(Tree::start_link(self).await?),
            Kind::Dyn(dynamic) => Handle::Dyn(self.start_dynamic(dynamic).await?),
        };
        world.keep(&handle);
        Ok(handle)
    }

    pub(super) fn child_spec(self) -> ChildSpec<Handle> {
        let child = Arc::clone(&self.child);
        let spec = ChildSpec::new(child.id.as_str(), move || self.clone().start())
            .significant(child.significant)
            .restart(restart_of(child.restart))
            .child_type(match child.is_worker() {
                true => ChildType::Worker,
                false => ChildType::Supervisor,
            });
        match child.shutdown {
            None => spec,
            Some(shutdown) => spec.shutdown(shutdown_of(shutdown)),
        }
    }

    /// A dynamic supervisor has no callback: what would be its `init` is told around its start.
    async fn start_dynamic(
        &self,
        dynamic: &script::Dyn,
    ) -> Result<DynamicSupervisorRef, StartError> {
        let (n, outcome) = self.world.init(&self.path, &self.child, None);
        match outcome {
            Outcome::Ok => {}
            Outcome::Ignore => return Err(StartError::Ignored),
            Outcome::Error => return Err(StartError::Failed(ExitReason::custom("bad_init"))),
            Outcome::Panic => panic!("init panics"),
        }
        let builder = DynamicSupervisor::builder()
            .max_restarts(dynamic.intensity)
            .max_seconds(dynamic.period);
        let builder = match dynamic.max_children {
            None => builder,
            Some(limit) => builder.max_children(limit),
        };
        let supervisor = builder.start_link().await?;
        self.world.enter(&self.path, n, supervisor.pid(), Role::Dyn);
        Ok(supervisor)
    }
}

/// A supervisor of the script.
struct Tree;

impl Supervisor for Tree {
    type Args = Place;

    fn init(place: Place) -> SupervisorSpec {
        let (_, outcome) = place
            .world
            .init(&place.path, &place.child, process::current());
        let Kind::Sup(sup) = &place.child.kind else {
            unreachable!("it is started as a supervisor");
        };
        match outcome {
            Outcome::Ok => {}
            Outcome::Ignore => return SupervisorSpec::ignore(),
            Outcome::Error => return SupervisorSpec::fail(ExitReason::custom("bad_init")),
            Outcome::Panic => panic!("init panics"),
        }
        let children = sup.children.iter();
        let specs = children.map(|child| spec_of(&place.world, &place.path, child).child_spec());
        SupervisorSpec::new(strategy_of(sup.strategy))
            .max_restarts(sup.intensity)
            .max_seconds(sup.period)
            .auto_shutdown(auto_shutdown_of(sup.auto_shutdown))
            .children(specs)
    }
}

/// A worker of the script.
pub(super) struct Worker {
    place: Place,
    n: u32,
    on_shutdown: OnShutdown,
}

pub(super) enum WorkerCast {
    Stop(ExitReason),
    Panic,
}

impl GenServer for Worker {
    type Args = Place;
    type Call = Infallible;
    type Cast = WorkerCast;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(place: Place, cx: &mut Context<Self>) -> InitResult<Self> {
        let Kind::Worker(worker) = &place.child.kind else {
            unreachable!("it is started as a worker");
        };
        cx.trap_exit(worker.trap);
        linger(&place.path).await;
        let (n, outcome) = place.world.init(&place.path, &place.child, Some(cx.pid()));
        linger(&place.path).await;
        let on_shutdown = worker.on_shutdown;
        match outcome {
            Outcome::Ok => Ok(Self {
                place,
                n,
                on_shutdown,
            }
            .into()),
            Outcome::Ignore => Ok(Init::Ignore),
            Outcome::Error => Err(ExitReason::custom("bad_init")),
            Outcome::Panic => panic!("init panics"),
        }
    }

    async fn handle_cast(&mut self, cast: WorkerCast, _: &mut Context<Self>) -> NextResult<Self> {
        match cast {
            WorkerCast::Stop(reason) => {
                self.on_shutdown = OnShutdown::Ok;
                Ok(Next::Stop(reason))
            }
            WorkerCast::Panic => panic!("a handler panics"),
        }
    }

    async fn terminate(&mut self, reason: &ExitReason, _: &mut Context<Self>) {
        self.place.world.term(&self.place.path, self.n, reason);
        linger(&self.place.path).await;
        match (self.on_shutdown, reason) {
            (OnShutdown::Hang, ExitReason::Shutdown) => pending().await,
            (OnShutdown::Panic, ExitReason::Shutdown) => panic!("terminate panics"),
            _ => {}
        }
    }
}

/// Gives others a turn or two, so that no order holds by accident.
async fn linger(path: &str) {
    for _ in 0..path.bytes().map(usize::from).sum::<usize>() % 3 {
        yield_now().await;
    }
}

fn restart_of(restart: script::Restart) -> Restart {
    match restart {
        script::Restart::Permanent => Restart::Permanent,
        script::Restart::Transient => Restart::Transient,
        script::Restart::Temporary => Restart::Temporary,
    }
}

fn shutdown_of(shutdown: script::Shutdown) -> Shutdown {
    match shutdown {
        script::Shutdown::Within(ms) => Shutdown::After(Duration::from_millis(ms)),
        script::Shutdown::Word(script::ShutdownWord::BrutalKill) => Shutdown::BrutalKill,
        script::Shutdown::Word(script::ShutdownWord::Infinity) => Shutdown::Infinity,
    }
}

fn strategy_of(strategy: script::Strategy) -> Strategy {
    match strategy {
        script::Strategy::OneForOne => Strategy::OneForOne,
        script::Strategy::OneForAll => Strategy::OneForAll,
        script::Strategy::RestForOne => Strategy::RestForOne,
    }
}

fn auto_shutdown_of(auto_shutdown: script::AutoShutdown) -> AutoShutdown {
    match auto_shutdown {
        script::AutoShutdown::Never => AutoShutdown::Never,
        script::AutoShutdown::AnySignificant => AutoShutdown::AnySignificant,
        script::AutoShutdown::AllSignificant => AutoShutdown::AllSignificant,
    }
}
