//! Children that turn to the supervisor which looks after them.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use actor_core::{
    ActorRef, Address, CallError, Context, ExitReason, GenServer, InitResult, Name, Next,
    NextResult, Start, StopError,
};
use actor_supervisor::{
    ChildSpec, DynamicSupervisor, DynamicSupervisorClient, Shutdown, Strategy, SupervisorClient,
    SupervisorServer, SupervisorSpec,
};

use crate::support::{Log, SECOND, SUP, isolated};

/// What a child does when it is asked to, or when it begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    InInit,
    OnCast,
    InTerminate,
}

type Deed = fn(Log) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// A child that traps exits and has all the time it needs to stop.
struct Child {
    when: When,
    deed: Deed,
    log: Log,
}

impl GenServer for Child {
    type Args = (When, Deed, Log);
    type Call = Infallible;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((when, deed, log): Self::Args, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        if when == When::InInit {
            deed(log.clone()).await;
        }
        Ok(Self { when, deed, log }.into())
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        (self.deed)(self.log.clone()).await;
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        if self.when == When::InTerminate {
            (self.deed)(self.log.clone()).await;
        }
        self.log.add(format!("terminate: {reason}"));
    }
}

const CHILD: Name<Child> = Name::new("child");
const TOP: Name<SupervisorServer> = Name::new("top");

fn over(when: When, deed: Deed, log: &Log) -> SupervisorSpec {
    let args = (when, deed, log.clone());
    let start = move || {
        let (when, deed, log) = args.clone();
        let child = Child::options((when, deed, log)).name(CHILD);
        async move { child.start_link().await }
    };
    let child: ChildSpec<ActorRef<Child>> = ChildSpec::new("child", start);
    SupervisorSpec::new(Strategy::OneForOne)
        .child(child.shutdown(Shutdown::Infinity))
        .name(SUP)
}

fn note_stop(log: Log, name: Name<SupervisorServer>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let sup = name.whereis().expect("it lives");
        log.add(format!("stop: {:?}", sup.stop().await));
    })
}

fn stop_supervisor(log: Log) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    note_stop(log, SUP)
}

fn stop_top(log: Log) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    note_stop(log, TOP)
}

fn ask_supervisor(log: Log) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        match SUP.count_children().await {
            Err(CallError::Cycle(path)) => log.add(format!("a cycle of {}", path.len())),
            other => log.add(format!("{other:?}")),
        }
    })
}

fn descendant() -> String {
    format!("stop: Err(StopError: {})", StopError::Descendant)
}

#[tokio::test(start_paused = true)]
async fn a_child_that_asks_its_supervisor_to_stop_is_not_waited_for_by_it_and_it_by_the_child() {
    // It would wait for ever: the supervisor ends after its children.
    isolated(async {
        let log = Log::default();
        let sup = over(When::OnCast, stop_supervisor, &log)
            .start_link()
            .await
            .unwrap();
        CHILD.cast(());
        assert_eq!(sup.exited().await, ExitReason::Normal);
        assert_eq!(log.events(), [descendant(), "terminate: shutdown".into()]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn so_is_one_that_asks_a_supervisor_further_up() {
    isolated(async {
        let log = Log::default();
        let inner = log.clone();
        let below = SupervisorSpec::as_child("sup", move || over(When::OnCast, stop_top, &inner));
        let top = SupervisorSpec::new(Strategy::OneForOne)
            .child(below)
            .name(TOP);
        let top = top.start_link().await.unwrap();
        CHILD.cast(());
        assert_eq!(top.exited().await, ExitReason::Normal);
        assert_eq!(log.events(), [descendant(), "terminate: shutdown".into()]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_that_asks_it_from_init_lets_it_start_first() {
    // G-2: the request waits in the supervisor's inbox until its own `init` is over.
    isolated(async {
        let log = Log::default();
        let sup = over(When::InInit, stop_supervisor, &log);
        let sup = sup.start_link().await.unwrap();
        assert_eq!(sup.exited().await, ExitReason::Normal);
        assert_eq!(log.events(), [descendant(), "terminate: shutdown".into()]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_that_calls_it_while_it_begins_or_ends_gets_an_error_at_once() {
    // S-8: the supervisor waits for the child meanwhile.
    for when in [When::InInit, When::InTerminate] {
        isolated(async {
            let log = Log::default();
            let sup = over(when, ask_supervisor, &log).start_link().await.unwrap();
            sup.stop_within(ExitReason::Normal, SECOND).await.unwrap();
            assert_eq!(
                log.events(),
                ["a cycle of 2", "terminate: shutdown"],
                "{when:?}"
            );
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stranger_may_stop_it_and_wait() {
    isolated(async {
        let log = Log::default();
        let sup = over(When::OnCast, stop_supervisor, &log)
            .start_link()
            .await
            .unwrap();
        let other = Child::start((When::OnCast, stop_supervisor, Log::default()))
            .await
            .unwrap();
        let heard = Log::default();
        let stranger = Child::start((When::OnCast, stop_supervisor, heard.clone()))
            .await
            .unwrap();
        stranger.cast(());
        assert_eq!(sup.exited().await, ExitReason::Normal);
        stranger.stop().await.unwrap();
        assert_eq!(heard.events(), ["stop: Ok(())", "terminate: normal"]);
        other.stop().await.unwrap();
    })
    .await;
}

const DYN: Name<DynamicSupervisor> = Name::new("dyn");

fn ask_dynamic(log: Log) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        match DYN.count_children().await {
            Err(CallError::Cycle(path)) => log.add(format!("a cycle of {}", path.len())),
            other => log.add(format!("{other:?}")),
        }
    })
}

#[tokio::test(start_paused = true)]
async fn all_that_call_it_while_it_stops_them_at_once_get_an_error_at_once() {
    // D-13: it waits for the one, and the other would wait for it.
    isolated(async {
        let log = Log::default();
        let sup = DynamicSupervisor::builder()
            .name(DYN)
            .start()
            .await
            .unwrap();
        for _ in 0..3 {
            let log = log.clone();
            let start = move || Child::start_link((When::InTerminate, ask_dynamic, log.clone()));
            let child = ChildSpec::new("child", start).shutdown(Shutdown::Infinity);
            sup.start_child(child).await.unwrap();
        }
        sup.stop_within(ExitReason::Normal, SECOND).await.unwrap();
        assert_eq!(log.count("a cycle of 2"), 3);
        assert_eq!(log.count("terminate: shutdown"), 3);
    })
    .await;
}
