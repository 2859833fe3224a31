//! Whether memory comes back after a great many of something, and grows no faster than their number.
//! A program of its own, as the counting allocator belongs to the whole program.
//!
//! `ACTOR_MANY=1000000 cargo test -p actor-core --test memory` takes a million of each.

#[allow(dead_code, reason = "each program uses another part of it")]
#[path = "behaviour/runtimes.rs"]
mod runtimes;

use std::env;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Wake, Waker};
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, CallService, Context, Deadline, ExitReason, GenServer, Info,
    InitResult, Name, Next, NextResult, Overflow, ReplyTo, Start,
};
use tokio::task::JoinSet;
use tower_service::Service;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Of what a test says it has a great many, if nothing else is asked for.
const MANY: usize = 100_000;

/// What may stay, in bytes, whatever the number: buffers of the runtime and of maps.
const SLACK: usize = 32 * 1024;

fn many() -> usize {
    let asked = env::var("ACTOR_MANY").ok();
    asked.map_or(MANY, |asked| asked.parse().expect("a number"))
}

/// Counts what it hears, and keeps what it is given.
#[derive(Default)]
struct Subject {
    downs: usize,
    runs: usize,
    replies: Vec<ReplyTo<usize>>,
    friends: Vec<ActorRef<Self>>,
}

/// What a subject is told to do.
type Job = Box<dyn FnOnce(&mut Subject, &mut Context<Subject>) + Send>;

enum Ask {
    /// To be answered later, if at all.
    Keep(ReplyTo<usize>),
    /// How many requests have run.
    Runs(ReplyTo<usize>),
    Downs(ReplyTo<usize>),
}

enum Tell {
    Do(Job),
    Run(Pin<Box<dyn Future<Output = ()> + Send>>),
    Nothing(#[allow(dead_code, reason = "it only takes room")] Box<usize>),
}

impl GenServer for Subject {
    type Args = ();
    type Call = Ask;
    type Cast = Tell;
    type Info = ();
    type Continue = ();

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self::default().into())
    }

    async fn handle_call(&mut self, ask: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Keep(reply) => {
                self.runs += 1;
                self.replies.push(reply);
            }
            Ask::Runs(reply) => reply.send(self.runs),
            Ask::Downs(reply) => reply.send(self.downs),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, tell: Tell, cx: &mut Context<Self>) -> NextResult<Self> {
        match tell {
            Tell::Do(job) => job(self, cx),
            Tell::Run(future) => future.await,
            Tell::Nothing(_) => {}
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(&mut self, info: Info<()>, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.downs += usize::from(matches!(info, Info::Down(_)));
        Ok(Next::NoReply)
    }
}

async fn subject() -> ActorRef<Subject> {
    Subject::start(()).await.expect("starts")
}

/// Has it done in the process, and waits until all that was sent before is handled.
async fn does(
    subject: &ActorRef<Subject>,
    job: impl FnOnce(&mut Subject, &mut Context<Subject>) + Send + 'static,
) {
    subject.cast(Tell::Do(Box::new(job)));
    subject.call(Ask::Runs).await.expect("lives");
}

async fn kill(subject: &ActorRef<Subject>) {
    subject.exit(ExitReason::Kill);
    subject.exited().await;
}

/// Waits until no more bytes are live than were before: the last of a death comes after its news.
async fn come_back(before: usize) -> dhat::HeapStats {
    let stay = || {
        let now = dhat::HeapStats::get().curr_bytes;
        now.saturating_sub(before)
    };
    for _ in 0..1000 {
        if stay() < SLACK {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(stay() < SLACK, "{} bytes stay", stay());
    dhat::HeapStats::get()
}

/// Runs a round for a few, for a tenth of many, and for many, on each kind of runtime, beside a
/// process that lives on: afterwards the memory is what it was, and ten times as many take ten times
/// as many allocations. On workers a tenth has to do.
///
/// No time is measured. A cost that grows with the square would make the last round take hours.
fn comes_back(round: &impl AsyncFn(&ActorRef<Subject>, usize)) {
    let _turn = one_at_a_time();
    for (runtime, many) in runtimes::each().zip([many(), many() / 10, many() / 10]) {
        // Short backtraces, which nobody reads, cost the allocator less.
        let profiler = dhat::Profiler::builder().testing().trim_backtraces(Some(4));
        let _profiler = profiler.build();
        runtime.block_on(isolated(async {
            let living = subject().await;
            round(&living, 100).await; // what is made once
            let before = dhat::HeapStats::get();
            round(&living, many / 10).await;
            let between = come_back(before.curr_bytes).await;
            round(&living, many).await;
            let after = come_back(before.curr_bytes).await;
            let few = between.total_blocks - before.total_blocks;
            let all = after.total_blocks - between.total_blocks;
            assert!(all < 12 * few + 1000, "{few} blocks became {all}");
            living.stop().await.expect("stops");
        }));
    }
}

/// The allocator counts for the whole program.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_death_that_very_many_monitors_hear_of() {
    // F-58, R16: the one who watched goes on living
    comes_back(&async |watcher, count| {
        let target = subject().await;
        let pid = target.pid();
        let former = watcher.call(Ask::Downs).await.expect("lives");
        does(watcher, move |_, cx| {
            (0..count).for_each(|_| drop(cx.monitor(&pid)));
        })
        .await;
        kill(&target).await;
        let downs = watcher.call(Ask::Downs).await;
        assert_eq!(downs, Ok(former + count));
    });
}

#[test]
fn very_many_monitors_that_are_withdrawn() {
    // F-58, R16: both go on living
    comes_back(&async |watcher, count| {
        let target = subject().await;
        let pid = target.pid();
        let work = move |flush: bool| {
            let pid = pid.clone();
            does(watcher, move |_, cx| {
                let monitors: Vec<_> = (0..count).map(|_| cx.monitor(&pid)).collect();
                for monitor in monitors {
                    match flush {
                        true => cx.demonitor_flush(&monitor),
                        false => cx.demonitor(&monitor),
                    }
                }
            })
        };
        work(false).await;
        work(true).await;
        watcher.call(Ask::Downs).await.expect("lives");
        kill(&target).await;
    });
}

#[test]
fn a_process_that_very_many_others_watched_and_were_linked_to() {
    // F-11, F-58, P-25: those go, it stays
    comes_back(&async |hub, count| {
        let pid = hub.pid();
        for _ in 0..count / 100 {
            let (other, pid) = (subject().await, pid.clone());
            does(&other, move |_, cx| {
                cx.link(&pid).expect("lives");
                cx.monitor(&pid);
            })
            .await;
            other.stop().await.expect("stops"); // `normal` harms nobody
        }
        hub.call(Ask::Runs).await.expect("lives");
    });
}

#[test]
fn very_many_calls_that_time_out() {
    // F-07, G-22, G-23: each runs once, its late reply answers nobody, nothing is retained
    comes_back(&async |server, count| {
        let former = server.call(Ask::Runs).await.expect("lives");
        for batch in 1..=count / 100 {
            let mut callers = JoinSet::new();
            for _ in 0..100 {
                let server = server.clone();
                let limited = async move { server.within(Duration::ZERO).call(Ask::Keep).await };
                callers.spawn(limited);
            }
            let outcomes = callers.join_all().await;
            assert_eq!(outcomes, vec![Err(CallError::Timeout); 100]);
            reply_to_all(server).await;
            assert_eq!(server.call(Ask::Runs).await, Ok(former + 100 * batch));
        }
    });
}

/// Has all kept calls answered, with a number that no other call is answered with.
async fn reply_to_all(server: &ActorRef<Subject>) {
    does(server, |subject, _| {
        let replies = std::mem::take(&mut subject.replies);
        replies.into_iter().for_each(|reply| reply.send(usize::MAX));
    })
    .await;
}

#[test]
fn very_many_callers_that_are_gone_before_the_answer() {
    // F-11, F-09, P-25: dropped futures, and killed processes
    comes_back(&async |server, count| {
        for _ in 0..count / 100 {
            for _ in 0..100 {
                let mut call = pin!(server.call(Ask::Keep));
                let sent = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await;
                assert!(sent.is_pending());
            }
            let (caller, callee) = (subject().await, server.clone());
            caller.cast(Tell::Run(Box::pin(async move {
                let _ = callee.call(Ask::Keep).await;
            })));
            wait_until_one_waits(server).await;
            kill(&caller).await;
            forget_abandoned(server).await;
        }
    });
}

/// Waits until a kept call is one whose caller still waits.
async fn wait_until_one_waits(server: &ActorRef<Subject>) {
    loop {
        let (tell, told) = std::sync::mpsc::channel();
        does(server, move |subject, _| {
            let waits = subject.replies.iter().any(|reply| !reply.is_abandoned());
            let _ = tell.send(waits);
        })
        .await;
        if told.recv() == Ok(true) {
            return;
        }
    }
}

async fn forget_abandoned(server: &ActorRef<Subject>) {
    does(server, |subject, _| {
        subject.replies.retain(|reply| !reply.is_abandoned());
        assert!(subject.replies.is_empty(), "all callers are gone");
        subject.replies = Vec::new();
    })
    .await;
}

#[test]
fn a_kill_with_very_many_messages_in_the_queue() {
    // F-14, R16
    comes_back(&async |_, count| {
        let server = subject().await;
        server.cast(Tell::Run(Box::pin(std::future::pending())));
        for n in 0..count {
            server.cast(Tell::Nothing(Box::new(n)));
        }
        kill(&server).await;
    });
}

#[test]
fn a_queue_that_was_very_long() {
    // R16: its room is given back while its process lives
    comes_back(&async |server, count| {
        for n in 0..count {
            server.cast(Tell::Nothing(Box::new(n)));
        }
        server.call(Ask::Runs).await.expect("lives");
    });
}

#[test]
fn processes_that_hold_themselves_or_each_other() {
    // F-65: a life does not hang on handles, and neither does its memory
    comes_back(&async |_, count| {
        for _ in 0..count / 100 {
            let (a, b) = (subject().await, subject().await);
            for (holder, held) in [(&a, &b), (&b, &a)] {
                let held = [held.clone(), holder.clone()];
                does(holder, move |subject, cx| {
                    cx.send_after(Duration::from_secs(3600), ());
                    subject.friends.extend(held);
                })
                .await;
                // In its own queue, behind what keeps it busy.
                holder.cast(Tell::Run(Box::pin(std::future::pending())));
                let itself = holder.clone();
                holder.cast(Tell::Do(Box::new(move |subject, _| {
                    subject.friends.push(itself)
                })));
            }
            kill(&a).await;
            kill(&b).await;
        }
    });
}

#[test]
fn very_many_processes_that_start_and_stop() {
    // R16: named ones among them
    comes_back(&async |_, count| {
        for n in 0..count / 100 {
            let options = Subject::options(()).name(Name::dynamic(format!("subject {n}")));
            let named = options.start().await.expect("starts");
            named.stop().await.expect("stops");
        }
    });
}

#[test]
fn a_bounded_mailbox_of_a_server_that_is_stuck_takes_no_more_room_for_a_million_sends() {
    // R15, X-12: whatever its policy, and whether the senders wait and give up or do not wait
    const SENDS: usize = 1_000_000;
    const CAPACITY: usize = 1000;
    /// What that many messages may take: the queue grows by doubling.
    const ROOM: usize = 4 * CAPACITY * size_of::<Tell>();
    let _turn = one_at_a_time();
    let profiler = dhat::Profiler::builder().testing().trim_backtraces(Some(4));
    let _profiler = profiler.build();
    runtimes::with_workers(0).block_on(isolated(async {
        for overflow in [
            Overflow::Wait,
            Overflow::Fail,
            Overflow::DropNewest,
            Overflow::DropOldest,
        ] {
            let options = Subject::options(()).mailbox(CAPACITY).overflow(overflow);
            let server = options.start().await.expect("starts");
            server.cast(Tell::Run(Box::pin(std::future::pending())));
            tokio::task::yield_now().await;
            let before = dhat::HeapStats::get().curr_bytes;
            let mut most = 0;
            for n in 0..SENDS {
                // A job of no size takes nothing but its place in the queue.
                let job = Tell::Do(Box::new(|_, _| {}));
                match n % 10 {
                    0 => gives_up(server.waiting().cast(job)).await,
                    1 => drop(server.try_cast(job)),
                    _ => server.cast(job),
                }
                if n % 1000 == 0 {
                    most = most.max(dhat::HeapStats::get().curr_bytes);
                }
            }
            let taken = most.saturating_sub(before);
            assert!(taken < ROOM, "{overflow:?}: {taken} bytes");
            kill(&server).await;
        }
    }));
}

#[test]
fn very_many_senders_that_gave_up_waiting_for_room() {
    // F-08, R16: all of them stand in line at once
    comes_back(&async |_, count| {
        let (server, _stuck) = full().await;
        let mut senders: Vec<_> = (0..count)
            .map(|n| server.cast_by(Deadline::Never, Tell::Nothing(Box::new(n))))
            .collect();
        for sender in &mut senders {
            let sent = poll_fn(|cx| Poll::Ready(Pin::new(&mut *sender).poll(cx))).await;
            assert!(sent.is_pending());
        }
        // Some from the middle first.
        let others = senders.split_off(count / 2);
        drop(others);
        drop(senders);
        kill(&server).await;
    });
}

#[test]
fn very_many_services_that_gave_up_waiting_to_be_ready() {
    // R16: all of them wait at once, and leave nothing in a mailbox that stays full
    comes_back(&async |_, count| {
        let (server, stuck) = full().await;
        let before = dhat::HeapStats::get().curr_bytes;
        let service = CallService::new(server.clone(), |(): (), reply| Ask::Keep(reply));
        let mut services: Vec<_> = (0..count).map(|_| service.clone()).collect();
        for service in &mut services {
            // Each waits as a task of its own, and then as another one.
            for _ in 0..2 {
                let waker = Waker::from(Arc::new(Somebody));
                let ready = service.poll_ready(&mut std::task::Context::from_waker(&waker));
                assert!(ready.is_pending());
            }
        }
        // Some from the middle first.
        let others = services.split_off(count / 2);
        drop(others);
        drop(services);
        come_back(before).await;
        drop(stuck);
        server.call(Ask::Runs).await.expect("has room again");
        kill(&server).await;
    });
}

/// A task that waits.
struct Somebody;

impl Wake for Somebody {
    fn wake(self: Arc<Self>) {}
}

/// One with room for one message, which is taken, until what comes with it is dropped.
async fn full() -> (ActorRef<Subject>, tokio::sync::oneshot::Sender<()>) {
    let server = Subject::options(()).mailbox(1).start().await;
    let server = server.expect("starts");
    let (begin, begun) = tokio::sync::oneshot::channel();
    let (stuck, released) = tokio::sync::oneshot::channel();
    server.cast(Tell::Run(Box::pin(async {
        let _ = begin.send(());
        let _ = released.await;
    })));
    begun.await.expect("it is stuck");
    server.cast(Tell::Nothing(Box::new(0)));
    (server, stuck)
}

#[test]
fn a_bounded_mailbox_of_a_server_that_is_stuck_takes_no_more_room_for_a_million_calls() {
    // R15, X-12: whatever its policy; all callers give up, as those who wait until it is ready do
    const CALLS: usize = 1_000_000 / 4;
    const CAPACITY: usize = 1000;
    /// A request in the queue and what its caller would have waited on, with room to spare.
    const ROOM: usize = CAPACITY * 512;
    let _turn = one_at_a_time();
    let profiler = dhat::Profiler::builder().testing().trim_backtraces(Some(4));
    let _profiler = profiler.build();
    runtimes::with_workers(0).block_on(isolated(async {
        for overflow in [
            Overflow::Wait,
            Overflow::Fail,
            Overflow::DropNewest,
            Overflow::DropOldest,
        ] {
            let options = Subject::options(()).mailbox(CAPACITY).overflow(overflow);
            let server = options.start().await.expect("starts");
            server.cast(Tell::Run(Box::pin(std::future::pending())));
            tokio::task::yield_now().await;
            let before = dhat::HeapStats::get().curr_bytes;
            let service = CallService::new(server.clone(), |(): (), reply| Ask::Keep(reply));
            let mut most = 0;
            for n in 0..CALLS {
                match n % 10 {
                    0 => {
                        let mut service = service.clone();
                        let ready = poll_fn(|cx| Service::<()>::poll_ready(&mut service, cx));
                        gives_up(ready).await;
                    }
                    1 => drop(server.send_request(Ask::Keep)),
                    _ => gives_up(server.call(Ask::Keep)).await,
                }
                if n % 1000 == 0 {
                    most = most.max(dhat::HeapStats::get().curr_bytes);
                }
            }
            let taken = most.saturating_sub(before);
            assert!(taken < ROOM, "{overflow:?}: {taken} bytes");
            kill(&server).await;
        }
    }));
}

/// Waits, but not for long.
async fn gives_up(future: impl Future) {
    let mut future = pin!(future);
    let _ = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await;
}
