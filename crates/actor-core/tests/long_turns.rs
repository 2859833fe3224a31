//! Warnings of processes that do not yield. A program of its own, as a watch is one of the whole
//! program; one test at a time.

use std::convert::Infallible;
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, yield_now};
use std::time::Duration;

use actor_core::process::{self, ProcessState};
use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Next, NextResult, Options, Start,
};
use tokio::sync::{Mutex, MutexGuard};
use tracing::Level;

#[path = "behaviour/listener.rs"]
mod listener;

use listener::{Listener, Told};

const SECOND: Duration = Duration::from_secs(1);

const LIMIT: Duration = Duration::from_millis(20);

static ALONE: Mutex<()> = Mutex::const_new(());

async fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().await
}

/// Blocks its thread until it is let go, and panics if that is what it is told then.
struct Blocks;

type Release = Receiver<Panics>;

struct Panics;

impl GenServer for Blocks {
    type Args = ();
    type Call = Infallible;
    type Cast = Release;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_cast(&mut self, release: Release, _cx: &mut Context<Self>) -> NextResult<Self> {
        match release.recv() {
            Ok(Panics) => panic!("as it is told"),
            Err(_) => Ok(Next::NoReply),
        }
    }
}

async fn blocks(change: fn(Options<Blocks>) -> Options<Blocks>) -> ActorRef<Blocks> {
    let options = Blocks::options(()).name("blocks");
    change(options).start().await.expect("starts")
}

/// Lets it block until something was told, and then some more; returns what was told.
async fn told_while_blocked(server: &ActorRef<Blocks>, listener: &Listener) -> Vec<Told> {
    let (release, released) = mpsc::channel();
    server.cast(released);
    let listener = listener.clone();
    let (tell, told) = tokio::sync::oneshot::channel();
    // On a thread of its own, as the test's may be the one that is blocked.
    thread::spawn(move || {
        let mut all = Vec::new();
        while all.is_empty() {
            all = listener.take("actor::long_turn");
            yield_now();
        }
        let more = wait_for(3 * LIMIT);
        all.extend(listener.take("actor::long_turn"));
        drop(release);
        let _ = tell.send((all, more));
    });
    told.await.expect("tells").0
}

fn is_waiting(server: &ActorRef<Blocks>) -> bool {
    process::info(server).expect("lives").state == ProcessState::Waiting
}

/// Of the real clock, without sleeping for good: a channel that nobody sends to.
fn wait_for(time: Duration) -> bool {
    let (_keep, never) = mpsc::channel::<()>();
    never.recv_timeout(time).is_ok()
}

on_every_runtime! {
    /// F-36
    async fn a_callback_that_does_not_yield_is_told_once_with_its_process() {
        let _alone = alone().await;
        let (listener, _guard) = Listener::listen();
        isolated(async {
            let _watch = process::warn_of_long_turns(LIMIT).expect("a thread");
            let server = blocks(|options| options).await;
            for _turn in 0..2 {
                let told = told_while_blocked(&server, &listener).await;
                let [warning] = &told[..] else {
                    panic!("{told:?}");
                };
                assert_eq!(warning.level, Level::WARN);
                assert_eq!(warning.fields["name"], "blocks");
                assert_eq!(warning.fields["pid"], server.pid().to_string());
                assert_eq!(warning.fields["callback"], "handle_cast");
                assert!(warning.fields["server"].ends_with("Blocks"));
                assert_eq!(warning.fields["ends"], "false");
                let held: u128 = warning.fields["held_ms"].parse().expect("a number");
                assert!(held >= LIMIT.as_millis(), "{held} ms");
                // One that goes on with the next message at once has the same turn still.
                wait_until(|| is_waiting(&server)).await;
            }
            server.stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    /// F-36, X-1: it is the process that holds up its own end.
    async fn a_kill_that_waits_for_a_callback_is_told_with_it() {
        let _alone = alone().await;
        let (listener, _guard) = Listener::listen();
        isolated(async {
            let _watch = process::warn_of_long_turns(LIMIT).expect("a thread");
            let server = blocks(|options| options).await;
            let (release, released) = mpsc::channel();
            server.cast(released);
            let doomed = server.pid();
            let kills = thread::spawn(move || {
                while process::info(&doomed).expect("lives").handled == 0 {
                    yield_now();
                }
                doomed.exit(ExitReason::Kill);
                let mut told = Vec::new();
                while told.is_empty() {
                    told = listener.take("actor::long_turn");
                }
                assert!(doomed.is_alive(), "no death is told before it has happened");
                drop(release);
                told
            });
            assert_eq!(server.exited().await, ExitReason::Killed);
            let told = kills.join().expect("no panic");
            assert_eq!(told[0].fields["ends"], "true");
        })
        .await;
    }
}

on_every_runtime! {
    /// F-36: one that waits for something yields, and one with a thread of its own may block it.
    async fn nothing_is_told_of_those_who_hold_nobody_up() {
        let _alone = alone().await;
        let (listener, _guard) = Listener::listen();
        isolated(async {
            let watch = process::warn_of_long_turns(LIMIT).expect("a thread");
            let alone = blocks(|options| options.on_own_thread()).await;
            let (release, released) = mpsc::channel();
            alone.cast(released);
            tokio::time::sleep(5 * LIMIT).await;
            drop(release);
            alone.stop().await.expect("stops");

            drop(watch);
            let server = blocks(|options| options).await;
            let (release, released) = mpsc::channel();
            server.cast(released);
            thread::spawn(move || {
                wait_for(5 * LIMIT);
                drop(release);
            });
            server.stop().await.expect("stops");
            let told = listener.take("actor::long_turn");
            assert!(told.is_empty(), "{told:?}");
        })
        .await;
    }
}

/// The report of its crash, which comes at once or after a long turn.
async fn crash(listener: &Listener, after_a_long_turn: bool) -> Told {
    let server = blocks(|options| options).await;
    let (release, released) = mpsc::channel();
    server.cast(released);
    let watcher = listener.clone();
    thread::spawn(move || {
        while after_a_long_turn && watcher.take("actor::long_turn").is_empty() {
            yield_now();
        }
        release.send(Panics).expect("it waits");
    });
    assert!(matches!(server.exited().await, ExitReason::Panic(_)));
    listener.take("actor::crash").remove(0)
}

#[tokio::test(start_paused = true)]
async fn the_report_of_a_crash_says_whether_its_turn_was_told_of() {
    // F-36
    let _alone = alone().await;
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let watch = process::warn_of_long_turns(LIMIT).expect("a thread");
        let told = crash(&listener, true).await;
        assert_eq!(told.fields["held_its_thread"], "true");
        drop(watch);
        let _patient = process::warn_of_long_turns(3600 * SECOND).expect("a thread");
        let told = crash(&listener, false).await;
        assert!(!told.fields.contains_key("held_its_thread"), "{told:?}");
    })
    .await;
}
