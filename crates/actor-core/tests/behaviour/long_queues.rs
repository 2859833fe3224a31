//! A queue that has become long is told, once.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use actor_core::testing::isolated;
use actor_core::{Address, DEFAULT_LONG_QUEUE, ExitReason, Overflow, sys};
use tokio::sync::oneshot;
use tracing::Level;

use crate::desk::{Full, Tell, settle};
use crate::listener::{Listener, Told};

/// The lengths that were told.
fn lengths(told: &[Told]) -> Vec<usize> {
    let length = |told: &Told| told.fields["length"].parse().expect("a number");
    told.iter().map(length).collect()
}

fn send(full: &Full, count: usize) {
    (0..count).for_each(|_| full.desk.send("more"));
}

#[tokio::test(start_paused = true)]
async fn a_queue_is_told_to_be_long_once_until_it_was_half_as_long() {
    // X-12, L-1: it names the process
    let (listener, _guard) = Listener::listen();
    let take = || listener.take("actor::long_queue");
    isolated(async {
        let mut full = Full::of(&[], |o| o.long_queue(100).name("slow")).await;
        send(&full, 100);
        assert!(take().is_empty());
        send(&full, 1000);
        let told = take();
        assert_eq!(lengths(&told), [101]);
        assert_eq!(told[0].level, Level::WARN);
        assert_eq!(told[0].fields["name"], "slow");
        assert_eq!(told[0].fields["pid"], full.desk.pid().to_string());
        // It works off all of it; meanwhile more come than half, and it is long all the same.
        let (again, held) = oneshot::channel::<()>();
        full.desk.cast(Tell::Run(Box::pin(async {
            let _ = held.await;
        })));
        full.release();
        settle().await;
        send(&full, 60);
        let _ = again.send(());
        settle().await;
        assert!(take().is_empty());
        // Now it was short.
        full.fill(&[]).await;
        send(&full, 101);
        assert_eq!(lengths(&take()), [101]);
        full.release();
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_queue_of_any_process_is_told_from_ten_thousand_on_and_signals_count() {
    //
    let (listener, _guard) = Listener::listen();
    let take = || listener.take("actor::long_queue");
    isolated(async {
        let usual = Full::of(&[], |o| o).await;
        let never = Full::of(&[], |o| o.long_queue(usize::MAX)).await;
        let bounded = Full::of(&[], |o| o.mailbox(1).overflow(Overflow::Fail)).await;
        for full in [&usual, &never, &bounded] {
            (0..DEFAULT_LONG_QUEUE).for_each(|_| full.desk.exit(ExitReason::Shutdown));
        }
        assert!(take().is_empty());
        for full in [&usual, &never, &bounded] {
            full.desk.exit(ExitReason::Shutdown);
            full.desk.exit(ExitReason::Shutdown);
        }
        let told = take();
        assert_eq!(lengths(&told), [DEFAULT_LONG_QUEUE + 1; 2]);
        assert_eq!(told[0].fields["pid"], usual.desk.pid().to_string());
        assert_eq!(told[1].fields["pid"], bounded.desk.pid().to_string());
        for full in [usual, never, bounded] {
            full.desk.exit(ExitReason::Kill);
        }
    })
    .await;
}

/// Lets it wait in a callback, after all that it has.
fn holds(full: &Full) -> oneshot::Sender<()> {
    let (release, held) = oneshot::channel();
    full.desk.cast(Tell::Run(Box::pin(async {
        let _ = held.await;
    })));
    release
}

/// Sends an order, whose answer nobody has yet.
async fn is_sent(mut order: Pin<&mut impl Future>) {
    poll_fn(|cx| {
        assert!(order.as_mut().poll(cx).is_pending(), "it is sent");
        Poll::Ready(())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_queue_is_told_to_be_long_also_when_it_was_worked_off_one_by_one_before() {
    // Y-2, X-12: no buffer of a longer queue comes back
    let (listener, _guard) = Listener::listen();
    let take = || lengths(&listener.take("actor::long_queue"));
    isolated(async {
        let mut full = Full::of(&[], |o| o).await;
        let held = holds(&full);
        let desk = full.desk.clone();
        let mut counts = pin!(sys::statistics(&desk));
        is_sent(counts.as_mut()).await;
        send(&full, 3 * DEFAULT_LONG_QUEUE);
        assert_eq!(take(), [DEFAULT_LONG_QUEUE + 1]);
        full.release();
        settle().await;
        send(&full, 3 * DEFAULT_LONG_QUEUE); // while as many are in hand
        let _ = held.send(());
        counts.await.expect("it lives"); // from here on one by one
        settle().await;
        let mut no_more = pin!(sys::no_statistics(&desk));
        is_sent(no_more.as_mut()).await;
        let held = holds(&full);
        no_more.await.expect("it lives");
        settle().await;
        assert!(take().is_empty());
        send(&full, DEFAULT_LONG_QUEUE + 1);
        assert_eq!(take(), [DEFAULT_LONG_QUEUE + 1]);
        let _ = held.send(());
        full.stop().await;
    })
    .await;
}
