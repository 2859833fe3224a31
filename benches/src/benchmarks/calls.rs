//! Messages that are answered.

use futures_util::future::join_all;

use super::{Measured, timed};
use crate::contestant::{Contestant, reaches};
use crate::logic::{Address, Logic, Message};

/// Several clients call one actor, each waiting for the answer before it calls again.
pub async fn call<C: Contestant>(clients: u64, calls: u64) -> Measured {
    let actor = C::start(Logic::default()).await;
    actor.tell(Message::Add(7));
    reaches::<C>(&actor, 7).await;
    let each = calls / clients;
    timed(each * clients, async {
        let ask = || {
            let actor = actor.clone();
            tokio::spawn(async move {
                let mut sum = 0;
                for _ in 0..each {
                    sum += C::ask(&actor).await;
                }
                sum
            })
        };
        let sums = join_all((0..clients).map(|_| ask())).await;
        let sum: u64 = sums.into_iter().map(|sum| sum.expect("no panic")).sum();
        assert_eq!(sum, 7 * each * clients);
    })
    .await
}
