//! [`Contestant`]: what each framework does for a benchmark, in its own idiom.

use std::future::Future;

use crate::logic::{Address, Logic};
use crate::runtime::Flavor;

/// A way to write actors.
pub trait Contestant: Send + Sync + 'static {
    const NAME: &'static str;

    type Addr: Address;

    /// Whether messages of one sender are handled in the order in which they were sent.
    const IN_ORDER: bool = true;

    /// Runs the benchmark on a runtime of this flavor.
    fn block_on<F>(flavor: Flavor, benchmark: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        flavor
            .runtime()
            .block_on(async { tokio::spawn(benchmark).await.expect("no panic") })
    }

    /// Starts an actor with an unbounded mailbox.
    fn start(logic: Logic<Self::Addr>) -> impl Future<Output = Self::Addr> + Send;

    /// Asks an actor for its count, and waits for the answer.
    fn ask(to: &Self::Addr) -> impl Future<Output = u64> + Send;

    /// Stops an actor, and waits until it has ended.
    fn stop(to: Self::Addr) -> impl Future<Output = ()> + Send;
}

/// One whose mailboxes may be bounded, so that senders wait for room.
pub trait Bounded: Contestant {
    type Bounded: Clone + Send + Sync + 'static;

    fn start_bounded(capacity: usize) -> impl Future<Output = Self::Bounded> + Send;

    /// Tells an actor to add a number; waits for room.
    fn add(to: &Self::Bounded, number: u64) -> impl Future<Output = ()> + Send;

    /// Asks an actor for its count, and waits for the answer.
    fn ask_bounded(to: &Self::Bounded) -> impl Future<Output = u64> + Send;
}

/// The least that an actor can be: it has a number, to which it adds what it is told.
pub trait Small: Contestant {
    type Small: Send + Sync + 'static;

    fn start_small() -> impl Future<Output = Self::Small> + Send;

    fn add_small(to: &Self::Small, number: u64) -> impl Future<Output = ()> + Send;

    /// Asks for the number, and waits for the answer.
    fn ask_small(to: &Self::Small) -> impl Future<Output = u64> + Send;
}

/// One that finds actors by names made at run time.
pub trait Named: Contestant {
    fn start_named(name: String) -> impl Future<Output = Self::Addr> + Send;

    /// Looks the name up, and tells the actor to add a number.
    fn add_by_name(name: &str, number: u64);
}

/// One that starts an actor again that has panicked.
pub trait Restarts: Contestant {
    /// Keeps the supervisor alive.
    type Supervisor: Send + Sync;

    /// Starts an actor that is restarted however often it crashes.
    fn supervise() -> impl Future<Output = Self::Supervisor> + Send;

    /// Tells the present incarnation to crash.
    fn crash(supervisor: &Self::Supervisor);

    /// Asks the present incarnation; none if there is none, or it ends before it answers.
    fn try_ask(supervisor: &Self::Supervisor) -> impl Future<Output = Option<u64>> + Send;
}

/// One whose supervisors have children that come and go.
pub trait Supervises: Contestant {
    type Supervisor: Send + Sync;

    fn start_supervisor() -> impl Future<Output = Self::Supervisor> + Send;

    fn start_child(supervisor: &Self::Supervisor) -> impl Future<Output = Self::Addr> + Send;

    /// Stops all children and the supervisor, and waits until they have ended.
    fn stop_all(
        supervisor: Self::Supervisor,
        children: Vec<Self::Addr>,
    ) -> impl Future<Output = ()> + Send;
}

/// Waits until an actor has come to this count. One that keeps messages in order has when it answers.
pub async fn reaches<C: Contestant>(actor: &C::Addr, count: u64) {
    loop {
        let reached = C::ask(actor).await;
        if reached == count {
            return;
        }
        assert!(!C::IN_ORDER, "{reached} in place of {count}");
        tokio::task::yield_now().await;
    }
}
