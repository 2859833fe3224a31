//! A supervisor over both.

use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::isolated;
use actor_otp::{ChildType, FindChildError};

use crate::counter::{Counter, CounterClient};
use crate::kv_store::{KvCall, KvCast, KvStore};

pub struct MyApp;

#[actor(name = "my_app")]
impl Supervisor for MyApp {
    type Args = ();

    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
            .max_restarts(3)
            .max_seconds(5)
            .child(Counter::child_spec(0))
            .child(KvStore::child_spec(()))
            .child(DatabaseSupervisor::child_spec(())) // a supervisor is a child like any other
    }
}

pub struct DatabaseSupervisor;

#[actor]
impl Supervisor for DatabaseSupervisor {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForAll)
    }
}

#[tokio::test(start_paused = true)]
async fn a_killed_counter_comes_back_fresh_and_the_store_never_notices() {
    isolated(async {
        session().await.expect("the session of the contract");
    })
    .await;
}

async fn session() -> Result<(), Box<dyn std::error::Error>> {
    let app = MyApp::start_link(()).await?; // SupervisorRef; returns when every child has started
    let kv = status(&app, "KvStore").await?;
    let store = Name::<KvStore>::new("unused");
    assert_eq!(store.whereis(), None);
    Counter::NAME.increment(10);
    let old = Counter::NAME.whereis().unwrap();
    old.exit(ExitReason::Kill);
    old.exited().await; // dead, and its name is free
    Counter::NAME.wait(Duration::from_secs(1)).await?; // its successor
    assert_eq!(Counter::NAME.get_count().await?, 0); // fresh state
    assert_eq!(status(&app, "KvStore").await?, kv);
    assert_eq!(MyApp::NAME.count_children().await?.active, 3);
    app.stop().await?;
    Ok(())
}

async fn status(app: &SupervisorRef, id: &str) -> Result<ChildStatus, CallError> {
    let children = app.which_children().await?;
    let child = children
        .into_iter()
        .find(|child| child.id.to_string() == id);
    Ok(child.map_or(ChildStatus::Undefined, |child| child.status))
}

#[test]
fn a_supervisor_is_a_child_like_any_other() {
    let spec = MyApp::child_spec(());
    assert_eq!(spec.get_id().to_string(), "MyApp");
    assert_eq!(spec.get_child_type(), ChildType::Supervisor);
    assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
}

#[tokio::test(start_paused = true)]
async fn messages_of_a_server_by_hand_go_to_its_present_life() {
    isolated(async {
        let name = Name::<KvStore>::new("kv");
        let start = move || {
            let options = KvStore::options(()).name("kv");
            async move { options.start_link().await }
        };
        let spec = SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::new("kv", start));
        let app = spec.start_link().await.expect("starts");
        name.cast(KvCast::Put {
            key: "a".into(),
            value: "1".into(),
        });
        let length = || name.call(|reply| KvCall::Len { reply });
        assert_eq!(length().await.expect("replies"), 1);
        let old = name.whereis().expect("runs");
        old.exit(ExitReason::Kill);
        old.exited().await;
        name.wait(Duration::from_secs(1))
            .await
            .expect("its successor");
        assert_eq!(length().await.expect("replies"), 0);
        app.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_needs_no_type_and_its_children_are_changed_at_run_time() {
    isolated(async {
        changes().await.expect("the calls of the contract");
    })
    .await;
}

async fn changes() -> Result<(), Box<dyn std::error::Error>> {
    let web = SupervisorSpec::new(Strategy::RestForOne)
        .child(Counter::child_spec(0))
        .name("web")
        .start_link()
        .await?;
    let second = Counter::options(0)
        .name("second")
        .child_spec()
        .id("second")
        .restart(Restart::Transient);
    let second: ActorRef<Counter> = web.start_child(second).await?;
    second.increment(2);
    let spec = ChildSpec::new("second", || async { Counter::start_link(0).await });
    let refused = web.start_child(spec).await.unwrap_err();
    assert_eq!(refused, StartChildError::AlreadyStarted(second.pid()));

    let counter: ChildRef<Counter> = web.child("second").await?;
    assert_eq!(counter.get_count().await?, 2);
    second.exit(ExitReason::Kill);
    second.exited().await;
    counter.wait(Duration::from_secs(1)).await?; // it follows restarts
    assert_eq!(counter.get_count().await?, 0);
    let wrong = web.child::<KvStore>("second").await.unwrap_err();
    assert_eq!(wrong, FindChildError::WrongType("second".into()));

    web.terminate_child("second").await?;
    assert_eq!(
        counter.get_count().await,
        Err(CallError::Exited(ExitReason::Shutdown))
    );
    web.restart_child("second").await?;
    web.terminate_child("second").await?;
    web.delete_child("second").await?;
    let gone = web.get_childspec("second").await.unwrap_err();
    assert_eq!(gone, FindChildError::NotFound("second".into()));
    let spec = web.get_childspec(ChildId::of::<Counter>()).await?;
    assert_eq!(spec.get_restart(), Restart::Permanent);
    web.stop().await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_may_have_nothing_to_do_or_fail() {
    // S-12
    isolated(async {
        let ignored = SupervisorSpec::ignore().start_link().await;
        assert_eq!(ignored.unwrap_err(), StartError::Ignored);
        let reason = ExitReason::error("no configuration");
        let failed = SupervisorSpec::fail(reason.clone()).start_link().await;
        assert_eq!(failed.unwrap_err(), StartError::Failed(reason));
    })
    .await;
}
