//! Children with values that panic where nobody expects it: they harm themselves, not their
//! supervisor.

use std::convert::Infallible;
use std::fmt;

use actor_core::testing::wait_until;
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, InitResult, Next, NextResult, Start,
    StartError,
};
use actor_supervisor::{AnyChildSpec, ChildSpec, Restart, SupervisorClient, SupervisorSpec};
use tracing::span;

use crate::support::{
    Log, Order, Plan, STRATEGIES, by, children, failed_child, isolated, kill, over, pid, trapping,
    worker,
};

/// A value whose `Drop` panics.
#[derive(Debug)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

/// An error that cannot be printed.
#[derive(Debug)]
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("printed");
    }
}

impl std::error::Error for Unprintable {}

/// A server whose state is a bomb.
struct Bomber {
    _bomb: Bomb,
}

impl GenServer for Bomber {
    type Args = ();
    type Call = Infallible;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { _bomb: Bomb }.into())
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(ExitReason::Normal))
    }
}

/// A supervisor over `a`, the bomber, and `b`, an ordinary worker.
fn beside(log: &Log, spec: impl Into<AnyChildSpec>) -> SupervisorSpec {
    over([]).child(spec).child(Plan::new("b", log).spec())
}

fn bomber() -> ChildSpec<ActorRef<Bomber>> {
    let start = || async { Bomber::options(()).name("a").start_link().await };
    ChildSpec::new("a", start)
}

#[tokio::test(start_paused = true)]
async fn a_state_that_panics_when_dropped_does_not_prevent_the_restart() {
    // F-26, S-23, P-4: after a good end, and on a kill.
    isolated(async {
        let log = Log::default();
        let sup = beside(&log, bomber()).start_link().await.unwrap();
        let listed = ["b running", "a running"];
        kill("a").await;
        assert_eq!(children(&sup).await, listed);
        let a = pid("a");
        a.stop().await.unwrap();
        assert_eq!(children(&sup).await, listed);
        assert_ne!(pid("a"), a);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_reason_that_panics_when_dropped_harms_no_supervisor() {
    // S-21, S-23: nobody else holds it, so the supervisor drops it last.
    isolated(async {
        let log = Log::default();
        let plans = [Plan::new("a", &log), Plan::new("b", &log)];
        let sup = over(&plans).start_link().await.unwrap();
        let b = pid("b");
        worker("a").cast(Order::End(ExitReason::custom(Bomb)));
        wait_until(|| log.count("end a") > 0).await;
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        assert_eq!(plans[0].starts(), 2);
        assert_eq!(pid("b"), b);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_that_panics_when_dropped_stops_nobody_else() {
    // S-24: the spec of a temporary child goes with it.
    isolated(async {
        let log = Log::default();
        let (plan, bomb) = (Plan::new("a", &log), Bomb);
        let spec = ChildSpec::new("a", move || {
            let _ = &bomb;
            plan.clone().start_link()
        });
        let spec = beside(&log, spec.restart(Restart::Temporary));
        let sup = spec.start_link().await.unwrap();
        let b = pid("b");
        kill("a").await;
        assert_eq!(children(&sup).await, ["b running"]);
        assert_eq!(pid("b"), b);
        sup.stop().await.unwrap();
    })
    .await;
}

/// A subscriber that prints every event, to nowhere.
struct Printer;

impl tracing::Subscriber for Printer {
    fn enabled(&self, _metadata: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(
            &mut |_field: &tracing::field::Field, value: &dyn fmt::Debug| {
                drop(format!("{value:?}"));
            },
        );
    }

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn a_reason_that_cannot_be_printed_harms_no_supervisor() {
    // S-21, S-23, S-32: it is reported as well as it can be, under every strategy.
    let _printer = tracing::subscriber::set_default(Printer);
    isolated(async {
        for strategy in STRATEGIES {
            let log = Log::default();
            let sup = by(strategy, &[Plan::new("a", &log), Plan::new("b", &log)]);
            let sup = sup.start_link().await.unwrap();
            let b = pid("b");
            b.exit(ExitReason::error(Unprintable));
            b.exited().await;
            assert_eq!(children(&sup).await, ["b running", "a running"]);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_error_that_cannot_be_printed_is_an_ordinary_failure_to_start() {
    // S-9, S-11.
    let _printer = tracing::subscriber::set_default(Printer);
    isolated(async {
        let log = Log::default();
        let fails = || async {
            let why = ExitReason::error(Unprintable);
            Err::<ActorRef<Bomber>, _>(StartError::Failed(why))
        };
        let [a] = trapping(["a"], &log);
        let spec = over([&a]).child(ChildSpec::new("b", fails));
        let error = spec.start_link().await.unwrap_err();
        assert_eq!(failed_child(error).id, "b".into());
        assert_eq!(log.take(), ["init a", "terminate a: shutdown", "end a"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_function_may_say_itself_that_there_is_nothing_to_start() {
    // S-9, S-10.
    isolated(async {
        let log = Log::default();
        let ignored = || async { Err::<ActorRef<Bomber>, _>(StartError::Ignored) };
        let spec = beside(&log, ChildSpec::new("a", ignored));
        let sup = spec.start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["b running", "a undefined"]);
        assert_eq!(sup.count_children().await.unwrap().active, 1);
        sup.stop().await.unwrap();
    })
    .await;
}
