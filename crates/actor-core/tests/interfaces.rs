//! The interfaces of others, each behind a feature: sinks, services, cancellation tokens, HTTP.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, CallError, CallService, CastError, CastSink, Context, ExitReason, GenServer,
    InitResult, Name, Next, NextResult, Options, Overflow, ReplyTo, Start, process,
};
use axum_core::response::IntoResponse;
use futures_util::{SinkExt, StreamExt, stream};
use http::StatusCode;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

const SECOND: Duration = Duration::from_secs(1);

/// Handles a cast for each permit of its gate, and tells what it has handled.
struct Gated {
    gate: Arc<Semaphore>,
    seen: Vec<u32>,
    ended: Option<Ended>,
}

/// Hears how it ended, and after what.
type Ended = tokio::sync::oneshot::Sender<(ExitReason, Vec<u32>)>;

enum Ask {
    Seen(ReplyTo<Vec<u32>>),
    Double { number: u32, reply: ReplyTo<u32> },
    Never(ReplyTo<()>),
    TellEnd(Ended, ReplyTo<()>),
}

impl GenServer for Gated {
    type Args = Arc<Semaphore>;
    type Call = Ask;
    type Cast = u32;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(gate: Arc<Semaphore>, _cx: &mut Context<Self>) -> InitResult<Self> {
        let (seen, ended) = (Vec::new(), None);
        Ok(Self { gate, seen, ended }.into())
    }

    async fn handle_call(&mut self, ask: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Seen(reply) => reply.send(self.seen.clone()),
            Ask::Double { number, reply } => reply.send(2 * number),
            Ask::Never(reply) => drop(reply),
            Ask::TellEnd(ended, reply) => {
                self.ended = Some(ended);
                reply.send(());
            }
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, number: u32, _cx: &mut Context<Self>) -> NextResult<Self> {
        let permit = self.gate.acquire().await;
        permit.expect("is never closed").forget();
        self.seen.push(number);
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        if let Some(ended) = self.ended.take() {
            let _ = ended.send((reason.clone(), self.seen.clone()));
        }
    }
}

fn gate() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(0))
}

async fn started(options: Options<Gated>) -> ActorRef<Gated> {
    options.start().await.expect("starts")
}

/// One with a message in hand and `room` more, which is taken.
async fn full(gate: &Arc<Semaphore>, room: u32, overflow: Overflow) -> ActorRef<Gated> {
    let options = Gated::options(Arc::clone(gate)).mailbox(room as usize);
    let server = started(options.overflow(overflow)).await;
    server.cast(0);
    wait_until(|| process::info(&server).expect("lives").handled == 1).await;
    for number in 1..=room {
        server.cast(number);
    }
    server
}

async fn seen(server: &ActorRef<Gated>) -> Vec<u32> {
    server.call(Ask::Seen).await.expect("replies")
}

/// What it has now; for a future that is asked again later.
async fn at_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_sink_is_ready_when_its_last_message_was_accepted() {
    isolated(async {
        let gate = gate();
        let server = full(&gate, 2, Overflow::Wait).await;
        let mut sink = CastSink::new(server.clone());
        sink.feed(3).await.expect("it waits for room");
        assert!(at_once(pin!(sink.flush())).await.is_none());
        assert_eq!(process::info(&server).expect("lives").waiting_senders, 1);
        {
            let mut next = pin!(sink.feed(4));
            assert!(at_once(next.as_mut()).await.is_none());
            gate.add_permits(1);
            next.await.expect("there is room for the one before");
        }
        assert!(at_once(pin!(sink.flush())).await.is_none());
        gate.add_permits(10);
        sink.close().await.expect("all is accepted");
        assert_eq!(seen(&server).await, [0, 1, 2, 3, 4]);
        sink.send(5).await.expect("the server lives on");
        let mut more = stream::iter([6, 7, 8].map(Ok));
        sink.send_all(&mut more).await.expect("is accepted");
        assert_eq!(seen(&server).await, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        server.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_sink_says_why_a_message_was_not_accepted() {
    isolated(async {
        let gate = gate();
        let server = full(&gate, 1, Overflow::Fail).await;
        let mut sink = CastSink::new(server.clone());
        assert_eq!(sink.send(2).await, Err(CastError::MailboxFull));
        gate.add_permits(10);
        wait_until(|| process::info(&server).expect("lives").handled == 2).await;
        sink.send(3).await.expect("it goes on afterwards");
        server.stop().await.expect("stops");
        assert_eq!(sink.feed(4).await, Err(CastError::NoProc));

        let gate = self::gate();
        let server = full(&gate, 1, Overflow::Wait).await;
        let mut sink = CastSink::new(server.clone());
        sink.feed(2).await.expect("it waits for room");
        server.exit(ExitReason::Kill);
        assert_eq!(
            sink.flush().await,
            Err(CastError::Exited(ExitReason::Killed))
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_is_dropped_takes_a_message_back_that_waits() {
    // F-08
    isolated(async {
        let gate = gate();
        let server = full(&gate, 1, Overflow::Wait).await;
        let mut sink = CastSink::new(server.clone());
        sink.feed(2).await.expect("it waits for room");
        assert!(at_once(pin!(sink.flush())).await.is_none());
        drop(sink);
        gate.add_permits(10);
        assert_eq!(seen(&server).await, [0, 1]);
        server.stop().await.expect("stops");
    })
    .await;
}

fn double(number: u32, reply: ReplyTo<u32>) -> Ask {
    Ask::Double { number, reply }
}

async fn ready<S, R>(service: &mut S)
where
    S: Service<R, Error = CallError>,
{
    let ready = poll_fn(|cx| service.poll_ready(cx)).await;
    ready.expect("readiness never fails");
}

#[tokio::test(start_paused = true)]
async fn a_service_is_ready_when_there_is_room() {
    isolated(async {
        let gate = gate();
        let server = full(&gate, 1, Overflow::Wait).await;
        let mut service = CallService::new(server.clone(), double);
        let mut other = service.clone();
        {
            let mut waits = pin!(ready(&mut service));
            let mut waits_too = pin!(ready(&mut other));
            for _twice in 0..2 {
                assert!(at_once(waits.as_mut()).await.is_none());
                assert!(at_once(waits_too.as_mut()).await.is_none());
            }
            gate.add_permits(1);
            waits.await;
            waits_too.await;
        }
        // Both were told; who comes second waits for room within its deadline.
        let (one, two) = (service.call(21), other.call(22));
        gate.add_permits(1);
        let (one, two) = tokio::join!(one, two);
        assert_eq!((one, two), (Ok(42), Ok(44)));
        server.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_service_is_ready_where_nobody_has_to_wait() {
    isolated(async {
        let gate = gate();
        let unbounded = started(Gated::options(Arc::clone(&gate))).await;
        let never_full = full(&gate, 1, Overflow::DropOldest).await;
        for server in [&unbounded, &never_full] {
            for number in 0..10 {
                server.cast(number);
            }
            ready(&mut CallService::new(server.clone(), double)).await;
            server.exit(ExitReason::Kill);
        }
        let name = Name::<Gated>::new("later");
        let mut service = CallService::new(name.clone(), double);
        ready(&mut service).await;
        assert_eq!(service.call(1).await, Err(CallError::NoProc));
        let server = started(Gated::options(Arc::clone(&gate)).name(name)).await;
        ready(&mut service).await;
        assert_eq!(service.call(1).await, Ok(2));
        server.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_waits_for_room_is_told_of_the_end() {
    isolated(async {
        let server = full(&gate(), 1, Overflow::Wait).await;
        let mut service = CallService::new(server.clone(), double);
        {
            let mut waits = pin!(ready(&mut service));
            assert!(at_once(waits.as_mut()).await.is_none());
            server.exit(ExitReason::Kill);
            waits.await;
        }
        assert_eq!(service.call(1).await, Err(CallError::NoProc));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_calls_of_a_service_have_its_limit() {
    isolated(async {
        let server = full(&gate(), 5, Overflow::Wait).await;
        let service = CallService::new(server.clone(), double);
        for (mut service, limit) in [
            (service.clone(), 5 * SECOND),
            (service.within(SECOND), SECOND),
        ] {
            let call = tokio::time::timeout(limit - SECOND / 10, service.call(1));
            assert!(call.await.is_err());
            let call = tokio::time::timeout(limit + SECOND / 10, service.call(1));
            assert_eq!(call.await.expect("ends"), Err(CallError::Timeout));
        }
        server.exit(ExitReason::Kill);
    })
    .await;
}

on_every_runtime! {
    /// Nobody who waits for room is forgotten.
    async fn many_services_before_a_small_mailbox_all_go_on() {
        isolated(async {
            let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
            let server = started(Gated::options(gate).mailbox(1)).await;
            let service = CallService::new(server.clone(), double).within(60 * SECOND);
            let mut clients = tokio::task::JoinSet::new();
            for client in 0..20 {
                let mut service = service.clone();
                clients.spawn(async move {
                    for number in 0..50 {
                        ready(&mut service).await;
                        let number = 1000 * client + number;
                        assert_eq!(service.call(number).await, Ok(2 * number));
                    }
                });
            }
            while let Some(ended) = clients.join_next().await {
                ended.expect("no panic");
            }
            server.stop().await.expect("stops");
        })
        .await;
    }
}

/// A server that tells how it ends, with a token for it.
async fn with_token() -> (
    ActorRef<Gated>,
    Arc<Semaphore>,
    tokio::sync::oneshot::Receiver<(ExitReason, Vec<u32>)>,
) {
    let gate = gate();
    let server = started(Gated::options(Arc::clone(&gate))).await;
    let (ended, end) = tokio::sync::oneshot::channel();
    let told = server.call(|reply| Ask::TellEnd(ended, reply)).await;
    told.expect("replies");
    (server, gate, end)
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_token_stops_a_process_in_its_turn() {
    // G-47
    isolated(async {
        for before in [false, true] {
            let (server, gate, end) = with_token().await;
            let token = CancellationToken::new();
            server.cast(1);
            if before {
                token.cancel();
            }
            process::stop_when_cancelled(&server, token.child_token());
            tokio::time::sleep(SECOND).await;
            token.cancel();
            tokio::time::sleep(SECOND).await;
            server.cast(2);
            assert!(server.is_alive(), "it is busy");
            gate.add_permits(10);
            assert_eq!(server.exited().await, ExitReason::Shutdown);
            assert_eq!(end.await, Ok((ExitReason::Shutdown, vec![1])));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_not_cancelled_does_nothing_and_keeps_nothing() {
    isolated(async {
        let (server, _gate, _end) = with_token().await;
        let token = CancellationToken::new();
        process::stop_when_cancelled(&server, token.clone());
        tokio::time::sleep(SECOND).await;
        let tasks = || Handle::current().metrics().num_alive_tasks();
        assert_eq!(tasks(), 2);
        assert_eq!(seen(&server).await, []);
        server.stop().await.expect("stops");
        wait_until(|| tasks() == 0).await;
        token.cancel();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_error_of_a_call_is_a_status_and_tells_no_reason() {
    isolated(async {
        let (server, gate, _end) = with_token().await;
        let unanswered = server.call(Ask::Never).await.expect_err("drops it");
        server.cast(1);
        let late = server.within(SECOND).call(Ask::Seen).await;
        let gone = server.send_request(Ask::Seen);
        gate.add_permits(1);
        server.exit(ExitReason::custom("the password is 1234"));
        let crowded = full(&self::gate(), 1, Overflow::Fail).await;
        let refused = crowded.call(Ask::Seen).await;
        crowded.exit(ExitReason::Kill);
        for (error, status) in [
            (late.expect_err("is busy"), StatusCode::GATEWAY_TIMEOUT),
            (
                gone.await.expect_err("it died"),
                StatusCode::SERVICE_UNAVAILABLE,
            ),
            (
                refused.expect_err("is full"),
                StatusCode::SERVICE_UNAVAILABLE,
            ),
            (CallError::NoProc, StatusCode::SERVICE_UNAVAILABLE),
            (unanswered, StatusCode::INTERNAL_SERVER_ERROR),
            (CallError::CallingSelf, StatusCode::INTERNAL_SERVER_ERROR),
            (
                CallError::Cycle(Vec::new()),
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
            (
                CallError::WouldBlockRuntime,
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
            (CallError::WrongType, StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            let what = error.to_string();
            let response = error.into_response();
            assert_eq!(response.status(), status, "{what}");
            let mut body = response.into_body().into_data_stream();
            let text = body.next().await.expect("a text").expect("is there");
            assert!(!text.is_empty() && !text.windows(4).any(|part| part == b"1234"));
        }
    })
    .await;
}

/// Awaits in its own callback that its own mailbox has room.
struct Waiter;

impl GenServer for Waiter {
    type Args = ();
    type Call = ReplyTo<CallError>;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<CallError>,
        cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let own = cx.actor_ref();
        while own.try_cast(()).is_ok() {} // until it is full
        let mut service = CallService::new(own, |(), reply| reply);
        poll_fn(|cx| Service::<()>::poll_ready(&mut service, cx)).await?;
        let refused = service.call(()).await;
        reply.send(refused.expect_err("it would wait for itself"));
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::NoReply)
    }
}

// F-17
#[tokio::test(start_paused = true)]
async fn a_process_does_not_wait_until_a_service_is_ready() {
    isolated(async {
        let waiter = Waiter::options(())
            .mailbox(1)
            .start()
            .await
            .expect("starts");
        let refused = waiter.call(|reply| reply).await;
        assert_eq!(refused, Ok(CallError::CallingSelf));
        waiter.stop().await.expect("stops");
    })
    .await;
}
