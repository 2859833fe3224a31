//! What the drops of users' values do, and when: no lock is held, and no death is half told.

use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, ExitReason, Name, Next, Node, Pid, Start, StartError, process,
};
use tokio::sync::oneshot;

use crate::probe::{Ask, Probe, Tell, probe};
use crate::script::{Script, done, job, run};
use crate::witness::Heard::Down;
use crate::witness::Watched;

/// A value whose `Drop` panics, and says first that it ran.
struct Bomb(Arc<Mutex<u32>>);

impl Drop for Bomb {
    fn drop(&mut self) {
        *self.0.lock().expect("not poisoned") += 1;
        panic!("cannot drop");
    }
}

on_every_runtime! {
    async fn queued_messages_whose_drops_panic_keep_nobody_from_the_news() {
        // F-21: each is dropped, the reason stays, callers and watchers hear it
        isolated(async {
            let (script, watcher) = (Script::new().await, Watched::start().await);
            let monitor = watcher.monitor(&script.pid()).await;
            let (begin, begun) = oneshot::channel();
            script.cast(job(move |_cx| {
                let _ = begin.send(());
                Box::pin(pending())
            }));
            begun.await.expect("it is busy");
            let dropped = Arc::default();
            for _ in 0..100 {
                let bomb = Bomb(Arc::clone(&dropped));
                script.cast(job(move |_cx| {
                    let _bomb = bomb;
                    Box::pin(async { done() })
                }));
            }
            script.exit(ExitReason::Kill);
            assert_eq!(script.exited().await, ExitReason::Killed);
            let down = Down(monitor, script.pid(), ExitReason::Killed);
            assert_eq!(watcher.hears().await, [down]);
            wait_until(|| *dropped.lock().expect("not poisoned") == 100).await;
            watcher.stop().await;
        })
        .await;
    }
}

/// A value whose `Drop` does whatever one can do there.
struct Nosy {
    /// The process that it belongs to.
    owner: Arc<OnceLock<ActorRef<Script>>>,
    peer: ActorRef<Probe>,
    log: Arc<Mutex<Vec<Glance>>>,
}

/// What a drop saw.
#[derive(Clone, Debug, PartialEq)]
struct Glance {
    runs_as: Option<Pid>,
    holder: Option<Pid>,
    typed_holder: Option<ActorRef<Script>>,
    /// Who has the name when a start wants it.
    refused_by: Option<Pid>,
}

const NAME: &str = "owner";

impl Drop for Nosy {
    fn drop(&mut self) {
        let Self { owner, peer, log } = self;
        let owner = owner.get().expect("was set before anything ends");
        log.lock().expect("not poisoned").push(Glance {
            runs_as: process::current(),
            holder: process::whereis(NAME),
            typed_holder: Name::new(NAME).whereis(),
            refused_by: start_and_give_up(),
        });
        // To another one, and to the one that is going.
        peer.cast(Tell::Note("from a drop".into()));
        peer.send("from a drop".into());
        drop(peer.send_request(|reply| Ask::Seen { reply }));
        owner.cast(job(|_cx| Box::pin(async { done() })));
        drop(process::send_after(
            peer,
            Duration::from_millis(1),
            "late".into(),
        ));
        peer.exit(ExitReason::Kill);
        let _ = (owner.is_alive(), peer.is_alive(), Node::current().names());
    }
}

/// Begins to start a process under the name, and gives that up; returns who has it already.
fn start_and_give_up() -> Option<Pid> {
    let mut start = pin!(Script::options(None).name(NAME).start_link());
    let mut cx = TaskContext::from_waker(Waker::noop());
    match start.as_mut().poll(&mut cx) {
        Poll::Ready(Err(StartError::AlreadyStarted(holder))) => Some(holder),
        Poll::Ready(other) => panic!("{other:?}"),
        Poll::Pending => None,
    }
}

/// How a process ends that waits in a callback.
#[derive(Clone, Copy, Debug)]
enum End {
    Kill,
    Signal,
    Stop,
    Panic,
}

/// Ends a process whose callback, state and queue hold nosy values; returns what these saw, in
/// this order.
async fn glances(end: End) -> (ActorRef<Script>, Vec<Glance>) {
    let (log, shared) = (Arc::default(), Arc::default());
    let peer = probe().await;
    let nosy = || Nosy {
        owner: Arc::clone(&shared),
        peer: peer.clone(),
        log: Arc::clone(&log),
    };
    let options = Script::options(Some(Box::new(nosy()))).name(NAME);
    let owner = options.start().await.expect("starts");
    shared.set(owner.clone()).expect("the first");
    let watched = peer.pid();
    run(&owner, move |cx| {
        cx.monitor(&watched);
        Box::pin(async { done() })
    })
    .await;
    let ((begin, begun), (release, held)) = (oneshot::channel(), oneshot::channel::<bool>());
    let (in_callback, in_queue) = (nosy(), nosy());
    owner.cast(job(move |_cx| {
        Box::pin(async move {
            let _in_callback = in_callback;
            let _ = begin.send(());
            assert!(!held.await.unwrap_or_default(), "told to panic");
            Ok(Next::Stop(ExitReason::Normal))
        })
    }));
    begun.await.expect("it waits");
    owner.cast(job(move |_cx| {
        let _in_queue = in_queue;
        Box::pin(async { done() })
    }));
    match end {
        End::Kill => owner.exit(ExitReason::Kill),
        End::Signal => owner.exit(ExitReason::Shutdown),
        End::Stop => release.send(false).expect("it waits"),
        End::Panic => release.send(true).expect("it waits"),
    }
    owner.exited().await;
    wait_until(|| log.lock().expect("not poisoned").len() == 3).await;
    assert_eq!(peer.exited().await, ExitReason::Killed, "by a drop");
    let glances = log.lock().expect("not poisoned").clone();
    (owner, glances)
}

on_every_runtime! {
    async fn a_drop_may_send_look_up_start_and_kill_wherever_its_value_lay() {
        // F-22, F-55, P-4, R17: in a callback and in the state the name is still the process's own;
        // in the queue it is free, and can be taken
        isolated(async {
            for end in [End::Kill, End::Signal, End::Stop, End::Panic] {
                let (owner, seen) = glances(end).await;
                let (pid, itself) = (Some(owner.pid()), Some(owner.clone()));
                let held = Glance {
                    runs_as: pid.clone(),
                    holder: pid.clone(),
                    typed_holder: itself,
                    refused_by: pid.clone(),
                };
                let free = Glance {
                    runs_as: pid,
                    holder: None,
                    typed_holder: None,
                    refused_by: None,
                };
                assert_eq!(seen, [held.clone(), held, free], "{end:?}");
                wait_until(|| process::whereis(NAME).is_none()).await;
            }
        })
        .await;
    }
}
