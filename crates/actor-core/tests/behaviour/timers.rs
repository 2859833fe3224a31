//! Timers: plain messages that come later, on tokio's clock.

use std::sync::{Arc, Weak};
use std::time::Duration;

use actor_core::testing::{isolated, wait_until};
use actor_core::{
    ActorRef, Address, ExitReason, MissedTicks, Name, Node, Start, TimerRef, process,
};

use crate::probe::{Ask, Log, Probe, Tell, entries, log};
use crate::time::Clock;

const SECOND: Duration = Duration::from_secs(1);
const MILLI: Duration = Duration::from_millis(1);

async fn start(log: &Log) -> ActorRef<Probe> {
    Probe::start(log.clone()).await.expect("starts")
}

async fn named(log: &Log) -> ActorRef<Probe> {
    Probe::options(log.clone())
        .name("probe")
        .start()
        .await
        .expect("starts")
}

async fn own_timer(probe: &ActorRef<Probe>, delay: Duration, every: bool) -> TimerRef {
    let call = probe.call(|reply| Ask::OwnTimer {
        delay,
        every,
        reply,
    });
    call.await.expect("replies")
}

#[tokio::test(start_paused = true)]
async fn a_message_comes_once_never_early_and_in_its_place() {
    // TM-1, P-2
    isolated(async {
        let log = log();
        let probe = start(&log).await;
        own_timer(&probe, SECOND, false).await;
        tokio::time::sleep(SECOND - MILLI).await;
        assert_eq!(entries(&log), Vec::<String>::new());
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(entries(&log), ["message tick"]);

        process::send_after(&probe, SECOND, "first".into());
        probe.cast(Tell::Sleep(2 * SECOND));
        tokio::time::sleep(SECOND + MILLI).await;
        probe.send("second".into());
        probe.stop().await.expect("stops");
        assert_eq!(entries(&log)[1..3], ["message first", "message second"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_timer_to_a_process_ends_with_it_and_one_to_a_name_finds_the_holder_of_its_moment() {
    // TM-2
    isolated(async {
        let (old_log, new_log) = (log(), log());
        let old = named(&old_log).await;
        let name = Name::<Probe>::new("probe");
        let to_pid = process::send_after(&old, SECOND, "to the process".into());
        process::send_after(&name, SECOND, "to the name".into());
        process::send_after(&name, 3 * SECOND, "to nobody".into());
        old.stop().await.expect("stops");
        let new = named(&new_log).await;
        tokio::time::sleep(SECOND + MILLI).await;
        assert_eq!(to_pid.remaining(), None);
        new.stop().await.expect("stops");
        tokio::time::sleep(3 * SECOND).await;
        assert_eq!(entries(&old_log), ["terminate: normal", "dropped"]);
        assert_eq!(entries(&new_log)[0], "message to the name");
        assert_eq!(entries(&new_log).len(), 3);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_timer_to_a_name_stays_in_the_node_of_its_starter() {
    // TM-2, N-1
    isolated(async {
        let (here_log, there_log) = (log(), log());
        let here = named(&here_log).await;
        let node = Node::new();
        let there = node.run(named(&there_log)).await;
        let name = Name::<Probe>::new("probe");
        node.run(async { process::send_after(&name, SECOND, "there".into()) })
            .await;
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(entries(&there_log), ["message there"]);
        assert_eq!(entries(&here_log), Vec::<String>::new());
        there.stop().await.expect("stops");
        here.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn cancel_tells_the_time_left_and_then_nothing_comes() {
    // TM-3, TM-4
    isolated(async {
        let log = log();
        let probe = start(&log).await;
        let timer = own_timer(&probe, 10 * SECOND, false).await;
        tokio::time::sleep(4 * SECOND).await;
        assert_eq!(timer.remaining(), Some(6 * SECOND));
        let again = timer.clone();
        let call = probe.call(|reply| Ask::CancelTimer { timer, reply });
        assert_eq!(call.await.expect("replies"), Some(6 * SECOND));
        assert_eq!((again.cancel(), again.remaining()), (None, None));
        tokio::time::sleep(20 * SECOND).await;
        assert_eq!(entries(&log), Vec::<String>::new());

        let fired = own_timer(&probe, SECOND, false).await;
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!((fired.remaining(), fired.cancel()), (None, None));
        assert_eq!(entries(&log), ["message tick"]);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn zero_and_for_ever_are_legal() {
    // TM-4: zero is still asynchronous
    isolated(async {
        let log = log();
        let probe = start(&log).await;
        let clock = Clock::start();
        process::send_after(&probe, Duration::ZERO, "now".into());
        assert_eq!(entries(&log), Vec::<String>::new());
        wait_until(|| entries(&log) == ["message now"]).await;
        assert!(clock.elapsed() <= 2 * MILLI);
        let never = process::send_after(&probe, Duration::MAX, "never".into());
        assert!(never.remaining() > Some(365 * 24 * 3600 * SECOND));
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_repeated_timer_beats_until_it_is_cancelled() {
    isolated(async {
        let log = log();
        let probe = start(&log).await;
        let timer = own_timer(&probe, SECOND, true).await;
        tokio::time::sleep(3 * SECOND + MILLI).await;
        assert_eq!(entries(&log).len(), 3);
        assert_eq!(timer.cancel(), Some(SECOND - MILLI));
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(entries(&log).len(), 3);
        probe.stop().await.expect("stops");
    })
    .await;
}

/// How a repeated timer is begun.
#[derive(Clone, Copy, Debug)]
enum Beat {
    Outside(MissedTicks),
    /// By its target, with a policy or without.
    Own(Option<MissedTicks>),
}

impl Beat {
    async fn begin(self, probe: &ActorRef<Probe>) -> TimerRef {
        let missed = match self {
            Self::Outside(missed) => {
                return process::send_interval(probe, SECOND, missed, "tick".into());
            }
            Self::Own(None) => return own_timer(probe, SECOND, true).await,
            Self::Own(Some(missed)) => missed,
        };
        let call = probe.call(|reply| Ask::OwnBeat { missed, reply });
        call.await.expect("replies")
    }
}

#[tokio::test(start_paused = true)]
async fn missed_ticks_follow_their_policy() {
    // What has come half a second after a block of three and a half seconds, and a second later.
    let cases = [
        (MissedTicks::Burst, 4, 5),
        (MissedTicks::Skip, 2, 3),
        (MissedTicks::Delay, 1, 2),
    ];
    let by_itself = |missed| Beat::Own(Some(missed));
    let policies = cases.map(|(missed, after, later)| (by_itself(missed), after, later));
    let from_outside = cases.map(|(missed, after, later)| (Beat::Outside(missed), after, later));
    let default = [(Beat::Own(None), 4, 5)];
    for (beat, after_block, later) in policies.into_iter().chain(from_outside).chain(default) {
        isolated(async {
            let log = log();
            let probe = start(&log).await;
            let timer = beat.begin(&probe).await;
            tokio::task::yield_now().await;
            tokio::time::advance(SECOND * 7 / 2).await; // one step: nothing ran in between
            tokio::time::sleep(SECOND / 2 + MILLI).await;
            assert_eq!(entries(&log).len(), after_block, "{beat:?}");
            tokio::time::sleep(SECOND).await;
            assert_eq!(entries(&log).len(), later, "{beat:?}");
            timer.cancel();
            probe.stop().await.expect("stops");
        })
        .await;
    }
}

/// A plain message that tells when it is gone.
struct Held {
    probe: ActorRef<Holder>,
    message: Weak<()>,
}

/// Takes messages that can be watched.
struct Holder;

impl actor_core::GenServer for Holder {
    type Args = ();
    type Call = std::convert::Infallible;
    type Cast = std::convert::Infallible;
    type Info = Arc<()>;
    type Continue = std::convert::Infallible;

    async fn init((): (), _cx: &mut actor_core::Context<Self>) -> actor_core::InitResult<Self> {
        Ok(Self.into())
    }
}

async fn held(every: bool) -> Held {
    let probe = Holder::start(()).await.expect("starts");
    let message = Arc::new(());
    let weak = Arc::downgrade(&message);
    match every {
        true => process::send_interval(&probe, SECOND, MissedTicks::Burst, message),
        false => process::send_after(&probe, 3600 * SECOND, message),
    };
    Held {
        probe,
        message: weak,
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_timer_is_kept_when_its_target_is_dead() {
    // TM-2
    isolated(async {
        for every in [false, true] {
            let Held { probe, message } = held(every).await;
            probe.exit(ExitReason::Kill);
            let clock = Clock::start();
            wait_until(|| message.upgrade().is_none()).await;
            assert!(clock.elapsed() < SECOND);
        }
    })
    .await;
}
