//! Trace, log, statistics and hooks: they see all, and change nothing (Y-5, G-19).

use std::convert::Infallible;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::sys::{self, DebugOptions, Event, Status};
use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Incoming, Info, InitResult, Next,
    NextResult, Options, ReplyTo, Start,
};
use tracing::Level;

use crate::listener::Listener;

const SECOND: Duration = Duration::from_secs(1);

/// Adds up, and can be asked in several ways.
struct Sum {
    total: u32,
    kept: Vec<ReplyTo<u32>>,
}

enum Ask {
    Total(ReplyTo<u32>),
    /// Answered by the next [`Tell::Answer`].
    Later(ReplyTo<u32>),
}

enum Tell {
    Add(u32),
    Answer,
    Wait(Duration),
    Continue(u32),
    Fail,
}

impl GenServer for Sum {
    type Args = ();
    type Call = Ask;
    type Cast = Tell;
    type Info = u32;
    type Continue = u32;

    async fn init((): (), cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self {
            total: 0,
            kept: Vec::new(),
        }
        .into())
    }

    async fn handle_call(&mut self, ask: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Total(reply) => reply.send(self.total),
            Ask::Later(reply) => self.kept.push(reply),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, tell: Tell, _cx: &mut Context<Self>) -> NextResult<Self> {
        match tell {
            Tell::Add(more) => self.total += more,
            Tell::Answer => self.kept.drain(..).for_each(|reply| reply.send(0)),
            Tell::Wait(limit) => return Ok(Next::Timeout(limit)),
            Tell::Continue(more) => return Ok(Next::Continue(more)),
            Tell::Fail => return Err(ExitReason::custom("told to")),
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(&mut self, info: Info<u32>, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.total += match info {
            Info::Message(more) => more,
            Info::Timeout => 1000,
            Info::Exit(_) | Info::Down(_) => 0,
        };
        Ok(Next::NoReply)
    }

    async fn handle_continue(&mut self, more: u32, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.total += more;
        Ok(Next::NoReply)
    }

    fn format_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.total)
    }

    fn message_name(message: Incoming<'_, Self>) -> &'static str {
        match message {
            Incoming::Call(Ask::Total(_)) => "Total",
            Incoming::Call(Ask::Later(_)) => "Later",
            Incoming::Cast(Tell::Add(_)) => "Add",
            Incoming::Cast(_) => "other",
            Incoming::Info(_) => "info",
        }
    }
}

async fn sum() -> ActorRef<Sum> {
    Sum::start(()).await.expect("starts")
}

fn debugged(debug: DebugOptions) -> Options<Sum> {
    Sum::options(()).debug(debug)
}

async fn total(sum: &ActorRef<Sum>) -> u32 {
    sum.call(Ask::Total).await.expect("replies")
}

async fn events(sum: &ActorRef<Sum>) -> Vec<String> {
    let events = sys::get_log(sum).await.expect("answers");
    events.iter().map(Event::to_string).collect()
}

/// Keeps what it sees.
type Seen = Arc<Mutex<Vec<String>>>;

async fn hook(sum: &ActorRef<Sum>, name: &str) -> Seen {
    let seen = Seen::default();
    let sees = Arc::clone(&seen);
    let hook = move |sum: &Sum, event: &Event| {
        let mut seen = sees.lock().expect("not poisoned");
        seen.push(format!("{} {event}", sum.total));
        ControlFlow::Continue(())
    };
    sys::install(sum, name, hook).await.expect("installs");
    seen
}

fn taken(seen: &Seen) -> Vec<String> {
    std::mem::take(&mut *seen.lock().expect("not poisoned"))
}

/// All that can happen to a server but its end; what came of it.
async fn everything(sum: &ActorRef<Sum>) -> (u32, u32, u32) {
    for more in 1..=300 {
        sum.cast(Tell::Add(more));
    }
    sum.send(5);
    let later = sum.call(Ask::Later);
    let answer = async { sum.cast(Tell::Answer) };
    let (later, ()) = tokio::join!(later, answer);
    sum.cast(Tell::Continue(7));
    sum.exit(ExitReason::Normal);
    let between = total(sum).await;
    sum.cast(Tell::Wait(SECOND));
    tokio::time::sleep(2 * SECOND).await;
    sum.cast(Tell::Wait(SECOND));
    sum.cast(Tell::Add(1));
    tokio::time::sleep(2 * SECOND).await;
    (later.expect("replies"), between, total(sum).await)
}

#[tokio::test(start_paused = true)]
async fn a_server_does_the_same_whatever_is_switched_on() {
    // G-19
    isolated(async {
        let plain = sum().await;
        let expected = everything(&plain).await;
        assert_eq!(expected, (0, 45_162, 46_163));
        let debug = DebugOptions::new().trace().log().statistics();
        let all = debugged(debug).start().await.expect("starts");
        let seen = hook(&all, "sees all").await;
        assert_eq!(everything(&all).await, expected);
        assert!(!taken(&seen).is_empty());
        sys::no_debug(&all).await.expect("answers");
        assert_eq!(total(&all).await, 46_163);
        for sum in [plain, all] {
            sum.stop().await.expect("stops");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_log_keeps_the_last_events_the_oldest_first() {
    // Y-5
    isolated(async {
        let sum = sum().await;
        assert_eq!(events(&sum).await, [""; 0], "none without a log");
        sys::log(&sum, 5).await.expect("answers");
        sum.cast(Tell::Add(1));
        assert_eq!(events(&sum).await, ["in Add", "state 1"]);
        total(&sum).await;
        let last = ["in Add", "state 1", "in Total", "out Total", "state 1"];
        assert_eq!(events(&sum).await, last);
        sum.cast(Tell::Add(1));
        let last = ["in Total", "out Total", "state 1", "in Add", "state 2"];
        assert_eq!(events(&sum).await, last);
        sys::log(&sum, 2).await.expect("answers");
        assert_eq!(events(&sum).await, ["in Add", "state 2"], "shorter");
        sys::log(&sum, 3).await.expect("answers");
        sum.cast(Tell::Add(1));
        assert_eq!(events(&sum).await, ["state 2", "in Add", "state 3"]);
        sys::no_log(&sum).await.expect("answers");
        assert_eq!(events(&sum).await, [""; 0]);
        sum.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_server_handles_is_an_event_and_what_the_framework_does_is_none() {
    // Y-1, Y-5
    isolated(async {
        let parent = sum().await;
        let (peer, sum) = (sum().await, sum().await);
        sys::log(&sum, 100).await.expect("answers");
        sum.exit(ExitReason::Normal);
        sum.send(1);
        sum.cast(Tell::Continue(1));
        sum.cast(Tell::Wait(SECOND));
        sys::suspend(&sum).await.expect("suspends");
        sys::replace_state(&sum, |sum| sum.total = 0)
            .await
            .expect("changes");
        sys::resume(&sum).await.expect("resumes");
        tokio::time::sleep(2 * SECOND).await;
        let expected = [
            "in exit",
            "state 0",
            "in info",
            "state 1",
            "in other",
            "state 2",
            "in other",
            "state 2",
            "in timeout",
            "state 1000",
        ];
        assert_eq!(events(&sum).await, expected);
        for sum in [parent, peer, sum] {
            sum.stop().await.expect("stops");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn statistics_count_from_when_they_are_switched_on() {
    // Y-5
    isolated(async {
        let sum = sum().await;
        total(&sum).await;
        let none = sys::get_statistics(&sum).await;
        assert_eq!(none, Ok(None));
        sys::statistics(&sum).await.expect("answers");
        tokio::time::sleep(SECOND).await;
        total(&sum).await;
        sum.cast(Tell::Add(1));
        let later = sum.call(Ask::Later);
        let answer = async { sum.cast(Tell::Answer) };
        let (later, ()) = tokio::join!(later, answer);
        later.expect("replies");
        sys::statistics(&sum).await.expect("answers"); // goes on
        let count = sys::get_statistics(&sum).await.expect("answers");
        let count = count.expect("is on");
        // A reply that comes later is not that of the callback that got the request.
        assert_eq!((count.messages_in, count.messages_out), (4, 1));
        assert_eq!(count.current_time - count.start_time, SECOND);
        sys::no_statistics(&sum).await.expect("answers");
        assert_eq!(sys::get_statistics(&sum).await, Ok(None));
        sum.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_reply_counts_whether_or_not_the_caller_has_taken_it_or_waits() {
    // Y-5, G-23
    isolated(async {
        let sum = sum().await;
        sys::statistics(&sum).await.expect("answers");
        drop(sum.send_request(Ask::Total)); // nobody waits any more: there is no reply to count
        let kept = sum.send_request(Ask::Total); // answered, and not taken yet
        total(&sum).await;
        let count = sys::get_statistics(&sum).await.expect("answers");
        let count = count.expect("is on");
        assert_eq!((count.messages_in, count.messages_out), (3, 2));
        assert_eq!(kept.await, Ok(0));
        sum.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_trace_tells_each_event_to_whoever_listens() {
    // Y-5
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let sum = Sum::options(()).name("sum").start().await.expect("starts");
        sum.cast(Tell::Add(1));
        sys::trace(&sum).await.expect("answers");
        sum.cast(Tell::Add(1));
        total(&sum).await;
        sys::no_trace(&sum).await.expect("answers");
        total(&sum).await;
        let told = listener.take("actor::sys");
        let events: Vec<_> = told.iter().map(|told| &told.fields["event"]).collect();
        let expected = ["in Add", "state 2", "in Total", "out Total", "state 2"];
        assert_eq!(events, expected);
        for told in &told {
            assert_eq!(told.level, Level::INFO);
            assert_eq!(told.fields["name"], "sum");
            assert_eq!(told.fields["pid"], sum.pid().to_string());
        }
        sum.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hook_sees_each_event_and_the_state_until_it_is_removed() {
    // Y-5
    isolated(async {
        let sum = sum().await;
        let (one, other) = (hook(&sum, "one").await, hook(&sum, "other").await);
        let refused = hook(&sum, "one").await;
        sum.cast(Tell::Add(3));
        assert_eq!(total(&sum).await, 3);
        sys::remove(&sum, "other").await.expect("answers");
        sys::remove(&sum, "never there").await.expect("answers");
        let both = ["0 in Add", "3 state 3", "3 in Total", "3 out Total"];
        assert_eq!(taken(&one), [&both[..], &["3 state 3"]].concat());
        assert_eq!(taken(&other), [&both[..], &["3 state 3"]].concat());
        assert_eq!(taken(&refused), [""; 0], "one of a name");

        sum.cast(Tell::Add(1));
        total(&sum).await;
        sys::no_debug(&sum).await.expect("answers");
        assert_eq!(taken(&one).len(), 5);
        assert_eq!(taken(&other), [""; 0]);
        total(&sum).await;
        assert_eq!(taken(&one), [""; 0]);
        sum.stop().await.expect("stops");
    })
    .await;
}

/// Panics when it is dropped.
struct Fragile;

impl Drop for Fragile {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_is_done_or_panics_is_removed_and_harms_nobody() {
    // Y-5
    isolated(async {
        let sum = sum().await;
        let names = || async { sys::get_status(&sum).await.expect("answers").hooks };
        let fragile = Fragile;
        let done = move |_: &Sum, _: &Event| {
            let _kept = &fragile;
            ControlFlow::Break(())
        };
        sys::install(&sum, "done", done).await.expect("installs");
        let fails = |_: &Sum, _: &Event| -> ControlFlow<()> { panic!("cannot see") };
        sys::install(&sum, "fails", fails).await.expect("installs");
        let stays = hook(&sum, "stays").await;
        assert_eq!(names().await, ["done", "fails", "stays"]);
        assert_eq!(total(&sum).await, 0);
        assert_eq!(names().await, ["stays"]);
        assert_eq!(taken(&stays).len(), 3);

        let fragile = Fragile;
        let kept = move |_: &Sum, _: &Event| {
            let _kept = &fragile;
            ControlFlow::Continue(())
        };
        sys::install(&sum, "kept", kept).await.expect("installs");
        sum.stop().await.expect("its drop changes no reason");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_on_shows_in_the_status_and_no_debug_switches_all_of_it_off() {
    // Y-3, Y-5, G-10
    isolated(async {
        let debug = DebugOptions::new().trace().log().statistics();
        let sum = debugged(debug).start().await.expect("starts");
        hook(&sum, "sees").await;
        sys::suspend(&sum).await.expect("suspends");
        let on = |status: &Status| {
            let Status {
                trace, statistics, ..
            } = *status;
            (trace, status.log, statistics, status.hooks.clone())
        };
        let status = sys::get_status(&sum).await.expect("answers");
        assert_eq!(on(&status), (true, Some(10), true, vec!["sees".into()]));
        sys::no_debug(&sum).await.expect("answers");
        let status = sys::get_status(&sum).await.expect("answers");
        assert_eq!(on(&status), (false, None, false, vec![]));
        assert!(status.suspended, "it stays so");
        sum.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_may_start_with_a_log_which_its_crash_report_tells() {
    // G-10, L-1
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let debug = DebugOptions::new().log_last(3);
        let sum = debugged(debug).start().await.expect("starts");
        sum.cast(Tell::Add(1));
        total(&sum).await;
        sum.cast(Tell::Fail);
        sum.exited().await;
        let plain = self::sum().await;
        plain.cast(Tell::Fail);
        plain.exited().await;
        let told = listener.take("actor::crash");
        let logs: Vec<_> = told.iter().map(|told| told.fields.get("log")).collect();
        let log = "out Total; state 1; in other".to_owned();
        assert_eq!(logs, [Some(&log), None]);
    })
    .await;
}

/// Cannot tell its state.
struct Mute;

impl GenServer for Mute {
    type Args = ();
    type Call = Infallible;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::NoReply)
    }

    fn format_status(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no words")
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_that_cannot_be_told_ends_no_server() {
    // G-49, Y-5
    isolated(async {
        let mute = Mute::options(()).debug(DebugOptions::new().log());
        let mute = mute.start().await.expect("starts");
        mute.cast(());
        let events = sys::get_log(&mute).await.expect("answers");
        let untold = Event::State("not told: `format_status` failed".into());
        assert_eq!(events, [Event::In("cast"), untold]);
        mute.stop().await.expect("stops");
    })
    .await;
}

/// What a hook holds.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("as it was told");
    }
}

#[tokio::test(start_paused = true)]
async fn hooks_whose_drop_panics_end_nobody() {
    // F-26: switched off, and left behind by a death
    isolated(async {
        for dies in [false, true] {
            let sum = Sum::start(()).await.expect("starts");
            for name in ["first", "second"] {
                let bomb = Bomb;
                let hook = move |_: &Sum, _: &Event| {
                    let _ = &bomb;
                    ControlFlow::Continue(())
                };
                sys::install(&sum, name, hook).await.expect("installs");
            }
            if dies {
                sum.exit(ExitReason::Kill);
                assert_eq!(sum.exited().await, ExitReason::Killed);
            } else {
                sys::no_debug(&sum).await.expect("lives");
                assert_eq!(sum.call(Ask::Total).await, Ok(0));
                sum.stop().await.expect("stops");
            }
        }
    })
    .await;
}
