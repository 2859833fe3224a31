//! Suspended servers with a bounded mailbox: the bound holds, and what is asked of them needs no room.

use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{Address, CastError, Deadline, ExitReason, Node, Overflow, sys};
use tokio::task::JoinSet;

use crate::desk::{Full, settle};
use crate::probe::soon;

const SECOND: Duration = Duration::from_secs(1);

/// A desk with room for two, suspended and full.
async fn suspended(overflow: Overflow) -> Full {
    let full = Full::empty(|o| o.mailbox(2).overflow(overflow)).await;
    sys::suspend(&full.desk).await.expect("suspends");
    for word in ["first", "second"] {
        full.desk.try_send(word).expect("there is room");
    }
    full
}

#[tokio::test(start_paused = true)]
async fn a_suspended_server_keeps_its_bound_and_does_what_is_asked_of_it() {
    // Y-2, X-12, F-16
    for overflow in [Overflow::Wait, Overflow::Fail, Overflow::DropNewest] {
        isolated(async {
            let full = suspended(overflow).await;
            for round in 1..=3 {
                full.desk.exit(ExitReason::Shutdown);
                let answered = sys::get_state(&full.desk, move |_| round).await;
                assert_eq!(answered, Ok(round));
                let refused = full.desk.try_send("third").expect_err("full");
                assert_eq!(refused.reason, CastError::MailboxFull);
            }
            full.desk.send("lost");
            assert_eq!(Node::current().dead_letter_counts().total(), 1);
            assert_eq!(full.heard().len(), 0);
            sys::resume(&full.desk).await.expect("resumes");
            let mut expected = vec!["first", "second"];
            expected.extend(["exit: shutdown"; 3]);
            expected.push("terminate: normal");
            assert_eq!(full.hears_to_the_end().await, expected);
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_server_drops_its_oldest_messages_and_none_of_what_is_asked_of_it() {
    // Y-2, X-12
    isolated(async {
        let full = suspended(Overflow::DropOldest).await;
        full.desk.exit(ExitReason::Shutdown);
        for word in ["third", "fourth", "fifth"] {
            full.desk.send(word);
            sys::get_state(&full.desk, |_| ()).await.expect("answers");
        }
        assert_eq!(Node::current().dead_letter_counts().dropped, 3);
        sys::resume(&full.desk).await.expect("resumes");
        let expected = ["exit: shutdown", "fourth", "fifth", "terminate: normal"];
        assert_eq!(full.hears_to_the_end().await, expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_in_a_suspended_server_gets_it_when_that_goes_on_or_ends() {
    // Y-2, F-08, F-23
    for resumes in [true, false] {
        isolated(async {
            let full = suspended(Overflow::Wait).await;
            let mut senders = JoinSet::new();
            for word in ["third", "fourth", "fifth"] {
                senders.spawn(full.desk.send_by(Deadline::Never, word));
                settle().await;
            }
            let limited = full.desk.within(SECOND).waiting().send("gives up").await;
            assert_eq!(limited, Err(CastError::Timeout));
            assert_eq!(senders.len(), 3);
            sys::get_status(&full.desk).await.expect("answers");
            assert!(senders.try_join_next().is_none(), "it took no room");
            let told = if resumes {
                sys::resume(&full.desk).await.expect("resumes");
                let all = ["first", "second", "third", "fourth", "fifth"];
                assert_eq!(full.hears().await, all);
                full.stop().await;
                Ok(())
            } else {
                full.stop().await;
                assert_eq!(full.heard(), ["terminate: normal"]);
                Err(CastError::Exited(ExitReason::Normal))
            };
            assert_eq!(soon(senders.join_all()).await, vec![told; 3]);
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_process_had_taken_out_takes_its_room_again_when_it_is_suspended() {
    // Y-2, X-12
    const ROOM: usize = 80; // of which it takes ten at once
    isolated(async {
        let mut full = Full::of(&["a", "b", "c"], |o| o.mailbox(ROOM)).await;
        let fill = |full: &Full| {
            let accepted = (0..).take_while(|_| full.desk.try_send("x").is_ok());
            accepted.count()
        };
        let mut suspends = JoinSet::new();
        let desk = full.desk.clone();
        suspends.spawn(async move { sys::suspend(&desk).await });
        settle().await;
        assert_eq!(fill(&full), ROOM - 3);
        full.release();
        settle().await;
        assert_eq!(suspends.join_all().await, [Ok(())]);
        assert_eq!(full.heard(), ["a", "b", "c"]);
        assert_eq!(fill(&full), 3);
        sys::resume(&full.desk).await.expect("resumes");
        assert_eq!(full.hears().await[3..], ["x"; ROOM]);
        full.stop().await;
    })
    .await;
}
