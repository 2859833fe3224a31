//! The first session with a supervisor: count, kill, and find the counter back with fresh state.

use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::{isolated, on_every_runtime, wait_until};

struct Counter {
    count: i64,
}

#[actor(name = "counter")]
impl GenServer for Counter {
    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count: initial }.into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        self.count
    }

    #[cast]
    fn increment(&mut self, by: i64) {
        self.count += by;
    }
}

struct KvStore;

#[actor(name = "kv_store")]
impl GenServer for KvStore {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

struct MyTemporaryWorker;

#[actor(name = "temporary", restart = "temporary")]
impl GenServer for MyTemporaryWorker {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

struct MyApp;

#[actor(name = "my_app")]
impl Supervisor for MyApp {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
            .child(Counter::child_spec(0))
            .child(KvStore::child_spec(()))
            .child(MyTemporaryWorker::child_spec(()))
    }
}

async fn count() -> i64 {
    Counter::NAME.get_count().await.expect("replies")
}

/// Kills whoever holds the name, and waits until it is dead.
async fn kill(name: &str) {
    let pid = process::whereis(name).expect("runs");
    pid.exit(ExitReason::Kill);
    assert_eq!(pid.exited().await, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn a_killed_counter_is_found_again_with_fresh_state() {
    // S-23, S-32: no sleep, the successor is waited for
    isolated(async {
        let app = MyApp::start_link(()).await.expect("starts");
        assert_eq!(count().await, 0);
        Counter::NAME.increment(10);
        assert_eq!(count().await, 10);
        kill("counter").await;
        let second = Duration::from_secs(1);
        Counter::NAME.wait(second).await.expect("its successor");
        assert_eq!(count().await, 0);
        app.stop().await.expect("stops");
    })
    .await;
}

on_every_runtime! {
    async fn it_is_so_on_a_real_clock_too() {
        isolated(async {
            let app = MyApp::start_link(()).await.expect("starts");
            Counter::NAME.increment(10);
            assert_eq!(count().await, 10);
            kill("counter").await;
            let second = Duration::from_secs(1);
            Counter::NAME.wait(second).await.expect("its successor");
            assert_eq!(count().await, 0);
            app.stop().await.expect("stops");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_temporary_worker_is_not_restarted() {
    // S-23, S-24
    isolated(async {
        let app = MyApp::start_link(()).await.expect("starts");
        kill("temporary").await;
        let ids = async || {
            let children = app.which_children().await.expect("replies");
            children
                .iter()
                .map(|child| child.id.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids().await, ["KvStore", "Counter"]);
        let wait = Duration::from_secs(60);
        let name = Name::<MyTemporaryWorker>::new("temporary");
        assert!(name.wait(wait).await.is_err(), "it does not come back");
        app.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_fourth_crash_within_five_seconds_ends_the_supervisor() {
    // S-28, S-29
    isolated(async {
        let app = MyApp::start_link(()).await.expect("starts");
        for _ in 0..3 {
            kill("counter").await;
            wait_until(|| Counter::NAME.whereis().is_some()).await;
        }
        kill("counter").await;
        assert_eq!(app.exited().await, ExitReason::Shutdown);
        assert_eq!(process::whereis("kv_store"), None);
    })
    .await;
}
