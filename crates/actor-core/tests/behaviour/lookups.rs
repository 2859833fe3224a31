//! What a name leads to, and for how long.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{
    ActorRef, Address, CallError, Context, ExitReason, GenServer, Info, InitResult, Name, Next,
    NextResult, Node, Pid, Start, process,
};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::probe::{Ask, Probe, Tell, log};
use crate::witness::Heard::Down;
use crate::witness::{Watched, Witness};

/// The holder of a name, which does nothing.
struct King;

impl GenServer for King {
    type Args = ();
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

/// Takes the name anew, in the very callback that hears of the holder's death.
struct Kingmaker {
    reigns: u32,
    done: Option<oneshot::Sender<()>>,
}

impl Kingmaker {
    /// Crowns the next king, watches and kills it.
    async fn next(&mut self, cx: &mut Context<Self>) {
        let options = King::options(()).name("king");
        let king = options.start().await.expect("the name is free");
        cx.monitor(&king);
        king.exit(ExitReason::Kill);
    }
}

impl GenServer for Kingmaker {
    type Args = (u32, oneshot::Sender<()>);
    type Call = Infallible;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(
        (reigns, done): (u32, oneshot::Sender<()>),
        _cx: &mut Context<Self>,
    ) -> InitResult<Self> {
        let done = Some(done);
        Ok(Self { reigns, done }.into())
    }

    async fn handle_cast(&mut self, (): (), cx: &mut Context<Self>) -> NextResult<Self> {
        self.next(cx).await;
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<Infallible>,
        cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        let Info::Down(down) = info else {
            panic!("{info:?}");
        };
        assert_eq!(process::whereis("king"), None);
        assert!(!down.pid.is_alive());
        self.reigns -= 1;
        if self.reigns > 0 {
            self.next(cx).await;
        } else if let Some(done) = self.done.take() {
            let _ = done.send(());
        }
        Ok(Next::NoReply)
    }
}

on_every_runtime! {
    async fn whoever_gets_a_down_finds_the_name_free_and_takes_it_at_once() {
        // P-4, N-2: three thousand times
        isolated(async {
            let (done, all_done) = oneshot::channel();
            let kingmaker = Kingmaker::start((3000, done)).await.expect("starts");
            kingmaker.cast(());
            all_done.await.expect("no assertion failed inside");
            kingmaker.stop().await.expect("stops");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reference_that_was_looked_up_gives_no_lease() {
    // N-4, G-30: it stays with its process, also when the name has gone on
    isolated(async {
        let name = Name::<Probe>::new("probe");
        let start = || Probe::options(log()).name("probe").start();
        let first = start().await.expect("starts");
        let found: ActorRef<Probe> = name.whereis().expect("is there");
        assert_eq!(found, first);
        first.stop().await.expect("stops");
        assert_eq!(name.whereis(), None);
        assert_eq!(process::whereis("probe"), None);
        let second = start().await.expect("starts");
        found.cast(Tell::Note("to the first".into()));
        let gone = found.call(|reply| Ask::Seen { reply }).await;
        assert!(matches!(gone, Err(CallError::NoProc)));
        let seen = name.call(|reply| Ask::Seen { reply }).await;
        assert_eq!(seen.expect("replies"), Vec::<String>::new());
        assert_eq!(process::whereis("probe"), Some(second.pid()));
        second.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_monitor_of_a_names_holder_stays_with_that_process() {
    // P-19, P-21: the pid in the DOWN knows the name it had
    isolated(async {
        let watcher = Watched::start().await;
        let first = Watched::named("holder").await;
        let holder = Name::<Witness>::new("holder").whereis();
        let monitor = watcher.monitor(&holder.expect("is there").pid()).await;
        first.stop().await;
        let second = Watched::named("holder").await;
        second.stop().await;
        let expected = [Down(monitor, first.pid(), ExitReason::Normal)];
        assert_eq!(watcher.hears().await, expected);
        assert_eq!(first.pid().name(), Some("holder"));
        watcher.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_unknown_name_is_nobody_and_a_plain_message_to_it_is_dropped() {
    // N-3
    isolated(async {
        let nobody = Name::<Witness>::new("nobody");
        assert_eq!(nobody.whereis(), None);
        assert_eq!(process::whereis("nobody"), None);
        nobody.send(crate::witness::Plain::Word("lost"));
        let late = Watched::named("nobody").await;
        assert_eq!(late.hears().await, [], "nothing was kept for it");
        late.stop().await;
    })
    .await;
}

/// A name with a cache, which remembers the last holder.
const CACHED: Name<King> = actor_core::name!(King, "king");

on_every_runtime! {
    async fn no_lookup_finds_a_process_whose_death_is_known() {
        // F-57, N-2, P-4: by text, by name and through its cache, while the next one starts
        isolated(async {
            let buried = Arc::new(Mutex::new(None::<Pid>));
            let known = Arc::clone(&buried);
            let node = Node::current();
            let running = Arc::new(()); // gone when this body is, however it ends
            let goes_on = Arc::downgrade(&running);
            let looking = spawn_blocking(move || {
                let mut found = 0_u32;
                while goes_on.strong_count() > 0 {
                    let buried = known.lock().expect("not poisoned").clone();
                    let by_text = node.whereis("king");
                    let names = [CACHED, Name::new("king")];
                    let mut here = pin!(node.run(async { names.map(|name| name.whereis()) }));
                    let mut cx = TaskContext::from_waker(Waker::noop());
                    let Poll::Ready(by_name) = here.as_mut().poll(&mut cx) else {
                        panic!("a lookup waits for nothing");
                    };
                    let by_name = by_name.into_iter().flatten().map(|king| king.pid());
                    for pid in by_name.chain(by_text) {
                        assert!(Some(&pid) > buried.as_ref(), "{pid} is dead");
                        found += 1;
                    }
                }
                found
            });
            for _ in 0..2000 {
                let king = King::options(()).name(CACHED).start().await.expect("is free");
                assert_eq!(CACHED.whereis(), Some(king.clone()));
                king.exit(ExitReason::Kill);
                king.exited().await;
                *buried.lock().expect("not poisoned") = Some(king.pid());
            }
            drop(running);
            let found = looking.await.expect("no dead king was found");
            assert!(found > 0, "it never came close");
        })
        .await;
    }
}
