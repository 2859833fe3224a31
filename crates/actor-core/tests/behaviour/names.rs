//! Names: one holder, of one type, in one node; free before anybody hears of a death.

use std::convert::Infallible;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    Address, CallError, Context, ExitReason, GenServer, InitResult, Name, Next, NextResult, Node,
    ReplyTo, Start, StartError, WaitError, process,
};

use crate::probe::{Probe, log};
use crate::time::Clock;

/// A generic server: the caches of its names are shared by all its types.
struct Cache<T>(T);

impl<T: Clone + Default + Send + Sync + 'static> Cache<T> {
    const NAME: Name<Self> = actor_core::name!(Self, "cache");
}

impl<T: Clone + Default + Send + Sync + 'static> GenServer for Cache<T> {
    type Args = T;
    type Call = ReplyTo<T>;
    type Cast = T;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init(value: T, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(value).into())
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<T>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(self.0.clone());
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, value: T, _cx: &mut Context<Self>) -> NextResult<Self> {
        self.0 = value;
        Ok(Next::NoReply)
    }
}

async fn get<T>(name: &Name<Cache<T>>) -> Result<T, CallError>
where
    T: Clone + Default + Send + Sync + 'static,
{
    name.call(|reply| reply).await
}

async fn start<T>(value: T) -> Result<actor_core::ActorRef<Cache<T>>, StartError>
where
    T: Clone + Default + Send + Sync + 'static,
{
    Cache::options(value).name(Cache::<T>::NAME).start().await
}

#[track_caller]
fn is_wrong_type<T: Debug>(outcome: &Result<T, CallError>) {
    assert!(matches!(outcome, Err(CallError::WrongType)), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn two_types_of_one_generic_server_never_see_each_other() {
    // N-1: with caches that were filled by the other type
    isolated(async {
        for round in 0..3_u8 {
            let bytes = start(round).await.expect("starts");
            assert_eq!(get(&Cache::<u8>::NAME).await.expect("replies"), round);
            is_wrong_type(&get(&Cache::<String>::NAME).await);
            assert_eq!(Cache::<String>::NAME.whereis(), None);
            let taken = start(String::from("text")).await;
            assert!(matches!(taken, Err(StartError::AlreadyStarted(pid)) if pid == bytes.pid()));
            bytes.stop().await.expect("stops");

            let texts = start(String::from("text")).await.expect("the name is free");
            assert_eq!(get(&Cache::<String>::NAME).await.expect("replies"), "text");
            is_wrong_type(&get(&Cache::<u8>::NAME).await);
            Cache::<u8>::NAME.cast(99); // a dead letter
            assert_eq!(get(&Cache::<String>::NAME).await.expect("replies"), "text");
            texts.stop().await.expect("stops");
            assert!(matches!(
                get(&Cache::<u8>::NAME).await,
                Err(CallError::NoProc)
            ));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_name_in_another_node_is_another_name() {
    // N-1: with a cache that was filled in the other node
    isolated(async {
        let here = start(1_u8).await.expect("starts");
        let other = Node::new();
        let there = other
            .run(start(2_u8))
            .await
            .expect("the other node has its own names");
        let name = Cache::<u8>::NAME;
        for _ in 0..3 {
            assert_eq!(get(&name).await.expect("replies"), 1);
            assert_eq!(other.run(get(&name)).await.expect("replies"), 2);
        }
        there.stop().await.expect("stops");
        assert!(matches!(
            other.run(get(&name)).await,
            Err(CallError::NoProc)
        ));
        assert_eq!(get(&name).await.expect("replies"), 1);
        assert_eq!(other.run(async { name.whereis() }).await, None);
        here.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_name_held_by_a_stranger_is_wrong_type_for_every_kind_of_name() {
    // N-3
    struct Other<T>(PhantomData<T>);
    impl GenServer for Other<u8> {
        type Args = ();
        type Call = ReplyTo<u8>;
        type Cast = u8;
        type Info = Infallible;
        type Continue = Infallible;

        async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
            Ok(Self(PhantomData).into())
        }
    }
    isolated(async {
        let other = Other::options(())
            .name("cache")
            .start()
            .await
            .expect("starts");
        is_wrong_type(&get(&Cache::<u8>::NAME).await);
        is_wrong_type(&get(&Name::<Cache<u8>>::new("cache")).await);
        is_wrong_type(&get(&Name::<Cache<u8>>::dynamic("cache")).await);
        let limit = Duration::from_secs(1);
        let error = Cache::<u8>::NAME.wait(limit).await.expect_err("a stranger");
        assert!(matches!(error, WaitError::WrongType { .. }), "{error}");
        assert_eq!(process::whereis("cache"), Some(other.pid()));
        other.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn wait_gives_the_present_holder_or_the_next_one_in_time() {
    isolated(async {
        let name = Cache::<u8>::NAME;
        let clock = Clock::start();
        let nobody = name
            .wait(Duration::from_secs(2))
            .await
            .expect_err("nobody comes");
        assert_eq!(clock.elapsed(), Duration::from_secs(2));
        assert!(nobody.to_string().contains("\"cache\""), "{nobody}");

        let wait = name.wait(Duration::from_secs(2));
        let later = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            start(7_u8).await.expect("starts")
        };
        let (found, started) = tokio::join!(wait, later);
        assert_eq!(found, Ok(started.clone()));
        assert_eq!(
            name.wait(Duration::ZERO).await,
            Ok(started.clone()),
            "it is there"
        );
        started.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn dynamic_names_leave_nothing_behind() {
    isolated(async {
        for n in 0..1000 {
            let name = Name::<Cache<u8>>::dynamic(format!("room:{n}"));
            let limit = Duration::from_nanos(1);
            assert!(name.wait(limit).await.is_err());
            let room = Cache::options(1)
                .name(name.clone())
                .start()
                .await
                .expect("starts");
            assert_eq!(get(&name).await.expect("replies"), 1);
            room.stop().await.expect("stops");
        }
        assert_eq!(Node::current().names(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_empty_name_refuses_the_start_and_says_what_to_do() {
    isolated(async {
        for empty in [Name::new(""), Name::dynamic("")] {
            let error = Cache::options(1_u8).name(empty).start().await;
            let error = error.expect_err("nobody could be told by it");
            assert_eq!(error, StartError::EmptyName);
            assert!(error.to_string().contains("give another"), "{error}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_process_started_unnamed_has_no_name() {
    isolated(async {
        let named = start(1_u8).await.expect("starts");
        let unnamed = Cache::options(2_u8)
            .name("cache")
            .unnamed()
            .start()
            .await
            .expect("starts");
        assert_eq!(
            (named.pid().name(), unnamed.pid().name()),
            (Some("cache"), None)
        );
        unnamed.stop().await.expect("stops");
        named.stop().await.expect("stops");
    })
    .await;
}

on_every_runtime! {
    async fn of_fifty_racing_starters_exactly_one_wins() {
        // N-6, G-3
        isolated(async {
            let node = Node::current();
            let mut starters = tokio::task::JoinSet::new();
            for n in 0..50_u8 {
                let node = node.clone();
                starters.spawn(async move { node.run(start(n)).await });
            }
            let results = starters.join_all().await;
            let winner: Vec<_> = results
                .iter()
                .filter_map(|result| result.as_ref().ok())
                .collect();
            let [winner] = winner[..] else {
                panic!("{} winners", winner.len());
            };
            for loser in results.iter().filter_map(|result| result.as_ref().err()) {
                assert!(matches!(loser, StartError::AlreadyStarted(pid) if *pid == winner.pid()));
            }
            winner.stop().await.expect("stops");
        })
        .await;
    }
}

on_every_runtime! {
    async fn the_name_is_free_whenever_a_death_is_known() {
        // N-2, R7, F-57: after `exited`, and after a failed call
        isolated(async {
            for _ in 0..2000 {
                let server = start(1_u8).await.expect("the name is free");
                let call = server.call(|reply| reply);
                let kill = server.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                match call.await {
                    Err(CallError::Exited(reason)) => assert_eq!(reason, ExitReason::Killed),
                    _ => drop(server.exited().await),
                }
                killer.join().expect("no panic");
            }
            wait_until(|| Node::current().names().is_empty()).await;
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
