//! What children cost their supervisor, counted: allocations, bytes, comparisons of ids. A program of
//! its own, as the counting allocator belongs to the whole program.
//!
//! Nothing is timed. A cost that grows with the number of siblings shows in the counts: of a list that
//! is copied, of ids that are looked through.

use std::convert::Infallible;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};

use actor_core::testing::isolated;
use actor_core::{ActorRef, Context, ExitReason, GenServer, InitResult, Start, StartError};
use actor_supervisor::{
    ChildId, ChildSpec, DynamicSupervisor, DynamicSupervisorClient, DynamicSupervisorRef, Restart,
    Strategy, SupervisorClient, SupervisorRef, SupervisorSpec,
};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const FEW: usize = 500;
const MANY: usize = 8 * FEW;

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

/// An id that counts how often it is compared.
#[derive(Debug)]
struct Counted(usize);

static COMPARISONS: AtomicUsize = AtomicUsize::new(0);

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        COMPARISONS.fetch_add(1, Ordering::Relaxed);
        self.0 == other.0
    }
}

impl Eq for Counted {}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

fn id(n: usize) -> ChildId {
    ChildId::new(Counted(n))
}

fn idle(n: usize) -> ChildSpec<ActorRef<Idle>> {
    ChildSpec::new(id(n), || Idle::start_link(()))
}

/// What something costs for each child.
#[derive(Clone, Copy, Debug)]
struct Cost {
    blocks: f64,
    bytes: f64,
    comparisons: f64,
}

async fn cost<T>(children: usize, work: impl Future<Output = T>) -> (T, Cost) {
    let before = dhat::HeapStats::get();
    let compared = COMPARISONS.load(Ordering::Relaxed);
    let output = work.await;
    let after = dhat::HeapStats::get();
    #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
    let each = |total: u64| total as f64 / children as f64;
    let compared = COMPARISONS.load(Ordering::Relaxed) - compared;
    let cost = Cost {
        blocks: each(after.total_blocks - before.total_blocks),
        bytes: each(after.total_bytes - before.total_bytes),
        comparisons: each(compared as u64),
    };
    (output, cost)
}

async fn kill_each(pids: &[actor_core::Pid]) {
    for pid in pids {
        pid.exit(ExitReason::Kill);
        pid.exited().await;
    }
}

/// Asks for children that are not started, beside so many.
async fn refuse_each(sup: &SupervisorRef, many: usize) {
    for _ in 0..FEW {
        let ignored = || async { Err::<ActorRef<Idle>, _>(StartError::Ignored) };
        let spec = ChildSpec::new(id(many), ignored).restart(Restart::Temporary);
        let refused = sup.start_child(spec).await;
        refused.expect_err("it is ignored");
    }
}

/// What each step of the life of so many static children costs, step by step.
async fn a_static_life(many: usize) -> Vec<(&'static str, Cost)> {
    let limit = u32::try_from(many).expect("small");
    let half = many / 2;
    let spec = (0..half).fold(
        SupervisorSpec::new(Strategy::OneForOne).max_restarts(limit),
        |spec, n| spec.child(idle(n)),
    );
    let (sup, start) = cost(half, spec.start_link()).await;
    let sup: SupervisorRef = sup.expect("all start");
    let (pids, add) = cost(half, async {
        let mut pids = Vec::with_capacity(half);
        for n in half..many {
            pids.push(sup.start_child(idle(n)).await.expect("starts").pid());
        }
        pids
    })
    .await;
    let ((), restart) = cost(half, async {
        kill_each(&pids).await;
        sup.count_children().await.expect("answers");
    })
    .await;
    let ((), refuse) = cost(FEW, refuse_each(&sup, many)).await;
    let ((), look_up) = cost(many, async {
        for n in 0..many {
            sup.which_child(id(n)).await.expect("it is there");
        }
    })
    .await;
    let ((), terminate) = cost(half, async {
        for n in 0..half {
            sup.terminate_child(id(n)).await.expect("it is there");
        }
    })
    .await;
    let ((), delete) = cost(half, async {
        for n in 0..half {
            sup.delete_child(id(n)).await.expect("it is there");
        }
    })
    .await;
    drop(pids);
    let ((), stop) = cost(half, async { sup.stop().await.expect("stops") }).await;
    vec![
        ("start", start),
        ("start_child", add),
        ("restart", restart),
        ("start_child, ignored", refuse),
        ("which_child", look_up),
        ("terminate_child", terminate),
        ("delete_child", delete),
        ("stop", stop),
    ]
}

/// The same for dynamic children.
async fn a_dynamic_life(many: usize) -> Vec<(&'static str, Cost)> {
    let limit = u32::try_from(many).expect("small");
    let half = many / 2;
    let sup = DynamicSupervisor::builder().max_restarts(limit);
    let sup = sup.start_link().await.expect("starts empty");
    let (pids, add) = cost(many, async {
        let mut pids = Vec::with_capacity(many);
        for n in 0..many {
            pids.push(sup.start_child(idle(n)).await.expect("starts").pid());
        }
        pids
    })
    .await;
    let (terminated, crashed) = pids.split_at(half);
    let ((), terminate) = cost(half, async {
        for pid in terminated {
            let child = pid.clone();
            sup.terminate_child(child).await.expect("it is there");
        }
    })
    .await;
    let ((), restart) = cost(half, async {
        kill_each(crashed).await;
        sup.count_children().await.expect("answers");
    })
    .await;
    drop(pids);
    let ((), stop) = cost(half, async { sup.stop().await.expect("stops") }).await;
    vec![
        ("dynamic start_child", add),
        ("dynamic terminate_child", terminate),
        ("dynamic restart", restart),
        ("dynamic stop", stop),
    ]
}

/// Among eight times as many siblings a child costs the same; S-68. The margin is for tables that
/// double now and then.
#[expect(clippy::print_stdout, reason = "the numbers are worth reading")]
async fn costs_do_not_grow_with_the_number() {
    let mut few = a_static_life(FEW).await;
    few.extend(a_dynamic_life(FEW).await);
    let mut many = a_static_life(MANY).await;
    many.extend(a_dynamic_life(MANY).await);
    for ((step, few), (_, many)) in few.into_iter().zip(many) {
        println!("{step}: {few:.1?} of {FEW}, {many:.1?} of {MANY}");
        for (what, few, many) in [
            ("blocks", few.blocks, many.blocks),
            ("bytes", few.bytes, many.bytes),
            ("comparisons", few.comparisons, many.comparisons),
        ] {
            assert!(
                many <= few * 1.5 + 2.0,
                "{what} of {step}: {few} and {many}"
            );
        }
    }
}

fn live_bytes() -> usize {
    dhat::HeapStats::get().curr_bytes
}

/// Starts temporary children, each with a kilobyte of its own, and ends them.
async fn churn(times: usize, sup: &SupervisorRef, dynamic: &DynamicSupervisorRef) {
    for n in 0..times {
        let spec = |burden: Vec<u8>| {
            let spec = ChildSpec::new(id(n), move || {
                let _ = &burden;
                Idle::start_link(())
            });
            spec.restart(Restart::Temporary)
        };
        let child = sup.start_child(spec(vec![0; 1024])).await.expect("starts");
        kill_each(&[child.pid()]).await;
        let child = dynamic.start_child(spec(vec![0; 1024])).await;
        kill_each(&[child.expect("starts").pid()]).await;
    }
    assert_eq!(sup.count_children().await.expect("answers").specs, 0);
    assert_eq!(dynamic.count_children().await.expect("answers").specs, 0);
}

/// However many temporary children have been, nothing is kept of them; S-67, D-15.
async fn ends_leave_nothing() {
    let sup = SupervisorSpec::new(Strategy::OneForOne).start_link().await;
    let sup = sup.expect("starts empty");
    let dynamic = DynamicSupervisor::builder().start_link().await;
    let dynamic = dynamic.expect("starts empty");
    churn(1_000, &sup, &dynamic).await;
    let before = live_bytes();
    churn(5_000, &sup, &dynamic).await;
    let kept = live_bytes().saturating_sub(before);
    assert!(kept < 1024, "{kept} bytes are kept of 10,000 children");
    sup.stop().await.expect("stops");
    dynamic.stop().await.expect("stops");
}

/// While a temporary child runs, what its start function had captured is gone; S-67.
async fn running_temporary_children_hold_no_captures() {
    const BURDEN: usize = 64 * 1024;
    let dynamic = DynamicSupervisor::builder().start_link().await;
    let dynamic = dynamic.expect("starts empty");
    let before = live_bytes();
    for n in 0..100 {
        let burden = vec![0_u8; BURDEN];
        let spec = ChildSpec::new(id(n), move || {
            let _ = &burden;
            Idle::start_link(())
        });
        let spec = spec.restart(Restart::Temporary);
        dynamic.start_child(spec).await.expect("starts");
    }
    let kept = live_bytes() - before;
    assert!(kept < 100 * BURDEN / 10, "{kept} bytes of 100 children");
    dynamic.stop().await.expect("stops");
}

/// A supervisor that has had many children and has ended leaves nothing; S-68.
async fn stops_leave_nothing() {
    a_static_life(FEW).await;
    a_dynamic_life(FEW).await;
    let before = live_bytes();
    a_static_life(MANY).await;
    a_dynamic_life(MANY).await;
    let kept = live_bytes().saturating_sub(before);
    assert!(kept < 16 * 1024, "{kept} bytes are kept of {MANY} children");
}

/// However many supervisors have been, nothing is kept of them.
async fn supervisors_leave_nothing() {
    let churn = async |times| {
        for _ in 0..times {
            let sup = SupervisorSpec::new(Strategy::OneForOne).start_link().await;
            sup.expect("starts empty").stop().await.expect("stops");
        }
    };
    churn(100).await;
    let before = live_bytes();
    churn(2_000).await;
    let kept = live_bytes().saturating_sub(before);
    assert!(
        kept < 16 * 1024,
        "{kept} bytes are kept of 2,000 supervisors"
    );
}

// F-32, F-46, F-47
#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn children_cost_the_same_among_many_and_leave_nothing() {
    let _profiler = dhat::Profiler::builder().testing().build();
    isolated(async {
        costs_do_not_grow_with_the_number().await;
        ends_leave_nothing().await;
        running_temporary_children_hold_no_captures().await;
        stops_leave_nothing().await;
        supervisors_leave_nothing().await;
    })
    .await;
}
