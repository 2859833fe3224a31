//! Death: one event, in one order, whatever the user's code does on the way.

use std::convert::Infallible;
use std::future::pending;
use std::sync::mpsc;
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, Context, Deadline, ExitReason, GenServer, InitResult, MonitorRef,
    Next, NextResult, Node, Pid, ReplyTo, Start, process,
};

use crate::probe::{Ask, Log, Probe, Tell, entries, log};
use crate::runtimes;
use crate::witness::{Heard, Watched};

async fn named(name: &'static str, log: &Log) -> ActorRef<Probe> {
    Probe::options(log.clone())
        .name(name)
        .start()
        .await
        .expect("starts")
}

#[tokio::test(start_paused = true)]
async fn a_kill_is_untrappable_runs_no_callback_and_does_not_wait_for_the_backlog() {
    // F-14, P-6, P-8, G-40, X-1
    isolated(async {
        let log = log();
        let probe = named("probe", &log).await;
        probe
            .call(|reply| Ask::Trap { traps: true, reply })
            .await
            .expect("replies");
        probe.cast(Tell::Sleep(Duration::MAX));
        for n in 0..100_000 {
            probe.cast(Tell::Note(n.to_string()));
        }
        tokio::task::yield_now().await;
        probe.exit(ExitReason::Kill);
        assert_eq!(probe.exited().await, ExitReason::Killed);
        assert_eq!(process::whereis("probe"), None);
        assert_eq!(entries(&log), ["dropped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_process_is_killed_too() {
    // nothing wakes it but the kill
    isolated(async {
        for _ in 0..1000 {
            let probe = Probe::start(log()).await.expect("starts");
            tokio::task::yield_now().await;
            probe.exit(ExitReason::Kill);
            assert_eq!(probe.exited().await, ExitReason::Killed);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_signal_ends_a_process_that_does_not_trap_and_is_a_message_to_one_that_does() {
    // P-6, P-7, P-10, G-40, G-43
    isolated(async {
        let log = log();
        let probe = named("probe", &log).await;
        probe.exit(ExitReason::Normal); // ignored
        probe
            .call(|reply| Ask::Trap { traps: true, reply })
            .await
            .expect("replies");
        probe.exit(ExitReason::Normal);
        probe.exit(ExitReason::Shutdown);
        let seen = probe
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        assert_eq!(seen, ["exit: normal", "exit: shutdown"]);
        let former = probe
            .call(|reply| Ask::Trap {
                traps: false,
                reply,
            })
            .await;
        assert!(former.expect("replies"), "the former setting (P-26)");
        probe.exit(ExitReason::Shutdown);
        assert_eq!(probe.exited().await, ExitReason::Shutdown);
        assert_eq!(entries(&log).last().map(String::as_str), Some("dropped"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_runs_after_a_stop_an_error_and_a_panic_with_the_reason() {
    // G-39, G-45, E-2
    isolated(async {
        for (end, reason) in [
            (Tell::Stop, "shutdown: \"told to\""),
            (Tell::Fail, "error: asked to fail"),
            (Tell::Panic, "panic: told to panic"),
        ] {
            let log = log();
            let probe = named("probe", &log).await;
            probe.cast(end);
            assert!(probe.exited().await.to_string().starts_with(reason));
            assert_eq!(entries(&log), [&format!("terminate: {reason}"), "dropped"]);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_terminate_becomes_the_reason() {
    // G-44, F-25: heard once, by who is linked and by who watches
    isolated(async {
        let watcher = Watched::trapping().await;
        let probe = named("probe", &log()).await;
        let monitor = ties(&watcher, &probe.pid()).await;
        probe.cast(Tell::OnTerminate(Box::new(|| panic!("cannot clean up"))));
        probe.cast(Tell::Stop);
        let reason = probe.exited().await;
        let text = reason.to_string();
        assert!(text.starts_with("panic: cannot clean up"), "{text}");
        let heard = heard_of(&probe.pid(), monitor, &reason);
        assert_eq!(watcher.hears().await, heard);
        assert_eq!(process::whereis("probe"), None);
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_drop_of_the_state_changes_nothing() {
    // F-26: after a kill, a stop and a panic the death is told as ever, and the name is free
    isolated(async {
        for end in [Tell::Kill, Tell::Stop, Tell::Panic] {
            let watcher = Watched::trapping().await;
            let probe = named("probe", &log()).await;
            let monitor = ties(&watcher, &probe.pid()).await;
            probe.cast(Tell::OnDrop(Box::new(|| panic!("cannot drop"))));
            probe.cast(end);
            let reason = probe.exited().await;
            assert!(!reason.to_string().contains("cannot drop"), "{reason}");
            let heard = heard_of(&probe.pid(), monitor, &reason);
            assert_eq!(watcher.hears().await, heard);
            let next = named("probe", &log()).await;
            next.stop().await.expect("stops");
            watcher.stop().await;
        }
    })
    .await;
}

/// Links the watcher to a process, and monitors it.
async fn ties(watcher: &Watched, target: &Pid) -> MonitorRef {
    let target = target.clone();
    let tied = watcher.does(move |cx| (cx.link(&target).is_ok(), cx.monitor(&target)));
    tied.await.1
}

/// What one hears of the end of a process to which one is tied so.
fn heard_of(pid: &Pid, monitor: MonitorRef, reason: &ExitReason) -> [Heard; 2] {
    let exit = Heard::Exit(Some(pid.clone()), reason.clone());
    [exit, Heard::Down(monitor, pid.clone(), reason.clone())]
}

#[tokio::test(start_paused = true)]
async fn the_drop_of_the_state_may_send_and_look_up() {
    // F-22, P-4: it runs as the process, which still has its name, and no lock is held
    isolated(async {
        let probe = named("probe", &log()).await;
        let other = named("other", &log()).await;
        let (tell, told) = mpsc::channel();
        let witness = other.clone();
        probe.cast(Tell::OnDrop(Box::new(move || {
            witness.cast(Tell::Note("from a drop".into()));
            let me = process::current();
            tell.send((me.is_some(), process::whereis("probe") == me))
                .expect("the test listens");
        })));
        probe.stop().await.expect("stops");
        assert_eq!(told.recv(), Ok((true, true)));
        let seen = other
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        assert_eq!(seen, ["from a drop"]);
        other.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_queued_message_whose_drop_panics_does_not_keep_the_others() {
    // F-21
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("cannot drop");
        }
    }
    isolated(async {
        let probe = named("probe", &log()).await;
        probe.cast(Tell::Sleep(Duration::MAX));
        let bomb = Bomb;
        probe.cast(Tell::OnDrop(Box::new(move || drop(bomb))));
        let queued = probe.call_by(Deadline::Never, |reply| Ask::Never { reply });
        let (queued, ()) = tokio::join!(queued, async { probe.exit(ExitReason::Kill) });
        assert!(matches!(queued, Err(CallError::Exited(ExitReason::Killed))));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn continues_run_before_the_next_message() {
    // G-32, G-33
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::Continue(2));
        probe.cast(Tell::Note("next".into()));
        let seen = probe
            .call(|reply| Ask::Seen { reply })
            .await
            .expect("replies");
        assert_eq!(seen, ["continue 2", "continue 1", "continue 0", "next"]);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[test]
fn a_dropped_runtime_resolves_its_callers_and_frees_names() {
    // F-59, F-61, F-62, X-13
    for servers in runtimes::each() {
        let node = Node::new();
        let callers = runtimes::with_workers(1);
        let probe = servers.block_on(node.run(named("probe", &log())));
        let (calling, in_call) = mpsc::channel();
        let kept = probe.clone();
        let caller = callers.spawn(async move {
            let call = kept.call_by(Deadline::Never, |reply| Ask::Never { reply });
            let mut call = std::pin::pin!(call);
            std::future::poll_fn(|cx| {
                let poll = call.as_mut().poll(cx);
                let _ = calling.send(());
                poll
            })
            .await
        });
        in_call.recv().expect("the call was sent");
        drop(servers);
        let outcome = callers.block_on(caller).expect("the caller ends");
        assert!(
            matches!(outcome, Err(CallError::Exited(ExitReason::Killed))),
            "{outcome:?}"
        );
        assert_eq!((node.process_count(), node.names()), (0, vec![]));
        assert!(!probe.is_alive());
    }
}

#[test]
fn the_next_test_of_a_program_meets_no_ghosts_of_the_one_before() {
    // F-62: the default node outlives every runtime, and the names in it are free again
    for runtime in runtimes::each() {
        let ghost = runtime.block_on(async {
            let ghost = named("ghost", &log()).await;
            ghost.cast(Tell::Sleep(Duration::MAX));
            ghost
        });
        assert_eq!(process::whereis("ghost"), Some(ghost.pid()));
        drop(runtime);
        assert_eq!(process::whereis("ghost"), None);
    }
}

/// An answer that nobody may drop.
#[derive(Debug)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("as it was told");
    }
}

/// Stops with an answer, and never gets done with `terminate`.
struct Lingering;

impl GenServer for Lingering {
    type Args = ();
    type Call = ReplyTo<Bomb>;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<Bomb>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        Ok(Next::stop_and_reply(ExitReason::Normal, reply.with(Bomb)))
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_sent_any_more_has_no_part_in_the_reason() {
    // F-21, G-27: its drop panics when the process is ended in `terminate`
    isolated(async {
        let server = Lingering::start(()).await.expect("starts");
        let boom = ExitReason::custom("boom");
        let ends = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            server.exit(boom.clone());
            server.exited().await
        };
        let (answer, reason) = tokio::join!(server.call(|reply| reply), ends);
        assert_eq!(reason, boom);
        assert_eq!(answer.map(drop), Err(CallError::Exited(boom)));
    })
    .await;
}
