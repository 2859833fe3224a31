//! What applications tell of themselves.

use actor_core::ExitReason;
use actor_core::StartError;
use tracing::Level;

use crate::listener::{Listener, Told as Event};
use crate::support::{Does, Log, Plan, SECOND, Told, exhaust, isolated, run_beside, run_to};

/// The events as `INFO application started db`, without their pids.
fn lines(listener: &Listener) -> Vec<String> {
    let line = |event: &Event| {
        let field = |name| event.fields.get(name).map(String::as_str);
        let (message, application) = (field("message"), field("application"));
        let words = [Some(level(event.level)), message, application];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    listener
        .take("actor::application")
        .iter()
        .map(line)
        .collect()
}

fn level(level: Level) -> &'static str {
    level.as_str()
}

#[tokio::test(start_paused = true)]
async fn starts_and_stops_are_told_in_order() {
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("db", &log),
            Told::new("chat", &log)
                .prep_stop(Does::Panic)
                .stop_limit(SECOND),
        ];
        run_to(list.map(Told::app), &log, "chat start").await;
    })
    .await;
    let expected = [
        "INFO application started db",
        "INFO application started chat",
        "INFO stopping",
        "ERROR callback failed chat",
        "INFO application stopped chat",
        "INFO application stopped db",
    ];
    assert_eq!(lines(&listener), expected);
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_is_an_error() {
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let error = StartError::Failed(ExitReason::error("no disk"));
        run_beside(
            [Told::new("db", &log).fails(error).app()],
            async |_requests| {},
        )
        .await;
        let pool = Told::new("pool", &log).worker(Plan::new("w", &log));
        run_beside([pool.app()], async |_requests| {
            log.wait("w begins").await;
            exhaust("w").await;
        })
        .await;
        let hangs = Plan::new("attic", &log).terminate(Does::Hang);
        let list = [Told::new("db", &log), Told::new("chat", &log).worker(hangs)];
        run_to(list.map(Told::app), &log, "attic begins").await;
        log.wait("attic ends").await;
    })
    .await;
    let expected = [
        "ERROR start failed",
        "INFO application started pool",
        "ERROR application ended by itself pool",
        "INFO application started db",
        "INFO application started chat",
        "INFO stopping",
        "ERROR application did not stop chat",
        "ERROR application was not asked to stop db",
    ];
    assert_eq!(lines(&listener), expected);
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_stuck_is_told_with_what_it_was_at_and_who_is_alive() {
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let hangs = Plan::new("attic", &log).terminate(Does::Hang);
        let chat = Told::new("chat", &log).worker(hangs).stop_limit(SECOND);
        run_to([chat.app()], &log, "attic begins").await;
        log.wait("attic ends").await;
    })
    .await;
    let told = listener.take("actor::application");
    let fields = &told.last().expect("something was told").fields;
    assert_eq!(fields["phase"], "its tree has not stopped");
    assert_eq!(fields["alive"], "2");
    assert!(
        fields["survivors"].ends_with("> attic in terminate"),
        "{fields:?}"
    );
    assert_eq!(fields["waited"], "1s");
}
