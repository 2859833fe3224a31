//! Source: erlang/otp lib/stdlib/test/gen_server_SUITE.erl

mod sys;

use std::convert::Infallible;
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::time::Duration;

use actor_core::sys::{resume, suspend};
use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, Context, ExitReason, GenServer, Info, Init, InitResult,
    MonitorRef, Name, Next, NextResult, NoResponse, Options, Pid, ReplyTo, Request, Requests,
    Start, StartError, StopError, Unhandled, process,
};

use crate::time::Clock;
use crate::witness::Heard::{self, Down, Exit, Terminate, Word};
use crate::witness::{Job, Plain, Watched, Witness, answer, wait};

const SECOND: Duration = Duration::from_secs(1);

/// Answers calls in all the ways that the suite asks for.
struct Suite {
    delayed: Option<ReplyTo<&'static str>>,
    told: Option<Watched>,
}

enum Ask {
    Started {
        reply: ReplyTo<&'static str>,
    },
    DelayedAnswer {
        reply: ReplyTo<&'static str>,
    },
    ArmTimeout {
        to: Watched,
        reply: ReplyTo<&'static str>,
    },
    After {
        delay: Duration,
        reply: ReplyTo<&'static str>,
    },
    Never {
        reply: ReplyTo<&'static str>,
    },
}

enum Tell {
    Word(Watched),
    Delayed(Watched),
    Stop,
}

/// What `init` does, by its argument.
#[derive(Clone)]
enum Begin {
    Ready,
    Ignore,
    Error,
    Stop,
    Hang,
}

impl GenServer for Suite {
    type Args = Begin;
    type Call = Ask;
    type Cast = Tell;
    type Info = Tell;
    type Continue = Infallible;

    async fn init(begin: Begin, _cx: &mut Context<Self>) -> InitResult<Self> {
        let state = Self {
            delayed: None,
            told: None,
        };
        Ok(match begin {
            Begin::Ready => Init::Ready(state),
            Begin::Ignore => Init::Ignore,
            Begin::Error => Init::Error(ExitReason::error("an error")),
            Begin::Stop => Init::Stop(ExitReason::error("stopped")),
            Begin::Hang => pending().await,
        })
    }

    async fn handle_call(&mut self, ask: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Started { reply } => reply.send("ok"),
            Ask::DelayedAnswer { reply } => {
                self.delayed = Some(reply);
                return Ok(Next::Timeout(SECOND));
            }
            Ask::ArmTimeout { to, reply } => {
                self.told = Some(to);
                reply.send("ok");
                return Ok(Next::Timeout(SECOND));
            }
            Ask::After { delay, reply } => {
                tokio::time::sleep(delay).await;
                reply.send("ok");
            }
            Ask::Never { reply } => self.delayed = Some(reply),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, tell: Tell, _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(self.tell(tell))
    }

    async fn handle_info(&mut self, info: Info<Tell>, _cx: &mut Context<Self>) -> NextResult<Self> {
        match info {
            Info::Message(tell) => return Ok(self.tell(tell)),
            Info::Timeout => {
                if let Some(reply) = self.delayed.take() {
                    reply.send("delayed");
                }
                if let Some(to) = self.told.take() {
                    to.word("timeout");
                }
            }
            Info::Exit(_) | Info::Down(_) => panic!("no link and no monitor was made"),
        }
        Ok(Next::NoReply)
    }
}

impl Suite {
    fn tell(&mut self, tell: Tell) -> Next<Self> {
        match tell {
            Tell::Word(to) => to.word("handled"),
            Tell::Delayed(to) => {
                self.told = Some(to);
                return Next::Timeout(SECOND);
            }
            Tell::Stop => return Next::Stop(ExitReason::shutdown_with("told to")),
        }
        Next::NoReply
    }
}

async fn suite() -> ActorRef<Suite> {
    Suite::start(Begin::Ready).await.expect("starts")
}

async fn named() -> ActorRef<Suite> {
    let options = Suite::options(Begin::Ready).name(NAME);
    options.start().await.expect("starts")
}

const NAME: &str = "my_test_name";

fn my_test_name() -> Name<Suite> {
    Name::new(NAME)
}

fn is_ok(reply: Result<&'static str, CallError>) -> bool {
    reply.is_ok_and(|reply| reply == "ok")
}

/// The ways to start.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Start,
    Link,
    Monitor,
}

const WAYS: [Way; 3] = [Way::Start, Way::Link, Way::Monitor];

/// A server, and its monitor if the start placed one.
type Started = Result<(ActorRef<Suite>, Option<MonitorRef>), StartError>;

/// One start, run inside the client, with or without a name.
async fn start_by(
    client: &Watched,
    begin: Begin,
    change: fn(Options<Suite>) -> Options<Suite>,
    way: Way,
) -> Started {
    let options = change(Suite::options(begin));
    client
        .runs(async move {
            Ok(match way {
                Way::Start => (options.start().await?, None),
                Way::Link => (options.start_link().await?, None),
                Way::Monitor => {
                    let (server, monitor) = options.start_monitor().await?;
                    (server, Some(monitor))
                }
            })
        })
        .await
}

/// What the client hears of a server that stopped.
fn end_of((server, monitor): (ActorRef<Suite>, Option<MonitorRef>), way: Way) -> Option<Heard> {
    match (way, monitor) {
        (Way::Link, _) => Some(Exit(Some(server.pid()), ExitReason::Normal)),
        (_, Some(monitor)) => Some(Down(monitor, server.pid(), ExitReason::Normal)),
        (_, None) => None,
    }
}

#[tokio::test(start_paused = true)]
async fn start() {
    // G-1, G-3, G-4, G-7, G-9
    // DIFFERENCE: there is no global or via name yet.
    isolated(async {
        for way in WAYS {
            let client = Watched::trapping().await;
            let first = start_by(&client, Begin::Ready, |options| options, way).await;
            let first = first.expect("starts");
            let anonymous = first.0.clone();
            assert!(is_ok(anonymous.call(|reply| Ask::Started { reply }).await));
            anonymous.stop().await.expect("stops");
            let dead = anonymous.call(|reply| Ask::Started { reply }).await;
            assert!(matches!(dead, Err(CallError::NoProc)));

            let named = |options: Options<Suite>| options.name(NAME);
            let second = start_by(&client, Begin::Ready, named, way).await;
            let second = second.expect("starts");
            let local = second.0.clone();
            assert!(is_ok(
                my_test_name().call(|reply| Ask::Started { reply }).await
            ));
            let third = start_by(&client, Begin::Ready, named, way).await;
            let taken = matches!(third, Err(StartError::AlreadyStarted(pid)) if pid == local.pid());
            assert!(taken);
            local.stop().await.expect("stops");

            // Nothing is left in the inbox but the ends of the linked and the monitored ones.
            let ends: Vec<_> = [first, second]
                .into_iter()
                .filter_map(|started| end_of(started, way))
                .collect();
            assert_eq!(ends.is_empty(), way == Way::Start);
            assert_eq!(client.hears().await, ends, "{way:?}");
            client.stop().await;
        }
    })
    .await;
}

/// The rest of `start`: each way in which `init` gives no server.
#[tokio::test(start_paused = true)]
async fn start_that_fails() {
    // G-4, G-7, G-8, G-9
    isolated(async {
        let client = Watched::trapping().await;
        for way in WAYS {
            let fails = async |begin, change: fn(Options<Suite>) -> Options<Suite>| {
                let started = start_by(&client, begin, change, way).await;
                assert_eq!(process::whereis(NAME), None);
                started.expect_err("no server")
            };
            let slow = |options: Options<Suite>| options.name(NAME).timeout(SECOND);
            let limit = fails(Begin::Hang, slow).await;
            assert!(matches!(limit, StartError::Timeout(SECOND)));
            let ignored = fails(Begin::Ignore, |options| options.name(NAME)).await;
            assert!(matches!(ignored, StartError::Ignored));
            for begin in [Begin::Error, Begin::Stop] {
                let failed = fails(begin, |options| options.name(NAME)).await;
                assert!(matches!(failed, StartError::Failed(ExitReason::Error(_))));
            }
        }
        assert_eq!(client.hears().await, [], "nothing is left in the inbox");
        client.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn stop1() {
    // G-47: by pid
    isolated(async {
        let server = suite().await;
        server.pid().stop().await.expect("stops");
        assert!(!server.is_alive());
        assert!(matches!(server.pid().stop().await, Err(StopError::NoProc)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn stop2() {
    // G-47: any reason is the one that was asked for
    isolated(async {
        let server = suite().await;
        let reason = ExitReason::custom("other");
        server.stop_with(reason.clone()).await.expect("stops");
        assert_eq!(server.exited().await, reason);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn stop4() {
    // G-47: by local name
    isolated(async {
        let server = named().await;
        my_test_name().stop().await.expect("stops");
        assert!(!server.is_alive());
        assert_eq!(my_test_name().whereis(), None);
        let again = my_test_name().stop().await;
        assert!(matches!(again, Err(StopError::NoProc)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn call() {
    // G-20, G-21, G-25, G-34
    // DIFFERENCE: a bad return value does not compile (G-16).
    isolated(async {
        let (server, client) = (named().await, Watched::start().await);
        assert!(is_ok(
            my_test_name().call(|reply| Ask::Started { reply }).await
        ));
        let clock = Clock::start();
        let delayed = server.call(|reply| Ask::DelayedAnswer { reply }).await;
        assert_eq!(delayed.expect("replies"), "delayed");
        assert_eq!(clock.elapsed(), SECOND);

        let to = client.clone();
        assert!(is_ok(
            server.call(|reply| Ask::ArmTimeout { to, reply }).await
        ));
        tokio::time::sleep(SECOND - Duration::from_millis(1)).await;
        assert_eq!(client.heard(), []);
        tokio::time::sleep(SECOND).await;
        assert_eq!(client.heard(), [Word("timeout")]);

        let slow = |reply| Ask::After {
            delay: 2 * SECOND,
            reply,
        };
        let late = server.within(SECOND).call(slow).await;
        assert!(matches!(late, Err(CallError::Timeout)));
        assert!(is_ok(server.call(|reply| Ask::Started { reply }).await));
        server.stop().await.expect("stops");
        client.stop().await;
    })
    .await;
}

/// Requests to three servers, which answer after so many seconds, under these labels.
async fn three(seconds: [u32; 3]) -> (Requests<u32, &'static str>, Vec<ActorRef<Suite>>) {
    let (mut requests, mut servers) = (Requests::new(), Vec::new());
    for label in seconds {
        let server = suite().await;
        requests.add(label, request(&server, label * SECOND));
        servers.push(server);
    }
    (requests, servers)
}

fn request(server: &ActorRef<Suite>, delay: Duration) -> Request<&'static str> {
    server.send_request(|reply| Ask::After { delay, reply })
}

async fn kill_all(servers: Vec<ActorRef<Suite>>) {
    for server in servers {
        server.exit(ExitReason::Kill);
        server.exited().await;
    }
}

#[tokio::test(start_paused = true)]
async fn send_request_receive_reqid_collection() {
    // G-29
    // DIFFERENCE: a request is moved into its collection, so none is added twice.
    isolated(async {
        let (mut requests, servers) = three([3, 1, 2]).await;
        servers[2].exit(ExitReason::Kill); // label 2: one error response, at once
        let (label, response) = requests
            .receive(SECOND)
            .await
            .expect("in time")
            .expect("some");
        assert_eq!(label, 2);
        assert!(matches!(
            response,
            Err(CallError::Exited(ExitReason::Killed)) | Err(CallError::NoProc)
        ));
        let (label, response) = requests
            .receive(2 * SECOND)
            .await
            .expect("in time")
            .expect("some");
        assert_eq!((label, is_ok(response)), (1, true));
        assert_eq!(requests.len(), 1, "an answered one is deleted");
        let late = requests.receive(SECOND).await;
        assert!(matches!(late, Err(CallError::Timeout)));
        let abandoned = requests.receive(10 * SECOND).await.expect("at once");
        assert!(abandoned.is_none(), "for good");
        kill_all(servers).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn send_request_wait_reqid_collection() {
    // G-29
    isolated(async {
        let (mut requests, servers) = three([3, 1, 2]).await;
        let clock = Clock::start();
        let none = requests.wait(SECOND / 2).await;
        assert_eq!(none.err(), Some(NoResponse));
        for expected in 1..=3 {
            let (label, response) = requests
                .wait(10 * SECOND)
                .await
                .expect("in time")
                .expect("one");
            assert_eq!((label, is_ok(response)), (expected, true));
            assert_eq!(clock.elapsed(), expected * SECOND);
        }
        assert!(requests.wait(SECOND).await.expect("at once").is_none());
        kill_all(servers).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn send_request_check_reqid_collection() {
    // G-29
    // DIFFERENCE: replies are no messages that could be checked: looking is a wait of no time.
    isolated(async {
        let (mut requests, servers) = three([3, 1, 2]).await;
        let no_reply = requests.wait(Duration::ZERO).await;
        assert_eq!(no_reply.err(), Some(NoResponse));
        tokio::time::sleep(SECOND / 2).await; // so that each reply comes between two looks
        for expected in 1..=3 {
            let no_reply = requests.wait(Duration::ZERO).await;
            assert_eq!(no_reply.err(), Some(NoResponse));
            tokio::time::sleep(SECOND).await;
            let checked = requests.wait(Duration::ZERO).await;
            let (label, response) = checked.expect("is there").expect("one");
            assert_eq!((label, is_ok(response)), (expected, true));
        }
        let mut unknown = Requests::new();
        unknown.add(
            "nobody",
            my_test_name().send_request(|reply| Ask::Never { reply }),
        );
        let (_, response) = unknown
            .wait(Duration::ZERO)
            .await
            .expect("at once")
            .expect("one");
        assert!(matches!(response, Err(CallError::NoProc)));
        kill_all(servers).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn cast() {
    // G-13, G-15, G-28
    isolated(async {
        let (server, client) = (named().await, Watched::start().await);
        my_test_name().cast(Tell::Word(client.clone()));
        assert!(is_ok(server.call(|reply| Ask::Started { reply }).await));
        assert_eq!(client.hears().await, [Word("handled")]);
        my_test_name().cast(Tell::Delayed(client.clone()));
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(client.heard()[1..], [Word("timeout")]);
        my_test_name().cast(Tell::Stop);
        let reason = server.exited().await;
        assert_eq!(reason.as_term(), Some(&"told to"));
        client.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn cast_fast() {
    // G-28: local form, an unknown name
    isolated(async {
        let clock = Clock::start();
        for _ in 0..1000 {
            my_test_name().cast(Tell::Stop);
        }
        assert_eq!(clock.elapsed(), Duration::ZERO);
        let later = named().await;
        assert!(
            is_ok(later.call(|reply| Ask::Started { reply }).await),
            "nothing was kept"
        );
        later.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn info() {
    // G-13
    isolated(async {
        let (server, client) = (named().await, Watched::start().await);
        my_test_name().send(Tell::Word(client.clone()));
        server.send(Tell::Delayed(client.clone()));
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(client.heard(), [Word("handled"), Word("timeout")]);
        server.send(Tell::Stop);
        assert_eq!(server.exited().await.as_term(), Some(&"told to"));
        client.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn spec_init_local_registered_parent() {
    // G-42: a parent with a name is a parent like any other
    // DIFFERENCE: a process becomes a server by its start alone (no enter_loop).
    isolated(async {
        let parent = Watched::named("parent").await;
        let child = parent.child().await;
        child.does(|cx| cx.trap_exit(true)).await;
        let reason = ExitReason::custom("boom");
        let found = Name::<Witness>::new("parent").whereis().expect("is there");
        found.stop_with(reason.clone()).await.expect("stops");
        assert_eq!(child.ends().await, reason);
        assert_eq!(child.heard(), [Terminate(reason)]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn otp_5854() {
    // N-1
    // DIFFERENCE: a name is taken by the start, not before it: whoever has it is the other one.
    isolated(async {
        let holder = Watched::named(NAME).await;
        let options = Suite::options(Begin::Ready).name(NAME);
        let refused = options.start().await;
        assert!(matches!(refused, Err(StartError::AlreadyStarted(pid)) if pid == holder.pid()));
        assert_eq!(process::whereis(NAME), Some(holder.pid()));
        holder.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn hibernate() {
    // G-48, Y-2
    // DIFFERENCE: only what messages do.
    isolated(async {
        let (server, peer) = (Watched::trapping().await, Watched::start().await);
        let sleeps = || answer(|| Ok(Next::Hibernate));
        let asleep = |reply: ReplyTo<()>| -> Job {
            Box::new(|_| {
                reply.send(());
                Box::pin(ready(Ok(Next::Hibernate)))
            })
        };
        server.link(&peer).await;
        server.server.call(asleep).await.expect("replies");
        server.server.cast(sleeps());
        server.server.send(Plain::Do(sleeps()));
        server.server.cast(answer(|| {
            Ok(Next::Continue(answer(|| Ok(Next::Hibernate))))
        }));
        tokio::time::sleep(3600 * SECOND).await;
        assert_eq!(server.heard(), []);
        server.word("woken");
        server.server.cast(sleeps());
        peer.server.exit(ExitReason::Shutdown);
        peer.ends().await;
        server.server.call(asleep).await.expect("replies");
        let expected = [Word("woken"), Exit(Some(peer.pid()), ExitReason::Shutdown)];
        assert_eq!(server.heard(), expected);

        server.server.cast(sleeps());
        suspend(&server.server).await.expect("suspends");
        server.word("waits");
        tokio::time::sleep(3600 * SECOND).await;
        assert_eq!(server.heard(), expected);
        resume(&server.server).await.expect("resumes");
        let expected = [&expected[..], &[Word("waits")]].concat();
        assert_eq!(server.hears().await, expected);
        server.stop().await;
        assert_eq!(server.heard()[3..], [Terminate(ExitReason::Normal)]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn call_with_huge_message_queue() {
    //
    // DIFFERENCE: no clock is needed: a reply has a slot of its own, and the queue is not searched.
    isolated(async {
        let (client, server) = (Watched::start().await, suite().await);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (go, gone) = tokio::sync::oneshot::channel::<()>();
        let callee = server.clone();
        let mut busy = std::pin::pin!(client.runs(async move {
            let _ = begun.send(());
            let _ = gone.await;
            for _ in 0..1000 {
                assert!(is_ok(callee.call(|reply| Ask::Started { reply }).await));
            }
        }));
        assert!(poll_once(busy.as_mut()).await.is_none());
        has_begun.await.expect("runs");
        for _ in 0..500_000 {
            client.word("unrelated");
        }
        go.send(()).expect("is waited for");
        busy.await;
        assert_eq!(client.hears().await.len(), 500_000, "and none is lost");
        client.stop().await;
        server.stop().await.expect("stops");
    })
    .await;
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match future.as_mut().poll(cx) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

/// The suite's `oc_server`: it has no callback but `init`, which may ask for a continue.
struct OcServer;

impl GenServer for OcServer {
    type Args = bool;
    type Call = ReplyTo<()>;
    type Cast = ();
    type Info = ();
    type Continue = ();

    async fn init(continues: bool, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(match continues {
            true => Init::Continue(Self, ()),
            false => Init::Ready(Self),
        })
    }
}

async fn oc_server() -> ActorRef<OcServer> {
    OcServer::start(false).await.expect("starts")
}

#[track_caller]
fn is_undef(reason: &ExitReason) {
    let undef = reason
        .as_error()
        .is_some_and(|error| error.is::<Unhandled>());
    assert!(undef, "{reason}");
}

#[tokio::test(start_paused = true)]
async fn undef_handle_call() {
    // G-18
    isolated(async {
        let server = oc_server().await;
        let Err(CallError::Exited(reason)) = server.call(|reply| reply).await else {
            panic!("the caller sees the crash");
        };
        is_undef(&reason);
        assert_eq!(server.exited().await, reason);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn undef_handle_cast() {
    // G-18
    isolated(async {
        let server = oc_server().await;
        server.cast(());
        is_undef(&server.exited().await);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn undef_handle_info() {
    // G-18: lives
    isolated(async {
        let server = oc_server().await;
        for _ in 0..10 {
            server.send(());
        }
        server
            .stop()
            .await
            .expect("it was alive, and ends as asked");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn undef_handle_continue() {
    // G-18: the start has succeeded by then (G-31)
    isolated(async {
        let server = OcServer::start(true).await.expect("starts");
        is_undef(&server.exited().await);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn undef_terminate1() {
    // G-18
    isolated(async {
        let server = oc_server().await;
        server.stop().await.expect("stops");
        assert_eq!(server.exited().await, ExitReason::Normal);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn undef_terminate2() {
    // G-18, G-45
    isolated(async {
        let server = oc_server().await;
        let reason = ExitReason::error("test");
        server.stop_with(reason.clone()).await.expect("stops");
        assert_eq!(server.exited().await, reason);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn undef_in_handle_info() {
    // G-18: what is missing inside a callback is a crash like any other
    isolated(async {
        let server = Watched::start().await;
        server.server.send(Plain::Do(wait(async {
            let inner = oc_server().await;
            inner.call(|reply| reply).await?;
            Ok(Next::NoReply)
        })));
        let reason: ExitReason = server.ends().await;
        assert!(
            reason
                .as_error()
                .is_some_and(|error| error.is::<CallError>())
        );
        assert_eq!(server.heard(), [Terminate(reason)]);
        let gone: Option<Pid> = process::whereis(NAME);
        assert_eq!(gone, None);
    })
    .await;
}
