//! Messages that are not answered.

use futures_util::future::join_all;

use super::{Measured, timed};
use crate::contestant::{Bounded, Contestant, reaches};
use crate::logic::{Address, Logic, Message};

/// Several producers tell one actor; the time runs until the last message is handled.
pub async fn tell<C: Contestant>(producers: u64, messages: u64) -> Measured {
    let actor = C::start(Logic::default()).await;
    let each = messages / producers;
    timed(each * producers, async {
        let produce = || {
            let actor = actor.clone();
            tokio::spawn(async move {
                for _ in 0..each {
                    actor.tell(Message::Add(1));
                }
            })
        };
        for done in join_all((0..producers).map(|_| produce())).await {
            done.expect("no panic");
        }
        reaches::<C>(&actor, each * producers).await;
    })
    .await
}

/// The same with a mailbox of 1,024, where producers wait for room.
pub async fn tell_bounded<C: Bounded>(producers: u64, messages: u64) -> Measured {
    let actor = C::start_bounded(1_024).await;
    let each = messages / producers;
    timed(each * producers, async {
        let produce = || {
            let actor = actor.clone();
            tokio::spawn(async move {
                for _ in 0..each {
                    C::add(&actor, 1).await;
                }
            })
        };
        for done in join_all((0..producers).map(|_| produce())).await {
            done.expect("no panic");
        }
        while C::ask_bounded(&actor).await < each * producers {
            assert!(!C::IN_ORDER, "the call came before a cast");
        }
    })
    .await
}
