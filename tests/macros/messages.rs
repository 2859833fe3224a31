//! The words of `#[call]` and `#[cast]`.

use std::future::pending;
use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::isolated;
use tokio::time::Instant;

pub struct Slow;

#[actor(client = "SlowApi")]
impl GenServer for Slow {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    async fn usual(&mut self) -> u8 {
        pending().await
    }

    #[call(timeout = "30s")]
    async fn patient(&mut self) -> u8 {
        pending().await
    }

    #[call(timeout = "infinity")]
    async fn endless(&mut self) -> u8 {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        7
    }

    #[call(timeout = "250ms", as = "impatient")]
    async fn stop(&mut self) -> u8 {
        pending().await
    }
}

/// How long a call waits that has no answer.
async fn limit(call: impl AsyncFnOnce(ActorRef<Slow>) -> Result<u8, CallError>) -> Duration {
    let slow = Slow::start(()).await.expect("starts");
    let begun = now();
    assert_eq!(call(slow.clone()).await, Err(CallError::Timeout));
    let waited = now() - begun;
    slow.exit(ExitReason::Kill);
    slow.exited().await;
    waited
}

#[expect(clippy::disallowed_methods, reason = "the paused clock of the test")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_mark_is_exact_and_within_replaces_it() {
    isolated(async {
        let exactly = Duration::from_millis;
        assert_eq!(limit(async |slow| slow.usual().await).await, exactly(5_000));
        assert_eq!(
            limit(async |slow| slow.patient().await).await,
            exactly(30_000)
        );
        assert_eq!(
            limit(async |slow| slow.impatient().await).await,
            exactly(250)
        );
        let within = exactly(50);
        let waited = limit(async move |slow| slow.within(within).patient().await).await;
        assert_eq!(waited, within);
        let slow = Slow::start(()).await.expect("starts");
        assert_eq!(slow.endless().await, Ok(7));
        slow.stop().await.expect("stops");
    })
    .await;
}

#[derive(Debug, Clone, PartialEq)]
pub struct Large([u64; 32]);

#[derive(Default)]
pub struct Store {
    kept: Vec<(u8, Large)>,
}

#[actor]
impl GenServer for Store {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self::default().into())
    }

    #[call(boxed, as = "swap")]
    fn exchange(&mut self, arguments: u8, mut reply: Large, large: Large) -> (u8, Large, Large) {
        reply.0[0] += 1;
        (arguments, large, reply)
    }

    #[cast(as = "keep", boxed)]
    fn store(&mut self, large: Large) {
        self.kept.push((0, large));
    }

    #[cast(boxed)]
    fn keep_as(&mut self, key: u8, large: Large) {
        self.kept.push((key, large));
    }

    #[call]
    fn kept(&self) -> Vec<(u8, Large)> {
        self.kept.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn arguments_come_out_of_their_box_in_order() {
    isolated(async {
        let (one, two) = (Large([1; 32]), Large([2; 32]));
        let store = Store::start(()).await.expect("starts");
        let swapped = store.swap(7, one.clone(), two.clone()).await;
        let mut changed = one.clone();
        changed.0[0] = 2;
        assert_eq!(swapped, Ok((7, two.clone(), changed)));
        store.keep(one.clone());
        store.keep_as(3, two.clone());
        assert_eq!(store.kept().await, Ok(vec![(0, one), (3, two)]));
        store.stop().await.expect("stops");
    })
    .await;
}

#[test]
fn a_box_keeps_a_message_small() {
    assert!(size_of::<StoreCall>() <= 3 * size_of::<usize>());
    assert!(size_of::<StoreCast>() <= 2 * size_of::<usize>());
}

#[test]
fn a_message_has_the_name_that_its_mark_gives_and_its_method_its_own() {
    let mut store = Store::default();
    store.store(Large([3; 32]));
    assert_eq!(store.kept().len(), 1);
    let keep = StoreCast::Keep {
        large: Box::new(Large([0; 32])),
    };
    assert_eq!(format!("{keep:?}"), "Keep");
}
