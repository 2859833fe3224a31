//! Exit signals, seen whole: where they come from, what they wait for, in which order they arrive.

use std::convert::Infallible;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    Address, Context, Deadline, ExitReason, GenServer, Init, InitResult, Next, NextResult, Node,
    Pid, ReplyTo, Start, process,
};
use tokio::sync::oneshot;

use crate::probe::{Ask, Probe, log};
use crate::runtimes::with_workers;
use crate::witness::Heard::{Down, Exit, Terminate, Word};
use crate::witness::{Job, Watched, answer, wait};

const SECOND: Duration = Duration::from_secs(1);

/// A job that keeps its process busy.
fn sleep(time: Duration) -> Job {
    wait(async move {
        tokio::time::sleep(time).await;
        Ok(Next::NoReply)
    })
}

#[tokio::test(start_paused = true)]
async fn a_pid_is_never_used_again() {
    // P-1
    isolated(async {
        let first = Watched::named("name").await;
        first.stop().await;
        let mut former = first.pid();
        for _ in 0..1000 {
            let next = Watched::named("name").await;
            assert!(next.pid() > former, "younger, so another one");
            assert_ne!(next.pid(), first.pid());
            first.word("to the dead");
            assert!(!first.server.is_alive());
            assert_eq!(next.hears().await, []);
            next.stop().await;
            former = next.pid();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_callback_begins_while_another_one_waits() {
    // P-3: the server alone is busy, others go on
    isolated(async {
        let (busy, other) = (Watched::start().await, Watched::start().await);
        busy.server.cast(sleep(SECOND / 5));
        busy.word("next");
        tokio::time::sleep(SECOND / 5 - Duration::from_millis(1)).await;
        assert_eq!(busy.heard(), []);
        other.word("meanwhile");
        assert_eq!(other.hears().await, [Word("meanwhile")]);
        assert_eq!(busy.hears().await, [Word("next")]);
        busy.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_tells_who_sent_it_or_who_died() {
    // P-5, P-7, G-43: plain code is nobody
    isolated(async {
        let (watcher, sender, peer) = (
            Watched::trapping().await,
            Watched::start().await,
            Watched::start().await,
        );
        watcher.link(&peer).await;
        let target = watcher.pid();
        sender.does(move |_| target.exit(ExitReason::Killed)).await;
        peer.server
            .cast(answer(|| Ok(Next::Stop(ExitReason::Shutdown))));
        peer.ends().await;
        watcher.server.exit(ExitReason::NoProc);
        let expected = [
            Exit(Some(sender.pid()), ExitReason::Killed),
            Exit(Some(peer.pid()), ExitReason::Shutdown),
            Exit(None, ExitReason::NoProc),
        ];
        assert_eq!(watcher.hears().await, expected);
        sender.stop().await;
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_signal_interrupts_the_callback_and_runs_nothing_more() {
    // P-6, G-40, X-2: neither the backlog nor `terminate`, for each reason but `normal`
    isolated(async {
        let boom = ExitReason::custom("boom");
        for reason in [ExitReason::Shutdown, ExitReason::Killed, boom] {
            let target = Watched::start().await;
            let (held, mut dropped) = oneshot::channel::<()>();
            target.server.cast(wait(async move {
                let _held = held;
                std::future::pending().await
            }));
            for _ in 0..100 {
                target.word("queued");
            }
            tokio::task::yield_now().await;
            target.server.exit(ExitReason::Normal); // ignored
            tokio::task::yield_now().await;
            assert_eq!(dropped.try_recv(), Err(oneshot::error::TryRecvError::Empty));
            target.server.exit(reason.clone());
            assert_eq!(target.ends().await, reason);
            assert_eq!(dropped.await.ok(), None, "the callback was dropped");
            assert_eq!(target.heard(), []);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_trapped_exit_interrupts_nothing_and_overtakes_nothing() {
    // P-7, P-2, G-12
    isolated(async {
        let watcher = Watched::trapping().await;
        watcher.server.cast(sleep(SECOND));
        tokio::task::yield_now().await;
        watcher.word("before");
        watcher.server.exit(ExitReason::Shutdown);
        watcher.word("behind");
        tokio::time::sleep(SECOND / 2).await;
        assert_eq!(watcher.heard(), [], "the callback goes on");
        let expected = [
            Word("before"),
            Exit(None, ExitReason::Shutdown),
            Word("behind"),
        ];
        assert_eq!(watcher.hears().await, expected);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_by_itself_with_kill_sends_an_ordinary_signal() {
    // P-8, P-9: `kill` is special in `exit` alone
    isolated(async {
        let (deaf, trapping) = (Watched::start().await, Watched::trapping().await);
        let ends = Watched::start().await;
        ends.link(&deaf).await;
        ends.link(&trapping).await;
        ends.server
            .cast(answer(|| Ok(Next::Stop(ExitReason::Kill))));
        assert_eq!(deaf.ends().await, ExitReason::Kill);
        let of_itself = Exit(Some(ends.pid()), ExitReason::Kill);
        assert_eq!(trapping.hears().await, std::slice::from_ref(&of_itself));

        let killed = Watched::start().await;
        killed.link(&trapping).await;
        killed.server.exit(ExitReason::Kill);
        killed.ends().await;
        let from_outside = Exit(Some(killed.pid()), ExitReason::Killed);
        assert_eq!(trapping.hears().await, [of_itself, from_outside]);
        trapping.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn exit_normal_to_oneself_is_a_message_to_a_trapping_process_and_the_end_of_another() {
    // P-10
    isolated(async {
        let (trapping, deaf) = (Watched::trapping().await, Watched::start().await);
        let oneself = |cx: &mut Context<_>| cx.pid().exit(ExitReason::Normal);
        trapping.does(oneself).await;
        let expected = [Exit(Some(trapping.pid()), ExitReason::Normal)];
        assert_eq!(trapping.hears().await, expected);
        trapping.stop().await;

        deaf.server.cast(Box::new(move |cx| {
            oneself(cx);
            Box::pin(std::future::pending())
        }));
        assert_eq!(deaf.ends().await, ExitReason::Normal);
        assert_eq!(deaf.heard(), []);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whether_a_process_traps_is_judged_when_the_signal_arrives() {
    // P-11, P-26: not when the link was made, and not when the message is read
    isolated(async {
        let (watcher, peer) = (Watched::start().await, Watched::start().await);
        watcher.link(&peer).await;
        assert!(!watcher.does(|cx| cx.trap_exit(true)).await);
        peer.server.exit(ExitReason::Shutdown);
        peer.ends().await;
        watcher.server.exit(ExitReason::NoProc);
        // Both lie in the inbox as messages by now, and stay messages.
        assert!(watcher.does(|cx| cx.trap_exit(false)).await);
        let expected = [
            Exit(Some(peer.pid()), ExitReason::Shutdown),
            Exit(None, ExitReason::NoProc),
        ];
        assert_eq!(watcher.hears().await, expected);
        assert!(!watcher.does(|cx| cx.trap_exit(false)).await);
        watcher.server.exit(ExitReason::Shutdown);
        assert_eq!(watcher.ends().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_signal_to_the_dead_does_nothing() {
    // P-12
    isolated(async {
        let (sender, dead) = (Watched::trapping().await, Watched::start().await);
        dead.stop().await;
        for reason in [ExitReason::Kill, ExitReason::Normal, ExitReason::Shutdown] {
            let target = dead.pid();
            sender.does(move |_| target.exit(reason)).await;
        }
        assert_eq!(sender.hears().await, []);
        let still = dead.ends().await;
        assert_eq!(still, ExitReason::Normal, "the reason stays what it was");
        sender.stop().await;
    })
    .await;
}

/// Ends as soon as it has started.
struct Ephemeral;

impl GenServer for Ephemeral {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = ();

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Init::Continue(Self, ()))
    }

    async fn handle_continue(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(ExitReason::Shutdown))
    }
}

async fn start_ephemeral() -> Vec<Pid> {
    let mut started = Vec::new();
    for _ in 0..2000 {
        let child = Ephemeral::start_link(()).await.expect("starts");
        started.push(child.pid());
    }
    started
}

on_every_runtime! {
    async fn a_child_that_dies_at_once_signals_its_starter_exactly_once() {
        // P-14, P-17: two thousand of them
        isolated(async {
            let starter = Watched::trapping().await;
            let mut started = starter.runs(start_ephemeral()).await;
            wait_until(|| starter.heard().len() >= started.len()).await;
            let mut signalled: Vec<_> = starter
                .hears()
                .await
                .into_iter()
                .map(|heard| match heard {
                    Exit(Some(pid), ExitReason::Shutdown) => pid,
                    other => panic!("{other:?}"),
                })
                .collect();
            started.sort_unstable();
            signalled.sort_unstable();
            assert_eq!(signalled, started);
            starter.stop().await;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_unlink_leaves_an_exit_that_lies_in_the_inbox() {
    // P-16
    isolated(async {
        let (watcher, peer) = (Watched::trapping().await, Watched::start().await);
        watcher.link(&peer).await;
        watcher.server.cast(sleep(SECOND));
        tokio::task::yield_now().await;
        let from = peer.pid();
        watcher.server.cast(Box::new(move |cx| {
            cx.unlink(&from);
            Box::pin(std::future::ready(Ok(Next::NoReply)))
        }));
        peer.server.exit(ExitReason::Shutdown); // arrives behind the unlink, before it runs
        peer.ends().await;
        let expected = [Exit(Some(peer.pid()), ExitReason::Shutdown)];
        assert_eq!(watcher.hears().await, expected);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn links_fire_before_monitors_whichever_was_made_first() {
    // P-24: promised by nobody, the same each time
    isolated(async {
        for link_first in [true, false] {
            let (watcher, target) = (Watched::trapping().await, Watched::start().await);
            if link_first {
                watcher.link(&target).await;
            }
            let monitor = watcher.monitor(&target.pid()).await;
            if !link_first {
                watcher.link(&target).await;
            }
            target.server.exit(ExitReason::Shutdown);
            target.ends().await;
            let expected = [
                Exit(Some(target.pid()), ExitReason::Shutdown),
                Down(monitor, target.pid(), ExitReason::Shutdown),
            ];
            assert_eq!(watcher.hears().await, expected);
            watcher.stop().await;
        }
    })
    .await;
}

on_every_runtime! {
    async fn the_last_words_of_two_thousand_are_heard_before_their_exit_and_down() {
        // P-2
        isolated(async {
            let watcher = Watched::trapping().await;
            for round in 0..2000 {
                let dying = Watched::start().await;
                watcher.link(&dying).await;
                let monitor = watcher.monitor(&dying.pid()).await;
                let to = watcher.clone();
                dying.server.cast(answer(move || {
                    to.word("last words");
                    Ok(Next::Stop(ExitReason::Shutdown))
                }));
                let expected = [
                    Word("last words"),
                    Exit(Some(dying.pid()), ExitReason::Shutdown),
                    Down(monitor, dying.pid(), ExitReason::Shutdown),
                ];
                wait_until(|| watcher.heard().len() == 3 * (round + 1)).await;
                assert_eq!(watcher.heard()[3 * round..], expected);
            }
            watcher.stop().await;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_death_runs_along_a_chain_of_links_until_somebody_traps() {
    // P-6, P-7
    isolated(async {
        let mut chain = Vec::new();
        for place in 0..100 {
            chain.push(match place {
                50 => Watched::trapping().await,
                _ => Watched::start().await,
            });
        }
        for pair in chain.windows(2) {
            pair[0].link(&pair[1]).await;
        }
        let boom = ExitReason::custom("boom");
        chain[0].server.exit(boom.clone());
        for dead in &chain[..50] {
            assert_eq!(dead.ends().await, boom);
        }
        let expected = [Exit(Some(chain[49].pid()), boom)];
        assert_eq!(chain[50].hears().await, expected);
        for alive in &chain[50..] {
            assert!(alive.server.is_alive());
            alive.does(|cx| cx.trap_exit(true)).await; // so that they may end one by one
        }
        for alive in &chain[50..] {
            alive.stop().await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_dead_have_withdrawn_their_monitors() {
    // P-25: its target keeps nothing of a dead watcher, not even its pid
    isolated(async {
        let target = Watched::start().await;
        let last = Arc::new(());
        let kept = Arc::downgrade(&last);
        let watcher = Watched::start().await;
        watcher.monitor(&target.pid()).await;
        let reason = ExitReason::custom(last); // lies in the cell of the dead process
        watcher.server.stop_with(reason).await.expect("stops");
        assert!(kept.upgrade().is_some(), "the reference holds the cell");
        drop(watcher);
        assert!(kept.upgrade().is_none());
        target.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_killed_abandons_its_call_and_the_server_handles_it() {
    // F-11, P-25, G-23, X-2
    isolated(async {
        let (caller, server) = (
            Watched::start().await,
            Probe::start(log()).await.expect("starts"),
        );
        let (out, given) = oneshot::channel();
        let callee = server.clone();
        caller.server.cast(wait(async move {
            let forever = Deadline::Never;
            let call = callee.call_by(forever, |reply| Ask::GiveAway { out, reply });
            drop(call.await);
            Ok(Next::NoReply)
        }));
        let handle: ReplyTo<String> = given.await.expect("handled");
        assert!(!handle.is_abandoned());
        caller.server.exit(ExitReason::Kill);
        caller.ends().await;
        assert!(handle.is_abandoned());
        handle.send("to nobody".into());
        server.stop().await.expect("stops");
    })
    .await;
}

on_every_runtime! {
    async fn a_callback_that_never_awaits_delays_its_own_death() {
        // X-1, P-4: no death is announced before it has happened
        isolated(async {
            let watcher = Watched::trapping().await;
            // It blocks its thread, so it has a runtime of its own.
            let (elsewhere, node) = (with_workers(1), Node::current());
            let start = elsewhere.spawn(async move { node.run(Watched::named("busy")).await });
            let busy = start.await.expect("starts");
            watcher.link(&busy).await;
            let (started, is_busy) = oneshot::channel();
            let (release, held) = mpsc::channel::<()>();
            busy.server.cast(answer(move || {
                let _ = started.send(());
                let _ = held.recv();
                Ok(Next::NoReply)
            }));
            is_busy.await.expect("runs");
            busy.server.exit(ExitReason::Kill);
            assert_eq!(watcher.hears().await, []);
            assert!(busy.server.is_alive());
            assert_eq!(process::whereis("busy"), Some(busy.pid()));
            release.send(()).expect("is waited for");
            assert_eq!(busy.ends().await, ExitReason::Killed);
            let expected = [Exit(Some(busy.pid()), ExitReason::Killed)];
            wait_until(|| watcher.heard() == expected).await;
            assert_eq!(busy.heard(), [], "and `terminate` does not run");
            watcher
                .server
                .cast(answer(|| Ok(Next::Stop(ExitReason::Normal))));
            watcher.ends().await;
            assert_eq!(watcher.heard()[1..], [Terminate(ExitReason::Normal)]);
            elsewhere.shutdown_background();
        })
        .await;
    }
}
