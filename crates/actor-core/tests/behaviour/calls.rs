//! Calls, casts and replies: every call ends, once, with a reply or the true reason.

use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use crate::probe::{Ask, Probe, Tell, log};
use crate::runtimes;
use crate::time::Clock;
use actor_core::testing::isolated;
use actor_core::{
    Address, CallError, Context, Deadline, ExitReason, GenServer, InitResult, Name, Next,
    NextResult, Node, ReplyTo, Start,
};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

#[tokio::test(start_paused = true)]
async fn messages_of_one_sender_are_handled_in_order() {
    // P-2, G-12
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        for n in 0..1000 {
            probe.cast(Tell::Note(n.to_string()));
        }
        let seen = probe
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        let expected: Vec<_> = (0..1000).map(|n| n.to_string()).collect();
        assert_eq!(seen, expected);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_five_seconds_by_default_and_as_long_as_it_is_told() {
    // G-20, G-21
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let clock = Clock::start();
        let late = probe.call(|reply| Ask::Never { reply }).await;
        assert!(matches!(late, Err(CallError::Timeout)));
        assert_eq!(clock.elapsed(), Duration::from_secs(5));

        let limit = Duration::from_millis(50);
        let late = probe.within(limit).call(|reply| Ask::Never { reply }).await;
        assert!(matches!(late, Err(CallError::Timeout)));
        assert_eq!(clock.elapsed(), Duration::from_millis(5050));

        let no_time = probe
            .within(Duration::ZERO)
            .call(|reply| Ask::Never { reply })
            .await;
        assert!(matches!(no_time, Err(CallError::Timeout)));

        let day = Duration::from_secs(24 * 3600);
        let slow = probe
            .call_by(Deadline::Never, |reply| Ask::After { delay: day, reply })
            .await;
        assert_eq!(slow.expect("replies in the end"), "done");
        probe.stop().await.expect("stops");
    })
    .await;
}

/// Is asked nothing: whoever calls it has answered already.
struct Deaf;

impl GenServer for Deaf {
    type Args = ();
    type Call = ();
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::NoReply)
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_there_at_once_is_in_time_for_a_limit_of_zero() {
    // G-20: zero is legal
    isolated(async {
        let deaf = Deaf::start(()).await.expect("starts");
        let zero = deaf.within(Duration::ZERO);
        assert_eq!(zero.call(|reply| reply.send(7)).await, Ok(7));
        deaf.stop().await.expect("stops");
    })
    .await;
}

#[test]
#[cfg(debug_assertions)]
fn a_call_with_a_limit_asks_for_a_timer_also_if_the_reply_is_there_at_once() {
    // G-20: else the first late reply would tell that there is none
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let call_by = |deadline| {
        runtime.block_on(Node::new().run(async move {
            let deaf = Deaf::start(()).await.expect("starts");
            let reply = deaf.call_by(deadline, |reply| reply.send(7)).await;
            deaf.exit(ExitReason::Kill);
            reply
        }))
    };
    assert_eq!(call_by(Deadline::Never), Ok(7));
    for limited in [Deadline::Default, Deadline::After(Duration::from_secs(1))] {
        assert!(catch_unwind(AssertUnwindSafe(|| call_by(limited))).is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_timed_out_is_abandoned_also_while_its_future_is_kept() {
    // F-07, G-22: nothing is kept that a late reply could reach
    isolated(async {
        let deaf = Deaf::start(()).await.expect("starts");
        for deadline in [Deadline::Default, Deadline::After(Duration::from_millis(1))] {
            let kept = Arc::new(Mutex::new(None::<ReplyTo<u32>>));
            let holder = Arc::clone(&kept);
            let mut call = pin!(deaf.call_by(deadline, move |reply| {
                *holder.lock().expect("not poisoned") = Some(reply);
            }));
            assert_eq!(call.as_mut().await, Err(CallError::Timeout));
            let reply = kept.lock().expect("not poisoned").take();
            let reply = reply.expect("the request was made");
            assert!(reply.is_abandoned());
            reply.send(1);
        }
        deaf.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_over_cannot_be_polled_again() {
    isolated(async {
        let deaf = Deaf::start(()).await.expect("starts");
        let mut answered = pin!(deaf.call(|reply| reply.send(7)));
        assert_eq!(answered.as_mut().await, Ok(7));
        deaf.stop().await.expect("stops");
        let mut refused = pin!(deaf.call(|reply| reply.send(7)));
        assert_eq!(refused.as_mut().await, Err(CallError::NoProc));
        let again = poll_fn(|cx| {
            let answered = catch_unwind(AssertUnwindSafe(|| answered.as_mut().poll(cx)));
            let refused = catch_unwind(AssertUnwindSafe(|| refused.as_mut().poll(cx)));
            Poll::Ready((answered.is_err(), refused.is_err()))
        });
        assert_eq!(again.await, (true, true), "neither waits nor lies");
    })
    .await;
}

#[test]
fn a_limit_holds_although_another_task_holds_the_thread() {
    // F-36, G-20: the caller is not put off where nobody else finds it
    runtimes::with_workers(2).block_on(isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let server = probe.clone();
        let (over, waits) = std::sync::mpsc::channel();
        let (tell, held) = oneshot::channel();
        let runtime = Handle::current();
        let caller = runtime.clone().spawn(async move {
            let short = server.within(Duration::from_millis(50));
            let mut call = pin!(short.call(|reply| Ask::Never { reply }));
            let mut holder = Some((waits, tell));
            let mut polls = 0;
            let outcome = poll_fn(|cx| {
                let polled = call.as_mut().poll(cx);
                polls += 1;
                if let Some((waits, tell)) = holder.take_if(|_| polls == 2) {
                    // The next task of this thread, which nobody steals.
                    runtime.spawn(async move {
                        let _ = tell.send(waits.recv_timeout(Duration::from_secs(10)));
                    });
                }
                polled
            });
            let outcome = outcome.await;
            over.send(()).expect("the thread is held until then");
            outcome
        });
        assert_eq!(caller.await.expect("ends"), Err(CallError::Timeout));
        assert_eq!(held.await, Ok(Ok(())));
        probe.exit(ExitReason::Kill);
    }));
}

#[tokio::test(start_paused = true)]
async fn a_late_reply_is_dropped_and_never_answers_the_next_call() {
    // F-07, G-22, G-23
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let second = Duration::from_secs(1);
        let slow = probe
            .within(Duration::from_millis(1))
            .call(|reply| Ask::After {
                delay: second,
                reply,
            })
            .await;
        assert!(matches!(slow, Err(CallError::Timeout)));
        probe.cast(Tell::Note("next".into()));
        let seen = probe
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        assert_eq!(seen, ["after", "next"], "the request ran all the same");
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_to_oneself_fails_at_once_by_reference_and_by_name() {
    // G-24, F-05
    isolated(async {
        let name = Name::<Probe>::new("probe");
        let probe = Probe::options(log())
            .name(name)
            .start()
            .await
            .expect("starts");
        let errors = probe
            .call(|reply| Ask::CallYourself { reply })
            .await
            .expect("replies");
        assert_eq!(errors.len(), 2);
        assert!(
            errors
                .iter()
                .all(|error| matches!(error, CallError::CallingSelf))
        );
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dead_server_is_noproc_and_takes_casts_silently() {
    // G-21, G-28, P-1
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.stop().await.expect("stops");
        probe.cast(Tell::Note("lost".into()));
        let dead = probe.call(|reply| Ask::Seen { reply }).await;
        assert!(matches!(dead, Err(CallError::NoProc)));
        let nobody = Name::<Probe>::new("nobody");
        nobody.cast(Tell::Note("lost".into()));
        let unknown = nobody.call(|reply| Ask::Seen { reply }).await;
        assert!(matches!(unknown, Err(CallError::NoProc)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_reply_handle_is_unanswered_while_the_server_lives() {
    // G-25 (deviation), F-03
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let dropped = probe
            .call_by(Deadline::Never, |reply| Ask::Drop { reply })
            .await;
        assert!(matches!(dropped, Err(CallError::Unanswered)));

        // Kept first, dropped by a later callback.
        let kept = probe.call_by(Deadline::Never, |reply| Ask::Never { reply });
        let (kept, ()) = tokio::join!(kept, async { probe.cast(Tell::DropKept) });
        assert!(matches!(kept, Err(CallError::Unanswered)));
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_reply_may_come_later_and_from_another_task() {
    // G-25
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let (out, answered) = oneshot::channel();
        let call = probe.call_by(Deadline::Never, |reply| Ask::GiveAway { out, reply });
        let answer = async {
            let handle = answered.await.expect("given away");
            assert!(!handle.is_abandoned());
            handle.send("from afar".into());
        };
        let (reply, ()) = tokio::join!(call, answer);
        assert_eq!(reply.expect("replies"), "from afar");
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_when_the_server_ends_gets_its_reason() {
    // G-21, G-26, F-02, F-04, R3: each way to end, for the call in hand, a kept one, one given
    // away and queued ones
    for end in [Tell::Stop, Tell::Fail, Tell::Panic] {
        ends_with(end).await;
    }
}

async fn ends_with(end: Tell) {
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        let forever = Deadline::Never;
        let (out, mut kept_elsewhere) = oneshot::channel();
        let kept = probe.call_by(forever, |reply| Ask::Never { reply });
        let away = probe.call_by(forever, |reply| Ask::GiveAway { out, reply });
        let ending = async { probe.cast(end) };
        let queued = probe.call_by(forever, |reply| Ask::Never { reply });
        let (kept, away, (), queued) = tokio::join!(kept, away, ending, queued);
        let reason = probe.exited().await;
        for outcome in [kept.err(), away.err(), queued.err()] {
            let Some(CallError::Exited(seen)) = outcome else {
                panic!("{outcome:?} instead of the reason {reason}");
            };
            assert_eq!(seen, reason);
        }
        let handle = kept_elsewhere.try_recv().expect("given away");
        assert!(handle.is_abandoned());
        handle.send("too late".into()); // nobody waits, nothing fails
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_call_in_hand_gets_the_reason_however_its_handler_ends() {
    // G-21, G-26, F-02
    isolated(async {
        let stop = Probe::start(log()).await.expect("starts");
        let outcome = stop.call(|reply| Ask::StopWithoutReply { reply }).await;
        assert!(matches!(
            outcome,
            Err(CallError::Exited(ExitReason::Normal))
        ));

        let panics = Probe::start(log()).await.expect("starts");
        let outcome = panics.call(|reply| Ask::Panic { reply }).await;
        let Err(CallError::Exited(ExitReason::Panic(report))) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(report.message(), "asked to panic");
        assert!(report.file().is_some_and(|file| file.ends_with("probe.rs")));
        assert!(report.line().is_some());

        let killed = Probe::start(log()).await.expect("starts");
        let call = killed.call(|reply| Ask::After {
            delay: Duration::MAX,
            reply,
        });
        let (outcome, ()) = tokio::join!(call, async {
            tokio::task::yield_now().await;
            killed.exit(ExitReason::Kill);
        });
        assert!(matches!(
            outcome,
            Err(CallError::Exited(ExitReason::Killed))
        ));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_is_handled_all_the_same() {
    // G-23, F-09
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        {
            let call = probe.call(|reply| Ask::After {
                delay: Duration::ZERO,
                reply,
            });
            let mut call = pin!(call);
            let waiting = poll_once(call.as_mut()).await;
            assert!(waiting.is_pending());
        }
        let seen = probe
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        assert_eq!(seen, ["after"]);
        probe.stop().await.expect("stops");
    })
    .await;
}

/// Polls once.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}
