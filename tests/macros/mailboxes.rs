//! The bound that the attribute says is that of every process of the server, however it is started.

use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::isolated;
use actor_otp::{CastError, DeadLetterCounts, sys};

/// Holds a server with some words against the room and the policy that it should have.
macro_rules! server {
    ($test:ident, [$($word:tt)*], $room:expr, $full:expr) => {
        #[tokio::test(start_paused = true)]
        async fn $test() {
            #[derive(Debug)]
            struct Server;

            #[actor($($word)*)]
            impl GenServer for Server {
                async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
                    Ok(Self.into())
                }

                #[cast]
                fn note(&mut self) {}
            }

            isolated(async {
                let server = Server::start(()).await.expect("starts");
                sys::suspend(&server).await.expect("suspends");
                let full = (0..$room).all(|_| server.try_cast(ServerCast::Note).is_ok());
                assert!(full, "there is less room");
                server.note();
                let waited = server.within(Duration::from_secs(1)).waiting().note().await;
                let counts = Node::current().dead_letter_counts();
                assert_eq!((waited, counts), $full);
                server.exit(ExitReason::Kill);
                server.exited().await;
            })
            .await;
        }
    };
}

/// What is counted when so many are `full`, and so many `dropped`.
fn lost(full: u64, dropped: u64) -> DeadLetterCounts {
    let mut counts = DeadLetterCounts::default();
    (counts.full, counts.dropped) = (full, dropped);
    counts
}

const TIMEOUT: Result<(), CastError> = Err(CastError::Timeout);
const FULL: Result<(), CastError> = Err(CastError::MailboxFull);

server!(unbounded, [], 10_000, (Ok(()), lost(0, 0)));
server!(bounded, [mailbox = 1], 1, (TIMEOUT, lost(1, 0)));
server!(
    who_sends_waits,
    [mailbox = 3, overflow = "wait"],
    3,
    (TIMEOUT, lost(1, 0))
);
server!(
    what_is_too_much_fails,
    [overflow = "fail", mailbox = 3],
    3,
    (FULL, lost(1, 0))
);
server!(
    the_newest_is_dropped,
    [mailbox = 1_000, overflow = "drop_newest", name = "server"],
    1000,
    (FULL, lost(0, 1))
);
server!(
    the_oldest_is_dropped,
    [mailbox = 3, overflow = "drop_oldest"],
    3,
    (Ok(()), lost(0, 2))
);

struct Small;

#[actor(mailbox = 3, overflow = "fail")]
impl GenServer for Small {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[cast]
    fn note(&mut self) {}
}

/// How many messages may wait.
async fn room(server: &ActorRef<Small>) -> usize {
    sys::suspend(server).await.expect("suspends");
    let sent = (0..100).take_while(|_| server.try_cast(SmallCast::Note).is_ok());
    let room = sent.count();
    sys::resume(server).await.expect("resumes");
    room
}

#[tokio::test(start_paused = true)]
async fn a_start_by_hand_has_the_bound_or_its_own() {
    // G-10, X-12
    isolated(async {
        let options = || Small::options(());
        let started = [
            (Small::start(()).await, 3),
            (options().start().await, 3),
            (options().name("other").start().await, 3),
            (options().mailbox(5).start().await, 5),
            (options().unbounded().start().await, 100),
        ];
        for (case, (server, expected)) in started.into_iter().enumerate() {
            let server = server.expect("starts");
            assert_eq!(room(&server).await, expected, "{case}");
            server.stop().await.expect("stops");
        }
    })
    .await;
}

/// Each way to the spec of a child, and the room that it has.
fn specs() -> [(ChildSpec<ActorRef<Small>>, usize); 4] {
    let larger = Small::options(()).mailbox(5);
    let by_generic_code = of::<Small>();
    [
        (Small::child_spec(()).id("derived"), 3),
        (larger.child_spec().id("of options"), 5),
        (by_generic_code.id("by generic code"), 3),
        (Small::child_spec_once(()).id("once"), 3),
    ]
}

fn of<S: Supervised<Args = ()>>() -> ChildSpec<S::Handle> {
    S::child_spec(())
}

#[tokio::test(start_paused = true)]
async fn a_child_has_the_bound_and_its_successor_too() {
    // S-6, S-37, X-12
    isolated(async {
        let sup = SupervisorSpec::new(Strategy::OneForOne);
        let sup = sup.children(specs().map(|(spec, _)| spec));
        let sup = sup.start().await.expect("starts");
        for (spec, expected) in specs() {
            let child = sup.child::<Small>(spec.get_id().clone()).await;
            let child = child.expect("it is there");
            let first = child.whereis().expect("it runs");
            assert_eq!(room(&first).await, expected, "{:?}", spec.get_id());
            if spec.get_restart() == Restart::Permanent {
                first.exit(ExitReason::Kill);
                first.exited().await;
                let second = child.wait(Duration::from_secs(1)).await;
                let second = second.expect("its successor");
                assert_ne!(second, first);
                assert_eq!(room(&second).await, expected, "{:?}", spec.get_id());
            }
        }
        sup.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dynamic_child_has_the_bound() {
    // D-1, D-5, X-12
    isolated(async {
        let sup = DynamicSupervisor::builder().start().await.expect("starts");
        for (spec, expected) in specs() {
            let child = sup.start_child(spec).await.expect("starts");
            assert_eq!(room(&child).await, expected);
        }
        sup.stop().await.expect("stops");
        let template = DynamicSupervisor::builder().template(Small::child_spec);
        let sup = template.start().await.expect("starts");
        let child = sup.start(()).await.expect("starts");
        assert_eq!(room(&child).await, 3);
        sup.stop().await.expect("stops");
    })
    .await;
}
