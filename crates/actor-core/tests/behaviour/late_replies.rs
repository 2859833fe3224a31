//! Replies that come late or never: kept, given away, dropped by others, or lost in the queue.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    Address, CallError, Context, Deadline, ExitReason, GenServer, InitResult, Next, NextResult,
    ReplyTo, Start,
};

use crate::probe::{Ask, HOUR, Tell, probe, seen, soon};
use crate::time::Clock;

/// A server whose calls carry a handle that others hold too.
struct Shared;

type SharedReply = Arc<Mutex<Option<ReplyTo<()>>>>;

impl GenServer for Shared {
    type Args = ();
    type Call = SharedReply;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(
        &mut self,
        reply: SharedReply,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let first = reply.lock().expect("not poisoned").take();
        drop(first);
        pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_whose_handle_is_held_elsewhere_gets_the_reason() {
    // G-21, R3
    isolated(async {
        let server = Shared::start(()).await.expect("starts");
        let kept = SharedReply::default();
        let holder = Arc::clone(&kept);
        let in_hand = server.call_by(Deadline::Never, |reply| Arc::new(Mutex::new(Some(reply))));
        let queued = server.call_by(Deadline::Never, move |reply| {
            *holder.lock().expect("not poisoned") = Some(reply);
            holder
        });
        let kill = async { server.exit(ExitReason::Kill) };
        let (in_hand, queued, ()) = soon(async { tokio::join!(in_hand, queued, kill) }).await;
        for outcome in [in_hand, queued] {
            assert!(matches!(
                outcome,
                Err(CallError::Exited(ExitReason::Killed))
            ));
        }
        drop(kept);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn every_one_of_many_kept_calls_gets_the_reason() {
    // G-21, R3: more than the list of late replies holds at first, answered ones among them
    isolated(async {
        let probe = probe().await;
        let mut calls = Vec::new();
        for n in 0..100_u32 {
            calls.push(probe.send_request(|reply| Ask::Never { reply }));
            if n % 3 == 0 {
                seen(&probe).await;
            }
        }
        probe.cast(Tell::Fail);
        for call in calls {
            let outcome = call.receive(HOUR).await;
            assert!(matches!(outcome, Err(CallError::Exited(reason)) if reason.is_abnormal()));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_handle_given_away_by_the_callback_that_panics_leaves_nobody_waiting() {
    // F-02, F-04
    isolated(async {
        let probe = probe().await;
        let (out, given) = tokio::sync::oneshot::channel();
        let call = probe.call_by(Deadline::Never, |reply| Ask::GiveAwayAndPanic {
            out,
            reply,
        });
        let outcome = soon(call).await;
        assert!(matches!(
            outcome,
            Err(CallError::Exited(ExitReason::Panic(_)))
        ));
        given.await.expect("given away").send(String::new());
    })
    .await;
}

/// Keeps a handle, which another thread drops when the state goes.
struct Keeper(Option<ReplyTo<()>>);

impl GenServer for Keeper {
    type Args = ();
    type Call = ReplyTo<()>;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(None).into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.0 = Some(reply);
        Ok(Next::NoReply)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let reply = self.0.take();
        let thread = std::thread::spawn(move || drop(reply));
        thread.join().expect("no panic");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handle_dropped_by_another_thread_while_the_state_goes_means_the_reason() {
    // G-26, P-4: the process is dying then, no longer alive
    isolated(async {
        let keeper = Keeper::start(()).await.expect("starts");
        let call = keeper.send_request(|reply| reply);
        tokio::task::yield_now().await;
        keeper.exit(ExitReason::Kill);
        let outcome = call.receive(HOUR).await;
        assert!(
            matches!(outcome, Err(CallError::Exited(ExitReason::Killed))),
            "{outcome:?}"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_last_limit_counts() {
    isolated(async {
        let probe = probe().await;
        let clock = Clock::start();
        let (long, short) = (Duration::from_secs(9), Duration::from_secs(1));
        let late = probe
            .within(long)
            .within(short)
            .call(|reply| Ask::Never { reply })
            .await;
        assert!(matches!(late, Err(CallError::Timeout)));
        assert_eq!(clock.elapsed(), short);
        probe.stop().await.expect("stops");
    })
    .await;
}
