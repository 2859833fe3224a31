//! A child that is to stop while a long queue lies before the stop.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Name, Next, NextResult, Start,
};
use actor_supervisor::{ChildSpec, Shutdown};

use crate::support::{SECOND, assert_took, isolated, now, over};

/// Takes a moment for each message.
struct Slow(Handled);

type Handled = Arc<Mutex<Vec<Entry>>>;

#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Message(u32),
    Terminate,
}

const MOMENT: Duration = Duration::from_millis(1);

impl GenServer for Slow {
    type Args = Handled;
    type Call = Infallible;
    type Cast = u32;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(handled: Handled, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self(handled).into())
    }

    async fn handle_cast(&mut self, number: u32, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.note(Entry::Message(number));
        tokio::time::sleep(MOMENT).await;
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.note(Entry::Terminate);
    }
}

impl Slow {
    fn note(&self, entry: Entry) {
        self.0.lock().expect("nobody panics inside").push(entry);
    }
}

/// Stops a supervisor whose child has so many messages before it; returns what the child did, and
/// how it ended.
async fn stopped(messages: u32, limit: Duration) -> (Vec<Entry>, ExitReason) {
    let handled = Handled::default();
    let given = Arc::clone(&handled);
    let start = move || {
        let options = Slow::options(Arc::clone(&given));
        async { options.name("slow").start_link().await }
    };
    let spec = ChildSpec::new("slow", start).shutdown(Shutdown::After(limit));
    let sup = over([]).child(spec).start_link().await.expect("starts");
    let slow: ActorRef<Slow> = Name::new("slow").whereis().expect("runs");
    (0..messages).for_each(|number| slow.cast(number));
    let begun = now();
    sup.stop().await.expect("stops");
    assert_took(begun, limit.min(MOMENT * messages));
    let handled = handled.lock().expect("nobody panics inside").clone();
    (handled, slow.exited().await)
}

#[tokio::test(start_paused = true)]
async fn a_child_handles_its_queue_in_order_until_its_limit_and_is_killed_then() {
    // F-15, G-41, S-15: and `terminate` does not run
    isolated(async {
        let (handled, reason) = stopped(1_000_000, SECOND).await;
        assert_eq!(reason, ExitReason::Killed);
        let in_order = (0..).map(Entry::Message).take(handled.len());
        assert!(handled.iter().cloned().eq(in_order));
        assert!(
            handled.len() >= 500 && handled.len() <= 1001,
            "{}",
            handled.len()
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_is_through_its_queue_before_its_limit_terminates() {
    // F-15, G-41, S-15: whatever lay before the stop is handled
    isolated(async {
        let (mut handled, reason) = stopped(100, SECOND).await;
        assert_eq!(reason, ExitReason::Shutdown);
        assert_eq!(handled.pop(), Some(Entry::Terminate));
        assert_eq!(handled, (0..100).map(Entry::Message).collect::<Vec<_>>());
    })
    .await;
}
