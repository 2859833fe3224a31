//! Bounded mailboxes: what each overflow policy does with each kind of message, and what is never
//! refused.

use std::fmt::Debug;
use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{
    Address, CallError, CastError, DeadLetterCounts, Defaults, ExitReason, Name, Node, NotFound,
    Overflow, Pid, Start, process,
};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::desk::{Desk, Full, Say, Tell, settle};
use crate::script::Script;

/// What is sent to a full mailbox.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Call,
    Request,
    Cast,
    Info,
    Timer,
    TriedCast,
    TriedInfo,
    WaitingCast,
    WaitingInfo,
    Exit,
    Down,
    Stop,
    Kill,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It is handled behind what was there.
    Handled,
    /// Its sender is told at once.
    Refused,
    /// Nobody is told: it is counted as full.
    Full,
    /// Nobody is told: it is counted as dropped.
    Dropped,
    /// It is handled, and the oldest message is not.
    Displaces,
    /// The process ends, and handles nothing.
    Ends,
}

const POLICIES: [Overflow; 4] = [
    Overflow::Wait,
    Overflow::Fail,
    Overflow::DropNewest,
    Overflow::DropOldest,
];

/// For each policy in turn.
const TABLE: [(Kind, [Fate; 4]); 13] = {
    use Fate::{Displaces, Dropped, Ends, Full, Handled, Refused};
    [
        (Kind::Call, [Handled, Refused, Refused, Displaces]),
        (Kind::Request, [Handled, Refused, Refused, Displaces]),
        (Kind::Cast, [Full, Full, Dropped, Displaces]),
        (Kind::Info, [Full, Full, Dropped, Displaces]),
        (Kind::Timer, [Handled, Full, Dropped, Displaces]),
        (Kind::TriedCast, [Refused, Refused, Refused, Displaces]),
        (Kind::TriedInfo, [Refused, Refused, Refused, Displaces]),
        (Kind::WaitingCast, [Handled, Refused, Refused, Displaces]),
        (Kind::WaitingInfo, [Handled, Refused, Refused, Displaces]),
        (Kind::Exit, [Handled, Handled, Handled, Handled]),
        (Kind::Down, [Handled, Handled, Handled, Handled]),
        (Kind::Stop, [Handled, Handled, Handled, Handled]),
        (Kind::Kill, [Ends, Ends, Ends, Ends]),
    ]
};

fn told<T, E: Debug>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "ok".into(),
        Err(error) => format!("{error:?}"),
    }
}

/// Sends it from a task, which may have to wait; what its sender is told.
fn send(full: &Full, kind: Kind, monitored: &Pid) -> JoinSet<String> {
    let (desk, monitored, node) = (full.desk.clone(), monitored.clone(), Node::current());
    let say = |reply| Say { word: "new", reply };
    let mut sender = JoinSet::new();
    sender.spawn(async move {
        let sent = async {
            match kind {
                Kind::Call => return told(desk.call(say).await),
                Kind::Request => return told(desk.send_request(say).await),
                Kind::TriedCast => return told(desk.try_cast(Tell::Say("new"))),
                Kind::TriedInfo => return told(desk.try_send("new")),
                Kind::WaitingCast => return told(desk.cast_wait(Tell::Say("new")).await),
                Kind::WaitingInfo => return told(desk.waiting().send("new").await),
                Kind::Stop => return told(desk.stop().await),
                Kind::Cast => desk.cast(Tell::Say("new")),
                Kind::Info => desk.send("new"),
                Kind::Timer => drop(process::send_after(&desk, Duration::ZERO, "new")),
                Kind::Exit => desk.exit(ExitReason::Shutdown),
                Kind::Down => monitored.exit(ExitReason::Kill),
                Kind::Kill => desk.exit(ExitReason::Kill),
            }
            "ok".into()
        };
        node.run(sent).await
    });
    sender
}

/// What is heard of it.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Exit => "exit: shutdown",
        Kind::Down => "down: killed",
        Kind::Stop => "terminate: normal",
        _ => "new",
    }
}

/// The counts of one dead letter, or none.
fn counts(fate: Fate) -> DeadLetterCounts {
    let mut counts = DeadLetterCounts::default();
    match fate {
        Fate::Full => counts.full = 1,
        Fate::Dropped | Fate::Displaces => counts.dropped = 1,
        Fate::Handled | Fate::Refused | Fate::Ends => {}
    }
    counts
}

async fn check(overflow: Overflow, kind: Kind, fate: Fate) {
    let case = format!("{overflow:?}, {kind:?}");
    let mut full = Full::empty(|options| options.mailbox(2).overflow(overflow)).await;
    let monitored = Script::new().await.pid();
    let target = monitored.clone();
    full.does(move |cx| drop(cx.monitor(&target)));
    settle().await;
    full.fill(&["first", "second"]).await;
    let mut sender = send(&full, kind, &monitored);
    settle().await;
    let early = sender.try_join_next().map(|told| told.expect("no panic"));
    assert_eq!(Node::current().dead_letter_counts(), counts(fate), "{case}");
    if let Fate::Ends = fate {
        assert_eq!(full.desk.exited().await, ExitReason::Killed);
    } else {
        full.release();
    }
    let told = match early.clone() {
        Some(told) => told,
        None => sender.join_next().await.expect("one").expect("no panic"),
    };
    match fate {
        Fate::Refused => {
            assert!(early.is_some(), "{case}: it waited");
            assert!(told.contains("the mailbox is full"), "{case}: {told}");
        }
        _ => assert_eq!(told, "ok", "{case}"),
    }
    settle().await;
    let new = word(kind);
    let heard = match fate {
        Fate::Handled => vec!["first", "second", new],
        Fate::Displaces => vec!["second", new],
        Fate::Refused | Fate::Full | Fate::Dropped => vec!["first", "second"],
        Fate::Ends => vec![],
    };
    assert_eq!(full.heard(), heard, "{case}");
    full.desk.exit(ExitReason::Kill);
    monitored.exit(ExitReason::Kill);
}

#[tokio::test(start_paused = true)]
async fn each_policy_has_one_answer_to_each_kind_of_message() {
    // F-16, X-12, G-28
    for (kind, fates) in TABLE {
        for (overflow, fate) in POLICIES.into_iter().zip(fates) {
            isolated(check(overflow, kind, fate)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_makes_room_for_a_newer_message_fails_at_once() {
    //
    isolated(async {
        let mut full = Full::of(&[], |o| o.mailbox(1).overflow(Overflow::DropOldest)).await;
        let oldest = full.desk.send_request(|reply| Say {
            word: "oldest",
            reply,
        });
        full.desk.send("newer");
        assert_eq!(
            oldest.await,
            Err(CallError::MailboxFull),
            "it is held still"
        );
        assert_eq!(
            Node::current().dead_letter_counts().total(),
            0,
            "its caller knows"
        );
        full.release();
        assert_eq!(
            full.hears_to_the_end().await,
            ["newer", "terminate: normal"]
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_accepted_comes_back_with_the_reason() {
    // G-28, R18
    isolated(async {
        let mut full = Full::of(&["only"], |o| o.mailbox(1).name("desk")).await;
        let named = Name::<Desk>::new("desk");
        for refused in [full.desk.try_send("back"), named.try_send("back")] {
            let refused = refused.expect_err("full");
            assert_eq!(refused.reason, CastError::MailboxFull);
            assert_eq!(refused.message, "back");
        }
        let nobody = Name::<Desk>::new("nobody");
        let wrong = Name::<Script>::new("desk");
        assert_eq!(nobody.actor_ref().err(), Some(NotFound::NoProc));
        assert_eq!(wrong.actor_ref().err(), Some(NotFound::WrongType));
        assert_eq!(named.actor_ref().as_ref(), Ok(&full.desk));
        let unsent = nobody.try_send("back").expect_err("nobody");
        assert_eq!((unsent.message, unsent.reason), ("back", CastError::NoProc));
        let unsent = nobody
            .cast_wait(Tell::Say("back"))
            .await
            .expect_err("nobody");
        assert!(matches!(unsent.message, Tell::Say("back")));
        let lost = wrong.waiting().cast(crate::script::job(|_| unreachable!()));
        assert_eq!(lost.await, Err(CastError::WrongType));
        full.release();
        full.stop().await;
        let unsent = full.desk.try_cast(Tell::Say("back")).expect_err("dead");
        assert!(matches!(unsent.message, Tell::Say("back")));
        assert_eq!(unsent.reason, CastError::NoProc);
        assert_eq!(
            full.desk.waiting().send("late").await,
            Err(CastError::NoProc)
        );
        assert_eq!(
            Node::current().dead_letter_counts().total(),
            0,
            "all were told"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn signals_take_no_room_and_keep_their_place_among_messages() {
    // F-16, P-2
    isolated(async {
        let mut full = Full::of(&["first"], |o| o.mailbox(2).overflow(Overflow::Fail)).await;
        let sender = Script::new().await;
        for _ in 0..10 {
            full.desk.exit(ExitReason::Shutdown);
        }
        let desk = full.desk.clone();
        crate::script::run(&sender, move |_cx| {
            Box::pin(async move {
                desk.send("second");
                desk.exit(ExitReason::Normal);
                crate::script::done()
            })
        })
        .await;
        assert!(full.desk.try_send("third").is_err());
        full.release();
        let mut expected = vec!["first"];
        expected.extend(["exit: shutdown"; 10]);
        expected.extend(["second", "exit: normal", "terminate: normal"]);
        assert_eq!(full.hears_to_the_end().await, expected);
        sender.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_full_mailbox_keeps_nobody_from_starting_a_child_and_from_hearing_of_its_death() {
    // F-16, G-1, P-7
    isolated(async {
        let full = Full::empty(|o| o.mailbox(1)).await;
        let (go, may_go) = oneshot::channel::<()>();
        full.runs(async {
            let _ = may_go.await;
            let child = Script::start_link(None).await.expect("starts");
            child.exit(ExitReason::Kill);
            child.exited().await;
        });
        settle().await;
        full.desk.try_send("first").expect("there is room");
        full.desk.try_send("second").expect_err("full");
        let _ = go.send(());
        assert_eq!(full.hears().await, ["first", "exit: killed"]);
        full.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_is_as_large_as_its_server_says_unless_a_start_says_otherwise() {
    // G-10, X-12
    isolated(async {
        let small = Defaults::new().mailbox(1).overflow(Overflow::Fail);
        let of = |defaults: &Defaults<Desk>| {
            let defaults = defaults.clone();
            Full::of(&["one"], move |options| options.with_defaults(defaults))
        };
        let by_default = of(&small).await;
        assert!(by_default.desk.try_send("two").is_err());
        let (larger, unbounded) = (small.clone().mailbox(2), small.unbounded());
        let larger = of(&larger).await;
        assert!(larger.desk.try_send("two").is_ok());
        assert!(larger.desk.try_send("three").is_err());
        let unbounded = of(&unbounded).await;
        assert!((0..100_000).all(|_| unbounded.desk.try_send("more").is_ok()));
        for full in [by_default, larger, unbounded] {
            full.desk.exit(ExitReason::Kill);
        }
    })
    .await;
}

#[test]
#[should_panic(expected = "room for nothing")]
fn a_mailbox_has_room_for_one_message_at_least() {
    let _ = Defaults::<Desk>::new().mailbox(0);
}
