//! Stops: the callbacks, the tree, and what is left (AP-4, AP-6).

use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Context, Waker};

use actor_core::testing::on_every_runtime;
use actor_core::{ExitReason, Node, process};
use actor_supervisor::{
    ApplicationEnd, ApplicationError, ChildSpec, StartType, Strategy, SupervisorSpec, run_until,
    stop_application,
};

use crate::support::{Does, Log, Plan, SECOND, Told, ends, isolated, run_beside, run_to};

// AP-4
#[tokio::test(start_paused = true)]
async fn a_stop_runs_prep_stop_then_stops_the_tree_in_reverse_then_runs_stop_with_its_answer() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log)
            .worker(Plan::new("first", &log))
            .worker(Plan::new("second", &log))
            .helper(Plan::new("helper", &log).terminate(Does::Hang));
        run_to([db.app()], &log, "second begins").await;
        assert_eq!(Node::current().process_count(), 0, "the helper was killed");
        let expected = [
            "db start",
            "helper begins",
            "first begins",
            "second begins",
            "db prep_stop",
            "second ends",
            "first ends",
            "db stop 2",
            "db stopped",
            "db dropped",
            "helper ends",
        ];
        assert_eq!(log.take(), expected);
    })
    .await;
}

// AP-4
#[tokio::test(start_paused = true)]
async fn a_panic_in_prep_stop_loses_the_state_and_prevents_nothing_else() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log);
        let chat = Told::new("chat", &log)
            .worker(Plan::new("rooms", &log))
            .prep_stop(Does::Panic);
        let report = run_to([db.app(), chat.app()], &log, "rooms begins").await;
        assert_eq!(report.code(), 0, "{report}");
        assert_eq!(ends(&report), ["chat stopped", "db stopped"]);
        let expected = [
            "chat prep_stop",
            "chat dropped",
            "rooms ends",
            "db prep_stop",
        ];
        assert_eq!(log.take()[3..7], expected);
    })
    .await;
}

// AP-4
#[tokio::test(start_paused = true)]
async fn a_panic_in_stop_prevents_nothing_else() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log);
        let chat = Told::new("chat", &log)
            .helper(Plan::new("helper", &log))
            .stop(Does::Panic);
        let report = run_to([db.app(), chat.app()], &log, "helper begins").await;
        assert_eq!(ends(&report), ["chat stopped", "db stopped"]);
        let expected = [
            "chat prep_stop",
            "chat stop 2",
            "chat dropped",
            "helper ends",
            "db prep_stop",
        ];
        assert_eq!(log.take()[3..8], expected);
    })
    .await;
}

// AP-4: the whole stop is waited for.
#[tokio::test(start_paused = true)]
async fn the_report_says_how_long_each_application_took() {
    isolated(async {
        let log = Log::default();
        let slow = Plan::new("slow", &log).terminate(Does::ReturnAfter(3 * SECOND));
        let db = Told::new("db", &log).stop(Does::ReturnAfter(SECOND));
        let chat = Told::new("chat", &log)
            .worker(slow)
            .prep_stop(Does::ReturnAfter(2 * SECOND));
        let report = run_to([db.app(), chat.app()], &log, "slow begins").await;
        let took = report.applications.iter().map(|one| match &one.end {
            ApplicationEnd::Stopped { took } => took.as_secs(),
            other => panic!("{other}"),
        });
        assert_eq!(took.collect::<Vec<_>>(), [5, 1]);
        let expected = "all applications have stopped\napplication `chat` stopped in 5.0s\n\
            application `db` stopped in 1.0s";
        assert_eq!(report.to_string(), expected);
    })
    .await;
}

// AP-5: whatever the start type.
#[tokio::test(start_paused = true)]
async fn an_explicit_stop_never_concerns_the_others() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log).start_type(StartType::Permanent);
        let chat = Told::new("chat", &log);
        let report = run_beside([db.app(), chat.app()], async |mut requests| {
            log.wait("chat start").await;
            stop_application("db").await.expect("it runs");
            log.wait("db stopped").await;
            assert!(process::whereis("application db").is_none());
            let again = stop_application("db").await.unwrap_err();
            assert_eq!(again.to_string(), "application `db` is not running");
            tokio::time::sleep(SECOND).await;
            assert!(process::whereis("application chat").is_some());
            requests.stop();
        })
        .await;
        assert_eq!(report.code(), 0);
        assert_eq!(ends(&report), ["db stopped", "chat stopped"]);
    })
    .await;
}

// AP-2
#[tokio::test(start_paused = true)]
async fn stopping_what_does_not_run_is_an_error() {
    isolated(async {
        let error = stop_application("nobody").await.unwrap_err();
        assert!(matches!(error, ApplicationError::NotRunning(name) if name == "nobody"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_of_its_tree_that_stops_it_is_not_kept_waiting() {
    // It would wait for the application, which waits for it.
    isolated(async {
        let log = Log::default();
        let inner = log.clone();
        let task = ChildSpec::task("stopper", move || {
            let log = inner.clone();
            async move {
                let stopped = stop_application("db").await.unwrap_err();
                log.add(stopped.to_string());
                pending::<()>().await;
            }
        });
        let tree = SupervisorSpec::new(Strategy::OneForOne).child(task);
        let db = Told::new("db", &log).tree(tree).app();
        let report = run_until([db], pending(), pending()).await;
        assert_eq!(ends(&report), ["db stopped"]);
        let told = log.take();
        assert!(told[1].contains("stops, but it waits"), "{told:?}");
        assert_eq!(told[2..5], ["db prep_stop", "db stop 2", "db stopped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_applications_were_all_stopped_is_over() {
    isolated(async {
        let log = Log::default();
        let list = ["a", "b"].map(|name| Told::new(name, &log).app());
        let report = run_beside(list, async |_requests| {
            log.wait("b start").await;
            stop_application("a").await.expect("it runs");
            stop_application("b").await.expect("it runs");
        })
        .await;
        assert_eq!(report.code(), 0);
        assert_eq!(ends(&report), ["a stopped", "b stopped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_kills_its_applications_and_runs_no_callback() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log).worker(Plan::new("pool", &log)).app();
        tokio::select! {
            report = run_until([db], pending(), pending()) => panic!("{report}"),
            () = log.wait("pool begins") => {}
        }
        log.wait("pool ends").await;
        assert_eq!(
            log.take(),
            ["db start", "pool begins", "db dropped", "pool ends"]
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_at_its_first_await_leaves_no_process() {
    isolated(async {
        let log = Log::default();
        {
            let list = [Told::new("db", &log).app()];
            let run = pin!(run_until(list, pending(), pending()));
            let waits = run.poll(&mut Context::from_waker(Waker::noop()));
            assert!(waits.is_pending());
        }
        assert_eq!(Node::current().process_count(), 1);
        actor_core::testing::wait_until(|| Node::current().process_count() == 0).await;
        assert_eq!(log.take(), [""; 0]);
    })
    .await;
}

// A signal from a stranger is none of the tree's.
#[tokio::test(start_paused = true)]
async fn an_exit_signal_to_the_owner_ends_nothing() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log).worker(Plan::new("pool", &log)).app();
        let report = run_beside([db], async |mut requests| {
            log.wait("pool begins").await;
            let owner = process::whereis("application db").expect("it runs");
            owner.exit(ExitReason::Shutdown);
            tokio::time::sleep(SECOND).await;
            assert!(owner.is_alive());
            requests.stop();
        })
        .await;
        assert_eq!(ends(&report), ["db stopped"]);
    })
    .await;
}

// AP-4, AP-6
on_every_runtime! {
    async fn on_real_threads_the_order_is_the_same() {
        isolated(async {
            for _ in 0..50 {
                let log = Log::default();
                let db = Told::new("db", &log).worker(Plan::new("pool", &log));
                let chat = Told::new("chat", &log)
                    .worker(Plan::new("rooms", &log))
                    .after("db");
                let report = run_to([chat.app(), db.app()], &log, "rooms begins").await;
                assert_eq!(report.code(), 0, "{report}");
                let noted = log.take();
                let stops: Vec<_> = noted
                    .iter()
                    .skip(4)
                    .filter(|event| !event.ends_with("dropped"))
                    .collect();
                let expected = [
                    "chat prep_stop",
                    "rooms ends",
                    "chat stop 2",
                    "chat stopped",
                    "db prep_stop",
                    "pool ends",
                    "db stop 2",
                    "db stopped",
                ];
                assert_eq!(stops, expected);
            }
        })
        .await;
    }
}
