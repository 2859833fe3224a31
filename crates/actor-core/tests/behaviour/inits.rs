//! What `init` does is the new process's: its place, its time, its end.

use std::future::{pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, Context, ExitReason, GenServer, Init, InitResult, Name, Next, NextResult,
    Node, Options, Pid, ReplyTo, Start, StartError, process,
};

use crate::time::Clock;
use crate::witness::Watched;

const SECOND: Duration = Duration::from_secs(1);

/// A server whose `init` is given: it traps exits, and `terminate` leaves a mark.
struct Scripted {
    marks: Marks,
}

type Marks = Arc<Mutex<Vec<&'static str>>>;
type Script = Box<dyn FnOnce(Scripted) -> Pin<Box<dyn Future<Output = Given> + Send>> + Send>;
type Given = InitResult<Scripted>;

impl GenServer for Scripted {
    type Args = (Marks, Script);
    type Call = ReplyTo<Vec<&'static str>>;
    type Cast = &'static str;
    type Info = &'static str;
    type Continue = Duration;

    async fn init((marks, script): (Marks, Script), cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        script(Self { marks }).await
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<Vec<&'static str>>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        self.mark("call");
        reply.send(self.marks.lock().expect("not poisoned").clone());
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, mark: &'static str, _: &mut Context<Self>) -> NextResult<Self> {
        self.mark(mark);
        Ok(Next::NoReply)
    }

    async fn handle_continue(&mut self, time: Duration, _: &mut Context<Self>) -> NextResult<Self> {
        tokio::time::sleep(time).await;
        self.mark("continue");
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.mark("terminate");
    }
}

impl Scripted {
    fn mark(&self, mark: &'static str) {
        self.marks.lock().expect("not poisoned").push(mark);
    }
}

/// The options of a server called "scripted", and its marks.
fn scripted<F>(script: impl FnOnce(Scripted) -> F + Send + 'static) -> (Options<Scripted>, Marks)
where
    F: Future<Output = Given> + Send + 'static,
{
    let marks = Marks::default();
    let script: Script = Box::new(move |state| Box::pin(script(state)));
    let options = Scripted::options((Arc::clone(&marks), script)).name("scripted");
    (options, marks)
}

/// Options of one whose `init` decides at once.
fn decides(init: impl FnOnce(Scripted) -> Given + Send + 'static) -> Options<Scripted> {
    scripted(|state| ready(init(state))).0
}

#[tokio::test(start_paused = true)]
async fn init_runs_in_the_new_process_and_the_start_waits_for_it_and_for_nothing_more() {
    // G-1, G-31: the continue is none of the starter's business
    isolated(async {
        let starter = Watched::start().await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let (options, marks) = scripted(move |state| async move {
            tokio::time::sleep(SECOND).await;
            let _ = tell.send(process::current());
            Ok(Init::Continue(state, 2 * SECOND))
        });
        let clock = Clock::start();
        let server = starter.runs(options.start_link()).await.expect("starts");
        assert_eq!(clock.elapsed(), SECOND);
        assert_eq!(told.await, Ok(Some(server.pid())));
        assert_ne!(server.pid(), starter.pid());
        assert!(marks.lock().expect("not poisoned").is_empty());
        let seen = server.call(|reply| reply).await.expect("replies");
        assert_eq!(seen, ["continue", "call"]);
        server.stop().await.expect("stops");
        starter.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_arrives_by_name_during_a_slow_init_waits_for_it_and_for_the_continue() {
    // G-2, G-31
    isolated(async {
        let (options, _) = scripted(|state| async {
            tokio::time::sleep(SECOND).await;
            Ok(Init::Continue(state, SECOND))
        });
        let name = Name::<Scripted>::new("scripted");
        let visiting = async {
            tokio::time::sleep(SECOND / 2).await;
            name.cast("cast");
            name.call(|reply| reply).await.expect("replies")
        };
        let (server, seen) = tokio::join!(options.start(), visiting);
        assert_eq!(seen, ["continue", "cast", "call"]);
        server.expect("starts").stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_taken_name_harms_no_linked_starter_and_runs_no_init() {
    // G-3, G-5
    isolated(async {
        let holder = decides(|state| Ok(state.into()))
            .start()
            .await
            .expect("starts");
        for starter in [Watched::start().await, Watched::trapping().await] {
            let second = decides(|_| panic!("must not run"));
            let refused = starter.runs(second.start_link()).await;
            let taken =
                matches!(refused, Err(StartError::AlreadyStarted(pid)) if pid == holder.pid());
            assert!(taken);
            assert_eq!(starter.hears().await, []);
            starter.stop().await;
        }
        holder.stop().await.expect("stops");
    })
    .await;
}

/// Starts one that answers so after a second; returns its pid, and what the start returned.
async fn fails(init: impl FnOnce() -> Given + Send + 'static) -> (Pid, StartError) {
    let (options, marks) = scripted(move |_| async {
        tokio::time::sleep(SECOND).await;
        init()
    });
    let found = async {
        tokio::time::sleep(SECOND / 2).await;
        process::whereis("scripted").expect("is in init")
    };
    let (started, pid) = tokio::join!(options.start(), found);
    assert!(marks.lock().expect("not poisoned").is_empty());
    (pid, started.expect_err("fails"))
}

#[tokio::test(start_paused = true)]
async fn a_failed_init_ends_its_process_with_its_reason_and_without_terminate() {
    // G-4, G-6: also in a server that traps exits
    isolated(async {
        let (pid, error) = fails(|| Ok(Init::Ignore)).await;
        assert!(matches!(error, StartError::Ignored));
        assert_eq!(pid.exited().await, ExitReason::Normal);

        let boom = ExitReason::custom("boom");
        for (answer, end) in [
            (Ok(Init::Error(boom.clone())), ExitReason::Normal),
            (Ok(Init::Stop(boom.clone())), boom.clone()),
            (Err(boom.clone()), boom.clone()),
        ] {
            let (pid, error) = fails(|| answer).await;
            assert!(matches!(error, StartError::Failed(reason) if reason == boom));
            assert_eq!(pid.exited().await, end);
        }

        let (pid, error) = fails(|| panic!("in init")).await;
        let StartError::Failed(ExitReason::Panic(report)) = error else {
            panic!("{error}");
        };
        assert_eq!(report.message(), "in init");
        assert_eq!(pid.exited().await, ExitReason::Panic(report));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_linked_starter_dies_of_every_stop_in_init_but_a_normal_one() {
    // G-5
    isolated(async {
        let starter = Watched::start().await;
        let normal = decides(|_| Ok(Init::Stop(ExitReason::Normal)));
        assert!(starter.runs(normal.start_link()).await.is_err());
        assert_eq!(starter.hears().await, []);

        let start = decides(|_| Ok(Init::Stop(ExitReason::Shutdown))).start_link();
        starter.server.cast(crate::witness::wait(async {
            drop(start.await);
            Ok(Next::NoReply)
        }));
        assert_eq!(starter.ends().await, ExitReason::Shutdown);
    })
    .await;
}

on_every_runtime! {
    async fn a_start_that_failed_can_be_tried_again_at_once() {
        // G-8: no ghost of the last one holds the name, or counts as alive
        isolated(async {
            for round in 0..1000 {
                let failed = decides(move |_| match round % 3 {
                    0 => Ok(Init::Ignore),
                    1 => Ok(Init::Error(ExitReason::custom("refused"))),
                    _ => Err(ExitReason::custom("stopped")),
                });
                let error = failed.start().await.expect_err("fails");
                assert!(!matches!(error, StartError::AlreadyStarted(_)), "{error}");
                assert_eq!(Node::current().process_count(), 0);
            }
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_leaves_a_trapping_starter_no_message() {
    // G-7
    isolated(async {
        let starter = Watched::trapping().await;
        let (options, marks) = scripted(|_| pending());
        let start = options.timeout(SECOND).start_link();
        let error = starter.runs(start).await.expect_err("is too slow");
        assert!(matches!(error, StartError::Timeout(SECOND)));
        assert_eq!(starter.hears().await, []);
        assert_eq!(process::whereis("scripted"), None);
        assert!(marks.lock().expect("not poisoned").is_empty());
        starter.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_signal_ends_a_process_in_init() {
    // G-4, G-6, P-6: the starter is told
    isolated(async {
        let (options, marks) = scripted(|_| pending());
        let killing = async {
            wait_until(|| process::whereis("scripted").is_some()).await;
            let inside: Option<ActorRef<Scripted>> = Name::new("scripted").whereis();
            inside.expect("is in init").exit(ExitReason::Kill);
        };
        let (started, ()) = tokio::join!(options.start(), killing);
        let error = started.expect_err("killed");
        assert!(matches!(error, StartError::Failed(ExitReason::Killed)));
        assert!(marks.lock().expect("not poisoned").is_empty());
    })
    .await;
}
