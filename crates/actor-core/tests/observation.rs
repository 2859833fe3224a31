//! What processes tell of their time while somebody observes. A program of its own, as an observation
//! is one of the whole program; one test at a time.

use std::convert::Infallible;
use std::time::Duration;

use actor_core::process::{self, Longest, Times};
use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Incoming, Info, InitResult, Next,
    NextResult, ReplyTo, Start, sys,
};
use tokio::sync::{Mutex, MutexGuard};

#[allow(dead_code, reason = "each program uses another part of it")]
#[path = "behaviour/time.rs"]
mod time;

const SECOND: Duration = Duration::from_secs(1);

static ALONE: Mutex<()> = Mutex::const_new(());

/// Keeps the observations of other tests away.
async fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().await
}

/// Takes as long as it is told.
struct Slow;

enum Tell {
    Quick,
    Long(Duration),
    /// Goes on with a step that takes so long.
    Steps(Duration),
    Wait(Duration),
}

impl GenServer for Slow {
    type Args = ();
    type Call = ReplyTo<()>;
    type Cast = Tell;
    type Info = Infallible;
    type Continue = Duration;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(());
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, tell: Tell, _cx: &mut Context<Self>) -> NextResult<Self> {
        match tell {
            Tell::Quick => {}
            Tell::Long(time) => tokio::time::sleep(time).await,
            Tell::Steps(time) => return Ok(Next::Continue(time)),
            Tell::Wait(limit) => return Ok(Next::Timeout(limit)),
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        _info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        tokio::time::sleep(SECOND).await;
        Ok(Next::NoReply)
    }

    async fn handle_continue(
        &mut self,
        time: Duration,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        tokio::time::sleep(time).await;
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        tokio::time::sleep(2 * SECOND).await;
    }

    fn message_name(message: Incoming<'_, Self>) -> &'static str {
        match message {
            Incoming::Call(_) => "Sync",
            Incoming::Cast(Tell::Quick) => "Quick",
            Incoming::Cast(Tell::Long(_)) => "Long",
            Incoming::Cast(_) => "other",
            Incoming::Info(never) => match *never {},
        }
    }
}

async fn slow() -> ActorRef<Slow> {
    Slow::start(()).await.expect("starts")
}

async fn sync(slow: &ActorRef<Slow>) {
    slow.within(60 * SECOND)
        .call(|reply| reply)
        .await
        .expect("replies");
}

fn times(slow: &ActorRef<Slow>) -> Option<Times> {
    process::info(slow).expect("is alive").times
}

fn longest(slow: &ActorRef<Slow>) -> Option<(&'static str, u64)> {
    let Longest { message, took, .. } = times(slow)?.longest?;
    Some((message, took.as_secs()))
}

#[tokio::test(start_paused = true)]
async fn an_observed_process_tells_what_took_its_time() {
    let _alone = alone().await;
    isolated(async {
        let _observation = process::observe();
        let slow = slow().await;
        let fresh = times(&slow).expect("a new one begins after `init`");
        assert_eq!((fresh.message, fresh.busy), (None, Duration::ZERO));
        assert_eq!(fresh.longest, None);
        slow.cast(Tell::Quick);
        sync(&slow).await;
        slow.cast(Tell::Long(3 * SECOND));
        slow.cast(Tell::Long(SECOND));
        sync(&slow).await;
        assert_eq!(longest(&slow), Some(("Long", 3)));
        slow.cast(Tell::Steps(4 * SECOND));
        sync(&slow).await;
        assert_eq!(longest(&slow), Some(("other", 4)), "with its continues");
        slow.cast(Tell::Wait(SECOND));
        tokio::time::sleep(10 * SECOND).await;
        let told = times(&slow).expect("is observed");
        assert_eq!(told.busy.as_secs(), 3 + 1 + 4 + 1, "the timeout too");
        assert_eq!(told.message, None);
        slow.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_counts_as_far_as_it_has_come() {
    let _alone = alone().await;
    isolated(async {
        let observation = process::observe();
        let slow = slow().await;
        sync(&slow).await;
        tokio::time::sleep(5 * SECOND).await;
        let clock = time::Clock::start();
        slow.cast(Tell::Long(20 * SECOND));
        tokio::time::sleep(7 * SECOND).await;
        let told = times(&slow).expect("is observed");
        assert_eq!(told.message, Some("Long"));
        assert_eq!(told.busy.as_secs(), 7);
        assert_eq!(told.since.elapsed(), clock.elapsed());
        assert_eq!((told.since - told.observed_since).as_secs(), 5);
        assert_eq!(longest(&slow), Some(("Long", 7)));
        drop(observation);
        assert_eq!(times(&slow), None);
        slow.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn times_are_kept_while_anybody_observes_and_begin_anew_afterwards() {
    let _alone = alone().await;
    isolated(async {
        let slow = slow().await;
        slow.cast(Tell::Long(9 * SECOND));
        sync(&slow).await;
        assert_eq!(times(&slow), None, "nobody observes");
        let (one, other) = (process::observe(), process::observe());
        slow.cast(Tell::Long(3 * SECOND));
        sync(&slow).await;
        drop(one);
        slow.cast(Tell::Long(SECOND));
        sync(&slow).await;
        assert_eq!(longest(&slow), Some(("Long", 3)));
        drop(other);
        assert_eq!(times(&slow), None);
        slow.cast(Tell::Long(5 * SECOND));
        sync(&slow).await;
        let again = process::observe();
        assert_eq!(times(&slow), None, "those of before are over");
        slow.cast(Tell::Long(SECOND));
        sync(&slow).await;
        assert_eq!(longest(&slow), Some(("Long", 1)));
        drop(again);
        sync(&slow).await;
        let _third = process::observe();
        assert_eq!(times(&slow), None);
        slow.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_observation_changes_nothing_else() {
    // G-19
    let _alone = alone().await;
    isolated(async {
        let slow = slow().await;
        sys::log(&slow, 100).await.expect("answers");
        let observation = process::observe();
        for _ in 0..300 {
            slow.cast(Tell::Quick);
        }
        sys::no_debug(&slow).await.expect("answers");
        assert!(times(&slow).is_some(), "it is no matter of sys");
        let status = sys::get_status(&slow).await.expect("answers");
        assert_eq!((status.log, status.statistics), (None, false));
        sync(&slow).await;
        drop(observation);
        sync(&slow).await;
        let info = process::info(&slow).expect("is alive");
        assert_eq!((info.handled, info.queue_len), (302, 0));
        slow.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_tells_that_it_does() {
    let _alone = alone().await;
    isolated(async {
        let _observation = process::observe();
        let slow = slow().await;
        tokio::time::sleep(SECOND).await;
        let stopping = async { slow.stop().await.expect("stops") };
        let looking = async {
            tokio::time::sleep(SECOND).await;
            let told = times(&slow).expect("is observed");
            assert_eq!(told.message, Some("terminate"));
            assert_eq!(told.busy, SECOND);
            assert_eq!(longest(&slow), Some(("terminate", 1)));
        };
        tokio::join!(stopping, looking);
    })
    .await;
}
