//! Ends by itself: what they mean to the application and to the others (AP-5).

use actor_core::{Address, ExitReason, process};
use actor_supervisor::{RunEnd, StartType};

use crate::support::{
    Does, End, Log, Plan, SECOND, Told, ends, exhaust, isolated, run_beside, worker,
};
use StartType::{Permanent, Temporary, Transient};

/// Runs `db` and `chat`; the tree of `db` gives up, or ends with `normal`. Returns the exit code, and
/// whether `chat` went on until it was asked to stop.
async fn fallout(start_type: StartType, gives_up: bool) -> (u8, bool) {
    let log = Log::default();
    let db = Told::new("db", &log)
        .worker(Plan::new("pool", &log))
        .start_type(start_type);
    let chat = Told::new("chat", &log);
    let mut went_on = false;
    let report = run_beside([db.app(), chat.app()], async |mut requests| {
        log.wait("chat start").await;
        match gives_up {
            true => exhaust("pool").await,
            false => end_tree_of("db").await,
        }
        log.wait("db stopped").await;
        tokio::time::sleep(SECOND).await;
        went_on = process::whereis("application chat").is_some();
        if went_on {
            requests.stop();
        }
    })
    .await;
    let reason = if gives_up { "shutdown" } else { "normal" };
    assert_eq!(
        ends(&report),
        [format!("db ended: {reason}"), "chat stopped".to_owned()]
    );
    if let RunEnd::GaveUp { application, .. } = &report.end {
        assert_eq!(application, "db");
    }
    (report.code(), went_on)
}

async fn end_tree_of(name: &str) {
    let owner = process::whereis(&format!("application {name}")).expect("it runs");
    let [tree] = &owner.linked_children()[..] else {
        panic!("one tree");
    };
    tree.stop().await.expect("it ends with normal");
}

// AP-5
#[tokio::test(start_paused = true)]
async fn the_start_type_decides_what_a_tree_that_ends_by_itself_means_to_the_others() {
    for (start_type, gives_up, expected) in [
        (Temporary, true, (0, true)),
        (Temporary, false, (0, true)),
        (Transient, true, (1, false)),
        (Transient, false, (0, true)),
        (Permanent, true, (1, false)),
        (Permanent, false, (1, false)),
    ] {
        let outcome = isolated(fallout(start_type, gives_up)).await;
        assert_eq!(outcome, expected, "{start_type:?}, {gives_up}");
    }
}

// AP-5
#[tokio::test(start_paused = true)]
async fn prep_stop_and_stop_run_also_when_the_tree_gave_up() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log)
            .worker(Plan::new("pool", &log))
            .helper(Plan::new("helper", &log));
        let report = run_beside([db.app()], async |_requests| {
            log.wait("pool begins").await;
            log.take();
            exhaust("pool").await;
        })
        .await;
        assert_eq!(
            report.code(),
            1,
            "the last application is gone, and not in order"
        );
        let expected = "application `db` ended by itself: shutdown (a supervisor has reached its \
            restart limit, or its work is done)";
        assert_eq!(report.to_string(), expected);
        let expected = [
            "db prep_stop",
            "db stop 2",
            "db stopped",
            "db dropped",
            "helper ends",
        ];
        let log = log.take();
        assert_eq!(log[log.len() - 5..], expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_ends_normally_as_the_last_one_ends_the_run_in_order() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log).app();
        let report = run_beside([db], async |_requests| {
            log.wait("db start").await;
            tokio::time::sleep(SECOND).await;
            end_tree_of("db").await;
        })
        .await;
        assert_eq!(
            (report.code(), ends(&report)),
            (0, vec!["db ended: normal".to_owned()])
        );
    })
    .await;
}

// AP-6: the end of one stops the others in reverse.
#[tokio::test(start_paused = true)]
async fn when_one_ends_all_the_others_stop_in_reverse_order() {
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("a", &log),
            Told::new("b", &log)
                .worker(Plan::new("pool", &log))
                .start_type(Permanent),
            Told::new("c", &log),
        ];
        let report = run_beside(list.map(Told::app), async |_requests| {
            log.wait("c start").await;
            exhaust("pool").await;
        })
        .await;
        assert_eq!(
            ends(&report),
            ["b ended: shutdown", "c stopped", "a stopped"]
        );
    })
    .await;
}

// The process that owns the tree is part of the application.
#[tokio::test(start_paused = true)]
async fn an_owner_that_is_killed_takes_its_tree_along_and_counts_as_an_end_by_itself() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log)
            .worker(Plan::new("pool", &log))
            .start_type(Transient);
        let report = run_beside([db.app()], async |_requests| {
            log.wait("pool begins").await;
            let owner = process::whereis("application db").expect("it runs");
            owner.exit(ExitReason::Kill);
            log.wait("pool ends").await;
        })
        .await;
        assert_eq!(report.code(), 1);
        assert_eq!(ends(&report), ["db ended: killed"]);
        assert_eq!(
            log.take(),
            ["db start", "pool begins", "db dropped", "pool ends"]
        );
    })
    .await;
}

// What it leaves behind may still need the others.
#[tokio::test(start_paused = true)]
async fn the_tree_of_an_owner_that_was_killed_is_gone_before_the_others_stop() {
    isolated(async {
        let log = Log::default();
        let slow = Plan::new("rooms", &log).terminate(Does::ReturnAfter(2 * SECOND));
        let db = Told::new("db", &log);
        let chat = Told::new("chat", &log).worker(slow).start_type(Transient);
        let report = run_beside([db.app(), chat.app()], async |_requests| {
            log.wait("rooms begins").await;
            let owner = process::whereis("application chat").expect("it runs");
            owner.exit(ExitReason::Kill);
        })
        .await;
        assert_eq!(ends(&report), ["chat ended: killed", "db stopped"]);
        let expected = [
            "chat dropped",
            "rooms took its time",
            "rooms ends",
            "db prep_stop",
        ];
        assert_eq!(log.take()[3..7], expected);
    })
    .await;
}

// A restart is the tree's own affair.
#[tokio::test(start_paused = true)]
async fn a_worker_that_is_restarted_concerns_nobody() {
    isolated(async {
        let log = Log::default();
        let db = Told::new("db", &log)
            .worker(Plan::new("pool", &log))
            .start_type(Permanent);
        let report = run_beside([db.app()], async |mut requests| {
            log.wait("pool begins").await;
            let pool = worker("pool");
            pool.cast(End(ExitReason::error("crash")));
            pool.exited().await;
            tokio::time::sleep(SECOND).await;
            assert_ne!(worker("pool"), pool);
            requests.stop();
        })
        .await;
        assert_eq!(
            (report.code(), ends(&report)),
            (0, vec!["db stopped".to_owned()])
        );
    })
    .await;
}
