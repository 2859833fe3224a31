//! Dead letters: counted, told as events, and listened to by whoever wants to.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{
    Address, DeadLetter, DeadLetterCounts, Name, Node, Overflow, Undelivered, process,
};
use futures_util::Stream;
use tokio::task::{JoinSet, spawn_blocking};
use tracing::Level;

use crate::desk::{Desk, Full, Tell};
use crate::listener::Listener;
use crate::probe::soon;
use crate::script::{Script, done, run};

const NOBODY: Name<Desk> = Name::new("nobody");

/// Why, and to whom.
fn told(letter: DeadLetter) -> (Undelivered, String) {
    (letter.reason, letter.to)
}

#[tokio::test(start_paused = true)]
async fn each_message_that_is_lost_is_counted_told_and_delivered_to_whoever_listens() {
    // G-28, N-3, X-12
    let (listener, _guard) = Listener::listen();
    isolated(async {
        let node = Node::current();
        let mut letters = node.dead_letters();
        let full = Full::of(&["only"], |o| o.mailbox(1).name("full")).await;
        let drops = |overflow| Full::of(&["only"], move |o| o.mailbox(1).overflow(overflow));
        let newest = drops(Overflow::DropNewest).await;
        let oldest = drops(Overflow::DropOldest).await;
        let dead = Full::empty(|o| o).await;
        dead.stop().await;
        let pid = |full: &Full| full.desk.pid().to_string();

        NOBODY.send("lost");
        Name::<Script>::new("full").cast(crate::script::job(|_| unreachable!()));
        dead.desk.send("lost");
        full.desk.send("lost");
        Name::<Desk>::new("full").send("lost");
        newest.desk.send("lost");
        oldest.desk.send("displaces");
        process::not_delivered(&"an address of one's own");

        let expected = [
            (Undelivered::NoProc, "nobody".to_owned()),
            (Undelivered::WrongType, "full".into()),
            (Undelivered::NoProc, pid(&dead)),
            (Undelivered::Full, pid(&full)),
            (Undelivered::Full, pid(&full)),
            (Undelivered::Dropped, pid(&newest)),
            (Undelivered::Dropped, pid(&oldest)),
            (Undelivered::NoProc, "an address of one's own".into()),
        ];
        let events = listener.take("actor::dead_letter");
        assert_eq!(events.len(), expected.len());
        for (event, (reason, to)) in events.iter().zip(&expected) {
            assert_eq!(event.level, Level::DEBUG);
            assert_eq!(event.fields["reason"], reason.to_string());
            assert_eq!(&event.fields["to"], to);
        }
        for expected in expected {
            let letter = letters.recv().await;
            assert_eq!(letter.from, None, "it was plain code");
            assert_eq!(told(letter), expected);
        }
        assert!(letters.try_recv().is_none());
        let mut counts = DeadLetterCounts::default();
        (counts.noproc, counts.wrong_type) = (3, 1);
        (counts.full, counts.dropped) = (2, 2);
        assert_eq!(node.dead_letter_counts(), counts);
        assert_eq!(counts.total(), 8);
        for full in [full, newest, oldest] {
            full.desk.exit(actor_core::ExitReason::Kill);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_letter_belongs_to_the_node_and_the_process_it_was_sent_from() {
    // G-28
    isolated(async {
        let (here, there) = (Node::current(), Node::new());
        let (mut letters, mut others) = (here.dead_letters(), there.dead_letters());
        let sender = Script::new().await;
        run(&sender, |_cx| {
            Box::pin(async {
                NOBODY.send("lost");
                done()
            })
        })
        .await;
        there.run(async { NOBODY.send("lost") }).await;
        let timer = process::send_after(&NOBODY, Duration::from_secs(1), "lost");
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(timer.remaining(), None);
        let froms: Vec<_> = std::iter::from_fn(|| letters.try_recv())
            .map(|letter| letter.from)
            .collect();
        assert_eq!(froms, [Some(sender.pid()), None]);
        assert!(
            others
                .try_recv()
                .is_some_and(|letter| letter.from.is_none())
        );
        assert!(others.try_recv().is_none());
        assert_eq!(here.dead_letter_counts().noproc, 2);
        assert_eq!(there.dead_letter_counts().noproc, 1);
        sender.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_listens_is_woken_and_a_subscription_that_is_gone_keeps_nothing() {
    // G-28
    isolated(async {
        let node = Node::current();
        let (mut one, mut two) = (node.dead_letters(), node.dead_letters());
        let (mut sender, inside) = (JoinSet::new(), node.clone());
        sender.spawn(async move {
            let sending = async {
                tokio::task::yield_now().await; // somebody waits by now
                NOBODY.send("first");
            };
            inside.run(sending).await;
        });
        assert_eq!(soon(one.recv()).await.to, "nobody");
        let next = poll_fn(|cx| Pin::new(&mut two).poll_next(cx)).await;
        assert!(next.is_some(), "each subscription gets each letter");
        let sender = Script::new().await;
        run(&sender, |_cx| {
            Box::pin(async {
                NOBODY.send("keeps its sender");
                done()
            })
        })
        .await;
        drop(two);
        NOBODY.send("third");
        assert_eq!(soon(one.recv()).await.from, Some(sender.pid()));
        assert!(soon(one.recv()).await.from.is_none());
        sender.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_who_sends_waits_for_whoever_listens() {
    // G-28: what a slow listener has no room for it misses, the oldest first
    isolated(async {
        let mut letters = Node::current().dead_letters();
        let names = |n: u32| Name::<Desk>::dynamic(format!("nobody {n}"));
        for n in 0..3000 {
            names(n).send("lost");
        }
        assert_eq!(letters.missed(), 3000 - 1024);
        for n in 3000 - 1024..3000 {
            let letter = letters.try_recv().expect("it is kept");
            assert_eq!(letter.to, names(n).as_str());
        }
        assert!(letters.try_recv().is_none());
        assert_eq!(Node::current().dead_letter_counts().noproc, 3000);
    })
    .await;
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_letter_whose_drop_panics_is_counted_and_told_all_the_same() {
    // G-28: the panic is the sender's own
    isolated(async {
        let full = Full::empty(|o| o).await;
        full.stop().await;
        let mut letters = Node::current().dead_letters();
        let sends: [&dyn Fn(Tell); 2] = [&|tell| full.desk.cast(tell), &|tell| NOBODY.cast(tell)];
        for (send, count) in sends.into_iter().zip(1..) {
            let bomb = Bomb;
            let tell = Tell::Do(Box::new(move |_| drop(bomb)));
            assert!(catch_unwind(AssertUnwindSafe(|| send(tell))).is_err());
            assert_eq!(Node::current().dead_letter_counts().noproc, count);
            assert!(letters.try_recv().is_some());
        }
    })
    .await;
}

/// Panics when it is printed.
struct Hostile;

impl fmt::Display for Hostile {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("cannot be printed")
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_cannot_be_printed_harms_nobody() {
    // G-28, R6
    isolated(async {
        let mut letters = Node::current().dead_letters();
        process::not_delivered(&Hostile);
        NOBODY.send("lost");
        let unprinted = letters.recv().await;
        assert_eq!(unprinted.to, "an address that cannot be printed");
        assert_eq!(letters.recv().await.to, "nobody");
        assert_eq!(Node::current().dead_letter_counts().noproc, 2);
    })
    .await;
}

on_every_runtime! {
    async fn letters_from_several_threads_are_all_counted_and_those_of_each_in_order() {
        // G-28, P-2
        const EACH: u32 = 200;
        const SENDERS: u32 = 4;
        isolated(async {
            let node = Node::current();
            let mut letters = node.dead_letters();
            let mut threads = Vec::new();
            let runtime = tokio::runtime::Handle::current();
            for sender in 0..SENDERS {
                let (node, runtime) = (node.clone(), runtime.clone());
                threads.push(spawn_blocking(move || {
                    runtime.block_on(node.run(async {
                        for n in 0..EACH {
                            Name::<Desk>::dynamic(format!("{sender} {n}")).send("lost");
                        }
                    }));
                }));
            }
            let mut next = [0; SENDERS as usize];
            for _ in 0..SENDERS * EACH {
                let letter = letters.recv().await;
                let (sender, n) = letter.to.split_once(' ').expect("two numbers");
                let sender: usize = sender.parse().expect("a number");
                assert_eq!(n, next[sender].to_string());
                next[sender] += 1;
            }
            for thread in threads {
                thread.await.expect("no panic");
            }
            assert_eq!(letters.missed(), 0);
            assert_eq!(node.dead_letter_counts().noproc, u64::from(SENDERS * EACH));
        })
        .await;
    }
}
