//! Looking into a server from outside, and changing it: between two messages, and never ending it.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actor_core::sys::{self, SysError};
use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, Context, ExitReason, GenServer, Init, InitResult, Name, Next,
    NextResult, ReplyTo, Start, StopError, process,
};

use crate::probe::{Probe, log, soon};
use crate::script::{Script, done, job, run};
use crate::time::Clock;
use crate::witness::Watched;

const SECOND: Duration = Duration::from_secs(1);

/// Has a state that is not `Clone`, and notes what reaches its callbacks.
struct Ledger {
    entries: Vec<u32>,
    lock: Arc<()>,
}

enum Tell {
    Enter(u32),
    Sleep(Duration),
    Stop,
}

const LEDGER: Name<Ledger> = actor_core::name!(Ledger, "ledger");

impl GenServer for Ledger {
    type Args = Arc<()>;
    type Call = ReplyTo<usize>;
    type Cast = Tell;
    type Info = Infallible;
    type Continue = Duration;

    async fn init(lock: Arc<()>, _cx: &mut Context<Self>) -> InitResult<Self> {
        let entries = Vec::new();
        Ok(Self { entries, lock }.into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<usize>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(self.entries.len());
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, tell: Tell, _cx: &mut Context<Self>) -> NextResult<Self> {
        match tell {
            Tell::Enter(entry) => self.entries.push(entry),
            Tell::Sleep(time) => tokio::time::sleep(time).await,
            Tell::Stop => return Ok(Next::Stop(ExitReason::Shutdown)),
        }
        Ok(Next::NoReply)
    }

    fn format_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.entries.len() < 100, "too long to tell");
        write!(f, "Ledger of {}", self.entries.len())
    }
}

async fn ledger() -> ActorRef<Ledger> {
    Ledger::start(Arc::default()).await.expect("starts")
}

async fn named() -> ActorRef<Ledger> {
    let options = Ledger::options(Arc::default()).name(LEDGER);
    options.start().await.expect("starts")
}

async fn entries(ledger: &ActorRef<Ledger>) -> Vec<u32> {
    let entries = sys::get_state(ledger, |ledger| ledger.entries.clone());
    entries.await.expect("answers")
}

#[tokio::test(start_paused = true)]
async fn a_state_is_looked_at_and_changed_through_every_kind_of_address() {
    // Y-3: through a closure, without `Clone`
    isolated(async {
        let ledger = named().await;
        let count = |ledger: &Ledger| ledger.entries.len();
        let dynamic = Name::<Ledger>::dynamic("ledger");
        assert_eq!(sys::get_state(&ledger, count).await, Ok(0));
        assert_eq!(sys::get_state(&LEDGER, count).await, Ok(0));
        assert_eq!(sys::get_state(&dynamic, count).await, Ok(0));
        assert_eq!(sys::get_state(&LEDGER.within(SECOND), count).await, Ok(0));

        let push = |ledger: &mut Ledger| {
            ledger.entries.push(7);
            ledger.entries.len()
        };
        assert_eq!(sys::replace_state(&ledger, push).await, Ok(1));
        assert_eq!(sys::replace_state(&LEDGER, push).await, Ok(2));
        let limited = ledger.within(SECOND);
        assert_eq!(sys::replace_state(&limited, push).await, Ok(3));
        let told = ledger.call(|reply| reply).await;
        assert_eq!(told, Ok(3), "the server sees what was changed");
        ledger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_takes_its_place_among_the_messages() {
    // Y-1, G-12
    isolated(async {
        let ledger = ledger().await;
        for entry in 1..=3 {
            ledger.cast(Tell::Enter(entry));
        }
        let between = sys::replace_state(&ledger, |ledger| {
            ledger.entries.push(0);
            ledger.entries.clone()
        });
        let behind = async { ledger.cast(Tell::Enter(4)) };
        let (between, ()) = tokio::join!(between, behind);
        assert_eq!(between, Ok(vec![1, 2, 3, 0]));
        assert_eq!(entries(&ledger).await, [1, 2, 3, 0, 4]);
        ledger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_function_runs_as_the_process_and_may_use_it() {
    // Y-1
    isolated(async {
        let ledger = named().await;
        let own = ledger.clone();
        let inside = sys::get_state(&ledger, move |_| {
            own.cast(Tell::Enter(1));
            process::current()
        });
        assert_eq!(inside.await, Ok(Some(ledger.pid())));
        assert_eq!(entries(&ledger).await, [1]);
        ledger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_function_that_panics_is_an_error_for_the_caller_alone() {
    // Y-3, X-3
    isolated(async {
        let ledger = ledger().await;
        ledger.cast(Tell::Enter(1));
        let look = |_: &Ledger| -> usize { panic!("cannot look") };
        let looked = sys::get_state(&ledger, look).await;
        let change = |ledger: &mut Ledger| {
            ledger.entries.push(2);
            panic!("half done")
        };
        let changed: Result<(), _> = sys::replace_state(&ledger, change).await;
        for (failed, message) in [(looked.map(drop), "cannot look"), (changed, "half done")] {
            let Err(SysError::Failed(ExitReason::Panic(report))) = failed else {
                panic!("{failed:?}");
            };
            assert_eq!(report.message(), message);
        }
        assert_eq!(entries(&ledger).await, [1, 2], "as the panic left it");
        ledger.stop().await.expect("stops");
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
async fn an_answer_that_nobody_waits_for_ends_nobody() {
    // Y-3, F-21
    isolated(async {
        let ledger = ledger().await;
        ledger.cast(Tell::Sleep(SECOND));
        let asked = sys::get_state(&ledger, |_| Fragile);
        let gave_up = tokio::time::timeout(SECOND / 2, asked).await;
        assert!(gave_up.is_err());
        assert_eq!(entries(&ledger).await, []);
        ledger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_has_five_seconds_or_what_the_address_says() {
    // Y-1, G-23: it is carried out all the same
    isolated(async {
        let ledger = named().await;
        let timeout = Err(SysError::Call(CallError::Timeout));
        ledger.cast(Tell::Sleep(20 * SECOND));
        let clock = Clock::start();
        let enter = |ledger: &mut Ledger| ledger.entries.push(1);
        assert_eq!(sys::replace_state(&ledger, enter).await, timeout);
        assert_eq!(clock.elapsed().as_secs(), 5);
        assert_eq!(sys::suspend(&LEDGER.within(SECOND)).await, timeout);
        assert_eq!(
            sys::suspend(&sys::within(&ledger.pid(), SECOND)).await,
            timeout
        );
        assert_eq!(clock.elapsed().as_secs(), 7);
        let patient = ledger.within(60 * SECOND);
        let found = sys::get_state(&patient, |ledger| ledger.entries.clone());
        assert_eq!(found.await, Ok(vec![1]));
        let status = sys::get_status(&ledger).await.expect("answers");
        assert!(status.suspended, "it was asked to, and did it later");
        ledger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_cannot_answer_is_an_error_as_with_a_call() {
    // Y-1, G-21, G-24
    isolated(async {
        let call = |error| Err(SysError::Call(error));
        assert_eq!(sys::suspend(&LEDGER).await, call(CallError::NoProc));
        let ledger = named().await;
        let stranger = Name::<Probe>::new("ledger");
        assert_eq!(sys::suspend(&stranger).await, call(CallError::WrongType));

        ledger.cast(Tell::Stop);
        let exited = CallError::Exited(ExitReason::Shutdown);
        assert_eq!(sys::suspend(&ledger).await, call(exited), "while it waits");
        assert_eq!(sys::suspend(&ledger).await, call(CallError::NoProc));
        assert_eq!(sys::suspend(&ledger.pid()).await, call(CallError::NoProc));

        let script = Script::new().await;
        run(&script, |cx| {
            let own = cx.actor_ref();
            Box::pin(async move {
                let to_itself = Err(SysError::Call(CallError::CallingSelf));
                assert_eq!(sys::suspend(&own).await, to_itself);
                assert_eq!(sys::get_state(&own, drop_nothing).await, to_itself);
                done()
            })
        })
        .await;
        script.stop().await.expect("stops");
    })
    .await;
}

fn drop_nothing(_: &Script) {}

#[tokio::test(start_paused = true)]
async fn two_servers_that_ask_each_other_close_no_circle() {
    // F-06
    isolated(async {
        let (one, other) = (Watched::start().await, Watched::start().await);
        let (first, second) = (one.server.clone(), other.server.clone());
        let inner = second.clone();
        let circle = one.runs(async move {
            let asked = inner.call(|reply: ReplyTo<Result<(), SysError>>| {
                crate::witness::wait(async move {
                    reply.send(sys::suspend(&first).await);
                    Ok(Next::NoReply)
                })
            });
            asked.await.expect("replies")
        });
        let Err(SysError::Call(CallError::Cycle(path))) = soon(circle).await else {
            panic!("it is a cycle");
        };
        assert_eq!(path, [second.pid(), one.pid()]);
        one.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_status_tells_a_process_and_its_state_as_format_status_does() {
    // Y-3, G-49
    isolated(async {
        let parent = Watched::start().await;
        let child = parent.runs(async {
            let options = Ledger::options(Arc::default()).name(LEDGER);
            options.start_link().await.expect("starts")
        });
        let child = child.await;
        child.cast(Tell::Enter(1));
        let status = sys::get_status(&child.pid()).await.expect("answers");
        assert_eq!(status.pid, child.pid());
        assert_eq!(status.name.as_deref(), Some("ledger"));
        assert_eq!(status.parent, Some(parent.pid()));
        assert_eq!(status.state, "Ledger of 1");
        assert!(!status.suspended && !status.trace && !status.statistics);
        assert_eq!((status.log, status.hooks), (None, Vec::new()));

        let many = |ledger: &mut Ledger| ledger.entries.resize(100, 0);
        sys::replace_state(&child, many).await.expect("changes");
        let status = sys::get_status(&LEDGER).await.expect("answers");
        assert_eq!(status.state, "not told: `format_status` failed");
        sys::suspend(&child).await.expect("suspends");
        let status = sys::get_status(&LEDGER).await.expect("answers");
        assert!(status.suspended);

        parent.stop().await; // `normal`, which ends nobody
        let status = sys::get_status(&child).await.expect("answers");
        assert_eq!(status.parent, None);
        child.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn code_changes_only_while_suspended_and_wholly_or_not_at_all() {
    // Y-6, X-6
    isolated(async {
        let ledger = named().await;
        ledger.cast(Tell::Enter(1));
        let doubled = |old: &Ledger| -> Result<Ledger, fmt::Error> {
            Ok(Ledger {
                entries: old.entries.iter().map(|entry| entry * 2).collect(),
                lock: Arc::clone(&old.lock),
            })
        };
        let changed = sys::change_code(&ledger, doubled).await;
        assert_eq!(changed, Err(SysError::NotSuspended));
        sys::suspend(&ledger).await.expect("suspends");

        let refused = sys::change_code(&ledger, |_| Err("not this version")).await;
        let Err(SysError::Failed(ExitReason::Error(error))) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(error.to_string(), "not this version");
        let panics = |_: &Ledger| -> Result<Ledger, fmt::Error> { panic!("no idea") };
        let panicked = sys::change_code(&ledger, panics).await;
        assert!(matches!(
            panicked,
            Err(SysError::Failed(ExitReason::Panic(_)))
        ));
        assert_eq!(entries(&ledger).await, [1]);
        let status = sys::get_status(&ledger).await.expect("answers");
        assert!(status.suspended, "as it was");

        sys::change_code(&LEDGER, doubled).await.expect("changes");
        sys::resume(&ledger).await.expect("resumes");
        let again = sys::change_code(&ledger, doubled).await;
        assert_eq!(again, Err(SysError::NotSuspended));
        ledger.cast(Tell::Enter(3));
        assert_eq!(entries(&ledger).await, [2, 3]);
        ledger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_old_state_whose_drop_panics_is_replaced_all_the_same() {
    // Y-6, F-21
    isolated(async {
        let script = Script::start(Some(Box::new(Fragile)))
            .await
            .expect("starts");
        sys::suspend(&script).await.expect("suspends");
        let empty = |_: &Script| Ok::<_, fmt::Error>(Script { kept: None });
        sys::change_code(&script, empty).await.expect("changes");
        sys::resume(&script).await.expect("resumes");
        let kept = sys::get_state(&script, |script| script.kept.is_some());
        assert_eq!(kept.await, Ok(false));
        script.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_stops_in_its_turn_and_tells_as_stop_does() {
    // Y-4, G-47
    isolated(async {
        let reason = ExitReason::custom("enough");
        let ledger = named().await;
        ledger.cast(Tell::Sleep(20 * SECOND));
        let late = sys::terminate(&ledger.within(SECOND), reason.clone()).await;
        assert_eq!(late, Err(StopError::Timeout));
        assert_eq!(ledger.exited().await, reason, "later");

        let ledger = named().await;
        let stopped = sys::terminate(&LEDGER, reason.clone()).await;
        assert_eq!(stopped, Ok(()));
        assert_eq!(ledger.exited().await, reason);
        let gone = sys::terminate(&LEDGER, reason.clone()).await;
        assert_eq!(gone, Err(StopError::NoProc));
        let probe = Probe::options(log()).name("ledger");
        let probe = probe.start().await.expect("starts");
        let stranger = sys::terminate(&LEDGER, reason.clone()).await;
        assert_eq!(stranger, Err(StopError::WrongType));
        let stopped = sys::terminate(&probe.pid(), reason).await;
        assert_eq!(stopped, Ok(()));
    })
    .await;
}

/// Is slow to begin, and then has a step to do.
struct Slow(Vec<&'static str>);

impl GenServer for Slow {
    type Args = ExitReason;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = ();

    async fn init(end: ExitReason, _cx: &mut Context<Self>) -> InitResult<Self> {
        tokio::time::sleep(SECOND).await;
        match end {
            ExitReason::Normal => Ok(Init::Continue(Self(vec!["init"]), ())),
            end => Err(end),
        }
    }

    async fn handle_continue(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        tokio::time::sleep(SECOND).await;
        self.0.push("continue");
        Ok(Next::NoReply)
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_during_init_waits_for_it_and_for_the_continue() {
    // Y-1, G-2, G-31
    isolated(async {
        let name = Name::<Slow>::new("slow");
        let starts = Slow::options(ExitReason::Normal).name("slow").start();
        let asks = async {
            tokio::task::yield_now().await;
            sys::get_state(&name, |slow| slow.0.clone()).await
        };
        let (started, seen) = tokio::join!(starts, asks);
        assert_eq!(seen, Ok(vec!["init", "continue"]));
        started.expect("starts").stop().await.expect("stops");

        let end = ExitReason::custom("no");
        let fails = Slow::options(end.clone()).name("slow").start();
        let asks = async {
            tokio::task::yield_now().await;
            sys::get_state(&name, |slow| slow.0.clone()).await
        };
        let (failed, unanswered) = tokio::join!(fails, asks);
        assert!(failed.is_err());
        assert_eq!(unanswered, Err(SysError::Call(CallError::Exited(end))));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_before_a_kill_gets_its_reason() {
    // G-21, P-6
    isolated(async {
        let script = Script::new().await;
        script.cast(job(|_| Box::pin(std::future::pending())));
        let asked = sys::get_state(&script, drop_nothing);
        let kill = async { script.exit(ExitReason::Kill) };
        let (asked, ()) = tokio::join!(asked, kill);
        let killed = CallError::Exited(ExitReason::Killed);
        assert_eq!(asked, Err(SysError::Call(killed)));
    })
    .await;
}
