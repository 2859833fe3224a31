//! What callbacks may answer, and what becomes of those that are not written.

use std::convert::Infallible;
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    Address, CallError, Context, ExitReason, GenServer, InitResult, Next, NextResult, ReplyTo,
    Start, Unhandled, process,
};

use crate::time::Clock;
use crate::witness::Heard::{Down, Exit, Terminate, Timeout, Word};
use crate::witness::{Job, Plain, Watched, Witness, answer};

const SECOND: Duration = Duration::from_secs(1);

/// Sends a job so that another callback gets it.
type Via = fn(&Watched, Job);

/// Each callback but `init` and `terminate`.
const CALLBACKS: [(&str, Via); 4] = [
    ("call", |to, job| ask(to, job)),
    ("cast", |to, job| to.server.cast(job)),
    ("info", |to, job| to.server.send(Plain::Do(job))),
    ("continue", |to, job| {
        to.server.cast(answer(|| Ok(Next::Continue(job))));
    }),
];

/// A call that nobody waits for: its request is handled all the same.
fn ask(to: &Watched, job: Job) {
    let call = to.server.call(move |reply: ReplyTo<()>| -> Job {
        Box::new(move |cx| {
            reply.send(());
            job(cx)
        })
    });
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::pin!(call).poll(&mut cx).is_pending());
}

#[tokio::test(start_paused = true)]
async fn every_callback_may_go_on_in_every_way() {
    // G-14, G-15, G-32, G-33, G-34, G-48
    for (name, via) in CALLBACKS {
        isolated(async {
            let server = Watched::start().await;
            via(&server, answer(|| Ok(Next::NoReply)));
            via(&server, answer(|| Ok(Next::Hibernate)));
            server.word("next");
            assert_eq!(server.hears().await, [Word("next")], "{name}");

            let clock = Clock::start();
            via(&server, answer(|| Ok(Next::Timeout(SECOND))));
            tokio::time::sleep(2 * SECOND).await;
            assert_eq!(server.heard()[1..], [Timeout], "{name}");
            assert_eq!(clock.elapsed(), 2 * SECOND);

            let to = server.clone();
            let step = answer(move || {
                to.word("sent by the continue");
                Ok(Next::Timeout(SECOND))
            });
            via(&server, answer(|| Ok(Next::Continue(step))));
            tokio::time::sleep(3 * SECOND).await;
            assert_eq!(
                server.heard()[2..],
                [Word("sent by the continue")],
                "{name}"
            );
            server.stop().await;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_callback_may_end_the_server_in_every_way() {
    // G-14, G-15, G-33, G-39, G-45: by an answer, by an error; what is queued is dropped
    for (name, via) in CALLBACKS {
        isolated(async {
            let boom = ExitReason::custom("boom");
            let ends = [ExitReason::Normal, ExitReason::Shutdown, boom];
            for (reason, fails) in ends.iter().flat_map(|end| [(end, false), (end, true)]) {
                let (watcher, server) = (Watched::trapping().await, Watched::start().await);
                watcher.link(&server).await;
                let monitor = watcher.monitor(&server.pid()).await;
                let given = reason.clone();
                let end = move || match fails {
                    true => Err(given),
                    false => Ok(Next::Stop(given)),
                };
                via(&server, answer(end));
                server.word("queued");
                assert_eq!(&server.ends().await, reason, "{name}");
                let heard = server.heard();
                assert_eq!(heard, [Terminate(reason.clone())], "{name}");
                let expected = [
                    Exit(Some(server.pid()), reason.clone()),
                    Down(monitor, server.pid(), reason.clone()),
                ];
                assert_eq!(watcher.hears().await, expected, "{name}");
                watcher.stop().await;
            }
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_leaves_before_the_continue() {
    // G-32
    isolated(async {
        let server = Watched::start().await;
        let clock = Clock::start();
        let job = |reply: ReplyTo<&'static str>| -> Job {
            answer(move || {
                reply.send("reply");
                Ok(Next::Continue(crate::witness::wait(async {
                    tokio::time::sleep(SECOND).await;
                    Ok(Next::NoReply)
                })))
            })
        };
        let reply = server.server.call(job).await;
        assert_eq!(reply.expect("replies"), "reply");
        assert_eq!(clock.elapsed(), Duration::ZERO);
        server.stop().await;
        assert_eq!(clock.elapsed(), SECOND, "the stop waited for the continue");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_reply_from_another_process_ends_the_call_and_the_caller_hears_nothing_more() {
    // G-25: after the callback has returned
    isolated(async {
        let (caller, server, other) = (
            Watched::start().await,
            Watched::start().await,
            Watched::start().await,
        );
        let (answers, callee) = (other.clone(), server.clone());
        let call = async move {
            let job = |reply: ReplyTo<&'static str>| -> Job {
                answer(move || {
                    answers.server.cast(answer(move || {
                        reply.send("from another");
                        Ok(Next::NoReply)
                    }));
                    Ok(Next::NoReply)
                })
            };
            callee.server.call(job).await
        };
        let reply = caller.runs(call).await;
        assert_eq!(reply.expect("replies"), "from another");
        assert_eq!(caller.hears().await, []);
        for process in [caller, server, other] {
            process.stop().await;
        }
    })
    .await;
}

/// Counts, and panics in the middle of it.
struct Account {
    booked: u32,
    seen: tokio::sync::mpsc::UnboundedSender<(u32, String)>,
}

impl GenServer for Account {
    type Args = tokio::sync::mpsc::UnboundedSender<(u32, String)>;
    type Call = ReplyTo<()>;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(seen: Self::Args, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { booked: 1, seen }.into())
    }

    async fn handle_call(&mut self, _: ReplyTo<()>, _: &mut Context<Self>) -> NextResult<Self> {
        self.booked = 2;
        panic!("half done");
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        let _ = self.seen.send((self.booked, reason.to_string()));
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_panic_terminate_sees_the_state_as_the_panic_left_it() {
    // G-17, X-3, E-2: and link, monitor and caller get the same reason
    isolated(async {
        let (watcher, (seen, mut told)) = (
            Watched::trapping().await,
            tokio::sync::mpsc::unbounded_channel(),
        );
        let account = Account::start(seen).await.expect("starts");
        let target = account.pid();
        assert!(watcher.does(move |cx| cx.link(&target).is_ok()).await);
        let monitor = watcher.monitor(&account.pid()).await;
        let outcome = account.call(|reply| reply).await;
        let Err(CallError::Exited(reason)) = outcome else {
            panic!("{outcome:?}");
        };
        let (booked, text) = told.recv().await.expect("terminate ran");
        assert_eq!(booked, 2);
        assert_eq!(text, reason.to_string());
        assert!(matches!(&reason, ExitReason::Panic(report) if report.message() == "half done"));
        assert_eq!(account.exited().await, reason);
        let expected = [
            Exit(Some(account.pid()), reason.clone()),
            Down(monitor, account.pid(), reason),
        ];
        assert_eq!(watcher.hears().await, expected);
        watcher.stop().await;
    })
    .await;
}

/// Has nothing but `init`.
struct Bare;

impl GenServer for Bare {
    type Args = ();
    type Call = ReplyTo<()>;
    type Cast = ();
    type Info = ();
    type Continue = ();

    async fn init((): (), cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self.into())
    }
}

/// A server that cannot do what it asks of itself.
struct BareContinue;

impl GenServer for BareContinue {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = ();

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(actor_core::Init::Continue(Self, ()))
    }
}

#[track_caller]
fn is_unhandled(reason: &ExitReason, callback: &str) {
    let error = reason.as_error().expect("an error");
    assert!(error.is::<Unhandled>());
    assert!(error.to_string().contains(callback), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_callback_ends_the_server_and_a_plain_message_does_not() {
    // G-18
    isolated(async {
        let called = Bare::start(()).await.expect("starts");
        let outcome = called.call(|reply| reply).await;
        let Err(CallError::Exited(reason)) = outcome else {
            panic!("{outcome:?}");
        };
        is_unhandled(&reason, "handle_call");

        let told = Bare::start(()).await.expect("starts");
        told.cast(());
        is_unhandled(&told.exited().await, "handle_cast");

        let went_on = BareContinue::start(()).await.expect("starts");
        is_unhandled(&went_on.exited().await, "handle_continue");

        let lives = Bare::start(()).await.expect("starts");
        lives.send(());
        lives.exit(ExitReason::Shutdown); // it traps exits: a message like any other
        process::send_after(&lives, SECOND, ());
        tokio::time::sleep(2 * SECOND).await;
        assert!(lives.is_alive());
        let reason = ExitReason::custom("enough");
        let stopped = lives.stop_with(reason).await;
        stopped.expect("the `terminate` that is not written changes nothing");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_inside_handle_info_is_a_crash() {
    // G-18: only a callback that is not written is forgiven
    isolated(async {
        for panics in [true, false] {
            let server = Watched::start().await;
            server.server.send(Plain::Do(answer(move || match panics {
                true => panic!("inside"),
                false => Err(Failure.into()),
            })));
            assert!(server.ends().await.is_abnormal());
            let heard = server.heard();
            assert!(matches!(&heard[..], [Terminate(reason)] if reason.is_abnormal()));
        }
    })
    .await;
}

#[derive(Debug, thiserror::Error)]
#[error("failed inside")]
struct Failure;

#[tokio::test(start_paused = true)]
async fn every_kind_of_message_has_its_callback() {
    // G-13: a plain send, an exit, a DOWN, a timer and silence are all for `handle_info`
    isolated(async {
        let (server, peer) = (Watched::trapping().await, Watched::start().await);
        let monitor = server.monitor(&peer.pid()).await;
        server.word("sent");
        peer.stop().await;
        server.server.exit(ExitReason::Shutdown);
        server
            .does(|cx| cx.send_after(SECOND, Plain::Word("timer")))
            .await;
        tokio::time::sleep(2 * SECOND).await;
        server.server.cast(answer(|| Ok(Next::Timeout(SECOND))));
        tokio::time::sleep(2 * SECOND).await;
        let expected = [
            Word("sent"),
            Down(monitor, peer.pid(), ExitReason::Normal),
            Exit(None, ExitReason::Shutdown),
            Word("timer"),
            Timeout,
        ];
        assert_eq!(server.hears().await, expected);
        server.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_timer_outlives_the_process_that_set_it() {
    // TM-2, TM-4: also one set for an instant
    isolated(async {
        let (server, setter) = (Watched::start().await, Watched::start().await);
        let to = server.server.clone();
        let timers = setter.runs(async move {
            let first = process::send_after(&to, SECOND, Plain::Word("after"));
            #[expect(clippy::disallowed_methods, reason = "the instant of a timer")]
            let at = tokio::time::Instant::now() + 2 * SECOND;
            [
                first,
                process::send_at::<Witness, _>(&to, at, Plain::Word("at")),
            ]
        });
        let [_, at] = timers.await;
        assert_eq!(at.remaining(), Some(2 * SECOND));
        setter.server.exit(ExitReason::Kill);
        setter.ends().await;
        tokio::time::sleep(2 * SECOND - Duration::from_millis(1)).await;
        assert_eq!(server.heard(), [Word("after")], "not early");
        tokio::time::sleep(SECOND).await;
        assert_eq!(server.heard(), [Word("after"), Word("at")]);
        server.stop().await;
    })
    .await;
}
