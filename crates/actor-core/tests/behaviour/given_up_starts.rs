//! Starts that fail or are given up: over when they return, and no harm to the starter.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{self, Poll, Wake, Waker};
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    Address, Context, ExitReason, GenServer, InitResult, Next, Node, Start, StartError, process,
};
use tokio::sync::oneshot;

use crate::probe::{Begin, Child};
use crate::script::{Script, done, run};
use crate::witness::{Heard, Watched, wait};

#[tokio::test(start_paused = true)]
async fn a_start_that_is_given_up_does_not_end_its_starter() {
    // G-7, F-63: neither one that traps exits, nor one that does not
    isolated(async {
        for traps in [false, true] {
            let starter = Script::new().await;
            run(&starter, move |cx| {
                cx.trap_exit(traps);
                Box::pin(async {
                    let second = Duration::from_secs(1);
                    let start = Child::named(Begin::Hang, "child").start_link();
                    assert!(tokio::time::timeout(second, start).await.is_err());
                    done()
                })
            })
            .await;
            run(&starter, |cx| {
                let children = cx.linked_children();
                Box::pin(async move {
                    for child in children {
                        child.exited().await; // remembered until it is dead
                    }
                    assert_eq!(process::whereis("child"), None);
                    done()
                })
            })
            .await;
            starter.stop().await.expect("is unharmed");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_linked_start_that_fails_leaves_an_error_one_signal_and_nothing_else() {
    // F-24, G-4, G-5, G-8: whether `init` refuses, fails or panics, and whether the starter traps
    isolated(async {
        let ways = [
            (Begin::Error, "refused", false),
            (Begin::Stop, "stopped", true),
            (Begin::Fail, "asked to fail", true),
            (Begin::Panic, "init panics", true),
        ];
        for (begin, why, ends_the_starter) in ways {
            for traps in [false, true] {
                let (watcher, starter) = (Watched::start().await, Watched::start().await);
                let monitor = watcher.monitor(&starter.pid()).await;
                starter.does(move |cx| cx.trap_exit(traps)).await;
                let (tell, told) = oneshot::channel();
                let child = Child::named(begin, "child");
                starter.server.cast(wait(async move {
                    let failed = child.start_link().await.expect_err("fails");
                    let _ = tell.send((failed, Node::current().names()));
                    Ok(Next::NoReply)
                }));
                let seen = told.await;
                if ends_the_starter && !traps {
                    // Its own callback does not go on to hear of the result.
                    assert!(seen.is_err());
                    assert!(format!("{:#}", starter.ends().await).contains(why));
                } else {
                    let (error, names) = seen.expect("it goes on");
                    assert!(format!("{error:#}").contains(why), "{error:#}");
                    assert_eq!(names, Vec::<String>::new());
                    assert_eq!(starter.hears().await, [], "the result is all");
                    starter.server.exit(ExitReason::Kill);
                }
                let end = starter.ends().await;
                let down = Heard::Down(monitor, starter.pid(), end);
                assert_eq!(watcher.hears().await, [down]);
                watcher.stop().await;
                wait_until(|| Node::current().process_count() == 0).await;
            }
        }
    })
    .await;
}

/// Fails its start after it has held its name for a while.
struct Failing;

impl GenServer for Failing {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        tokio::task::yield_now().await;
        Err(ExitReason::shutdown_with("not today"))
    }
}

on_every_runtime! {
    async fn a_failed_start_is_over_when_it_returns() {
        // G-8: an immediate retry never meets its own ghost
        isolated(async {
            for _ in 0..2000 {
                let failed = Failing::options(()).name("failing").start().await;
                assert!(matches!(failed, Err(StartError::Failed(_))), "{failed:?}");
            }
        })
        .await;
    }
}

/// Yields so often in `init`, and then holds still or is ready.
struct Slow;

impl GenServer for Slow {
    type Args = (u32, bool);
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((turns, hangs): (u32, bool), _cx: &mut Context<Self>) -> InitResult<Self> {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        if hangs {
            pending::<()>().await;
        }
        Ok(Self.into())
    }
}

/// The output of a future, if it comes within so many polls.
async fn within_polls<F: Future>(polls: u32, mut future: Pin<&mut F>) -> Option<F::Output> {
    for _ in 0..polls {
        if let Poll::Ready(output) = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
            return Some(output);
        }
        tokio::task::yield_now().await;
    }
    None
}

on_every_runtime! {
    async fn a_linked_start_may_be_dropped_at_any_moment() {
        // F-63: at its first poll, in `init`, at the moment of the answer; the child is either given
        // or dead, and its starter is unharmed
        isolated(async {
            let starter = Script::new().await;
            for round in 0..600_u32 {
                let (turns, patience) = (round % 5, round % 7);
                run(&starter, move |_cx| {
                    Box::pin(async move {
                        let options = Slow::options((turns, round % 3 == 0));
                        let start = pin!(options.name("slow").start_link());
                        if let Some(started) = within_polls(patience, start).await {
                            let child = started.expect("has the name alone");
                            child.stop().await.expect("stops");
                        }
                        done()
                    })
                })
                .await;
                wait_until(|| process::whereis("slow").is_none()).await;
            }
            wait_until(|| Node::current().process_count() == 1).await;
            starter.stop().await.expect("is unharmed");
        })
        .await;
    }
}

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn who_gave_up_a_start_is_not_woken_by_it_nor_kept() {
    // G-1: a start without a link goes on by itself
    isolated(async {
        let woken = Arc::new(Woken::default());
        let mut start = Box::pin(Child::named(Begin::Hang, "slow").start());
        let waker = Waker::from(Arc::clone(&woken));
        let polled = start.as_mut().poll(&mut task::Context::from_waker(&waker));
        assert!(polled.is_pending());
        drop((start, waker));
        assert_eq!(Arc::strong_count(&woken), 1);
        let slow = process::whereis("slow").expect("it goes on");
        slow.exit(ExitReason::Kill); // now the start has an answer
        slow.exited().await;
        assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    })
    .await;
}
