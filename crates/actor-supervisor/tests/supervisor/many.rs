//! Very many children of one supervisor: all start, all crash together, all stop, none is left.
//!
//! `ACTOR_MANY=100000 cargo test -p actor-supervisor many::` takes so many of each (S-68).

use std::convert::Infallible;
use std::env;

use actor_core::{ActorRef, Context, ExitReason, GenServer, InitResult, Node, Pid, Start};
use actor_supervisor::{
    ChildSpec, DynamicSupervisor, DynamicSupervisorClient, Restart, Strategy, SupervisorClient,
    SupervisorSpec,
};

use crate::support::isolated;

/// Of what a test says it has very many, if nothing else is asked for.
const MANY: u32 = 20_000;

fn many() -> u32 {
    let asked = env::var("ACTOR_MANY").ok();
    asked.map_or(MANY, |asked| asked.parse().expect("a number"))
}

struct Idle;

impl GenServer for Idle {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

fn idle(n: u32) -> ChildSpec<ActorRef<Idle>> {
    ChildSpec::new(n.to_string(), || Idle::start_link(()))
}

fn processes() -> usize {
    Node::current().process_count()
}

fn size(count: u32) -> usize {
    usize::try_from(count).expect("it fits")
}

/// Kills all of them, and then waits for all.
async fn kill_together(pids: &[Pid]) {
    pids.iter().for_each(|pid| pid.exit(ExitReason::Kill));
    for pid in pids {
        pid.exited().await;
    }
}

fn one_for_one(count: u32, limit: u32) -> SupervisorSpec {
    SupervisorSpec::new(Strategy::OneForOne)
        .max_restarts(limit)
        .children((0..count).map(idle))
}

/// The processes of its children, first started first.
async fn pids(sup: &impl SupervisorClient) -> Vec<Pid> {
    let listed = sup.which_children().await.expect("it answers");
    let pids = listed.iter().rev().filter_map(|child| child.status.pid());
    pids.cloned().collect()
}

async fn static_children(count: u32) {
    let sup = one_for_one(count, count).start_link().await;
    let sup = sup.expect("all start");
    let former = pids(&sup).await;
    assert_eq!((former.len(), processes()), (size(count), size(count) + 1));
    kill_together(&former).await;
    let present = pids(&sup).await;
    assert_eq!((present.len(), processes()), (size(count), size(count) + 1));
    assert!(former.last() < present.first(), "none of the former lives");
    sup.stop().await.expect("it stops");
    assert_eq!(processes(), 0);
}

async fn dynamic_children(count: u32) {
    let sup = DynamicSupervisor::builder().max_restarts(count / 2);
    let sup = sup.start_link().await.expect("it starts empty");
    let mut former = Vec::with_capacity(size(count));
    for n in 0..count {
        let restart = match n % 2 {
            0 => Restart::Temporary,
            _ => Restart::Permanent,
        };
        let child = sup.start_child(idle(n).restart(restart)).await;
        former.push(child.expect("it starts").pid());
    }
    assert_eq!(processes(), size(count) + 1);
    kill_together(&former).await;
    let counts = sup.count_children().await.expect("it answers");
    assert_eq!(
        (counts.specs, counts.active),
        (size(count / 2), size(count / 2))
    );
    assert_eq!(processes(), size(count / 2) + 1);
    sup.stop().await.expect("it stops");
    assert_eq!(processes(), 0);
}

#[tokio::test(start_paused = true)]
async fn very_many_static_children_start_crash_and_stop() {
    // S-68, S-29.
    isolated(static_children(many())).await;
}

// F-46
#[tokio::test(start_paused = true)]
async fn very_many_dynamic_children_start_crash_and_stop() {
    // S-68, D-7, D-8, D-13.
    isolated(dynamic_children(many())).await;
}

// F-32
#[tokio::test(start_paused = true)]
async fn of_ten_thousand_that_crash_together_all_are_back_or_none() {
    // S-26, S-29: exactly as the limit says; the last one decides.
    isolated(async {
        const TOGETHER: u32 = 10_000;
        for (limit, survives) in [(TOGETHER, true), (TOGETHER - 1, false), (0, false)] {
            let sup = one_for_one(TOGETHER, limit).start_link().await.unwrap();
            kill_together(&pids(&sup).await).await;
            if survives {
                let counts = sup.count_children().await.unwrap();
                assert_eq!(counts.active, size(TOGETHER));
                sup.stop().await.unwrap();
            } else {
                assert_eq!(sup.exited().await, ExitReason::Shutdown);
            }
            assert_eq!(processes(), 0, "{limit}");
        }
    })
    .await;
}
