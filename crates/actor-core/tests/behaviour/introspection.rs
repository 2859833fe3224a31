//! Looking at processes from outside: what they do, how much waits, to whom they are tied.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use actor_core::process::{self, Callback, ProcessInfo, ProcessState};
use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Info, Init, InitResult, Name, Next,
    NextResult, Node, Pid, ReplyTo, Start, sys,
};
use tokio::sync::Semaphore;

use crate::probe::{Ask, Begin, Child, Probe, Tell, log, probe, seen};
use crate::script::{Script, done, job};
use crate::witness::Watched;

const SECOND: Duration = Duration::from_secs(1);

fn info(process: &impl actor_core::AsPid) -> ProcessInfo {
    process::info(process).expect("is alive")
}

/// What it does, and in which callback.
fn doing(process: &impl actor_core::AsPid) -> (ProcessState, Option<Callback>) {
    let info = info(process);
    (info.state, info.callback)
}

/// How many messages wait, and how many were handled.
fn counts(process: &impl actor_core::AsPid) -> (usize, u64) {
    let info = info(process);
    (info.queue_len, info.handled)
}

/// Waits in each callback until it is let go.
struct Gated(Arc<Semaphore>);

impl Gated {
    async fn pass(&self) {
        let permit = self.0.acquire().await;
        permit.expect("is never closed").forget();
    }
}

impl GenServer for Gated {
    type Args = Arc<Semaphore>;
    type Call = ReplyTo<()>;
    type Cast = Next<Self>;
    type Info = ();
    type Continue = ();

    async fn init(gate: Arc<Semaphore>, _cx: &mut Context<Self>) -> InitResult<Self> {
        let gated = Self(gate);
        gated.pass().await;
        Ok(Init::Ready(gated))
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.pass().await;
        reply.send(());
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, next: Next<Self>, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.pass().await;
        Ok(next)
    }

    async fn handle_info(&mut self, _info: Info<()>, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.pass().await;
        Ok(Next::NoReply)
    }

    async fn handle_continue(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        self.pass().await;
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.pass().await;
    }
}

/// After a few messages a process says before a callback what it awaits next.
async fn have_a_few(gated: &ActorRef<Gated>, gate: &Semaphore) {
    for _ in 0..10 {
        gate.add_permits(1);
        gated.call(|reply| reply).await.expect("replies");
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_is_seen_in_each_callback_and_between_them() {
    isolated(async {
        use ProcessState::{Running, Stopping, Suspended, Waiting};
        let gate = Arc::new(Semaphore::new(0));
        let settle = || tokio::time::sleep(SECOND);
        let name = Name::<Gated>::new("gated");
        let starts = Gated::options(Arc::clone(&gate)).name(name.clone()).start();
        let sees = async {
            tokio::task::yield_now().await;
            let early = name.whereis().expect("is registered");
            assert_eq!(doing(&early), (Running, Some(Callback::Init)));
            gate.add_permits(1);
        };
        let (started, ()) = tokio::join!(starts, sees);
        let gated = started.expect("starts");
        settle().await;
        assert_eq!(doing(&gated), (Waiting, None));

        let request = gated.send_request(|reply| reply);
        assert_eq!(
            doing(&gated),
            (Running, Some(Callback::Init)),
            "it has not begun"
        );
        settle().await;
        assert_eq!(doing(&gated), (Running, Some(Callback::HandleCall)));
        gate.add_permits(1);
        request.await.expect("replies");
        have_a_few(&gated, &gate).await;

        gated.cast(Next::Continue(()));
        settle().await;
        assert_eq!(doing(&gated), (Running, Some(Callback::HandleCast)));
        gate.add_permits(1);
        settle().await;
        assert_eq!(doing(&gated), (Running, Some(Callback::HandleContinue)));
        gate.add_permits(1);
        settle().await;
        assert_eq!(doing(&gated), (Waiting, None));

        gated.cast(Next::Timeout(SECOND));
        gate.add_permits(1);
        settle().await;
        settle().await;
        let by_timeout = doing(&gated);
        assert_eq!(by_timeout, (Running, Some(Callback::HandleInfo)));
        gate.add_permits(1);
        settle().await;

        sys::suspend(&gated).await.expect("suspends");
        gated.send(());
        settle().await;
        assert_eq!(doing(&gated), (Suspended, None));
        let stops = gated.stop();
        let sees = async {
            settle().await;
            assert_eq!(doing(&gated), (Stopping, Some(Callback::Terminate)));
            gate.add_permits(1);
        };
        let (stopped, ()) = tokio::join!(stops, sees);
        stopped.expect("stops");
        assert!(process::info(&gated).is_none(), "the dead tell nothing");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn every_message_is_counted_once_while_it_waits_and_when_it_is_handled() {
    isolated(async {
        for debugged in [false, true] {
            let probe = probe().await;
            if debugged {
                sys::statistics(&probe).await.expect("answers");
            }
            assert_eq!(counts(&probe), (0, 0), "an order is no message");
            probe.cast(Tell::Sleep(SECOND));
            for _ in 0..9 {
                probe.cast(Tell::Note(String::new()));
            }
            assert_eq!(counts(&probe), (10, 0));
            tokio::task::yield_now().await;
            assert_eq!(counts(&probe), (9, 1), "in the middle of a burst");
            probe.send(String::new());
            assert_eq!(counts(&probe), (10, 1));
            seen(&probe).await;
            assert_eq!(counts(&probe), (0, 12));

            sys::suspend(&probe).await.expect("suspends");
            probe.cast(Tell::Sleep(SECOND));
            probe.cast(Tell::Note(String::new()));
            sys::get_status(&probe).await.expect("answers");
            assert_eq!(counts(&probe), (2, 12));
            sys::resume(&probe).await.expect("resumes");
            tokio::task::yield_now().await;
            assert_eq!(counts(&probe), (1, 13));
            probe.stop().await.expect("stops");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_bounded_mailbox_tells_its_room_and_who_waits_for_it() {
    isolated(async {
        for debugged in [false, true] {
            let gate = Arc::new(Semaphore::new(1));
            let gated = Gated::options(Arc::clone(&gate)).mailbox(3).start();
            let gated = gated.await.expect("starts");
            if debugged {
                sys::statistics(&gated).await.expect("answers");
            }
            let room = |process| {
                let info = info(process);
                (info.capacity, info.queue_len, info.waiting_senders)
            };
            gated.cast(Next::NoReply);
            tokio::task::yield_now().await;
            assert_eq!(room(&gated), (Some(3), 0, 0), "it is in hand");
            for _ in 0..3 {
                gated.cast(Next::NoReply);
            }
            let mut waits = Box::pin(gated.cast_wait(Next::NoReply));
            let waiting = tokio::time::timeout(SECOND, &mut waits).await;
            assert!(waiting.is_err());
            assert_eq!(room(&gated), (Some(3), 3, 1));
            assert_eq!(info(&gated).handled, 1);
            gate.add_permits(1);
            waits.await.expect("is accepted");
            assert_eq!(room(&gated), (Some(3), 3, 0));
            gate.add_permits(10);
            tokio::time::sleep(SECOND).await;
            assert_eq!(room(&gated), (Some(3), 0, 0));
            assert_eq!(info(&gated).handled, 5);
            gated.stop().await.expect("stops");
        }
        let unbounded = probe().await;
        assert_eq!(info(&unbounded).capacity, None);
        unbounded.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_no_message_is_not_counted() {
    // P-23, G-34: a DOWN that was flushed, an order, a timeout
    isolated(async {
        let (probe, target) = (probe().await, probe().await);
        let monitor = |reply| Ask::Monitor {
            target: target.pid(),
            reply,
        };
        let monitor = probe.call(monitor).await.expect("replies");
        probe.cast(Tell::Sleep(SECOND));
        tokio::task::yield_now().await;
        let flush = probe.call(|reply| Ask::Demonitor {
            monitor,
            flush: true,
            reply,
        });
        let dies = async {
            tokio::task::yield_now().await;
            target.exit(ExitReason::Kill);
            target.exited().await;
            assert_eq!(counts(&probe), (2, 2), "the flush, and the DOWN behind it");
            sys::get_status(&probe).await.expect("answers");
        };
        let (flushed, ()) = tokio::join!(flush, dies);
        flushed.expect("replies");
        assert_eq!(counts(&probe), (0, 3));
        probe.cast(Tell::Idle(SECOND));
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(counts(&probe), (0, 4));
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn to_look_at_a_process_does_nothing_to_it() {
    // G-35
    isolated(async {
        let log = log();
        let probe = Probe::start(log.clone()).await.expect("starts");
        probe.cast(Tell::Idle(10 * SECOND));
        for _ in 0..9 {
            tokio::time::sleep(SECOND).await;
            assert_eq!(counts(&probe), (0, 1));
            assert_eq!(process::list(), [probe.pid()]);
        }
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(crate::probe::entries(&log), ["timeout"]);
        probe.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn ties_names_and_parents_are_seen_from_both_sides() {
    isolated(async {
        let parent = Watched::named("parent").await;
        let child = parent.child().await;
        let other = Watched::trapping().await;
        child.link(&other).await;
        for _twice in 0..2 {
            other.monitor(&parent.pid()).await;
        }
        other.monitor(&child.pid()).await;

        let seen = info(&parent.server);
        assert_eq!(seen.pid, parent.pid());
        assert_eq!(seen.name.as_deref(), Some("parent"));
        assert!(seen.server.ends_with("witness::Witness"), "{}", seen.server);
        assert_eq!((seen.parent, seen.traps_exit), (None, false));
        assert_eq!(seen.links, [child.pid()]);
        assert_eq!(seen.monitors, []);
        assert_eq!(seen.monitored_by, [other.pid(), other.pid()]);

        let seen = info(&child.pid());
        assert_eq!((seen.name, seen.parent), (None, Some(parent.pid())));
        assert_eq!(seen.links, [parent.pid(), other.pid()]);
        assert_eq!(seen.monitored_by, [other.pid()]);

        let seen = info(&other.server);
        assert!(seen.traps_exit);
        assert_eq!(seen.parent, None);
        assert_eq!(seen.monitors, [parent.pid(), parent.pid(), child.pid()]);

        parent.stop().await;
        let seen = info(&child.server);
        assert_eq!((seen.parent, seen.links), (None, vec![other.pid()]));
        child.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_list_holds_the_processes_of_the_node_that_live_the_oldest_first() {
    isolated(async {
        assert_eq!(process::list(), []);
        let mut all = Vec::new();
        for _ in 0..200 {
            all.push(probe().await.pid());
        }
        assert_eq!(process::list(), all);
        assert_eq!(Node::current().processes(), all);
        let elsewhere = Node::new();
        let stranger = elsewhere.run(probe()).await;
        assert_eq!(elsewhere.processes(), [stranger.pid()]);
        assert_eq!(process::list(), all);

        // In an order of its own, so that each place in the list is left and taken again.
        let mut round = 0;
        while !all.is_empty() {
            round += 1;
            let victim = all.remove(round * 73 % all.len());
            victim.exit(ExitReason::Kill);
            victim.exited().await;
            tokio::task::yield_now().await;
            if round % 3 == 0 && round < 150 {
                all.push(probe().await.pid());
            }
            assert_eq!(process::list(), all);
            assert_eq!(Node::current().process_count(), all.len());
        }
        stranger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_list_holds_a_process_from_its_init_on() {
    // G-1
    isolated(async {
        let mut starts = Box::pin(Child::new(Begin::Hang).start_link());
        let pending = tokio::time::timeout(SECOND, &mut starts).await;
        assert!(pending.is_err());
        let [child] = &process::list()[..] else {
            panic!("one is being started");
        };
        assert_eq!(info(child).callback, Some(Callback::Init));
        drop(starts);
        assert_eq!(child.exited().await, ExitReason::Killed);
        assert_eq!(process::list(), []);
    })
    .await;
}

/// Blocks the thread of the process until it is let go.
fn block(server: &ActorRef<Script>) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    server.cast(job(move |_| {
        let _ = released.recv();
        Box::pin(async { done() })
    }));
    release
}

on_every_runtime! {
    /// also one that nothing can be asked, and that is to die.
    async fn a_process_that_blocks_its_thread_is_seen_all_the_same() {
        isolated(async {
            let server = Script::options(None).on_own_thread();
            let server = server.start().await.expect("starts");
            let release = block(&server);
            server.cast(job(|_| Box::pin(async { done() })));
            let in_cast = (ProcessState::Running, Some(Callback::HandleCast));
            wait_until(|| doing(&server) == in_cast && counts(&server) == (1, 1)).await;
            server.exit(ExitReason::Kill);
            assert_eq!(doing(&server), (ProcessState::Stopping, Some(Callback::HandleCast)));
            release.send(()).expect("it waits");
            assert_eq!(server.exited().await, ExitReason::Killed);
            assert!(process::info(&server).is_none());
        })
        .await;
    }
}

on_every_runtime! {
    /// The list stands whatever races: each process is in it once, and none when all are dead.
    async fn many_that_start_and_end_at_once_leave_nothing_in_the_list() {
        isolated(async {
            let node = Node::current();
            let busy: Vec<_> = (0..8)
                .map(|_| {
                    let churn = async {
                        for _ in 0..100 {
                            let pair = [probe().await, probe().await];
                            let listed = process::list();
                            for probe in &pair {
                                let own = listed.iter().filter(|pid| **pid == probe.pid());
                                assert_eq!(own.count(), 1);
                            }
                            for probe in pair {
                                probe.stop().await.expect("stops");
                            }
                        }
                    };
                    let node = node.clone();
                    #[expect(clippy::disallowed_methods, reason = "plain tasks, in parallel")]
                    tokio::spawn(async move { node.run(churn).await })
                })
                .collect();
            for churn in busy {
                churn.await.expect("no panic");
            }
            wait_until(|| process::list() == Vec::<Pid>::new()).await;
        })
        .await;
    }
}
