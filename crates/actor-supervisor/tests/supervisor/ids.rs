//! Ids of any value, and values of the user's that panic where a supervisor touches them.

use std::fmt;
use std::hash::{Hash, Hasher};

use actor_core::testing::wait_until;
use actor_core::{ActorRef, Address, AsPid, ExitReason, Pid, StartError};
use actor_supervisor::{
    ChildId, ChildRef, ChildSpec, DeleteChildError, DynamicSupervisorClient, FindChildError,
    Restart, RestartChildError, SpecError, StartChildError, Strategy, SupervisorClient,
    SupervisorRef,
};

use crate::dynamic;
use crate::listener::Listener;
use crate::support::{
    Begin, Log, Order, Plan, SECOND, SUP, Worker, by, children, end, failed_child, isolated, kill,
    over, pid,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Shard {
    Number(u32),
    Spare { of: &'static str },
}

fn number(n: u32) -> ChildId {
    ChildId::new(Shard::Number(n))
}

/// An unnamed worker with this id.
fn spec(id: impl Into<ChildId>, log: &Log) -> ChildSpec<ActorRef<Worker>> {
    Plan::new("w", log).unnamed().spec().id(id)
}

#[tokio::test(start_paused = true)]
async fn a_child_may_be_called_by_any_value() {
    // S-1, X-9: values are found by equality, and shown by their Debug.
    isolated(async {
        let log = Log::default();
        let spare = || ChildId::new(Shard::Spare { of: "a" });
        let sup = over([])
            .child(spec(number(1), &log))
            .child(spec(spare(), &log))
            .start_link()
            .await
            .unwrap();
        let listed = ["Spare { of: \"a\" } running", "Number(1) running"];
        assert_eq!(children(&sup).await, listed);
        sup.start_child(spec(number(2), &log)).await.unwrap();
        sup.terminate_child(number(1)).await.unwrap();
        let counts = sup.count_children().await.unwrap();
        assert_eq!((counts.specs, counts.active), (3, 2));
        sup.restart_child(number(1)).await.unwrap();
        assert_eq!(sup.which_child(spare()).await.unwrap().id, spare());
        let told = sup.get_childspec(number(2)).await.unwrap();
        assert_eq!(told.get_id(), &number(2));
        let child: ChildRef<Worker> = sup.child(number(2)).await.unwrap();
        assert_eq!(child.to_string(), "child Number(2)");
        let unknown = sup.terminate_child(number(3)).await.unwrap_err();
        assert_eq!(unknown, FindChildError::NotFound(number(3)));
        assert_eq!(unknown.to_string(), "no child `Number(3)`");
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn ids_that_read_alike_are_different_children() {
    // S-4, X-9: by type and by value.
    isolated(async {
        struct Counter;
        let log = Log::default();
        let ids = || {
            [
                ChildId::of::<Counter>(),
                ChildId::from("Counter"),
                ChildId::new("Counter"),
                ChildId::new("Counter".to_owned()),
                ChildId::new(1_u8),
                ChildId::new(1_u16),
                ChildId::from("1"),
            ]
        };
        let specs = ids().map(|id| spec(id, &log));
        let sup = over([]).children(specs).start_link().await.unwrap();
        assert_eq!(sup.count_children().await.unwrap().active, 7);
        for id in ids() {
            sup.terminate_child(id.clone()).await.unwrap();
            sup.delete_child(id).await.unwrap();
        }
        assert!(children(&sup).await.is_empty());
        sup.stop().await.unwrap();

        let twice = [1, 1].map(|n| spec(number(n), &log));
        let duplicate = over([]).children(twice).check();
        assert_eq!(duplicate, Err(SpecError::DuplicateId(number(1))));
    })
    .await;
}

/// A value whose Debug and Drop panic, as it is told.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Nasty {
    prints: bool,
    drops: bool,
}

/// As it is dropped, that of each clone.
struct Bomb(Nasty);

impl fmt::Debug for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.0.prints, "printed");
        f.write_str("Bomb")
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(self.0.drops || std::thread::panicking(), "dropped");
    }
}

impl PartialEq for Bomb {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Bomb {}

impl Hash for Bomb {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

const UNPRINTABLE: Nasty = Nasty {
    prints: false,
    drops: true,
};
const UNDROPPABLE: Nasty = Nasty {
    prints: true,
    drops: false,
};

/// A supervisor over an ordinary worker `b` and a child with such an id.
async fn beside(id: Nasty, plan: &Plan, log: &Log) -> SupervisorRef {
    let spec = plan.spec().id(ChildId::new(Bomb(id)));
    let sup = by(Strategy::OneForAll, &[Plan::new("b", log)]).max_restarts(10);
    sup.child(spec).start_link().await.expect("all start")
}

#[tokio::test(start_paused = true)]
async fn an_id_that_cannot_be_printed_harms_no_supervisor() {
    // L-3: what is told of the child is lost, and nothing else.
    let (_listener, _guard) = Listener::listen();
    isolated(async {
        let log = Log::default();
        let begins = [Begin::Ready, Begin::Ready, Begin::Error, Begin::Ready];
        let a = Plan::new("a", &log).begins(begins);
        let sup = beside(UNPRINTABLE, &a, &log).await;
        for _ in 0..2 {
            end("a", Order::Panic).await;
            while sup.count_children().await.unwrap().active < 2 {}
        }
        assert_eq!(a.starts(), 4);
        sup.terminate_child(ChildId::new(Bomb(UNPRINTABLE)))
            .await
            .unwrap();
        assert_eq!(sup.count_children().await.unwrap().active, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_id_that_panics_when_dropped_harms_no_supervisor() {
    // S-46 to S-49: the id of each request, found or not, and that of a child that is deleted.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = beside(UNDROPPABLE, &a, &log).await;
        let b = pid("b");
        let id = || ChildId::new(Bomb(UNDROPPABLE));
        sup.get_childspec(id()).await.unwrap();
        sup.which_child(id()).await.unwrap();
        let running = sup.restart_child(id()).await.unwrap_err();
        assert!(matches!(running, RestartChildError::Running(_)));
        std::mem::forget(running);
        let running = sup.delete_child(id()).await.unwrap_err();
        assert!(matches!(running, DeleteChildError::Running(_)));
        std::mem::forget(running);
        let present = sup.start_child(a.spec().id(id())).await.unwrap_err();
        assert_eq!(present, StartChildError::AlreadyStarted(pid("a")));
        sup.terminate_child(id()).await.unwrap();
        sup.restart_child(id()).await.unwrap();
        sup.terminate_child(id()).await.unwrap();
        sup.delete_child(id()).await.unwrap();
        let unknown = sup.terminate_child(id()).await.unwrap_err();
        assert!(matches!(unknown, FindChildError::NotFound(_)));
        std::mem::forget(unknown);
        let temporary = a.spec().id(id()).restart(Restart::Temporary);
        sup.start_child(temporary).await.unwrap();
        kill("a").await;
        assert_eq!(children(&sup).await, ["b running"]);
        assert_eq!(pid("b"), b, "the supervisor has not crashed");
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_waits_for_harms_no_supervisor() {
    // G-22: an id comes back in the error, and is dropped where nobody took it.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).begins([Begin::Slow(SECOND)]);
        let sup = over([&Plan::new("b", &log)]).start_link().await.unwrap();
        let b = pid("b");
        let id = || ChildId::new(Bomb(UNDROPPABLE));
        let busy = sup.start_child(a.spec());
        let unheard = async {
            wait_until(|| a.starts() == 1).await;
            tokio::select! {
                biased;
                _ = sup.terminate_child(id()) => panic!("answered"),
                _ = sup.restart_child(id()) => panic!("answered"),
                _ = sup.delete_child(id()) => panic!("answered"),
                _ = sup.get_childspec(id()) => panic!("answered"),
                _ = sup.which_child(id()) => panic!("answered"),
                () = std::future::ready(()) => {}
            }
        };
        let (started, ()) = tokio::join!(busy, unheard);
        started.unwrap();
        assert_eq!(children(&sup).await, ["a running", "b running"]);
        assert_eq!(pid("b"), b, "the supervisor has not crashed");
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_pid_whose_reason_panics_when_dropped_harms_no_supervisor() {
    // D-11: the request holds the last reference to a process that has ended.
    isolated(async {
        let log = Log::default();
        let sup = dynamic::started().await;
        let b = sup.start_child(Plan::new("b", &log).spec()).await.unwrap();
        let dead = Plan::new("a", &log).start().await.unwrap();
        dead.cast(Order::End(ExitReason::custom(Bomb(UNDROPPABLE))));
        wait_until(|| log.count("end a") == 1).await;
        let pid = dead.pid();
        drop(dead);
        tokio::select! {
            biased;
            _ = sup.terminate_child(pid) => panic!("answered"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(sup.count_children().await.unwrap().active, 1);
        assert!(b.is_alive());
        sup.stop().await.unwrap();
    })
    .await;
}

/// A handle of the user's own; it panics as it is told.
struct Handle {
    worker: ActorRef<Worker>,
    tells: bool,
    drops: bool,
}

impl AsPid for Handle {
    fn as_pid(&self) -> Pid {
        assert!(self.tells, "no pid");
        self.worker.pid()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        assert!(self.drops || std::thread::panicking(), "dropped");
    }
}

fn handled(plan: &Plan, tells: bool, drops: bool) -> ChildSpec<Handle> {
    let plan = plan.clone();
    ChildSpec::new("a", move || {
        let plan = plan.clone();
        async move {
            let worker = plan.start_link().await?;
            Ok(Handle {
                worker,
                tells,
                drops,
            })
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_handle_that_panics_when_dropped_harms_no_supervisor() {
    // S-46, S-40, D-4: nobody waits for it any more, or it was made by a restart.
    isolated(async {
        let log = Log::default();
        let slow = [Begin::Slow(SECOND), Begin::Ready];
        let sup = over([&Plan::new("b", &log)]).max_restarts(10);
        let sup = sup.start_link().await.unwrap();
        let dynamic = dynamic::started().await;
        let b = pid("b");
        for by_dynamic in [false, true] {
            let a = Plan::new("a", &log).begins(slow.clone());
            let spec = handled(&a, true, false);
            let reached = wait_until(|| a.starts() == 1);
            match by_dynamic {
                false => tokio::select! {
                    _ = sup.start_child(spec) => panic!("answered"),
                    () = reached => {}
                },
                true => tokio::select! {
                    _ = dynamic.start_child(spec) => panic!("answered"),
                    () = reached => {}
                },
            }
            wait_until(|| log.count("ready a") > 0).await;
            log.take();
            assert_eq!(
                sup.count_children().await.unwrap().active,
                2 - usize::from(by_dynamic)
            );
            assert_eq!(
                dynamic.count_children().await.unwrap().active,
                usize::from(by_dynamic)
            );
            kill("a").await;
            children(&sup).await;
            dynamic.count_children().await.unwrap();
            wait_until(|| a.starts() > 1).await;
            match by_dynamic {
                false => {
                    sup.terminate_child("a").await.unwrap();
                    sup.delete_child("a").await.unwrap();
                }
                true => dynamic.terminate_child(pid("a")).await.unwrap(),
            }
        }
        assert_eq!(pid("b"), b, "the supervisor has not crashed");
        dynamic.stop().await.unwrap();
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_handle_that_cannot_tell_its_pid_is_a_child_that_did_not_start() {
    // S-9: nothing is left of it.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log);
        let sup = over([]).start_link().await.unwrap();
        let error = sup.start_child(handled(&a, false, true)).await;
        let Err(StartChildError::Failed(StartError::Failed(reason))) = error else {
            panic!("another outcome");
        };
        assert!(reason.to_string().contains("no pid"), "{reason}");
        assert_eq!(log.count("end a"), 1);
        assert!(SUP.which_children().await.unwrap().is_empty());
        let boot = over([]).child(handled(&a, false, true)).name("boot");
        let error = boot.start().await.unwrap_err();
        let failed = failed_child(error);
        assert!(failed.error.to_string().contains("no pid"));
        sup.stop().await.unwrap();
    })
    .await;
}

/// A value whose Drop always panics, also while another panic unwinds.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Mine(u32);

impl Drop for Mine {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn several_ids_that_panic_when_dropped_harm_nobody() {
    // F-22: a second panic while the first unwinds would abort the program.
    isolated(async {
        let log = Log::default();
        for killed in [false, true] {
            let sup = over([]).start_link().await.unwrap();
            for n in 0..3 {
                let id = ChildId::new(Mine(n));
                sup.start_child(spec(id, &log)).await.unwrap();
            }
            match killed {
                false => sup.stop().await.unwrap(),
                true => sup.exit(ExitReason::Kill),
            }
            sup.exited().await;
        }
        wait_until(|| log.count("end w") == 6).await;
    })
    .await;
}
