//! Edges: what a core does wrong that is right only most of the time.

use std::convert::Infallible;
use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, Context, Deadline, ExitReason, GenServer, InitResult, MonitorRef,
    Name, Next, NextResult, Node, Pid, ReplyTo, Start, StartError,
};

use crate::probe::{Ask, Begin, Child, Probe, Tell, log};
use crate::script::{Script, done, run};
use crate::time::Clock;

const HOUR: Duration = Duration::from_secs(3600);

async fn probe() -> ActorRef<Probe> {
    Probe::start(log()).await.expect("starts")
}

async fn seen(probe: &ActorRef<Probe>) -> Vec<String> {
    probe
        .call(|reply| Ask::Seen { reply })
        .await
        .expect("replies")
}

/// Waits for an hour of the paused clock at the most: a hang fails instead of hanging.
async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(HOUR, future)
        .await
        .expect("does not hang")
}

/// A server whose calls carry a handle that others hold too.
struct Shared;

type SharedReply = Arc<Mutex<Option<ReplyTo<()>>>>;

impl GenServer for Shared {
    type Args = ();
    type Call = SharedReply;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(
        &mut self,
        reply: SharedReply,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let first = reply.lock().expect("not poisoned").take();
        drop(first);
        pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_whose_handle_is_held_elsewhere_gets_the_reason() {
    // G-21, R3
    isolated(async {
        let server = Shared::start(()).await.expect("starts");
        let kept = SharedReply::default();
        let holder = Arc::clone(&kept);
        let in_hand = server.call_by(Deadline::Never, |reply| Arc::new(Mutex::new(Some(reply))));
        let queued = server.call_by(Deadline::Never, move |reply| {
            *holder.lock().expect("not poisoned") = Some(reply);
            holder
        });
        let kill = async { server.exit(ExitReason::Kill) };
        let (in_hand, queued, ()) = soon(async { tokio::join!(in_hand, queued, kill) }).await;
        for outcome in [in_hand, queued] {
            assert!(matches!(
                outcome,
                Err(CallError::Exited(ExitReason::Killed))
            ));
        }
        drop(kept);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn every_one_of_many_kept_calls_gets_the_reason() {
    // G-21, R3: more than the list of late replies holds at first, answered ones among them
    isolated(async {
        let probe = probe().await;
        let mut calls = Vec::new();
        for n in 0..100_u32 {
            calls.push(probe.send_request(|reply| Ask::Never { reply }));
            if n % 3 == 0 {
                seen(&probe).await;
            }
        }
        probe.cast(Tell::Fail);
        for call in calls {
            let outcome = call.receive(HOUR).await;
            assert!(matches!(outcome, Err(CallError::Exited(reason)) if reason.is_abnormal()));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_handle_given_away_by_the_callback_that_panics_leaves_nobody_waiting() {
    // F-02, F-04
    isolated(async {
        let probe = probe().await;
        let (out, given) = tokio::sync::oneshot::channel();
        let call = probe.call_by(Deadline::Never, |reply| Ask::GiveAwayAndPanic {
            out,
            reply,
        });
        let outcome = soon(call).await;
        assert!(matches!(
            outcome,
            Err(CallError::Exited(ExitReason::Panic(_)))
        ));
        given.await.expect("given away").send(String::new());
    })
    .await;
}

/// Keeps a handle, which another thread drops when the state goes.
struct Keeper(Option<ReplyTo<()>>);

impl GenServer for Keeper {
    type Args = ();
    type Call = ReplyTo<()>;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(None).into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.0 = Some(reply);
        Ok(Next::NoReply)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let reply = self.0.take();
        let thread = std::thread::spawn(move || drop(reply));
        thread.join().expect("no panic");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handle_dropped_by_another_thread_while_the_state_goes_means_the_reason() {
    // G-26, P-4: the process is dying then, no longer alive
    isolated(async {
        let keeper = Keeper::start(()).await.expect("starts");
        let call = keeper.send_request(|reply| reply);
        tokio::task::yield_now().await;
        keeper.exit(ExitReason::Kill);
        let outcome = call.receive(HOUR).await;
        assert!(
            matches!(outcome, Err(CallError::Exited(ExitReason::Killed))),
            "{outcome:?}"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_last_limit_counts() {
    isolated(async {
        let probe = probe().await;
        let clock = Clock::start();
        let (long, short) = (Duration::from_secs(9), Duration::from_secs(1));
        let late = probe
            .within(long)
            .within(short)
            .call(|reply| Ask::Never { reply })
            .await;
        assert!(matches!(late, Err(CallError::Timeout)));
        assert_eq!(clock.elapsed(), short);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_unlinked_peer_survives_both_ways() {
    // P-13, P-16
    isolated(async {
        for first_dies in [true, false] {
            let (a, b) = (probe().await, probe().await);
            a.call(|reply| Ask::Link { to: b.pid(), reply })
                .await
                .expect("replies");
            a.call(|reply| Ask::Unlink {
                from: b.pid(),
                reply,
            })
            .await
            .expect("replies");
            let (dies, lives) = if first_dies { (a, b) } else { (b, a) };
            dies.exit(ExitReason::Kill);
            dies.exited().await;
            assert_eq!(seen(&lives).await, Vec::<String>::new());
            lives.stop().await.expect("stops");
        }
    })
    .await;
}

on_every_runtime! {
    async fn nothing_arrives_after_an_unlink_that_races_the_death() {
        // P-16, F-53
        isolated(async {
            let watcher = probe().await;
            watcher
                .call(|reply| Ask::Trap { traps: true, reply })
                .await
                .expect("replies");
            for _ in 0..2000 {
                let target = probe().await;
                watcher
                    .call(|reply| Ask::Link {
                        to: target.pid(),
                        reply,
                    })
                    .await
                    .expect("replies");
                let kill = target.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                let from = target.pid();
                watcher
                    .call(|reply| Ask::Unlink { from, reply })
                    .await
                    .expect("replies");
                let before = seen(&watcher).await.len();
                target.exited().await;
                assert_eq!(seen(&watcher).await.len(), before);
                killer.join().expect("no panic");
            }
            watcher.stop().await.expect("stops");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_monitor_is_not_taken_away_by_somebody_who_got_hold_of_its_reference() {
    // P-23
    isolated(async {
        let (owner, stranger, target) = (probe().await, probe().await, probe().await);
        let call = owner.call(|reply| Ask::Monitor {
            target: target.pid(),
            reply,
        });
        let monitor: MonitorRef = call.await.expect("replies");
        for flush in [false, true] {
            let monitor = monitor.clone();
            let call = stranger.call(|reply| Ask::Demonitor {
                monitor,
                flush,
                reply,
            });
            call.await.expect("replies");
        }
        target.stop().await.expect("stops");
        assert_eq!(seen(&owner).await, ["down: normal"]);
        owner.stop().await.expect("stops");
        stranger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_comes_before_a_down_of_the_same_death() {
    // P-24: not promised by OTP, but the same each time here
    isolated(async {
        let (watcher, target) = (probe().await, probe().await);
        watcher
            .call(|reply| Ask::Trap { traps: true, reply })
            .await
            .expect("replies");
        watcher
            .call(|reply| Ask::Monitor {
                target: target.pid(),
                reply,
            })
            .await
            .expect("replies");
        watcher
            .call(|reply| Ask::Link {
                to: target.pid(),
                reply,
            })
            .await
            .expect("replies");
        target.exit(ExitReason::Kill);
        target.exited().await;
        assert_eq!(seen(&watcher).await, ["exit: killed", "down: killed"]);
        watcher.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_tables_of_the_living_keep_nothing_of_the_dead() {
    // P-17, P-25, R16: the reason of each dead process is freed while its peer lives
    isolated(async {
        let peer = probe().await;
        let mut reasons: Vec<Weak<()>> = Vec::new();
        for linked in [true, false] {
            let other = probe().await;
            match linked {
                true => drop(
                    peer.call(|reply| Ask::Link {
                        to: other.pid(),
                        reply,
                    })
                    .await,
                ),
                false => drop(
                    other
                        .call(|r| Ask::Monitor {
                            target: peer.pid(),
                            reply: r,
                        })
                        .await,
                ),
            }
            peer.call(|reply| Ask::Unlink {
                from: other.pid(),
                reply,
            })
            .await
            .expect("replies");
            let reason = Arc::new(());
            reasons.push(Arc::downgrade(&reason));
            other
                .stop_with(ExitReason::custom(reason))
                .await
                .expect("stops");
        }
        tokio::task::yield_now().await;
        let kept = reasons
            .iter()
            .filter(|reason| reason.upgrade().is_some())
            .count();
        assert_eq!(kept, 0);
        peer.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_given_up_does_not_end_its_starter() {
    // G-7, F-63: neither one that traps exits, nor one that does not
    isolated(async {
        for traps in [false, true] {
            let starter = Script::new().await;
            run(&starter, move |cx| {
                cx.trap_exit(traps);
                Box::pin(async {
                    let second = Duration::from_secs(1);
                    let start = Child::named(Begin::Hang, "child").start_link();
                    assert!(tokio::time::timeout(second, start).await.is_err());
                    done()
                })
            })
            .await;
            run(&starter, |cx| {
                let children = cx.linked_children();
                Box::pin(async move {
                    for child in children {
                        child.exited().await; // remembered until it is dead
                    }
                    assert_eq!(actor_core::process::whereis("child"), None);
                    done()
                })
            })
            .await;
            starter.stop().await.expect("is unharmed");
        }
    })
    .await;
}

/// Fails its start after it has held its name for a while.
struct Failing;

impl GenServer for Failing {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        tokio::task::yield_now().await;
        Err(ExitReason::shutdown_with("not today"))
    }
}

on_every_runtime! {
    async fn a_failed_start_is_over_when_it_returns() {
        // G-8: an immediate retry never meets its own ghost
        isolated(async {
            for _ in 0..2000 {
                let failed = Failing::options(()).name("failing").start().await;
                assert!(matches!(failed, Err(StartError::Failed(_))), "{failed:?}");
            }
        })
        .await;
    }
}

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

#[tokio::test(start_paused = true)]
async fn a_name_made_of_a_variable_is_not_confused_by_its_cache() {
    // N-1
    fn named(text: &'static str) -> Name<Probe> {
        actor_core::name!(Probe, text)
    }
    isolated(async {
        let a = Probe::options(log())
            .name("a")
            .start()
            .await
            .expect("starts");
        let b = Probe::options(log())
            .name("b")
            .start()
            .await
            .expect("starts");
        assert_eq!(named("a").whereis(), Some(a.clone()));
        assert_eq!(named("b").whereis(), Some(b.clone()));
        a.stop().await.expect("stops");
        b.stop().await.expect("stops");
    })
    .await;
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

/// Waits for a moment of its own in `terminate`.
struct Careful(Arc<Mutex<Vec<bool>>>);

impl GenServer for Careful {
    type Args = Arc<Mutex<Vec<bool>>>;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(log: Self::Args, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(log).into())
    }

    async fn terminate(&mut self, _reason: &ExitReason, cx: &mut Context<Self>) {
        let cleanup = tokio::time::sleep(Duration::from_secs(1));
        let finished = cx.or_stop(cleanup).await.is_ok();
        self.0.lock().expect("not poisoned").push(finished);
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_stops_already_is_not_told_again() {
    // G-39, G-47: a second stop does not cut the cleanup short
    isolated(async {
        let log = Arc::default();
        let careful = Careful::start(Arc::clone(&log)).await.expect("starts");
        let (first, second) = tokio::join!(careful.stop(), careful.stop());
        first.expect("stops");
        second.expect("stops for the same reason");
        assert_eq!(*log.lock().expect("not poisoned"), [true]);
    })
    .await;
}

#[test]
fn a_runtime_that_is_dropped_runs_the_drops_of_a_suspended_callback_as_its_process() {
    // F-59, X-13: under the guard, with the identity, and before the name is free
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
    let (node, log) = (Node::new(), Arc::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let witness = Witness(Arc::clone(&log));
    let script = runtime.block_on(node.run(async {
        let script = Script::options(None)
            .name("script")
            .start()
            .await
            .expect("starts");
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

on_every_runtime! {
    async fn a_second_link_to_a_dying_peer_does_not_lose_its_reason() {
        // P-13, P-17: one EXIT, with the true reason, and no `noproc`
        isolated(async {
            for _ in 0..500 {
                let (watcher, target) = (probe().await, probe().await);
                let trap = watcher.call(|reply| Ask::Trap { traps: true, reply });
                trap.await.expect("replies");
                let to = target.pid();
                let link = watcher.call(|reply| Ask::Link { to, reply });
                link.await.expect("replies");
                let kill = target.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                let to = target.pid();
                let again = watcher.call(|reply| Ask::Link { to, reply });
                again.await.expect("replies");
                target.exited().await;
                killer.join().expect("no panic");
                let heard = seen(&watcher).await;
                // Linked again after the death was heard, the peer is dead: that is another link.
                assert_eq!(heard[0], "exit: killed", "{heard:?}");
                watcher.stop().await.expect("stops");
            }
        })
        .await;
    }
}
