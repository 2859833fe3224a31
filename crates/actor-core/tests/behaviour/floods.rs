//! Many messages: what they must not delay, and that none of them is lost, doubled or overtaken.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Info, InitResult, Next, NextResult, Pid,
    ReplyTo, Start, sys,
};
use tokio::sync::oneshot;
use tokio::task::{JoinSet, spawn_blocking};

use crate::script::{Script, done, job, run};

/// How many messages were dropped, and how many of them while their receiver still counted as alive.
#[derive(Default)]
struct Dropped {
    all: AtomicU32,
    early: AtomicU32,
}

struct Message {
    to: Pid,
    dropped: Arc<Dropped>,
}

impl Drop for Message {
    fn drop(&mut self) {
        let early = u32::from(self.to.is_alive());
        self.dropped.early.fetch_add(early, Ordering::Relaxed);
        self.dropped.all.fetch_add(1, Ordering::Relaxed);
    }
}

/// Keeps the process busy until it is released; returns when it is, and the message is sent now.
fn hold(server: &ActorRef<Script>) -> impl Future<Output = oneshot::Sender<()>> {
    let ((begin, begun), (release, held)) = (oneshot::channel(), oneshot::channel());
    server.cast(job(move |_cx| {
        Box::pin(async {
            let _ = begin.send(());
            let _ = held.await;
            done()
        })
    }));
    async {
        begun.await.expect("it is busy");
        release
    }
}

/// Sends so many messages that must never be handled.
fn queue(server: &ActorRef<Script>, count: u32, dropped: &Arc<Dropped>) {
    for _ in 0..count {
        let (to, dropped) = (server.pid(), Arc::clone(dropped));
        let message = Message { to, dropped };
        server.cast(job(move |_cx| {
            drop(message);
            panic!("a killed process runs no callback")
        }));
    }
}

on_every_runtime! {
    async fn a_kill_is_told_before_the_backlog_is_dropped_and_drops_each_message_once() {
        // F-14: so the time until the news does not depend on the backlog
        const BACKLOG: u32 = 1_000_000;
        isolated(async {
            let (server, dropped) = (Script::new().await, Arc::<Dropped>::default());
            // One half lies in the hands of the process when it dies, the other in its inbox.
            let release = hold(&server).await;
            let again = hold(&server);
            queue(&server, BACKLOG / 2, &dropped);
            release.send(()).expect("it waits");
            let _held = again.await;
            queue(&server, BACKLOG / 2, &dropped);
            server.exit(ExitReason::Kill);
            assert_eq!(server.exited().await, ExitReason::Killed);
            wait_until(|| dropped.all.load(Ordering::Relaxed) == BACKLOG).await;
            assert_eq!(dropped.early.load(Ordering::Relaxed), 0);
            assert_eq!(Arc::strong_count(&dropped), 1, "none is left to be dropped twice");
        })
        .await;
    }
}

/// Checks that what each sender sends comes in order, and once.
struct Sink([u32; SENDERS]);

const SENDERS: usize = 4;

/// A sender, and the number of its message.
type Numbered = (usize, u32);

enum Ask {
    Number(Numbered, ReplyTo<()>),
    Counts(ReplyTo<[u32; SENDERS]>),
}

impl GenServer for Sink {
    type Args = ();
    type Call = Ask;
    type Cast = Numbered;
    type Info = Numbered;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self([0; SENDERS]).into())
    }

    async fn handle_call(&mut self, ask: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Number(number, reply) => {
                self.take(number);
                reply.send(());
            }
            Ask::Counts(reply) => reply.send(self.0),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, number: Numbered, _: &mut Context<Self>) -> NextResult<Self> {
        self.take(number);
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<Numbered>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let Info::Message(number) = info else {
            panic!("{info:?}");
        };
        self.take(number);
        Ok(Next::NoReply)
    }
}

impl Sink {
    fn take(&mut self, (sender, number): Numbered) {
        assert_eq!(number, self.0[sender], "the next one of sender {sender}");
        self.0[sender] += 1;
    }
}

/// Sends so many casts, plain messages and calls in turn.
fn send_many(sink: &ActorRef<Sink>, sender: usize, count: u32) {
    for number in 0..count {
        let numbered = (sender, number);
        match number % 3 {
            0 => sink.cast(numbered),
            1 => sink.send(numbered),
            _ => drop(sink.send_request(|reply| Ask::Number(numbered, reply))),
        }
    }
}

on_every_runtime! {
    async fn what_four_threads_send_at_once_arrives_in_order_and_once() {
        // F-18, P-2, G-12, R1: casts, plain messages and calls of a sender share one order
        const EACH: u32 = 100_000;
        isolated(async {
            let sink = Sink::start(()).await.expect("starts");
            let mut threads = Vec::new();
            for sender in 0..SENDERS {
                let sink = sink.clone();
                threads.push(spawn_blocking(move || send_many(&sink, sender, EACH)));
            }
            for thread in threads {
                thread.await.expect("no panic");
            }
            let counts = sink.call(Ask::Counts).await;
            assert_eq!(counts.expect("nothing came out of order"), [EACH; SENDERS]);
            sink.stop().await.expect("stops");
        })
        .await;
    }
}

/// Waits a little after each message, and counts what comes: messages, and silences.
struct Impatient {
    limit: Duration,
    messages: u32,
    silences: u32,
}

impl GenServer for Impatient {
    type Args = Duration;
    type Call = ReplyTo<(u32, u32)>;
    type Cast = u32;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(limit: Duration, _cx: &mut Context<Self>) -> InitResult<Self> {
        let (messages, silences) = (0, 0);
        Ok(Self {
            limit,
            messages,
            silences,
        }
        .into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<(u32, u32)>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send((self.messages, self.silences));
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, number: u32, _cx: &mut Context<Self>) -> NextResult<Self> {
        assert_eq!(number, self.messages, "the next one");
        self.messages += 1;
        Ok(Next::Timeout(self.limit))
    }

    async fn handle_info(
        &mut self,
        info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        assert!(matches!(info, Info::Timeout), "{info:?}");
        self.silences += 1;
        Ok(Next::NoReply)
    }
}

#[tokio::test(start_paused = true)]
async fn no_message_is_lost_to_a_timeout_of_the_same_instant() {
    // F-19, G-34, G-35
    const MESSAGES: u32 = 100_000;
    isolated(async {
        let limit = Duration::from_millis(1);
        let server = Impatient::start(limit).await.expect("starts");
        for number in 0..MESSAGES {
            server.cast(number);
            // A bit less than the limit, just as long, and a bit more.
            let pause = limit * (number % 3);
            tokio::time::sleep(pause).await;
        }
        let (messages, silences) = server.call(|reply| reply).await.expect("lives");
        assert_eq!(messages, MESSAGES);
        assert!(silences > 0 && silences < MESSAGES, "{silences}");
        server.stop().await.expect("stops");
    })
    .await;
}

on_every_runtime! {
    async fn no_message_is_lost_to_a_timeout_that_races_it() {
        // F-19, G-34, G-37: a limit of zero fires whenever the inbox is seen to be empty
        const MESSAGES: u32 = 50_000;
        isolated(async {
            let server = Impatient::start(Duration::ZERO).await.expect("starts");
            let mut first = 0; // once it was silent the flood may come as fast as it likes
            while server.call(|reply| reply).await.expect("lives").1 == 0 {
                server.cast(first);
                first += 1;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let sender = server.clone();
            let sending = spawn_blocking(move || {
                for number in first..MESSAGES {
                    sender.cast(number);
                    if number % 3 == 0 {
                        std::thread::yield_now();
                    }
                }
            });
            sending.await.expect("no panic");
            let (messages, silences) = server.call(|reply| reply).await.expect("lives");
            assert_eq!(messages, MESSAGES);
            assert!(silences > 0 && silences <= MESSAGES, "{silences}");
            server.stop().await.expect("stops");
        })
        .await;
    }
}

/// Sends itself a message in each callback, so many times.
struct Restless(u32);

impl GenServer for Restless {
    type Args = u32;
    type Call = Infallible;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(turns: u32, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(turns).into())
    }

    async fn handle_cast(&mut self, (): (), cx: &mut Context<Self>) -> NextResult<Self> {
        self.0 -= 1;
        cx.actor_ref().cast(());
        Ok(match self.0 {
            0 => Next::Stop(ExitReason::Normal),
            _ => Next::NoReply,
        })
    }
}

/// A task beside the process under test; counts its own turns.
fn neighbour() -> (JoinSet<()>, Arc<AtomicU32>) {
    let (mut tasks, turns) = (JoinSet::new(), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&turns);
    tasks.spawn(async move {
        loop {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    (tasks, turns)
}

/// Waits until it has had a turn. The clock stands still while it runs.
async fn begun(turns: &AtomicU32) {
    while turns.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
}

/// At least each 512th turn is somebody else's; twice what is meant.
#[track_caller]
fn was_fair(turns_of_others: u32, turns: u32) {
    assert!(turns_of_others >= turns / 512, "{turns_of_others}");
}

#[tokio::test(start_paused = true)]
async fn a_process_whose_inbox_is_never_empty_lets_others_run() {
    // F-20, X-16: on the one thread, which it would have for itself; on more, who runs is not ours
    // to say
    const TURNS: u32 = 100_000;
    isolated(async {
        let (_neighbour, turns) = neighbour();
        begun(&turns).await;
        let restless = Restless::start(TURNS).await.expect("starts");
        let before = turns.load(Ordering::Relaxed);
        restless.cast(());
        restless.cast(());
        assert_eq!(restless.exited().await, ExitReason::Normal);
        was_fair(turns.load(Ordering::Relaxed) - before, TURNS);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_goes_on_by_itself_lets_others_run() {
    // F-20, X-16, G-33: its callbacks never wait, and no message is needed
    const TURNS: u32 = 100_000;
    isolated(async {
        let (_neighbour, turns) = neighbour();
        begun(&turns).await;
        let script = Script::new().await;
        let before = turns.load(Ordering::Relaxed);
        script.cast(job(|_cx| {
            Box::pin(async { Ok(Next::Continue(u64::from(TURNS))) })
        }));
        run(&script, |_cx| Box::pin(async { done() })).await; // behind all of them
        was_fair(turns.load(Ordering::Relaxed) - before, TURNS);
        script.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_with_very_many_orders_lets_others_run() {
    // F-20, X-16: also what no callback sees is work
    const TURNS: u32 = 10_000;
    isolated(async {
        let (_neighbour, turns) = neighbour();
        begun(&turns).await;
        let script = Script::new().await;
        let before = turns.load(Ordering::Relaxed);
        let mut orders: Vec<_> = (0..TURNS)
            .map(|_| Box::pin(sys::get_state(&script, |_| ())))
            .collect();
        poll_fn(|cx| {
            for order in &mut orders {
                assert!(order.as_mut().poll(cx).is_pending(), "it is sent");
            }
            Poll::Ready(())
        })
        .await;
        let last = sys::get_state(&script, |_| ()).await; // behind all of them
        assert_eq!(last, Ok(()));
        was_fair(turns.load(Ordering::Relaxed) - before, TURNS);
        script.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_with_very_many_downs_that_were_flushed_lets_others_run() {
    // F-20, X-16, P-23
    const TURNS: u32 = 10_000;
    isolated(async {
        let (_neighbour, turns) = neighbour();
        begun(&turns).await;
        let (script, dead) = (Script::new().await, Script::new().await);
        dead.stop().await.expect("stops");
        let dead = dead.pid();
        run(&script, move |cx| {
            for _ in 0..TURNS {
                let monitor = cx.monitor(&dead);
                cx.demonitor_flush(&monitor);
            }
            Box::pin(async { done() })
        })
        .await;
        let before = turns.load(Ordering::Relaxed);
        run(&script, |_cx| Box::pin(async { done() })).await; // behind all of them
        was_fair(turns.load(Ordering::Relaxed) - before, TURNS);
        script.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_silence_is_told_while_others_have_their_turn() {
    // F-20, G-37: the message behind very many orders comes before a limit of zero
    isolated(async {
        let server = Impatient::start(Duration::ZERO).await.expect("starts");
        server.cast(0); // from now on it waits with that limit
        let mut orders: Vec<_> = (0..1000)
            .map(|_| Box::pin(sys::get_state(&server, |server| server.silences)))
            .collect();
        let mut behind = Box::pin(server.call(|reply| reply));
        poll_fn(|cx| {
            for order in &mut orders {
                assert!(order.as_mut().poll(cx).is_pending(), "it is sent");
            }
            assert!(behind.as_mut().poll(cx).is_pending(), "it is sent");
            Poll::Ready(())
        })
        .await;
        assert_eq!(behind.await, Ok((1, 0)));
        server.stop().await.expect("stops");
    })
    .await;
}
