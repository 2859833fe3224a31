//! The systems of a lesson about supervisors, each as one would write it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::isolated;
use actor_otp::{ChildCounts, ChildType};

const SECOND: Duration = Duration::from_secs(1);

/// A process that is there, under a name.
#[derive(Debug)]
struct Part;

#[actor]
impl GenServer for Part {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn part(name: &'static str) -> ChildSpec<ActorRef<Part>> {
    Part::options(()).name(name).child_spec().id(name)
}

fn pid(name: &str) -> Pid {
    process::whereis(name).expect("it runs")
}

fn pids<const N: usize>(names: [&str; N]) -> [Pid; N] {
    names.map(pid)
}

/// Kills who holds the name, and waits until a successor does.
async fn crash(name: &'static str) {
    let former = pid(name);
    former.exit(ExitReason::Kill);
    former.exited().await;
    let successor = Name::<Part>::new(name).wait(SECOND).await;
    assert_ne!(successor.expect("it is restarted").pid(), former);
}

#[tokio::test(start_paused = true)]
async fn the_strategies_restart_whom_the_drawings_show() {
    // S-32 to S-34: a letter with a stroke is a new process.
    const NAMES: [&str; 3] = ["A", "B", "C"];
    for (strategy, crashing, drawing) in [
        (Strategy::OneForOne, "C", ["A", "B", "C'"]),
        (Strategy::OneForOne, "A", ["A'", "B", "C"]),
        (Strategy::OneForAll, "A", ["A'", "B'", "C'"]),
        (Strategy::OneForAll, "C", ["A'", "B'", "C'"]),
        (Strategy::RestForOne, "B", ["A", "B'", "C'"]),
        (Strategy::RestForOne, "A", ["A'", "B'", "C'"]),
        (Strategy::RestForOne, "C", ["A", "B", "C'"]),
    ] {
        isolated(async {
            let sup = SupervisorSpec::new(strategy).children(NAMES.map(part));
            let sup = sup.start_link().await.expect("starts");
            let before = pids(NAMES);
            crash(crashing).await;
            sup.count_children().await.expect("it has done all");
            let after = pids(NAMES);
            let drawn = [0, 1, 2].map(|n| match before[n] == after[n] {
                true => NAMES[n].to_owned(),
                false => format!("{}'", NAMES[n]),
            });
            assert_eq!(drawn, drawing, "{strategy:?}, {crashing} crashes");
            sup.stop().await.expect("stops");
        })
        .await;
    }
}

/// A temporary worker by one word.
struct OneWord;

#[actor(restart = "temporary")]
impl GenServer for OneWord {
    async fn init(_arg: u8, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

/// The same by a `child_spec` of its own.
struct Whole;

#[actor]
impl GenServer for Whole {
    async fn init(_arg: u8, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    fn child_spec(arg: u8) -> ChildSpec<ActorRef<Self>> {
        ChildSpec::new("whole", move || Self::start_link(arg)).restart(Restart::Temporary)
    }
}

#[tokio::test(start_paused = true)]
async fn a_child_spec_is_overridden_in_one_field_or_as_a_whole() {
    // S-6
    let word = OneWord::child_spec(1);
    assert_eq!(word.get_restart(), Restart::Temporary);
    assert_eq!(word.get_id(), &ChildId::of::<OneWord>());
    let whole = Whole::child_spec(1);
    assert_eq!(whole.get_restart(), Restart::Temporary);
    assert_eq!(whole.get_id(), &ChildId::from("whole"));
    for spec in [word.get_shutdown(), whole.get_shutdown()] {
        assert_eq!(spec, Shutdown::After(5 * SECOND));
    }
    isolated(async {
        let sup = SupervisorSpec::new(Strategy::OneForOne)
            .child(word)
            .child(whole);
        let sup = sup.start_link().await.expect("starts");
        for child in sup.which_children().await.expect("replies") {
            let pid = child.status.pid().expect("it runs").clone();
            pid.exit(ExitReason::Kill);
            pid.exited().await;
        }
        assert_eq!(sup.count_children().await.expect("replies").specs, 0);
        sup.stop().await.expect("stops");
    })
    .await;
}

/// A supervisor below the application, with a strategy of its own.
fn subsystem(
    name: &'static str,
    strategy: Strategy,
    parts: [&'static str; 2],
) -> ChildSpec<SupervisorRef> {
    SupervisorSpec::as_child(name, move || {
        SupervisorSpec::new(strategy)
            .name(name)
            .children(parts.map(part))
    })
}

#[tokio::test(start_paused = true)]
async fn a_crashing_cache_worker_concerns_the_cache_alone() {
    // S-64
    isolated(async {
        let app = SupervisorSpec::new(Strategy::OneForOne)
            .child(subsystem(
                "database",
                Strategy::RestForOne,
                ["repo", "pool"],
            ))
            .child(subsystem("cache", Strategy::OneForAll, ["store", "ttl"]))
            .child(subsystem("web", Strategy::OneForOne, ["router", "handler"]))
            .name("my_app");
        let app = app.start_link().await.expect("starts");
        let others = [
            "database", "repo", "pool", "cache", "web", "router", "handler",
        ];
        let before = pids(others);
        let cache = pids(["store", "ttl"]);
        crash("ttl").await;
        let cache_supervisor = Name::new("cache");
        SupervisorClient::count_children(&cache_supervisor)
            .await
            .expect("it has done all");
        assert_eq!(pids(others), before);
        for (old, new) in cache.iter().zip(pids(["store", "ttl"])) {
            assert_ne!(*old, new);
        }
        app.stop().await.expect("stops");
    })
    .await;
}

struct MyApp;

#[actor(name = "my_app")]
impl Supervisor for MyApp {
    fn init((): ()) -> SupervisorSpec {
        // If the database crashes, restart it, the cache, and the web server.
        SupervisorSpec::new(Strategy::RestForOne)
            .child(part("Database"))
            .child(part("Cache"))
            .child(part("WebServer"))
    }
}

#[tokio::test(start_paused = true)]
async fn what_depends_on_the_database_restarts_with_it() {
    // S-34
    isolated(async {
        let app = MyApp::start_link(()).await.expect("starts");
        let names = ["Database", "Cache", "WebServer"];
        for (crashing, untouched) in [("WebServer", 2), ("Cache", 1), ("Database", 0)] {
            let before = pids(names);
            crash(crashing).await;
            app.count_children().await.expect("it has done all");
            let after = pids(names);
            let same = before
                .iter()
                .zip(&after)
                .take_while(|(a, b)| a == b)
                .count();
            assert_eq!(same, untouched, "{crashing} crashes");
            assert!(after[untouched..].iter().all(|pid| !before.contains(pid)));
        }
        app.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_sixth_crash_in_ten_seconds_is_the_parents_business() {
    // S-28, S-64: five are allowed; then the supervisor ends, and its parent starts it anew.
    isolated(async {
        let fragile = SupervisorSpec::as_child("fragile", || {
            SupervisorSpec::new(Strategy::OneForOne)
                .max_restarts(5)
                .max_seconds(10)
                .name("fragile")
                .child(part("worker"))
        });
        let app = SupervisorSpec::new(Strategy::OneForOne).child(fragile);
        let app = app.start_link().await.expect("starts");
        let supervisor = pid("fragile");
        for _ in 0..5 {
            crash("worker").await;
        }
        assert_eq!(pid("fragile"), supervisor);
        pid("worker").exit(ExitReason::Kill);
        assert_eq!(supervisor.exited().await, ExitReason::Shutdown);
        let fragile = Name::<Part>::new("worker").wait(SECOND).await;
        fragile.expect("the parent has started all of it again");
        assert_ne!(pid("fragile"), supervisor);
        let restarts = app.which_child("fragile").await.expect("replies").restarts;
        assert_eq!(restarts, 1);
        app.stop().await.expect("stops");
    })
    .await;
}

struct Session;

#[actor(restart = "temporary")]
impl GenServer for Session {
    async fn init(_user: String, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

mod session_supervisor {
    use super::*;
    use actor_otp::TerminateChildError;

    pub(crate) const NAME: Name<DynamicSupervisor> = Name::new("session_supervisor");

    pub(crate) async fn start_session(user: &str) -> Result<ActorRef<Session>, StartChildError> {
        NAME.start_child(Session::child_spec(user.into())).await
    }

    pub(crate) async fn stop_session(session: Pid) -> Result<(), TerminateChildError> {
        NAME.terminate_child(session).await
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_come_and_go() {
    // D-3, D-11, D-12: the counts as the lesson prints them.
    use session_supervisor::{NAME, start_session, stop_session};
    isolated(async {
        let sessions = DynamicSupervisor::builder().name(NAME);
        let sup = sessions.start_link().await.expect("starts");
        let first = start_session("user_1").await.expect("starts");
        let second = start_session("user_2").await.expect("starts");
        let counted = |active| ChildCounts {
            active,
            specs: active,
            supervisors: 0,
            workers: active,
        };
        assert_eq!(NAME.count_children().await.expect("replies"), counted(2));
        stop_session(first.pid()).await.expect("it is there");
        assert_eq!(NAME.count_children().await.expect("replies"), counted(1));
        assert!(stop_session(first.pid()).await.is_err());
        assert!(second.is_alive());
        sup.stop().await.expect("stops");
    })
    .await;
}

/// A function that knows nothing of actors, and fails at each second run.
async fn work(runs: Arc<AtomicUsize>) -> Result<(), std::num::ParseIntError> {
    let run = runs.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(SECOND).await;
    let input = if run.is_multiple_of(2) {
        "42"
    } else {
        "not a number"
    };
    input.parse::<u8>().map(drop)
}

#[tokio::test(start_paused = true)]
async fn plain_functions_take_the_place_of_loops_that_restart_by_hand() {
    // The loops of other languages: run, wait for the end, run again. Here a supervisor does that.
    isolated(async {
        let runs = Arc::new(AtomicUsize::new(0));
        let always = {
            let runs = Arc::clone(&runs);
            ChildSpec::task("worker", move || work(Arc::clone(&runs)))
        };
        let until_it_ends = {
            let runs = Arc::new(AtomicUsize::new(0));
            ChildSpec::task("once", move || work(Arc::clone(&runs))).restart(Restart::Transient)
        };
        let sup = SupervisorSpec::new(Strategy::OneForOne)
            .child(always)
            .child(until_it_ends)
            .max_restarts(100);
        let sup = sup.start_link().await.expect("starts");
        tokio::time::advance(10 * SECOND).await;
        while runs.load(Ordering::SeqCst) < 5 {
            tokio::task::yield_now().await;
            tokio::time::advance(SECOND / 10).await;
        }
        let worker = sup.which_child("worker").await.expect("replies");
        assert!(worker.restarts >= 4 && worker.status.pid().is_some());
        assert_eq!(worker.child_type, ChildType::Worker);
        let once = sup.which_child("once").await.expect("replies");
        assert_eq!((once.restarts, once.status), (0, ChildStatus::Undefined));
        sup.stop().await.expect("stops");
    })
    .await;
}
