//! Cycles of calls: found when they close, and nothing else is taken for one (beyond OTP, F-06).

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{
    ActorRef, Address, CallError, Context, Deadline, GenServer, InitResult, Name, Next, NextResult,
    Node, Options, ReplyTo, Start, StartError,
};
use tokio::sync::oneshot;

use crate::desk::{Full, settle};
use crate::time::Clock;

/// Calls others on request.
struct Peer;

type Outcome = Result<(), CallError>;

enum Ask {
    Ping {
        reply: ReplyTo<()>,
    },
    /// Calls the first, which calls the second, and so on.
    Through {
        path: Vec<ActorRef<Peer>>,
        deadline: Deadline,
        reply: ReplyTo<Outcome>,
    },
    /// Answers, and then calls this one.
    AnswerThenCall {
        other: ActorRef<Peer>,
        reply: ReplyTo<()>,
    },
    /// Has itself called so, and tells how its own call went.
    BeCalledBack {
        by: ActorRef<Peer>,
        reply: ReplyTo<Outcome>,
    },
}

impl GenServer for Peer {
    type Args = ();
    type Call = Ask;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(&mut self, ask: Ask, cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Ping { reply } => reply.send(()),
            Ask::Through {
                path,
                deadline,
                reply,
            } => reply.send(through(path, deadline).await),
            Ask::AnswerThenCall { other, reply } => {
                reply.send(());
                other.call(|reply| Ask::Ping { reply }).await?;
            }
            Ask::BeCalledBack { by, reply } => {
                let other = cx.actor_ref();
                reply.send(by.call(|reply| Ask::AnswerThenCall { other, reply }).await);
            }
        }
        Ok(Next::NoReply)
    }
}

async fn through(mut path: Vec<ActorRef<Peer>>, deadline: Deadline) -> Outcome {
    if path.is_empty() {
        return Ok(());
    }
    let next = path.remove(0);
    let ask = |reply| Ask::Through {
        path,
        deadline,
        reply,
    };
    next.call_by(deadline, ask).await?
}

async fn peers<const N: usize>(options: fn(Options<Peer>) -> Options<Peer>) -> [ActorRef<Peer>; N] {
    let mut peers = Vec::new();
    for _ in 0..N {
        peers.push(options(Peer::options(())).start().await.expect("starts"));
    }
    peers.try_into().expect("so many were started")
}

async fn stop(peers: &[ActorRef<Peer>]) {
    for peer in peers {
        peer.stop().await.expect("stops");
    }
}

/// Sends the first of them round the path, and returns how it went.
async fn round(path: &[&ActorRef<Peer>], deadline: Deadline) -> Outcome {
    let path: Vec<_> = path.iter().map(|peer| (*peer).clone()).collect();
    let first = path[0].clone();
    let ask = |reply| Ask::Through {
        path: path[1..].to_vec(),
        deadline,
        reply,
    };
    first.call_by(Deadline::Never, ask).await?
}

#[tokio::test(start_paused = true)]
async fn a_call_that_closes_a_circle_fails_at_once_and_names_it() {
    // F-06
    isolated(async {
        let [a, b, c] = peers(|options| options).await;
        let clock = Clock::start();
        for deadline in [Deadline::Default, Deadline::Never] {
            let Err(CallError::Cycle(path)) = round(&[&a, &b, &a], deadline).await else {
                panic!("it closes a circle");
            };
            assert_eq!(path, [b.pid(), a.pid()]);
            let Err(CallError::Cycle(path)) = round(&[&a, &b, &c, &a], deadline).await else {
                panic!("it closes a circle");
            };
            assert_eq!(path, [c.pid(), a.pid(), b.pid()]);
        }
        assert_eq!(clock.elapsed(), Duration::ZERO);
        // And all of them go on.
        assert!(round(&[&a, &b, &c], Deadline::Default).await.is_ok());
        stop(&[a, b, c]).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_error_tells_the_way_round() {
    isolated(async {
        let a = Peer::options(()).name("a").start().await.expect("starts");
        let b = Peer::options(()).name("b").start().await.expect("starts");
        let error = round(&[&a, &b, &a], Deadline::Default)
            .await
            .expect_err("a circle");
        let (a_pid, b_pid) = (a.pid(), b.pid());
        let expected = format!("a cycle of calls: {b_pid} b -> {a_pid} a -> {b_pid} b");
        assert_eq!(error.to_string(), expected);
        stop(&[a, b]).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_limit_of_its_own_ends_by_it() {
    // G-20: as in OTP
    isolated(async {
        let [a, b] = peers(|options| options).await;
        let clock = Clock::start();
        let second = Duration::from_secs(1);
        let outcome = round(&[&a, &b, &a], Deadline::After(second)).await;
        assert!(matches!(outcome, Err(CallError::Timeout)), "{outcome:?}");
        assert_eq!(clock.elapsed(), second);
        stop(&[a, b]).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn switched_off_a_circle_ends_by_the_timeout() {
    // F-06, G-20: as in OTP
    isolated(async {
        let [a, b] = peers(Options::without_cycle_detection).await;
        let outcome = round(&[&a, &b, &a], Deadline::Default).await;
        assert!(matches!(outcome, Err(CallError::Timeout)), "{outcome:?}");
        stop(&[a, b]).await;
    })
    .await;
}

on_every_runtime! {
    async fn a_server_that_answers_and_then_calls_its_former_caller_closes_no_circle() {
        isolated(async {
            let [a, b] = peers(|options| options).await;
            for _ in 0..5000 {
                let by = b.clone();
                let outcome = a.call(|reply| Ask::BeCalledBack { by, reply }).await;
                assert!(matches!(outcome, Ok(Ok(()))), "{outcome:?}");
                // Its call back went well, and is over before the next round begins.
                b.call(|reply| Ask::Ping { reply }).await.expect("lives");
            }
            stop(&[a, b]).await;
        })
        .await;
    }
}

on_every_runtime! {
    async fn two_that_call_each_other_at_once_never_hang() {
        // F-06
        isolated(async {
            let [a, b] = peers(|options| options).await;
            for _ in 0..2000 {
                let (ways, never) = ([[&a, &b, &a], [&b, &a, &b]], Deadline::Never);
                let both = async { tokio::join!(round(&ways[0], never), round(&ways[1], never)) };
                let limit = Duration::from_secs(60);
                let (one, other) = tokio::time::timeout(limit, both).await.expect("no hang");
                for outcome in [one, other] {
                    assert!(matches!(outcome, Err(CallError::Cycle(_))), "{outcome:?}");
                }
            }
            stop(&[a, b]).await;
        })
        .await;
    }
}

/// Calls a name from `init`.
struct Impatient;

impl GenServer for Impatient {
    type Args = Name<Peer>;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(name: Name<Peer>, _cx: &mut Context<Self>) -> InitResult<Self> {
        name.call_by(Deadline::Never, |reply| Ask::Ping { reply })
            .await?;
        Ok(Self.into())
    }
}

/// Starts such a process, from its own callback, with a link or without.
struct Starter;

type Started = ReplyTo<Result<(), StartError>>;

impl GenServer for Starter {
    type Args = ();
    type Call = (bool, Started);
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self.into())
    }

    async fn handle_call(
        &mut self,
        (link, reply): (bool, Started),
        cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let started = match link {
            true => CallsBack::start_link(cx.actor_ref()).await,
            false => CallsBack::start(cx.actor_ref()).await,
        };
        reply.send(started.map(drop));
        Ok(Next::NoReply)
    }
}

struct CallsBack;

impl GenServer for CallsBack {
    type Args = ActorRef<Starter>;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(starter: ActorRef<Starter>, _cx: &mut Context<Self>) -> InitResult<Self> {
        let never = Deadline::Never;
        let _ = starter.call_by(never, |reply| (true, reply)).await?;
        Ok(Self.into())
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_calls_its_starter_from_init_gets_an_error() {
    // S-8, and without a link too: the starter waits all the same.
    isolated(async {
        let starter = Starter::start(()).await.expect("starts");
        for link in [true, false] {
            let started = starter
                .call_by(Deadline::Never, |reply| (link, reply))
                .await
                .expect("replies");
            let Err(StartError::Failed(reason)) = started else {
                panic!("{started:?}");
            };
            let error = reason.as_error().and_then(|error| error.downcast_ref());
            assert!(matches!(error, Some(CallError::Cycle(_))), "{reason}");
        }
        starter.stop().await.expect("stops");

        // One that calls somebody else from `init` is none.
        let peer = Peer::options(())
            .name("peer")
            .start()
            .await
            .expect("starts");
        let fine = Impatient::start(Name::new("peer")).await.expect("starts");
        fine.stop().await.expect("stops");
        peer.stop().await.expect("stops");
    })
    .await;
}

/// What a process does in its `init`.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Begins;

impl GenServer for Begins {
    type Args = Work;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(work: Work, _cx: &mut Context<Self>) -> InitResult<Self> {
        work.await;
        Ok(Self.into())
    }
}

/// Starts a process that does this in its `init`.
async fn starts(work: impl Future<Output = ()> + Send + 'static) {
    drop(Begins::start(Box::pin(work)).await.expect("starts"));
}

/// The call, when it may go, and how it went.
fn when_told(
    call: impl Future<Output = Outcome> + Send + 'static,
) -> (
    impl Future<Output = ()> + Send + 'static,
    oneshot::Sender<()>,
    oneshot::Receiver<Outcome>,
) {
    let (go, told) = oneshot::channel();
    let (tell, outcome) = oneshot::channel();
    let work = async move {
        let _ = told.await;
        let _ = tell.send(call.await);
    };
    (work, go, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_circle_that_leads_through_starts_is_found_too() {
    // F-06: a start is a wait like any other, wherever in the circle it stands
    for case in ["a start in an `init`", "called before", "calls from `init`"] {
        isolated(async {
            let one = Full::empty(|o| o).await;
            let two = Full::empty(|o| o).await;
            let callee = if case == "called before" { &two } else { &one };
            let (work, go, outcome) = when_told(callee.says("closes"));
            match case {
                "a start in an `init`" => one.runs(starts(starts(work))),
                "called before" => {
                    one.runs(starts(work));
                    let waits = one.says("waits");
                    two.runs(async { assert_eq!(waits.await, Ok(())) });
                }
                _ => {
                    two.runs(work);
                    let waits = two.says("waits");
                    one.runs(starts(async { assert_eq!(waits.await, Ok(())) }));
                }
            }
            settle().await;
            go.send(()).expect("it waits");
            let outcome = outcome.await.expect("it calls");
            assert!(
                matches!(outcome, Err(CallError::Cycle(_))),
                "{case}: {outcome:?}"
            );
            one.stop().await;
            two.stop().await;
            for begun in Node::current().processes() {
                begun.stop().await.expect("stops");
            }
        })
        .await;
    }
}

/// A future of a process that outlives the callback which began it.
type Kept<T> = Arc<Mutex<Option<Pin<Box<dyn Future<Output = T> + Send>>>>>;

/// Begins it in a callback of the desk, which ends; returns where it is kept.
fn begins_and_keeps<T: Send + 'static>(
    desk: &Full,
    future: impl Future<Output = T> + Send + 'static,
) -> Kept<T> {
    let kept = Kept::default();
    let place = Arc::clone(&kept);
    desk.runs(async move {
        let mut future: Pin<Box<dyn Future<Output = T> + Send>> = Box::pin(future);
        assert!(
            poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx)))
                .await
                .is_pending()
        );
        *place.lock().expect("not poisoned") = Some(future);
    });
    kept
}

/// A desk with a word in its full mailbox, that calls `other` when it is told to; and how that goes.
async fn full_and_calls(other: &Full) -> (Full, oneshot::Sender<()>, oneshot::Receiver<Outcome>) {
    let desk = Full::empty(|o| o.mailbox(1)).await;
    let (go, told) = oneshot::channel();
    let (tell, outcome) = oneshot::channel();
    let call = other.says("call");
    desk.runs(async move {
        let _ = told.await;
        let _ = tell.send(call.await);
    });
    settle().await;
    desk.desk.try_send("here").expect("there is room");
    (desk, go, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_process_waits_no_longer_than_its_callback() {
    // F-06: what it has begun to send, or to call, and keeps for later, holds up nobody
    isolated(async {
        for is_call in [false, true] {
            let one = Full::empty(|o| o).await;
            let (two, go, outcome) = full_and_calls(&one).await;
            let (sends, calls) = match is_call {
                false => {
                    let sending = two.desk.send_by(Deadline::Never, "sent");
                    (Some(begins_and_keeps(&one, sending)), None)
                }
                true => (None, Some(begins_and_keeps(&one, two.says("called")))),
            };
            settle().await;
            go.send(()).expect("it waits");
            assert_eq!(outcome.await, Ok(Ok(())), "a call: {is_call}");
            two.stop().await;
            drop((sends, calls));
            one.stop().await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_goes_on_to_wait_in_another_callback_waits_again() {
    // F-06, F-17: neither has a limit of its own
    isolated(async {
        let clock = Clock::start();
        let one = Full::empty(|o| o).await;
        let (two, go, outcome) = full_and_calls(&one).await;
        let sent = begins_and_keeps(&one, two.desk.send_by(Deadline::Never, "sent"));
        settle().await;
        let sending = sent.lock().expect("not poisoned").take().expect("is kept");
        one.runs(async {
            assert_eq!(sending.await, Ok(()), "the other one is told");
        });
        settle().await;
        go.send(()).expect("it waits");
        let outcome = outcome.await.expect("it calls");
        assert!(matches!(outcome, Err(CallError::Cycle(_))), "{outcome:?}");
        assert!(clock.elapsed() < Duration::from_secs(1));
        assert_eq!(two.hears().await, ["here", "sent"]);
        two.stop().await;
        one.stop().await;
    })
    .await;
}
