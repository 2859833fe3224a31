//! Source: elixir-lang/elixir lib/elixir/test/elixir/supervisor_test.exs

use std::time::Duration;

use actor_core::{
    ActorRef, Context, ExitReason, GenServer, InitResult, Name, Start, StartError, process,
};
use actor_supervisor::{
    ChildId, ChildSpec, ChildType, DeleteChildError, Restart, Shutdown, SpecError, StartChildError,
    Strategy, Supervised, Supervisor, SupervisorClient, SupervisorRef, SupervisorServer,
    SupervisorSpec, actor,
};

use crate::helpers::tally;
use crate::support::{Log, Plan, SECOND, children, isolated, kill, pids};

const MILLI: Duration = Duration::from_millis(1);

/// A stack of words.
struct Stack(Vec<&'static str>);

#[actor]
impl GenServer for Stack {
    async fn init(words: Vec<&'static str>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(words).into())
    }

    #[call]
    fn pop(&mut self) -> Option<&'static str> {
        self.0.pop()
    }
}

/// The supervisor of a stack, as a type.
struct StackSup;

#[actor]
impl Supervisor for StackSup {
    fn init(name: &'static str) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne).child(named_stack(name))
    }
}

struct CustomSup;

#[actor(id = "id", restart = "temporary", shutdown = "1m")]
impl Supervisor for CustomSup {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }
}

fn named_stack(name: &'static str) -> ChildSpec<ActorRef<Stack>> {
    ChildSpec::new(ChildId::of::<Stack>(), move || {
        Stack::options(vec!["hello"]).name(name).start_link()
    })
}

fn empty() -> SupervisorSpec {
    SupervisorSpec::new(Strategy::OneForOne)
}

async fn start_sup() -> SupervisorRef {
    empty().start_link().await.expect("starts")
}

#[tokio::test(start_paused = true)]
async fn generates_child_spec_1() {
    // S-6
    isolated(async {
        let spec = StackSup::child_spec("stack");
        assert_eq!(spec.get_id(), &ChildId::of::<StackSup>());
        assert_eq!(spec.get_id().to_string(), "StackSup");
        assert_eq!(spec.get_restart(), Restart::Permanent);
        assert_eq!(spec.get_child_type(), ChildType::Supervisor);
        assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
        let custom = CustomSup::child_spec(());
        assert_eq!(custom.get_id(), &"id".into());
        assert_eq!(custom.get_restart(), Restart::Temporary);
        assert_eq!(custom.get_shutdown(), Shutdown::After(60 * SECOND));
        assert_eq!(custom.get_child_type(), ChildType::Supervisor);

        let sup = empty()
            .child(spec)
            .child(custom)
            .start_link()
            .await
            .unwrap();
        assert_eq!(children(&sup).await, ["id running", "StackSup running"]);
        assert_eq!(Name::<Stack>::new("stack").pop().await, Ok(Some("hello")));
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn child_spec_2() {
    // S-5, S-6
    // DIFFERENCE: fields are replaced by methods; what is no child does not compile.
    isolated(async {
        let derived = Stack::child_spec(vec!["hello"]);
        assert_eq!(derived.get_id(), &ChildId::of::<Stack>());
        assert_eq!(derived.get_restart(), Restart::Permanent);
        let replaced = derived
            .id("foo")
            .restart(Restart::Transient)
            .shutdown(Shutdown::Infinity)
            .child_type(ChildType::Supervisor);
        assert_eq!(replaced.get_id(), &"foo".into());
        assert_eq!(replaced.get_restart(), Restart::Transient);
        assert_eq!(replaced.get_shutdown(), Shutdown::Infinity);
        assert_eq!(replaced.get_child_type(), ChildType::Supervisor);
        let by_hand = named_stack("stack").id("bar");
        let sup = empty().child(replaced).child(by_hand);
        let sup = sup.start_link().await.unwrap();
        assert_eq!(children(&sup).await, ["bar running", "foo running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn init_2() {
    // S-3: three restarts in five seconds, unless it is said
    // DIFFERENCE: a supervisor without a strategy does not compile.
    isolated(async {
        let spec = || Plan::new("child", &Log::default()).spec();
        let sup = empty().child(spec()).start_link().await.unwrap();
        for _ in 0..2 {
            for _ in 0..3 {
                kill("child").await;
                assert_eq!(children(&sup).await, ["child running"]);
            }
            tokio::time::sleep(5 * SECOND + MILLI).await;
        }
        for _ in 0..3 {
            kill("child").await;
            assert_eq!(children(&sup).await, ["child running"]);
        }
        kill("child").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);

        let other = Plan::new("other", &Log::default()).spec();
        let sup = SupervisorSpec::new(Strategy::OneForAll)
            .max_restarts(1)
            .max_seconds(2)
            .children([spec(), other]);
        let sup = sup.start_link().await.unwrap();
        for _ in 0..2 {
            let former = pids(["child", "other"]);
            kill("child").await;
            assert_eq!(children(&sup).await.len(), 2);
            assert_ne!(pids(["child", "other"])[1], former[1]);
            tokio::time::sleep(2 * SECOND + MILLI).await;
        }
        kill("child").await;
        assert_eq!(children(&sup).await.len(), 2);
        kill("child").await;
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_link_3_with_local() {
    // N-5
    isolated(async {
        let name = Name::<SupervisorServer>::new("my_sup");
        let sup = empty().name("my_sup").start_link().await.unwrap();
        assert_eq!(name.whereis(), Some(sup.clone()));
        assert_eq!(children(&name).await, [""; 0]);
        let again = empty().name("my_sup").start_link().await;
        assert_eq!(again, Err(StartError::AlreadyStarted(sup.pid())));
        sup.stop().await.unwrap();
        assert_eq!(name.whereis(), None);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_link_2() {
    // S-7, S-23, S-70
    // DIFFERENCE: the stack is stopped from outside; no form of a name is invalid.
    isolated(async {
        let sup = empty().child(named_stack("dyn_stack"));
        let sup = sup.start_link().await.unwrap();
        let stack = Name::<Stack>::new("dyn_stack");
        assert_eq!(stack.pop().await, Ok(Some("hello")));
        assert_eq!(stack.pop().await, Ok(None));
        stack.whereis().unwrap().stop().await.unwrap();
        stack.wait(SECOND).await.unwrap();
        assert_eq!(stack.pop().await, Ok(Some("hello")));
        sup.stop().await.unwrap();
        assert_eq!(process::whereis("dyn_stack"), None);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_link_3() {
    // S-7
    isolated(async {
        let sup = StackSup::start_link("stat_stack").await.unwrap();
        let stack = Name::<Stack>::new("stat_stack");
        assert_eq!(stack.pop().await, Ok(Some("hello")));
        sup.stop().await.unwrap();
        assert_eq!(stack.whereis(), None);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_supports_new_child_spec_as_tuple() {
    // S-6, S-46
    isolated(async {
        let sup = start_sup().await;
        let start = || Stack::start_link(vec!["hello"]);
        let spec = ChildSpec::new("task", start).restart(Restart::Temporary);
        let stack = sup.start_child(spec).await.unwrap();
        assert_eq!(stack.pop().await, Ok(Some("hello")));
        assert_eq!(children(&sup).await, ["task running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_supports_new_child_spec() {
    // S-6, S-46: a type and its arguments
    isolated(async {
        let sup = start_sup().await;
        let stack = sup.start_child(Stack::child_spec(vec!["hello"])).await;
        assert_eq!(stack.unwrap().pop().await, Ok(Some("hello")));
        assert_eq!(children(&sup).await, ["Stack running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_with_invalid_child_spec() {
    // S-2
    // DIFFERENCE: what types cannot forbid.
    isolated(async {
        let sup = start_sup().await;
        let spec = || Stack::child_spec(vec![]).id("stack");
        let once = ChildSpec::once("once", || Stack::start_link(vec![]));
        let restart = Restart::Transient;
        for (spec, why) in [
            (
                spec().significant(true),
                SpecError::SignificantPermanent("stack".into()),
            ),
            (
                spec().significant(true).restart(restart),
                SpecError::SignificantNever("stack".into()),
            ),
            (
                once.restart(restart),
                SpecError::OnceRestarted {
                    id: "once".into(),
                    restart,
                },
            ),
        ] {
            let answer = sup.start_child(spec).await;
            assert_eq!(answer, Err(StartChildError::Invalid(why)));
        }
        assert_eq!(children(&sup).await, [""; 0]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_child_2_with_valid_child_spec() {
    // S-1
    isolated(async {
        let sup = start_sup().await;
        for millis in 0..2 {
            let shutdown = Shutdown::After(millis * MILLI);
            let spec = Stack::child_spec(vec![]).shutdown(shutdown);
            let stack = sup.start_child(spec).await.unwrap();
            let kept = sup.get_childspec(ChildId::of::<Stack>()).await.unwrap();
            assert_eq!(kept.get_shutdown(), shutdown);
            sup.terminate_child(ChildId::of::<Stack>()).await.unwrap();
            assert_eq!(stack.exited().await, ExitReason::Shutdown);
            sup.delete_child(ChildId::of::<Stack>()).await.unwrap();
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn child_life_cycle() {
    // S-46 to S-50, S-52
    isolated(async {
        let sup = start_sup().await;
        let id = ChildId::of::<Stack>;
        assert_eq!(children(&sup).await, [""; 0]);
        assert_eq!(tally(sup.count_children()).await, [0, 0, 0, 0]);
        let spec = Stack::child_spec(vec!["hello"]);
        let stack = sup.start_child(spec).await.unwrap();
        assert_eq!(stack.pop().await, Ok(Some("hello")));
        let listed = sup.which_children().await.unwrap();
        assert_eq!(listed[0].id, id());
        assert_eq!(listed[0].status.pid(), Some(&stack.pid()));
        assert_eq!(listed[0].child_type, ChildType::Worker);
        assert_eq!(tally(sup.count_children()).await, [1, 1, 0, 1]);

        let running = DeleteChildError::Running(id());
        assert_eq!(sup.delete_child(id()).await, Err(running));
        sup.terminate_child(id()).await.unwrap();
        assert!(!stack.is_alive());
        let stack = sup.restart_child(id()).await.unwrap();
        let stack = stack.typed::<Stack>().unwrap();
        assert_eq!(stack.pop().await, Ok(Some("hello")));
        sup.terminate_child(id()).await.unwrap();
        sup.delete_child(id()).await.unwrap();
        assert_eq!(tally(sup.count_children()).await, [0, 0, 0, 0]);
        sup.stop().await.unwrap();
    })
    .await;
}
