//! Children and supervisors written with the attribute, under real restarts.

use std::time::Duration;

use actor_core::{Context, ExitReason, GenServer, InitResult};
use actor_supervisor::{
    ChildType, Restart, Shutdown, Strategy, Supervised, Supervisor, SupervisorClient,
    SupervisorSpec, actor,
};

use crate::support::{children, failed_child, isolated, kill, pid};

struct Counter {
    count: i64,
}

#[actor(name = "counter")]
impl GenServer for Counter {
    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count: initial }.into())
    }

    #[call]
    fn add(&mut self, by: i64) -> i64 {
        self.count += by;
        self.count
    }
}

struct Once;

#[actor(name = "once", restart = "temporary", shutdown = "250ms")]
impl GenServer for Once {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

struct App;

#[actor(name = "app", restart = "transient")]
impl Supervisor for App {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
            .child(Counter::child_spec(5))
            .child(
                Counter::child_spec(7)
                    .id("never")
                    .restart(Restart::Temporary),
            )
            .child(Once::child_spec(()))
    }
}

struct Root;

#[actor]
impl Supervisor for Root {
    fn init(strategy: Strategy) -> SupervisorSpec {
        SupervisorSpec::new(strategy)
            .child(Counter::child_spec(5))
            .child(Once::child_spec(()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_derived_child_starts_with_its_arguments_each_time() {
    // S-6: a clone of them for each incarnation; the state starts over.
    isolated(async {
        let root = Root::start_link(Strategy::OneForOne).await.unwrap();
        assert_eq!(Counter::NAME.add(10).await.unwrap(), 15);
        kill("counter").await;
        assert_eq!(children(&root).await, ["Once running", "Counter running"]);
        assert_eq!(Counter::NAME.add(1).await.unwrap(), 6);
        root.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_derived_temporary_child_is_not_restarted() {
    // S-23, S-24.
    isolated(async {
        let root = Root::start_link(Strategy::OneForAll).await.unwrap();
        let counter = pid("counter");
        kill("once").await;
        assert_eq!(children(&root).await, ["Counter running"]);
        assert_eq!(pid("counter"), counter);
        root.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_derived_supervisor_fails_to_start_as_a_whole() {
    // S-11, S-13: two children want one name, though their ids differ.
    isolated(async {
        let error = App::start_link(()).await.unwrap_err();
        let failed = failed_child(error);
        assert_eq!(failed.id, "never".into());
        assert!(App::NAME.whereis().is_none() && Counter::NAME.whereis().is_none());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_derived_supervisor_is_a_child_of_another() {
    // S-64, S-65, S-6: type supervisor, no limit to stop; each field can be replaced.
    isolated(async {
        let spec = App::child_spec(());
        assert_eq!(spec.get_child_type(), ChildType::Supervisor);
        assert_eq!(spec.get_restart(), Restart::Transient);
        assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
        let once = Once::child_spec(());
        let limit = Shutdown::After(Duration::from_millis(250));
        assert_eq!(once.get_shutdown(), limit);

        let inner = Root::child_spec(Strategy::OneForOne).id("inner");
        let top = SupervisorSpec::new(Strategy::OneForOne).child(inner);
        let top = top.start_link().await.unwrap();
        let inner = top.which_children().await.unwrap().remove(0);
        let first = inner.status.pid().unwrap().clone();
        first.exit(ExitReason::Kill);
        first.exited().await;
        assert_eq!(children(&top).await, ["inner running"]);
        assert_eq!(Counter::NAME.add(0).await.unwrap(), 5);
        top.stop().await.unwrap();
    })
    .await;
}
