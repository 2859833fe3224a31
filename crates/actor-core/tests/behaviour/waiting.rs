//! Waiting for room in a bounded mailbox: in order, within a limit, without a hole, and never for ever.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    ActorRef, Address, CallError, CastError, Context, Deadline, ExitReason, GenServer, InitResult,
    Name, Node, Overflow, Start, actor,
};
use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

use crate::desk::{Desk, Full, Say, Tell, settle};
use crate::probe::soon;
use crate::time::Clock;

const SECOND: Duration = Duration::from_secs(1);

/// Polls it once: it is sent, or waits.
async fn begins<F: Future>(future: Pin<&mut F>) {
    let mut future = future;
    let begun = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
    assert!(begun.is_pending(), "it need not wait");
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_while_it_waits_for_room_leaves_no_hole_and_no_message() {
    // F-08, P-2
    isolated(async {
        let mut full = Full::of(&["here"], |o| o.mailbox(1)).await;
        let desk = full.desk.clone();
        let say = |word| move |reply| Say { word, reply };
        let mut first = pin!(desk.waiting().send("first"));
        let mut call = Box::pin(desk.call(say("call given up")));
        let mut second = pin!(desk.call(say("second")));
        let mut cast = Box::pin(desk.cast_wait(Tell::Say("cast given up")));
        let mut third = pin!(desk.cast_wait(Tell::Say("third")));
        begins(first.as_mut()).await;
        begins(call.as_mut()).await;
        let request = desk.send_request(say("request given up"));
        begins(second.as_mut()).await;
        begins(cast.as_mut()).await;
        begins(third.as_mut()).await;
        let last = desk.send_request(say("last"));
        drop((call, request, cast));
        full.release();
        assert_eq!(soon(first).await, Ok(()));
        assert_eq!(soon(second).await, Ok(()));
        assert!(soon(third).await.is_ok());
        assert_eq!(soon(last).await, Ok(()));
        desk.try_send("as ever").expect("there is room");
        let heard = ["here", "first", "second", "third", "last", "as ever"];
        assert_eq!(full.hears().await, heard);
        assert_eq!(Node::current().dead_letter_counts().total(), 0);
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_after_its_message_was_accepted_has_sent_it() {
    // F-08, F-09
    isolated(async {
        let mut full = Full::of(&["here"], |o| o.mailbox(1)).await;
        let desk = full.desk.clone();
        let mut accepted = Box::pin(desk.waiting().send("accepted"));
        let mut waits = Box::pin(desk.waiting().send("waits"));
        begins(accepted.as_mut()).await;
        begins(waits.as_mut()).await;
        full.release();
        settle().await;
        drop((accepted, waits)); // neither has seen that it was accepted
        assert_eq!(full.hears().await, ["here", "accepted", "waits"]);
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn room_is_given_in_the_order_of_asking_and_nobody_overtakes() {
    // F-08, G-12
    const WORDS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    isolated(async {
        let mut full = Full::of(&["x", "y", "z"], |o| o.mailbox(3)).await;
        let mut senders = JoinSet::new();
        for word in WORDS {
            let desk = full.desk.clone();
            senders.spawn(async move { desk.waiting().send(word).await });
            settle().await;
        }
        full.release();
        while full.desk.try_send("late").is_err() {
            tokio::task::yield_now().await; // while somebody waits there is no room
        }
        assert_eq!(soon(senders.join_all()).await, vec![Ok(()); WORDS.len()]);
        let mut heard = full.hears().await;
        heard.retain(|word| word != "late");
        assert_eq!(heard[..3], ["x", "y", "z"]);
        assert_eq!(heard[3..], WORDS);
        full.stop().await;
    })
    .await;
}

/// An address of which nothing else is known.
fn patiently(address: &impl Address<Desk>) -> &impl Address<Desk> {
    address
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_room_ends_at_its_deadline_and_the_message_is_not_sent() {
    // G-20, X-12
    isolated(async {
        let mut full = Full::of(&["here"], |o| o.mailbox(1)).await;
        let desk = full.desk.clone();
        let five = 5 * SECOND;
        let clock = Clock::start();
        assert_eq!(full.says("call").await, Err(CallError::Timeout));
        assert_eq!(clock.elapsed(), five);
        let unsent = desk.cast_wait(Tell::Say("cast")).await.expect_err("full");
        assert!(matches!(unsent.message, Tell::Say("cast")));
        assert_eq!(unsent.reason, CastError::Timeout);
        assert_eq!(clock.elapsed(), 2 * five);
        assert_eq!(desk.waiting().send("info").await, Err(CastError::Timeout));
        assert_eq!(clock.elapsed(), 3 * five);

        let within = desk.within(SECOND);
        let limited: [BoxFuture<'_, Result<(), CastError>>; 6] = [
            Box::pin(desk.within(SECOND).waiting().send("within, waiting")),
            Box::pin(desk.waiting().within(SECOND).send("waiting, within")),
            Box::pin(desk.send_by(Deadline::After(SECOND), "by")),
            Box::pin(desk.within(SECOND).send_by(Deadline::Never, "within, by")),
            Box::pin(async {
                patiently(&within)
                    .within(5 * SECOND)
                    .waiting()
                    .send("of its own")
                    .await
            }),
            Box::pin(async { patiently(&within).waiting().send("of its own").await }),
        ];
        for (place, limited) in limited.into_iter().enumerate() {
            let clock = Clock::start();
            assert_eq!(limited.await, Err(CastError::Timeout), "{place}");
            assert_eq!(clock.elapsed(), SECOND, "{place}");
        }
        let clock = Clock::start();
        let limited = desk.waiting().within(SECOND);
        let call = limited.call(|reply| Say {
            word: "call",
            reply,
        });
        assert_eq!(call.await, Err(CallError::Timeout));
        assert_eq!(clock.elapsed(), SECOND);

        let mut patient = pin!(desk.send_by(Deadline::Never, "patient"));
        begins(patient.as_mut()).await;
        tokio::time::sleep(1000 * SECOND).await;
        full.release();
        assert_eq!(patient.await, Ok(()));
        assert_eq!(full.hears().await, ["here", "patient"]);
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_call_is_one_for_the_room_and_the_answer() {
    // G-20
    isolated(async {
        let mut full = Full::of(&[], |o| o.mailbox(1)).await;
        full.runs(async { tokio::time::sleep(3 * SECOND).await });
        let (desk, clock) = (full.desk.clone(), Clock::start());
        let mut call = pin!(full.says("late"));
        begins(call.as_mut()).await;
        tokio::time::sleep(3 * SECOND).await;
        full.release();
        assert_eq!(call.await, Err(CallError::Timeout));
        assert_eq!(clock.elapsed(), 5 * SECOND);
        assert!(desk.is_alive());
        assert_eq!(full.hears().await, ["late"], "it was accepted");
        full.stop().await;
    })
    .await;
}

/// The ways in which a server ends while others wait for room in its mailbox.
const ENDS: [fn(&Full) -> ExitReason; 3] = [
    |full| {
        full.desk.exit(ExitReason::Kill);
        ExitReason::Killed
    },
    |full| {
        let (desk, node) = (full.desk.clone(), Node::current());
        let mut stop = JoinSet::new();
        stop.spawn(async move { node.run(desk.stop()).await });
        stop.detach_all();
        ExitReason::Normal
    },
    |full| {
        full.desk.exit(ExitReason::Shutdown); // trapped, and then the kill
        full.desk.exit(ExitReason::Kill);
        ExitReason::Killed
    },
];

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_when_the_server_ends_is_told_why() {
    // F-23, R3, G-21
    for end in ENDS {
        isolated(async {
            let mut full = Full::of(&["here"], |o| o.mailbox(1)).await;
            let desk = full.desk.clone();
            let mut waiting = Box::pin(desk.send_by(Deadline::Never, "waiting"));
            begins(waiting.as_mut()).await;
            let mut casts = Vec::new();
            let mut calls = Vec::new();
            for _ in 0..10 {
                casts.push(Box::pin(desk.send_by(Deadline::Never, "cast")));
                let call = desk.call_by(Deadline::Never, |reply| Say {
                    word: "call",
                    reply,
                });
                calls.push(Box::pin(call));
                begins(casts.last_mut().expect("one").as_mut()).await;
                begins(calls.last_mut().expect("one").as_mut()).await;
            }
            let unseen = desk.send_request(|reply| Say {
                word: "unseen",
                reply,
            });
            let reason = end(&full);
            settle().await;
            if reason == ExitReason::Normal {
                full.release(); // one is accepted, and dropped with the rest of the queue
            }
            let accepted = soon(waiting).await;
            assert!(matches!(accepted, Ok(()) | Err(CastError::Exited(_))));
            for cast in casts {
                assert_eq!(soon(cast).await, Err(CastError::Exited(reason.clone())));
            }
            for call in calls {
                assert_eq!(soon(call).await, Err(CallError::Exited(reason.clone())));
            }
            assert_eq!(soon(unseen).await, Err(CallError::Exited(reason)));
            assert_eq!(
                Node::current().dead_letter_counts().total(),
                0,
                "all were told"
            );
        })
        .await;
    }
}

/// What a waiting sender is told.
type Sent = Result<(), CastError>;
type Sends = Pin<Box<dyn Future<Output = Sent> + Send>>;

/// Two servers with full mailboxes, each of which sends to the other when it may.
async fn two_that_send_to_each_other(
    overflow: Overflow,
    send: fn(ActorRef<Desk>) -> Sends,
) -> (Vec<Sent>, [Vec<String>; 2]) {
    let of = || Full::empty(|options| options.mailbox(1).overflow(overflow));
    let pair = [of().await, of().await];
    let mut outcomes = Vec::new();
    for (one, other) in [(0, 1), (1, 0)] {
        let (tell, told) = tokio::sync::oneshot::channel();
        let other = pair[other].desk.clone();
        pair[one].runs(async move {
            tokio::time::sleep(SECOND).await; // both are full then
            let _ = tell.send(send(other).await);
            tokio::time::sleep(SECOND).await; // both have sent, or wait
        });
        outcomes.push(told);
    }
    settle().await;
    for desk in &pair {
        desk.desk.try_send("here").expect("there is room");
        desk.desk.try_send("one more").expect_err("full");
    }
    let mut told = Vec::new();
    for outcome in outcomes {
        told.push(soon(outcome).await.expect("comes to its end"));
    }
    let mut heard = [Vec::new(), Vec::new()];
    for (desk, heard) in pair.iter().zip(&mut heard) {
        *heard = desk.hears_to_the_end().await;
        assert_eq!(heard.pop().as_deref(), Some("terminate: normal"));
    }
    (told, heard)
}

#[tokio::test(start_paused = true)]
async fn two_full_servers_that_cast_to_each_other_go_on_and_it_is_counted() {
    // F-17, G-28
    isolated(async {
        let sent = two_that_send_to_each_other(Overflow::Wait, |other| {
            Box::pin(async move {
                other.send("lost");
                Ok(())
            })
        });
        let (told, heard) = sent.await;
        assert_eq!(told, [Ok(()), Ok(())]);
        assert_eq!(heard, [["here"], ["here"]]);
        assert_eq!(Node::current().dead_letter_counts().full, 2);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn of_two_full_servers_that_wait_for_each_other_one_is_told_at_once() {
    // F-17, F-06
    isolated(async {
        let clock = Clock::start();
        let sent = two_that_send_to_each_other(Overflow::Wait, |other| {
            Box::pin(async move { other.waiting().send("sent").await })
        });
        let (told, heard) = sent.await;
        assert_eq!(told[0], Ok(()), "when the other one goes on it has room");
        let Err(CastError::Cycle(path)) = &told[1] else {
            panic!("{:?}", told[1]);
        };
        assert_eq!(path.len(), 2);
        assert_eq!(heard, [vec!["here"], vec!["here", "sent"]]);
        assert!(clock.elapsed() < 5 * SECOND, "nobody had to give up");
        assert_eq!(Node::current().dead_letter_counts().total(), 0);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn two_full_servers_that_wait_for_each_other_within_a_limit_end_at_the_limit() {
    // F-17
    isolated(async {
        let clock = Clock::start();
        let sent = two_that_send_to_each_other(Overflow::Wait, |other| {
            Box::pin(async move { other.waiting().within(SECOND).send("sent").await })
        });
        let (told, heard) = sent.await;
        assert_eq!(told, vec![Err(CastError::Timeout); 2]);
        assert_eq!(heard, [["here"], ["here"]]);
        assert_eq!(clock.elapsed().as_secs(), 3);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn two_full_servers_that_let_nobody_wait_tell_each_other() {
    // F-17
    for overflow in [Overflow::Fail, Overflow::DropNewest] {
        isolated(async {
            let sent = two_that_send_to_each_other(overflow, |other| {
                Box::pin(async move { other.waiting().send("refused").await })
            });
            let (told, heard) = sent.await;
            assert_eq!(told, vec![Err(CastError::MailboxFull); 2]);
            assert_eq!(heard, [["here"], ["here"]]);
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_does_not_wait_for_room_in_its_own_mailbox() {
    // F-17, G-24
    isolated(async {
        let full = Full::empty(|o| o.mailbox(1)).await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let desk = full.desk.clone();
        full.runs(async move {
            desk.waiting().send("fits").await.expect("there is room");
            let _ = tell.send(desk.cast_wait(Tell::Say("does not")).await);
        });
        let unsent = soon(told).await.expect("told").expect_err("full");
        assert_eq!(unsent.reason, CastError::CallingSelf);
        assert!(matches!(unsent.message, Tell::Say("does not")));
        assert_eq!(full.hears().await, ["fits"]);
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_has_got_its_room_waits_for_nobody_and_may_be_called() {
    // F-06: the sender has not run yet when the server calls it
    isolated(async {
        let sender = Full::empty(|o| o).await;
        let full = Full::empty(|o| o.mailbox(1)).await;
        let (go, may_go) = tokio::sync::oneshot::channel::<()>();
        full.runs(async {
            let _ = may_go.await;
        });
        settle().await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let caller = sender.desk.clone();
        full.runs(async move {
            let call = caller.call(|reply| Say {
                word: "called",
                reply,
            });
            let _ = tell.send(call.await);
        });
        let desk = full.desk.clone();
        sender.runs(async move { desk.waiting().send("sent").await.expect("sent") });
        settle().await;
        let _ = go.send(());
        assert_eq!(soon(told).await, Ok(Ok(())));
        assert_eq!(sender.hears().await, ["called"]);
        assert_eq!(full.hears().await, ["sent"]);
        sender.stop().await;
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_message_of_a_timer_waits_for_room_until_it_is_cancelled_or_its_target_ends() {
    // TM-2, TM-3, X-12
    use actor_core::process::{send_after, send_interval};
    isolated(async {
        let mut full = Full::of(&["here"], |o| o.mailbox(1)).await;
        let once = send_after(&full.desk, SECOND, "once");
        let burst = actor_core::MissedTicks::Skip;
        let ticks = send_interval(&full.desk, 2 * SECOND, burst, "tick");
        let cancelled = send_interval(&full.desk, 2 * SECOND, burst, "cancelled");
        tokio::time::sleep(9 * SECOND).await;
        assert!(cancelled.cancel().is_some(), "it does not come any more");
        assert_eq!(once.cancel(), None, "it has fired");
        full.release();
        settle().await;
        // One tick has waited, and one is overdue; the others were skipped.
        assert_eq!(full.heard(), ["here", "once", "tick", "tick"]);
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(full.heard(), ["here", "once", "tick", "tick", "tick"]);
        ticks.cancel();
        full.fill(&["full"]).await;
        send_after(&full.desk, SECOND, "never");
        tokio::time::sleep(2 * SECOND).await;
        full.desk.exit(ExitReason::Kill);
        full.desk.exited().await;
        settle().await;
        assert_eq!(
            Node::current().dead_letter_counts().total(),
            0,
            "it ends with its target"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_result_of_owned_work_waits_for_room() {
    // X-12, R18
    isolated(async {
        let mut full = Full::empty(|o| o.mailbox(1)).await;
        full.does(|cx| {
            for word in ["one", "two", "three"] {
                cx.spawn(async move { word }, |word| word.unwrap_or("panicked"));
            }
        });
        settle().await;
        assert_eq!(full.heard(), ["one", "two", "three"]);
        full.does(|cx| drop(cx.spawn(tokio::time::sleep(SECOND), |_| "done")));
        settle().await;
        full.fill(&["here"]).await;
        tokio::time::sleep(2 * SECOND).await;
        full.release();
        settle().await;
        assert_eq!(full.heard()[3..], ["here", "done"]);
        full.stop().await;
    })
    .await;
}

/// Counts.
struct Counter(i64);

#[actor(name = "waited for")]
impl GenServer for Counter {
    async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(initial).into())
    }

    #[call]
    fn get_count(&self) -> i64 {
        self.0
    }

    #[cast]
    fn increment(&mut self, by: i64) {
        self.0 += by;
    }

    #[cast]
    async fn pause(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_casts_of_a_client_wait_through_an_address_that_does() {
    // X-12, G-28
    isolated(async {
        let counter = Counter::options(0)
            .mailbox(1)
            .start()
            .await
            .expect("starts");
        let clock = Clock::start();
        counter
            .waiting()
            .pause(SECOND)
            .await
            .expect("there is room");
        settle().await;
        counter.waiting().increment(1).await.expect("there is room");
        counter.increment(100); // a dead letter
        let limited = counter.within(SECOND / 10).waiting().increment(1000).await;
        assert_eq!(limited, Err(CastError::Timeout));
        assert!(clock.elapsed() < SECOND);
        counter.waiting().increment(10).await.expect("waits");
        assert!(clock.elapsed() >= SECOND);
        let named: Name<Counter> = Counter::NAME;
        named.waiting().increment(10_000).await.expect("waits");
        assert_eq!(named.waiting().get_count().await, Ok(10_011));
        assert_eq!(Node::current().dead_letter_counts().full, 1);
        counter.stop().await.expect("stops");
    })
    .await;
}
