//! Streams that a process has attached: their items come as messages, no faster than it handles them.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Info, InitResult, Next, NextResult, Node,
    Overflow, OwnedTask, ReplyTo, Start, process, sys,
};
use futures_util::stream::{Stream, StreamExt, iter, pending, poll_fn};
use tokio::sync::oneshot;

use crate::desk::{Full, settle};
use crate::probe::soon;
use crate::time::Clock;

const SECOND: Duration = Duration::from_secs(1);

type Items = Pin<Box<dyn Stream<Item = &'static str> + Send>>;

/// What is heard of a stream.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where a closure does that makes messages"
)]
fn word(event: Result<Option<&'static str>, ExitReason>) -> &'static str {
    match event {
        Ok(Some(word)) => word,
        Ok(None) => "the end",
        Err(ExitReason::Panic(_)) => "a panic",
        Err(_) => "another reason",
    }
}

/// Attaches it, and returns the handle.
async fn attach(full: &Full, items: Items) -> OwnedTask {
    let (tell, told) = oneshot::channel();
    full.does(move |cx| drop(tell.send(cx.attach_stream(items, word))));
    soon(told).await.expect("it is attached")
}

/// A stream that counts how many items were asked for.
fn counted(items: impl Stream<Item = &'static str> + Send + 'static) -> (Items, Arc<AtomicUsize>) {
    let count = Arc::<AtomicUsize>::default();
    let counts = Arc::clone(&count);
    let items = items.inspect(move |_| {
        counts.fetch_add(1, Ordering::SeqCst);
    });
    (Box::pin(items), count)
}

fn of(count: &AtomicUsize) -> usize {
    count.load(Ordering::SeqCst)
}

on_every_runtime! {
    async fn the_items_come_in_order_and_then_the_end() {
        isolated(async {
            const MANY: usize = 10_000;
            let full = Full::empty(|o| o).await;
            let (other, _) = counted(iter(["a"; MANY / 2]).chain(iter(["b"; MANY / 2])));
            let task = attach(&full, other).await;
            wait_until(|| full.heard().len() == MANY + 1).await;
            let heard = full.heard();
            assert_eq!(heard[..MANY / 2], ["a"; MANY / 2]);
            assert_eq!(heard[MANY / 2..MANY], ["b"; MANY / 2]);
            assert_eq!(heard[MANY], "the end");
            wait_until(|| task.is_finished()).await;
            full.stop().await;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_waits_for_a_process_that_is_busy() {
    isolated(async {
        let mut full = Full::empty(|o| o).await;
        let (items, asked) = counted(iter(["one", "two"]).chain(pending()));
        full.does(|cx| drop(cx.attach_stream(items, word)));
        full.fill(&[]).await;
        settle().await;
        full.desk.send("behind");
        settle().await;
        assert_eq!(of(&asked), 1, "what it has sent is not handled");
        full.release();
        settle().await;
        assert_eq!(full.heard(), ["one", "behind", "two"]);
        assert_eq!(of(&asked), 2);
        full.stop().await;
    })
    .await;
}

/// Takes a second for each item, and has a timeout after it.
struct Slow {
    handled: Arc<AtomicUsize>,
    timeouts: Arc<Mutex<Vec<Duration>>>,
    clock: Clock,
}

/// How long it waits for the next message.
const PATIENCE: Duration = Duration::from_secs(10);

impl GenServer for Slow {
    type Args = (Items, Arc<AtomicUsize>, Arc<Mutex<Vec<Duration>>>);
    type Call = ReplyTo<()>;
    type Cast = Infallible;
    type Info = &'static str;
    type Continue = Infallible;

    async fn init(
        (items, handled, timeouts): Self::Args,
        cx: &mut Context<Self>,
    ) -> InitResult<Self> {
        cx.attach_stream(items, word);
        let clock = Clock::start();
        let slow = Self {
            handled,
            timeouts,
            clock,
        };
        Ok(slow.into())
    }

    async fn handle_info(
        &mut self,
        info: Info<&'static str>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Message(_) => {
                tokio::time::sleep(SECOND).await;
                self.handled.fetch_add(1, Ordering::SeqCst);
            }
            _ => {
                let elapsed = self.clock.elapsed();
                self.timeouts.lock().expect("not poisoned").push(elapsed);
            }
        }
        Ok(Next::Timeout(PATIENCE))
    }
}

#[tokio::test(start_paused = true)]
async fn no_item_is_asked_for_before_the_one_before_it_is_handled() {
    isolated(async {
        let (items, asked) = counted(iter(["item"; 100]));
        let handled = Arc::<AtomicUsize>::default();
        let args = (items, Arc::clone(&handled), Arc::default());
        let slow = Slow::start(args).await.expect("starts");
        for second in 0..100 {
            tokio::time::sleep(SECOND / 2).await;
            assert_eq!((of(&handled), of(&asked)), (second, second + 1));
            tokio::time::sleep(SECOND / 2).await;
        }
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!((of(&handled), of(&asked)), (101, 100), "and its end");
        slow.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_way_in_which_a_stream_waits_touches_no_timeout() {
    // G-34, G-36
    isolated(async {
        let (items, _) = counted(iter(["item"]).chain(pending()));
        let timeouts = Arc::<Mutex<Vec<Duration>>>::default();
        let args = (items, Arc::default(), Arc::clone(&timeouts));
        let slow = Slow::start(args).await.expect("starts");
        tokio::time::sleep(25 * SECOND).await;
        let timeouts = timeouts.lock().expect("not poisoned").clone();
        let seconds: Vec<_> = timeouts.iter().map(Duration::as_secs).collect();
        assert_eq!(seconds, [11, 21]);
        slow.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_way_in_which_a_stream_waits_is_no_message() {
    // F-36
    isolated(async {
        let full = Full::empty(|o| o).await;
        let looks = || {
            let info = process::info(&full.desk).expect("it lives");
            (info.queue_len, info.handled)
        };
        attach(&full, Box::pin(iter(["one", "two", "three"]))).await;
        settle().await;
        assert_eq!(looks(), (0, 5)); // what attached it, three items, and the end
        sys::suspend(&full.desk).await.expect("suspends");
        full.does(|cx| drop(cx.attach_stream(iter(["four"]), word)));
        sys::resume(&full.desk).await.expect("resumes");
        settle().await;
        assert_eq!(looks(), (0, 8));
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_suspended_process_is_not_sent_more() {
    // Y-2
    isolated(async {
        let full = Full::empty(|o| o).await;
        let (items, asked) = counted(iter(["one", "two", "three"]));
        let suspended = sys::suspend(&full.desk);
        let (_task, suspended) = futures_util::future::join(attach(&full, items), suspended).await;
        suspended.expect("suspends");
        tokio::time::sleep(60 * SECOND).await;
        assert_eq!(of(&asked), 1);
        for _ in 0..3 {
            sys::get_state(&full.desk, |_| ()).await.expect("answers");
            settle().await;
        }
        assert_eq!(of(&asked), 1);
        sys::resume(&full.desk).await.expect("resumes");
        settle().await;
        assert_eq!(full.heard(), ["one", "two", "three", "the end"]);
        // Also one that is watched, which takes its messages one by one.
        sys::statistics(&full.desk).await.expect("counts");
        attach(&full, Box::pin(iter(["four"]))).await;
        settle().await;
        assert_eq!(full.heard()[4..], ["four", "the end"]);
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_stream_is_the_last_that_is_heard_of_it() {
    isolated(async {
        let full = Full::empty(|o| o).await;
        let mut polls = 0;
        let items = poll_fn(move |_| {
            polls += 1;
            match polls {
                1 => Poll::Ready(Some("one")),
                2 => panic!("no more"),
                _ => Poll::Ready(Some("after it")),
            }
        });
        let task = attach(&full, Box::pin(items)).await;
        settle().await;
        assert_eq!(full.heard(), ["one", "a panic"]);
        assert!(task.is_finished());
        full.stop().await;
    })
    .await;
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped badly");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_cannot_be_dropped_harms_nobody() {
    isolated(async {
        let full = Full::empty(|o| o).await;
        let items = |of: &[&'static str]| {
            let bomb = Bomb;
            iter(of.to_vec()).inspect(move |_| {
                let _ = &bomb;
            })
        };
        attach(&full, Box::pin(items(&["one"]))).await;
        settle().await;
        assert_eq!(full.heard(), ["one", "a panic"]);
        let endless = items(&[]).chain(pending());
        let task = attach(&full, Box::pin(endless)).await;
        settle().await;
        task.abort();
        wait_until(|| task.is_finished()).await;
        let endless = pending().chain(items(&[]));
        attach(&full, Box::pin(endless)).await;
        settle().await;
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_item_of_which_no_message_can_be_made_ends_the_process() {
    isolated(async {
        let full = Full::empty(|o| o).await;
        full.does(|cx| {
            cx.trap_exit(false);
            let items = iter(["one", "two", "three"]);
            drop(cx.attach_stream(items, |item| match item {
                Ok(Some("two")) => panic!("no message"),
                other => word(other),
            }));
        });
        assert!(full.desk.exited().await.is_abnormal());
        assert_eq!(full.heard()[0], "one");
        assert!(!full.heard().contains(&"three".to_owned()));
    })
    .await;
}

/// Is endless, and notes when it was asked and when it was dropped.
struct Endless {
    asked: Arc<AtomicUsize>,
    dropped: Option<oneshot::Sender<()>>,
}

impl Endless {
    fn new() -> (Self, Arc<AtomicUsize>, oneshot::Receiver<()>) {
        let asked = Arc::<AtomicUsize>::default();
        let (drops, dropped) = oneshot::channel();
        let endless = Self {
            asked: Arc::clone(&asked),
            dropped: Some(drops),
        };
        (endless, asked, dropped)
    }
}

impl Stream for Endless {
    type Item = &'static str;

    fn poll_next(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<&'static str>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Some("item"))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        let _ = self.dropped.take().map(|tell| tell.send(()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_its_process_and_is_not_asked_again() {
    isolated(async {
        for stop in [true, false] {
            let mut full = Full::empty(|o| o).await;
            let (endless, asked, dropped) = Endless::new();
            attach(&full, Box::pin(endless)).await;
            full.fill(&[]).await;
            settle().await;
            let before = of(&asked);
            let desk = full.desk.clone();
            if stop {
                let stopping = desk.stop();
                let goes_on = async { full.release() };
                futures_util::future::join(stopping, goes_on)
                    .await
                    .0
                    .expect("stops");
            } else {
                desk.exit(ExitReason::Kill);
            }
            desk.exited().await;
            soon(dropped).await.expect("it is dropped");
            // Before a stop it handles what it has, and so one item more may be asked for.
            let more = of(&asked) - before;
            assert!(more <= usize::from(stop), "{more} more");
            assert_eq!(Node::current().dead_letter_counts().total(), 0);
        }
    })
    .await;
}

on_every_runtime! {
    async fn an_endless_stream_keeps_nobody_from_anything() {
        isolated(async {
            let full = Full::empty(|o| o).await;
            let mut streams = Vec::new();
            for _ in 0..3 {
                let (endless, asked, dropped) = Endless::new();
                let task = attach(&full, Box::pin(endless)).await;
                streams.push((task, asked, dropped));
            }
            assert_eq!(full.says("call").await, Ok(()));
            for (_, asked, _) in &streams {
                wait_until(|| of(asked) > 100).await;
            }
            for (task, _, dropped) in streams {
                task.abort();
                soon(dropped).await.expect("it is dropped");
            }
            let heard = full.hears().await.len() + 1; // with what is said at the end
            assert_eq!(full.hears().await.len(), heard, "no more items come");
            full.stop().await;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_waits_for_room_where_that_is_the_policy_and_else_is_a_dead_letter() {
    // X-12, G-28
    for (overflow, heard, lost) in [
        (Overflow::Wait, vec!["full", "one", "two", "the end"], 0),
        (Overflow::Fail, vec!["full", "two", "the end"], 1),
        (Overflow::DropOldest, vec!["one", "two", "the end"], 1),
    ] {
        isolated(async {
            let mut full = Full::empty(|o| o.mailbox(1).overflow(overflow)).await;
            let (go, may_go) = oneshot::channel::<()>();
            let items = futures_util::stream::once(async {
                let _ = may_go.await;
                "one"
            });
            attach(&full, Box::pin(items.chain(iter(["two"])))).await;
            full.fill(&["full"]).await;
            let _ = go.send(());
            settle().await;
            full.release();
            settle().await;
            assert_eq!(full.heard(), heard, "{overflow:?}");
            assert_eq!(Node::current().dead_letter_counts().total(), lost);
            full.stop().await;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_read_as_its_process_and_may_call_it() {
    // X-15, G-24
    isolated(async {
        let full = Full::empty(|o| o.name("reader")).await;
        let desk: ActorRef<_> = full.desk.clone();
        let (tell, told) = oneshot::channel();
        let says = full.says("called");
        let items = futures_util::stream::once(async move {
            let called = says.await;
            let _ = tell.send((process::current(), process::whereis("reader"), called));
            "item"
        });
        attach(&full, Box::pin(items)).await;
        let (who, named, called) = soon(told).await.expect("it is read");
        assert_eq!(who, Some(desk.pid()));
        assert_eq!(named, Some(desk.pid()));
        assert_eq!(called, Ok(()));
        settle().await;
        assert_eq!(full.heard(), ["called", "item", "the end"]);
        full.stop().await;
    })
    .await;
}
