//! What user code does wrong, and where it is caught: before the first await, in wakers, in drops.

use std::convert::Infallible;
use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Wake, Waker};

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{
    Address, CallError, Context, Deadline, ExitReason, GenServer, InitResult, Next, Node, Pid,
    Start, StartError,
};

use crate::probe::{Ask, Probe, log, seen, soon};
use crate::runtimes;
use crate::script::{Script, run};

/// Panics before its first await.
struct Hasty(bool);

impl GenServer for Hasty {
    type Args = bool;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    fn init(
        panics: bool,
        _cx: &mut Context<Self>,
    ) -> impl Future<Output = InitResult<Self>> + Send {
        assert!(!panics, "hasty init");
        ready(Ok(Self(panics).into()))
    }

    fn terminate(
        &mut self,
        _reason: &ExitReason,
        _cx: &mut Context<Self>,
    ) -> impl Future<Output = ()> + Send {
        assert!(self.0, "hasty terminate");
        ready(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_before_the_first_await_is_a_panic_like_any_other() {
    // E-2, G-4, G-44
    isolated(async {
        let Err(StartError::Failed(reason)) = Hasty::start(true).await else {
            panic!("it cannot start");
        };
        assert!(format!("{reason:#}").contains("hasty init"), "{reason}");
        let hasty = Hasty::start(false).await.expect("starts");
        let _ = hasty.stop().await;
        let reason = hasty.exited().await;
        assert!(
            format!("{reason:#}").contains("hasty terminate"),
            "{reason}"
        );
    })
    .await;
}

on_every_runtime! {
    async fn a_chain_of_continues_lets_others_run_and_sees_a_kill() {
        // G-33, X-1, X-16
        isolated(async {
            let script = Script::new().await;
            run(&script, |_cx| {
                Box::pin(async { Ok(Next::Continue(u64::MAX)) })
            })
            .await;
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            script.exit(ExitReason::Kill);
            assert_eq!(script.exited().await, ExitReason::Killed);
        })
        .await;
    }
}

/// Notes as which process it is dropped, and panics.
struct Witness(Arc<Mutex<Vec<Option<Pid>>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0
            .lock()
            .expect("not poisoned")
            .push(actor_core::process::current());
        panic!("a drop that panics");
    }
}

/// Is given a witness at its start.
struct Unborn;

impl GenServer for Unborn {
    type Args = Witness;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(_witness: Witness, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

/// A waker that panics.
struct BadWaker;

impl Wake for BadWaker {
    fn wake(self: Arc<Self>) {
        panic!("cannot wake");
    }
}

#[tokio::test(start_paused = true)]
async fn a_waker_that_panics_leaves_no_death_half_told() {
    // R17
    isolated(async {
        let probe = Probe::options(log())
            .name("probe")
            .start()
            .await
            .expect("starts");
        let bad = Waker::from(Arc::new(BadWaker));
        let mut call = pin!(probe.call_by(Deadline::Never, |reply| Ask::Never { reply }));
        let mut wait = pin!(probe.exited());
        let cx = &mut TaskContext::from_waker(&bad);
        assert!(call.as_mut().poll(cx).is_pending());
        assert!(wait.as_mut().poll(cx).is_pending());
        seen(&probe).await;
        probe.exit(ExitReason::Kill);
        assert_eq!(soon(probe.exited()).await, ExitReason::Killed);
        let outcome = soon(poll_fn(|cx| call.as_mut().poll(cx))).await;
        assert!(matches!(
            outcome,
            Err(CallError::Exited(ExitReason::Killed))
        ));
        assert_eq!(Node::current().names(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_that_the_callback_caught_itself_leaves_no_place_behind() {
    isolated(async {
        let script = Script::new().await;
        script.cast(crate::script::job(|_cx| {
            Box::pin(async {
                let caught = std::panic::catch_unwind(|| panic!("caught by the user"));
                std::panic::resume_unwind(caught.expect_err("panicked"))
            })
        }));
        let ExitReason::Panic(first) = script.exited().await else {
            panic!("another reason");
        };
        assert_eq!(first.message(), "caught by the user");
        let script = Script::new().await;
        script.cast(crate::script::job(|_cx| {
            Box::pin(async { std::panic::resume_unwind(Box::new("silent")) })
        }));
        let ExitReason::Panic(second) = script.exited().await else {
            panic!("another reason");
        };
        assert_eq!((second.message(), second.file()), ("silent", None));
    })
    .await;
}

#[test]
fn a_runtime_that_is_dropped_runs_the_drops_of_a_suspended_callback_as_its_process() {
    // F-59, X-13: under the guard, with the identity, and before the name is free
    for runtime in runtimes::each() {
        let (node, log) = (Node::new(), Arc::default());
        let witness = Witness(Arc::clone(&log));
        let script = runtime.block_on(node.run(async {
            let options = Script::options(None).name("script");
            let script = options.start().await.expect("starts");
            let (begin, begun) = tokio::sync::oneshot::channel();
            script.cast(crate::script::job(move |_cx| {
                Box::pin(async move {
                    let _witness = witness;
                    let _ = begin.send(());
                    pending().await
                })
            }));
            begun.await.expect("the callback waits");
            script
        }));
        drop(runtime);
        assert_eq!(*log.lock().expect("not poisoned"), [Some(script.pid())]);
        assert_eq!((node.process_count(), node.names()), (0, vec![]));
        let mut exited = pin!(script.exited());
        let mut cx = TaskContext::from_waker(Waker::noop());
        assert_eq!(
            exited.as_mut().poll(&mut cx),
            Poll::Ready(ExitReason::Killed)
        );
    }
}

#[test]
fn a_runtime_that_is_dropped_before_init_runs_the_drop_of_its_arguments_as_the_process() {
    let (node, log) = (Node::new(), Arc::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let options = Unborn::options(Witness(Arc::clone(&log))).name("unborn");
    runtime.block_on(node.run(async {
        let mut start = pin!(options.start());
        let mut cx = TaskContext::from_waker(Waker::noop());
        assert!(start.as_mut().poll(&mut cx).is_pending());
    }));
    let pid = node.whereis("unborn");
    assert!(pid.is_some());
    drop(runtime);
    assert_eq!(*log.lock().expect("not poisoned"), [pid]);
    assert_eq!((node.process_count(), node.names()), (0, vec![]));
}
