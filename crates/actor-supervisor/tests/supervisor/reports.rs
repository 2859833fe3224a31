//! What supervisors report (L-3): which events, at which level, with which fields.

use actor_core::{Address, ExitReason, Pid};
use actor_supervisor::{
    AutoShutdown, Backoff, DynamicSupervisorClient, Restart, Shutdown, Strategy, SupervisorClient,
    SupervisorSpec,
};
use tokio::time::sleep;
use tracing::Level;

use crate::dynamic;
use crate::listener::{Listener, Told};
use crate::support::{
    Begin, HOUR, Log, Order, Plan, SECOND, Terminate, children, end, isolated, kill, over, pid,
    sum, trapping, worker,
};

/// What was told since the last time.
fn told(listener: &Listener) -> Vec<Told> {
    listener.take("actor::supervisor")
}

/// The message of each event, and the level.
fn words(told: &[Told]) -> Vec<(Level, &str)> {
    told.iter()
        .map(|told| (told.level, &*told.fields["message"]))
        .collect()
}

fn field<'a>(told: &'a Told, name: &str) -> &'a str {
    told.fields
        .get(name)
        .unwrap_or_else(|| panic!("no field {name}: {told:?}"))
}

const STARTED: (Level, &str) = (Level::INFO, "child started");
const ENDED: (Level, &str) = (Level::ERROR, "child terminated");

#[tokio::test(start_paused = true)]
async fn each_start_is_progress_and_one_by_hand_is_a_detail() {
    // L-3: info for what the supervisor does, debug for start_child and restart_child.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let events = told(&listener);
        assert_eq!(words(&events), [STARTED]);
        assert_eq!(field(&events[0], "child"), "a");
        assert_eq!(field(&events[0], "pid"), pid("a").to_string());
        assert_eq!(field(&events[0], "supervisor"), sup.pid().to_string());
        kill("a").await;
        children(&sup).await;
        assert_eq!(words(&told(&listener)), [ENDED, STARTED]);

        sup.start_child(Plan::new("b", &log).spec()).await.unwrap();
        sup.terminate_child("b").await.unwrap();
        sup.restart_child("b").await.unwrap();
        let detail = (Level::DEBUG, "child started");
        assert_eq!(words(&told(&listener)), [detail, detail]);
        kill("b").await;
        children(&sup).await;
        assert_eq!(words(&told(&listener)), [ENDED, STARTED]);
        sup.stop().await.unwrap();
        assert!(told(&listener).is_empty());

        let sup = dynamic::started().await;
        sup.start_child(Plan::new("c", &log).spec()).await.unwrap();
        assert_eq!(words(&told(&listener)), [detail]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_end_is_an_error_unless_the_child_may_end_so() {
    // L-3: of a permanent child any reason, of others an abnormal one.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        for (restart, order, decision) in [
            (
                Restart::Permanent,
                Order::End(ExitReason::Normal),
                Some("restart"),
            ),
            (
                Restart::Permanent,
                Order::End(ExitReason::Shutdown),
                Some("restart"),
            ),
            (Restart::Permanent, Order::Panic, Some("restart")),
            (Restart::Transient, Order::End(ExitReason::Normal), None),
            (
                Restart::Transient,
                Order::End(ExitReason::shutdown_with("x")),
                None,
            ),
            (Restart::Transient, Order::Fail, Some("restart")),
            (Restart::Temporary, Order::End(ExitReason::Normal), None),
            (Restart::Temporary, Order::Fail, Some("leave")),
        ] {
            let what = format!("{restart:?}, {order:?}");
            let log = Log::default();
            let spec = Plan::new("a", &log).spec().restart(restart);
            let sup = over([]).child(spec).start_link().await.unwrap();
            told(&listener);
            let former = pid("a");
            let reason = end("a", order).await;
            children(&sup).await;
            let events = told(&listener);
            let ends: Vec<_> = events
                .iter()
                .filter(|told| told.level == Level::ERROR)
                .collect();
            match (&ends[..], decision) {
                ([], None) => {}
                ([event], Some(decision)) => {
                    assert_eq!(field(event, "message"), "child terminated");
                    assert_eq!(field(event, "child"), "a", "{what}");
                    assert_eq!(field(event, "pid"), former.to_string());
                    assert_eq!(field(event, "supervisor"), sup.pid().to_string());
                    assert_eq!(field(event, "reason"), reason.to_log());
                    assert_eq!(field(event, "decision"), decision, "{what}");
                    let left = 3 - usize::from(decision == "restart");
                    assert_eq!(field(event, "restarts_left"), left.to_string());
                }
                _ => panic!("{what}: {events:?}"),
            }
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_restarts_left_are_counted_down_until_it_gives_up() {
    // L-3, S-28: then it says so.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let spec = over(&[Plan::new("a", &log)]).max_restarts(2);
        let sup = spec.start_link().await.unwrap();
        told(&listener);
        for left in ["1", "0"] {
            kill("a").await;
            children(&sup).await;
            let events = told(&listener);
            assert_eq!(words(&events), [ENDED, STARTED]);
            assert_eq!(field(&events[0], "restarts_left"), left);
        }
        kill("a").await;
        sup.exited().await;
        let events = told(&listener);
        let gave_up = "restart limit exceeded: the supervisor gives up";
        assert_eq!(words(&events), [ENDED, (Level::ERROR, gave_up)]);
        assert_eq!(field(&events[0], "decision"), "give up");
        assert_eq!(field(&events[1], "child"), "a");
        assert_eq!(field(&events[1], "limit"), "at most 2 restarts in 5s");
        assert_eq!(field(&events[1], "supervisor"), sup.pid().to_string());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_delay_and_a_shutdown_are_decisions_that_are_told() {
    // L-3, S-60.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).spec();
        let spec = a.restart_delay(Backoff::constant(HOUR));
        let sup = over([]).child(spec).start_link().await.unwrap();
        told(&listener);
        kill("a").await;
        children(&sup).await;
        let events = told(&listener);
        assert_eq!(words(&events), [ENDED]);
        assert_eq!(field(&events[0], "decision"), "restart later");
        assert_eq!(field(&events[0], "restarts_left"), "3");
        sup.stop().await.unwrap();

        let a = Plan::new("a", &log).spec();
        let a = a.restart(Restart::Temporary).significant(true);
        let spec = over([]).auto_shutdown(AutoShutdown::AnySignificant);
        let sup = spec.child(a).start_link().await.unwrap();
        told(&listener);
        kill("a").await;
        sup.exited().await;
        let events = told(&listener);
        assert_eq!(words(&events), [ENDED]);
        assert_eq!(field(&events[0], "decision"), "shut down");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_told_each_time() {
    // L-3: at the start, at a restart, by hand; an ignored one is silent (L-4).
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let failed = (Level::ERROR, "child failed to start");
        let a = Plan::new("a", &log).begins([Begin::Error]);
        over([&a]).start_link().await.unwrap_err();
        let events = told(&listener);
        assert_eq!(words(&events), [failed]);
        assert_eq!(field(&events[0], "child"), "a");
        let error = field(&events[0], "error");
        assert!(error.contains("told to answer an error"), "{error}");

        let a = Plan::new("a", &log).begins([Begin::Ready, Begin::Error, Begin::Ready]);
        let sup = over([&a]).start_link().await.unwrap();
        told(&listener);
        kill("a").await;
        while sup.count_children().await.unwrap().active == 0 {}
        assert_eq!(words(&told(&listener)), [ENDED, failed, STARTED]);

        let b = Plan::new("b", &log).begins([Begin::Panic, Begin::Ignore]);
        sup.start_child(b.spec()).await.unwrap_err();
        assert_eq!(words(&told(&listener)), [failed]);
        sup.start_child(b.spec()).await.unwrap_err();
        assert!(told(&listener).is_empty());
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_stop_as_it_is_told_is_an_error() {
    // S-17, L-3, F-36: no more than told. Clean are `killed` after a brutal kill, `shutdown`, and for
    // those that may end also `normal` and what stands with a `shutdown`.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let politely = None;
        let brutally = Some(Shutdown::BrutalKill);
        let patiently = Some(Shutdown::Infinity);
        for (restart, terminate, shutdown, is_told) in [
            (Restart::Permanent, Terminate::AtOnce, politely, false),
            (Restart::Permanent, Terminate::AtOnce, patiently, false),
            (Restart::Permanent, Terminate::AtOnce, brutally, false),
            (Restart::Permanent, Terminate::Hang, politely, true),
            (Restart::Transient, Terminate::Hang, politely, true),
            (Restart::Temporary, Terminate::Hang, politely, true),
            (Restart::Permanent, Terminate::Panic, politely, true),
            (Restart::Temporary, Terminate::Panic, patiently, true),
        ] {
            for by_hand in [false, true] {
                let what = format!("{restart:?}, {terminate:?}, {shutdown:?}, {by_hand}");
                let log = Log::default();
                let [a] = trapping(["a"], &log);
                let spec = a.terminate(terminate).spec().restart(restart);
                let spec = match shutdown {
                    Some(shutdown) => spec.shutdown(shutdown),
                    None => spec,
                };
                let sup = over([]).child(spec).start_link().await.unwrap();
                let (supervisor, a) = (sup.pid().to_string(), pid("a"));
                told(&listener);
                if by_hand {
                    sup.terminate_child("a").await.unwrap();
                }
                sup.stop().await.unwrap();
                let events = told(&listener);
                assert_eq!(events.len(), usize::from(is_told), "{what}");
                for event in events {
                    let message = "child did not shut down as it was told";
                    assert_eq!(
                        (event.level, field(&event, "message")),
                        (Level::ERROR, message)
                    );
                    assert_eq!(field(&event, "child"), "a");
                    assert_eq!(field(&event, "pid"), a.to_string());
                    assert_eq!(field(&event, "supervisor"), supervisor);
                    assert_eq!(field(&event, "reason"), a.exited().await.to_log(), "{what}");
                    // F-36: what it was at when its time was up.
                    let at = (event.fields.get("callback"), event.fields.get("queue_len"));
                    let hung = ("terminate".to_owned(), "0".to_owned());
                    let hung = matches!(terminate, Terminate::Hang).then_some(&hung);
                    assert_eq!(at, (hung.map(|it| &it.0), hung.map(|it| &it.1)), "{what}");
                }
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_had_ended_before_it_was_told_to_stop_is_judged_by_its_reason() {
    // S-17, S-18, D-14: `normal`, and `shutdown` with something, of a permanent child are errors
    // for a static supervisor; a dynamic one takes the latter for clean.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        for (restart, reason, is_told, is_told_by_dynamic) in [
            (Restart::Permanent, ExitReason::Normal, true, true),
            (Restart::Transient, ExitReason::Normal, false, false),
            (Restart::Temporary, ExitReason::Normal, false, false),
            (
                Restart::Permanent,
                ExitReason::shutdown_with("x"),
                true,
                false,
            ),
            (
                Restart::Transient,
                ExitReason::shutdown_with("x"),
                false,
                false,
            ),
            (Restart::Transient, ExitReason::custom("x"), true, true),
        ] {
            let log = Log::default();
            let spec = || Plan::new("a", &log).spec().restart(restart);
            let what = format!("{restart:?}, {reason}");

            let sup = over([]).child(spec()).start_link().await.unwrap();
            end_unseen(&sup.pid(), reason.clone()).await;
            told(&listener);
            sup.stop().await.unwrap();
            assert_eq!(told(&listener).len(), usize::from(is_told), "{what}");

            let sup = dynamic::started().await;
            sup.start_child(spec()).await.unwrap();
            end_unseen(&sup.pid(), reason.clone()).await;
            told(&listener);
            sup.stop().await.unwrap();
            let expected = usize::from(is_told_by_dynamic);
            assert_eq!(told(&listener).len(), expected, "{what}, dynamic");
        }
    })
    .await;
}

/// The child `a` takes its link away, so that its supervisor learns of its end only when it stops it.
async fn end_unseen(supervisor: &Pid, reason: ExitReason) {
    worker("a").cast(Order::Unlink(supervisor.clone()));
    sum("a").await; // it has done so
    assert_eq!(end("a", Order::End(reason.clone())).await, reason);
}

#[tokio::test(start_paused = true)]
async fn the_exits_of_strangers_are_silent() {
    // S-21, L-3.
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        told(&listener);
        sup.exit(ExitReason::custom("from outside"));
        children(&sup).await;
        sleep(SECOND).await;
        assert!(told(&listener).is_empty());
        sup.stop().await.unwrap();
    })
    .await;
}

/// How many of these were told with this message.
fn count(told: &[Told], message: &str) -> usize {
    let is_it = |it: &&Told| it.fields["message"] == message;
    told.iter().filter(is_it).count()
}

// F-32
#[tokio::test(start_paused = true)]
async fn of_a_storm_a_hundred_a_second_of_each_kind_are_told() {
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).max_restarts(1_000);
        let sup = sup.start_link().await.unwrap();
        let storm = async |crashes: u32| {
            told(&listener);
            for _ in 0..crashes {
                kill("a").await;
                children(&sup).await;
            }
            told(&listener)
        };
        let events = storm(150).await;
        assert_eq!(count(&events, ENDED.1), 100);
        assert_eq!(count(&events, STARTED.1), 100);
        assert_eq!(storm(1).await.len(), 0);
        sleep(2 * SECOND).await;
        let suppressed = listener.take("actor::suppressed");
        let mut kinds: Vec<_> = suppressed
            .iter()
            .map(|it| {
                [
                    field(it, "kind"),
                    field(it, "suppressed"),
                    field(it, "source"),
                ]
            })
            .collect();
        kinds.sort_unstable();
        let (ended, started, pid) = (ENDED.1, STARTED.1, sup.pid().to_string());
        kinds.retain(|[kind, ..]| *kind != "process crashed"); // that is told by each process
        assert_eq!(kinds, [[started, "51", &pid], [ended, "51", &pid]]);
        assert_eq!(words(&storm(1).await), [ENDED, STARTED]);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-32
#[tokio::test(start_paused = true)]
async fn in_a_storm_what_comes_once_is_told_and_what_is_others() {
    const STORM: usize = 150;
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let spec = |n: usize| Plan::new("b", &log).unnamed().spec().id(n.to_string());
        let noisy = over([]).max_restarts(1_000).children((0..STORM).map(spec));
        let noisy = noisy.start().await.unwrap();
        assert_eq!(count(&told(&listener), STARTED.1), STORM); // a start is no storm
        for child in noisy.which_children().await.unwrap() {
            let pid = child.status.pid().cloned().unwrap();
            pid.exit(ExitReason::Kill);
            pid.exited().await;
        }
        noisy.count_children().await.unwrap();
        assert_eq!(count(&told(&listener), ENDED.1), 100);

        let quiet = Plan::new("a", &log).spec().restart(Restart::Temporary);
        let quiet = SupervisorSpec::new(Strategy::OneForOne).child(quiet);
        let quiet = quiet.start().await.unwrap();
        kill("a").await;
        children(&quiet).await;
        assert_eq!(count(&told(&listener), ENDED.1), 1);
        quiet.stop().await.unwrap();
        noisy.stop().await.unwrap();

        let sup = dynamic::started().await;
        for _ in 0..STORM {
            sup.start_child(Plan::new("b", &log).spec()).await.unwrap();
            sup.terminate_child(pid("b")).await.unwrap();
        }
        assert_eq!(count(&told(&listener), STARTED.1), STORM);
        sup.stop().await.unwrap();
        sleep(SECOND).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_id_forges_a_line_of_the_log() {
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let id = "room\n ERROR forged\u{1b}[31m\u{2028}";
        let spec = Plan::new("a", &log).spec().id(id);
        let sup = over([]).child(spec).start_link().await.unwrap();
        kill("a").await;
        sup.count_children().await.unwrap();
        let events = told(&listener);
        assert_eq!(words(&events), [STARTED, ENDED, STARTED]);
        for event in events {
            let id = field(&event, "child");
            assert_eq!(id, "room\\u{a} ERROR forged\\u{1b}[31m\\u{2028}");
        }
        sup.stop().await.unwrap();
    })
    .await;
}
