//! Starts: in the application's own process, in order, all or nothing (AP-1 to AP-3).

use std::future::pending;

use actor_core::{ExitReason, Node, StartError, process};
use actor_supervisor::{
    Application, ApplicationError, RunEnd, RunReport, StartType, Strategy, SupervisorSpec, app,
    async_trait, run_until,
};

use crate::support::{
    Does, Log, Plan, SECOND, Told, ends, exhaust, isolated, run_beside, run_to, worker,
};

/// Why the run could not start.
#[track_caller]
fn failure(report: &RunReport) -> &ApplicationError {
    assert_eq!(report.code(), 1);
    match &report.end {
        RunEnd::Failed(error) => error,
        other => panic!("it ended otherwise: {other}"),
    }
}

/// Says in which process its callbacks run.
struct Witness;

#[async_trait]
impl Application for Witness {
    type Config = Log;
    type State = Log;

    async fn start(&self, log: Log) -> Result<(SupervisorSpec, Log), StartError> {
        log.add(format!("start in {}", own_name()));
        let tree =
            SupervisorSpec::new(Strategy::OneForOne).child(Plan::new("w", &log).child_spec());
        Ok((tree.name("tree"), log))
    }

    async fn prep_stop(&self, log: Log) -> Log {
        log.add(format!("prep_stop in {}", own_name()));
        log
    }

    async fn stop(&self, log: Log) {
        log.add(format!("stop in {}", own_name()));
    }
}

fn own_name() -> String {
    let own = process::current().expect("not plain code");
    own.name().expect("it has one").to_owned()
}

// AP-1
#[tokio::test(start_paused = true)]
async fn the_callbacks_run_in_a_process_of_the_applications_own_which_owns_the_tree() {
    isolated(async {
        let log = Log::default();
        let report = run_beside([app(Witness, log.clone())], async |mut requests| {
            log.wait("w begins").await;
            let owner = process::whereis("application Witness").expect("it runs");
            let tree = process::whereis("tree").expect("it runs");
            assert_eq!(owner.linked_children(), std::slice::from_ref(&tree));
            assert_eq!(tree.linked_children(), [worker("w").pid()]);
            requests.stop();
        })
        .await;
        assert_eq!(report.code(), 0);
        let expected = [
            "start in application Witness",
            "w begins",
            "prep_stop in application Witness",
            "w ends",
            "stop in application Witness",
        ];
        assert_eq!(log.take(), expected);
    })
    .await;
}

// AP-1: no callback of an application that did not start is run.
#[tokio::test(start_paused = true)]
async fn a_start_that_fails_in_any_way_is_told_and_leaves_nothing() {
    isolated(async {
        let log = Log::default();
        let told = || Told::new("db", &log).helper(Plan::new("helper", &log));
        let boom = || Plan::new("boom", &log).init(Does::Panic);
        let error = StartError::Failed(ExitReason::error("no disk"));
        let twice = SupervisorSpec::new(Strategy::OneForOne)
            .child(boom().child_spec())
            .child(boom().child_spec());
        for (application, expected, drops) in [
            (told().fails(error), "no disk", 0),
            (told().fails(StartError::Ignored), "ignored", 0),
            (told().start(Does::Panic), "as it was told", 0),
            (told().worker(boom()), "child `boom` failed to start", 1),
            (told().tree(twice), "duplicate child id", 1),
        ] {
            let report = run_until([application.app()], pending(), pending()).await;
            let error = failure(&report).to_string();
            assert!(
                error.starts_with("application `db` failed to start: "),
                "{error}"
            );
            assert!(error.contains(expected), "{error}");
            assert_eq!(ends(&report), [""; 0]);
            let mut expected = vec!["db start", "helper begins"];
            expected.extend(vec!["db dropped"; drops]);
            expected.push("helper ends");
            assert_eq!(log.take(), expected);
            assert_eq!(Node::current().process_count(), 0);
        }
    })
    .await;
}

// AP-1, S-11, G-4
#[tokio::test(start_paused = true)]
async fn a_crash_deep_in_a_tree_comes_out_of_the_start_of_its_application() {
    isolated(async {
        let log = Log::default();
        let boom = Plan::new("boom", &log).init(Does::Panic).child_spec();
        let inner = SupervisorSpec::as_child("inner", move || {
            SupervisorSpec::new(Strategy::OneForOne).child(boom.clone())
        });
        let tree = SupervisorSpec::new(Strategy::OneForOne).child(inner);
        let app = Told::new("faulty", &log).tree(tree).app();
        let report = run_until([app], pending(), pending()).await;
        let error = failure(&report).to_string();
        let parts = [
            "application `faulty` failed to start: ",
            "child `inner` failed to start: ",
            "child `boom` failed to start: ",
            "as it was told",
        ];
        let places = parts.map(|part| error.find(part));
        assert!(places.is_sorted() && places[0] == Some(0), "{error}");
        assert_eq!(Node::current().process_count(), 0);
    })
    .await;
}

// AP-2, AP-3, AP-6
#[tokio::test(start_paused = true)]
async fn applications_start_after_what_they_depend_on_and_stop_in_reverse() {
    isolated(async {
        let log = Log::default();
        let chat = Told::new("chat", &log)
            .after("db")
            .worker(Plan::new("rooms", &log));
        let db = Told::new("db", &log).worker(Plan::new("pool", &log));
        let web = Told::new("web", &log).after("chat").after("db");
        let report = run_to([web.app(), chat.app(), db.app()], &log, "web start").await;
        assert_eq!(report.code(), 0, "{report}");
        assert_eq!(ends(&report), ["web stopped", "chat stopped", "db stopped"]);
        let expected = [
            "db start",
            "pool begins",
            "chat start",
            "rooms begins",
            "web start",
            "web prep_stop",
            "web stop 2",
            "web stopped",
            "web dropped",
            "chat prep_stop",
            "rooms ends",
            "chat stop 2",
            "chat stopped",
            "chat dropped",
            "db prep_stop",
            "pool ends",
            "db stop 2",
            "db stopped",
            "db dropped",
        ];
        assert_eq!(log.take(), expected);
    })
    .await;
}

// AP-2
#[tokio::test(start_paused = true)]
async fn what_cannot_be_ordered_starts_nothing_and_is_told_by_names() {
    isolated(async {
        let log = Log::default();
        let a = || Told::new("a", &log);
        let b = || Told::new("b", &log);
        for (list, expected) in [
            (
                vec![a(), b().after("c")],
                "application `b` depends on `c`, which is not among the applications to start: a, b",
            ),
            (
                vec![a().after("b"), b().after("a")],
                "applications depend on each other in a circle: a -> b -> a",
            ),
            (
                vec![a(), a()],
                "two applications are called `a`: give one of them another `name`",
            ),
        ] {
            let list = list.into_iter().map(Told::app);
            let report = run_until(list, pending(), pending()).await;
            assert_eq!(failure(&report).to_string(), expected);
            assert_eq!(log.take(), [""; 0]);
        }
    })
    .await;
}

// AP-3
#[tokio::test(start_paused = true)]
async fn after_a_start_that_fails_exactly_those_that_had_started_are_stopped_in_reverse() {
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("a", &log),
            Told::new("b", &log),
            Told::new("c", &log).start(Does::Panic),
            Told::new("d", &log),
        ];
        let report = run_until(list.map(Told::app), pending(), pending()).await;
        let ApplicationError::StartFailed { application, .. } = failure(&report) else {
            panic!("it failed otherwise: {report}");
        };
        assert_eq!(application, "c");
        assert_eq!(ends(&report), ["b stopped", "a stopped"]);
        let log = log.take();
        assert_eq!(log[..4], ["a start", "b start", "c start", "b prep_stop"]);
        assert!(!log.contains(&"d start".to_owned()));
    })
    .await;
}

// AP-2
#[tokio::test(start_paused = true)]
async fn an_application_that_runs_already_is_not_started_again_and_goes_on() {
    isolated(async {
        let log = Log::default();
        let db = || Told::new("db", &log).worker(Plan::new("pool", &log)).app();
        let report = run_beside([db()], async |mut requests| {
            log.wait("pool begins").await;
            let first = Told::new("first", &log).app();
            let again = run_until([first, db()], pending(), pending()).await;
            let ApplicationError::AlreadyStarted { application, pid } = failure(&again) else {
                panic!("it failed otherwise: {again}");
            };
            assert_eq!(application, "db");
            assert_eq!(pid, &process::whereis("application db").expect("it runs"));
            assert_eq!(ends(&again), ["first stopped"]);
            assert!(worker("pool").is_alive());
            requests.stop();
        })
        .await;
        assert_eq!(ends(&report), ["db stopped"]);
    })
    .await;
}

// AP-2
#[tokio::test(start_paused = true)]
async fn a_dependency_may_be_one_that_runs_already() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log).app();
        run_beside([db], async |mut requests| {
            log.wait("db start").await;
            let chat = Told::new("chat", &log).after("db").app();
            let report = run_to([chat], &log, "chat start").await;
            assert_eq!(ends(&report), ["chat stopped"]);
            requests.stop();
        })
        .await;
    })
    .await;
}

// AP-2: a temporary application that has ended does not run.
#[tokio::test(start_paused = true)]
async fn an_application_does_not_start_when_what_it_depends_on_has_ended() {
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("db", &log).worker(Plan::new("pool", &log)),
            Told::new("slow", &log).start(Does::ReturnAfter(SECOND)),
            Told::new("chat", &log).after("db"),
        ];
        let report = run_beside(list.map(Told::app), async |_requests| {
            log.wait("slow start").await;
            exhaust("pool").await;
        })
        .await;
        let expected = "application `chat` depends on `db`, which is not running any more";
        assert_eq!(failure(&report).to_string(), expected);
        assert_eq!(ends(&report), ["db ended: shutdown", "slow stopped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_interrupts_a_start_that_hangs_and_what_had_started_stops_in_order() {
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("db", &log).worker(Plan::new("pool", &log)),
            Told::new("chat", &log)
                .helper(Plan::new("helper", &log))
                .start(Does::Hang),
        ];
        let report = run_to(list.map(Told::app), &log, "helper begins").await;
        assert_eq!(report.code(), 0, "{report}");
        assert_eq!(ends(&report), ["chat stopped", "db stopped"]);
        let log = log.take();
        assert_eq!(log[4..7], ["helper ends", "db prep_stop", "pool ends"]);
    })
    .await;
}

// AP-4: what has started of the tree stops in its order, and takes its time.
#[tokio::test(start_paused = true)]
async fn a_stop_interrupts_the_start_of_a_tree_and_what_has_started_of_it_stops_in_order() {
    isolated(async {
        let log = Log::default();
        let slow = Does::ReturnAfter(SECOND);
        let chat = Told::new("chat", &log)
            .worker(Plan::new("first", &log).terminate(slow))
            .worker(Plan::new("second", &log).terminate(slow))
            .worker(Plan::new("stuck", &log).init(Does::Hang));
        let report = run_to([chat.app()], &log, "second begins").await;
        assert_eq!(report.code(), 0, "{report}");
        let [one] = &report.applications[..] else {
            panic!("one application: {report}");
        };
        assert_eq!(one.to_string(), "application `chat` stopped in 2.0s");
        let expected = [
            "chat start",
            "first begins",
            "second begins",
            "second took its time",
            "second ends",
            "first took its time",
            "first ends",
            "chat dropped",
        ];
        assert_eq!(log.take(), expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_run_of_no_applications_is_over_at_once() {
    let report = run_until([], pending(), pending()).await;
    assert_eq!(report.code(), 0);
    assert_eq!(report.to_string(), "all applications have stopped");
}

// AP-5
#[tokio::test(start_paused = true)]
async fn a_start_that_hangs_does_not_hide_the_end_of_an_application_that_all_need() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log)
            .worker(Plan::new("pool", &log))
            .start_type(StartType::Permanent);
        let chat = Told::new("chat", &log).start(Does::Hang);
        let report = run_beside([db.app(), chat.app()], async |_requests| {
            log.wait("chat start").await;
            exhaust("pool").await;
        })
        .await;
        assert_eq!(report.code(), 1);
        assert_eq!(ends(&report), ["db ended: shutdown", "chat stopped"]);
    })
    .await;
}

// The start of an application is what it waits for; its process may be killed like any other.
#[tokio::test(start_paused = true)]
async fn an_owner_that_is_killed_in_the_start_is_a_failed_start() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log).start(Does::Hang).app();
        let report = run_beside([db], async |_requests| {
            log.wait("db start").await;
            let owner = process::whereis("application db").expect("it runs");
            owner.exit(ExitReason::Kill);
        })
        .await;
        let error = failure(&report).to_string();
        assert_eq!(
            error,
            "application `db` failed to start: `init` failed: killed"
        );
        assert_eq!(log.take(), ["db start"]);
    })
    .await;
}
