//! Work that belongs to a process, beside its turns.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    Address, CallError, Context, ExitReason, GenServer, Info, InitResult, Next, NextResult, Node,
    OwnedTask, Pid, ReplyTo, Start, process,
};

type Work = Pin<Box<dyn Future<Output = String> + Send>>;
type Told = Arc<Mutex<Vec<String>>>;

/// Spawns the work that it is given, and notes what it hears of it.
struct Owner(Told);

enum Cast {
    Spawn(Work),
    /// The message cannot be made of the result.
    SpawnBadly(Work),
    /// It never begins.
    SpawnAndAbort(Work),
}

enum Call {
    Ping(ReplyTo<()>),
    Spawn(Work, ReplyTo<OwnedTask>),
}

impl GenServer for Owner {
    type Args = Told;
    type Call = Call;
    type Cast = Cast;
    type Info = Result<String, ExitReason>;
    type Continue = Infallible;

    async fn init(told: Told, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(told).into())
    }

    async fn handle_call(&mut self, call: Call, cx: &mut Context<Self>) -> NextResult<Self> {
        match call {
            Call::Ping(reply) => reply.send(()),
            Call::Spawn(work, reply) => reply.send(cx.spawn(work, |result| result)),
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, cast: Cast, cx: &mut Context<Self>) -> NextResult<Self> {
        match cast {
            Cast::Spawn(work) => cx.spawn(work, |result| result),
            Cast::SpawnBadly(work) => cx.spawn(work, |_| panic!("no message")),
            Cast::SpawnAndAbort(work) => {
                let task = cx.spawn(work, |result| result);
                task.abort();
                task
            }
        };
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<Self::Info>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        if let Info::Message(result) = info {
            let line = match result {
                Ok(line) => line,
                Err(ExitReason::Panic(report)) => format!("panic: {}", report.message()),
                Err(other) => format!("{other}"),
            };
            self.0.lock().expect("not poisoned").push(line);
        }
        Ok(Next::NoReply)
    }
}

fn told(told: &Told) -> Vec<String> {
    told.lock().expect("not poisoned").clone()
}

/// Notes that it was dropped.
struct Guard(Told);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0
            .lock()
            .expect("not poisoned")
            .push("dropped".to_owned());
    }
}

on_every_runtime! {
    async fn the_result_arrives_as_a_message_and_the_owner_goes_on_meanwhile() {
        isolated(async {
            let heard = Told::default();
            let owner = Owner::start(Arc::clone(&heard)).await.unwrap();
            let (finish, finished) = tokio::sync::oneshot::channel::<String>();
            owner.cast(Cast::Spawn(Box::pin(async { finished.await.unwrap() })));
            owner.call(Call::Ping).await.unwrap();
            assert_eq!(told(&heard), [""; 0]);
            finish.send("result".to_owned()).unwrap();
            wait_until(|| told(&heard) == ["result"]).await;
            owner.stop().await.unwrap();
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_work_is_its_result_and_harms_nobody() {
    isolated(async {
        let heard = Told::default();
        let owner = Owner::start(Arc::clone(&heard)).await.unwrap();
        owner.cast(Cast::Spawn(Box::pin(async { panic!("no luck") })));
        wait_until(|| told(&heard) == ["panic: no luck"]).await;
        owner.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_result_of_which_no_message_can_be_made_ends_the_owner() {
    isolated(async {
        let owner = Owner::start(Told::default()).await.unwrap();
        owner.cast(Cast::SpawnBadly(Box::pin(async { String::new() })));
        assert!(owner.exited().await.is_abnormal());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_work_dies_with_its_owner() {
    isolated(async {
        let owner = Owner::start(Told::default()).await.unwrap();
        let drops = Told::default();
        let guard = Guard(Arc::clone(&drops));
        owner.cast(Cast::Spawn(Box::pin(async move {
            let _guard = guard;
            pending().await
        })));
        owner.call(Call::Ping).await.unwrap();
        tokio::task::yield_now().await;
        assert_eq!(told(&drops), [""; 0]);
        owner.stop().await.unwrap();
        wait_until(|| told(&drops) == ["dropped"]).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_work_may_call_its_owner_which_is_not_waiting_for_it() {
    // G-24 is about a turn that waits for itself; this is none.
    isolated(async {
        let heard = Told::default();
        let owner = Owner::start(Arc::clone(&heard)).await.unwrap();
        let same = owner.clone();
        owner.cast(Cast::Spawn(Box::pin(async move {
            let called: Result<(), CallError> = same.call(Call::Ping).await;
            format!("{called:?}")
        })));
        wait_until(|| told(&heard) == ["Ok(())"]).await;
        owner.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_the_work_starts_with_a_link_is_the_owners() {
    // identity and node go with it.
    isolated(async {
        let owner = Owner::start(Told::default()).await.unwrap();
        let (tell, child) = tokio::sync::oneshot::channel();
        let (pid, node) = (owner.pid(), Node::current());
        owner.cast(Cast::Spawn(Box::pin(async move {
            assert_eq!(process::current(), Some(pid));
            let started = Owner::options(Told::default()).name("child");
            let _ = tell.send(started.start_link().await.unwrap());
            String::new()
        })));
        let child = child.await.unwrap();
        assert_eq!(node.whereis("child"), Some(child.pid()));
        owner.exit(ExitReason::Kill);
        assert_eq!(child.exited().await, ExitReason::Killed);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn aborted_work_sends_nothing() {
    isolated(async {
        let heard = Told::default();
        let owner = Owner::start(Arc::clone(&heard)).await.unwrap();
        let minute = Duration::from_secs(60);
        let work = Box::pin(async move {
            tokio::time::sleep(minute).await;
            "late".to_owned()
        });
        let task = owner.call(|reply| Call::Spawn(work, reply)).await.unwrap();
        assert!(!task.is_finished());
        task.abort();
        tokio::time::advance(2 * minute).await;
        wait_until(|| task.is_finished()).await;
        owner.call(Call::Ping).await.unwrap();
        assert_eq!(told(&heard), [""; 0]);
        owner.stop().await.unwrap();
    })
    .await;
}

/// Notes as which process it was dropped.
struct DroppedAs(Arc<Mutex<Vec<Option<Pid>>>>);

impl Drop for DroppedAs {
    fn drop(&mut self) {
        let mut drops = self.0.lock().expect("not poisoned");
        drops.push(process::current());
    }
}

on_every_runtime! {
    async fn the_work_is_dropped_as_what_belongs_to_its_owner() {
        isolated(async {
            let drops = Arc::<Mutex<Vec<_>>>::default();
            let work = || {
                let dropped = DroppedAs(Arc::clone(&drops));
                Box::pin(async move {
                    let _dropped = dropped;
                    pending().await
                })
            };
            let number = || drops.lock().expect("not poisoned").len();
            let owner = Owner::start(Told::default()).await.unwrap();
            // That never began, is aborted, panics, and is left when its owner ends.
            owner.cast(Cast::SpawnAndAbort(work()));
            wait_until(|| number() == 1).await;
            let task = owner.call(|reply| Call::Spawn(work(), reply)).await.unwrap();
            task.abort();
            wait_until(|| number() == 2).await;
            let dropped = DroppedAs(Arc::clone(&drops));
            owner.cast(Cast::Spawn(Box::pin(async move {
                let _dropped = dropped;
                panic!("no luck")
            })));
            wait_until(|| number() == 3).await;
            owner.call(|reply| Call::Spawn(work(), reply)).await.unwrap();
            owner.stop().await.unwrap();
            wait_until(|| number() == 4).await;
            let drops = drops.lock().expect("not poisoned").clone();
            assert_eq!(drops, vec![Some(owner.pid()); 4]);
        })
        .await;
    }
}
