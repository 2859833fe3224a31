//! What is allocated.

use super::Measured;
use crate::contestant::{Contestant, Small, reaches};
use crate::heap;
use crate::logic::{Address, Logic, Message};

/// Some come first, so that what is there once for all of them is not counted.
const BEFORE: usize = 64;

/// So many casts are sent before the actor may run.
const BURST: u64 = 16;

/// Live bytes of the least actors there are, which have had one cast and one call each.
pub async fn idle<C: Small>(actors: u64) -> Measured {
    let mut places = Vec::with_capacity(BEFORE + at_most(actors));
    for _ in 0..BEFORE {
        places.push(small::<C>().await);
    }
    settle().await;
    let before = heap::now().live;
    for _ in 0..actors {
        places.push(small::<C>().await);
    }
    settle().await;
    measured(actors, before, heap::now().live)
}

async fn small<C: Small>() -> C::Small {
    let actor = C::start_small().await;
    C::add_small(&actor, 1).await;
    while C::ask_small(&actor).await < 1 {
        assert!(!C::IN_ORDER, "the call came before the cast");
    }
    actor
}

/// Casts in bursts. The calls between them, which make the actor run, are taken off again.
pub async fn casts<C: Contestant>(casts: u64) -> Measured {
    let actor = one::<C>().await;
    let bursts = casts / BURST;
    burst::<C>(&actor, bursts).await; // grows what grows
    let before = heap::now().allocations;
    let asked = burst::<C>(&actor, bursts).await;
    let all = measured(bursts * BURST, before, heap::now().allocations);
    let calls = calls::<C>(asked).await;
    Measured {
        amount: (all.amount - calls.amount).max(0.0),
        ..all
    }
}

/// Sends so many bursts, and tells how many calls it took to see them handled.
async fn burst<C: Contestant>(actor: &C::Addr, bursts: u64) -> u64 {
    let (mut count, mut asked) = (C::ask(actor).await, 1);
    for _ in 0..bursts {
        for _ in 0..BURST {
            actor.tell(Message::Add(1));
        }
        let wanted = count + BURST;
        while count < wanted {
            count = C::ask(actor).await;
            asked += 1;
        }
    }
    asked
}

pub async fn calls<C: Contestant>(calls: u64) -> Measured {
    let actor = one::<C>().await;
    for _ in 0..BURST {
        C::ask(&actor).await;
    }
    let before = heap::now().allocations;
    for _ in 0..calls {
        assert_eq!(C::ask(&actor).await, 1);
    }
    measured(calls, before, heap::now().allocations)
}

/// Starts alone; the actors have had no message.
pub async fn starts<C: Contestant>(actors: u64) -> Measured {
    let _before = started::<C>(BEFORE).await;
    let mut places = Vec::with_capacity(at_most(actors));
    let before = heap::now().allocations;
    for _ in 0..actors {
        places.push(C::start(Logic::default()).await);
    }
    settle().await;
    measured(actors, before, heap::now().allocations)
}

async fn started<C: Contestant>(actors: usize) -> Vec<C::Addr> {
    let mut started = Vec::with_capacity(actors);
    for _ in 0..actors {
        started.push(one::<C>().await);
    }
    settle().await;
    started
}

/// An actor that has had a cast and a call.
async fn one<C: Contestant>() -> C::Addr {
    let actor = C::start(Logic::default()).await;
    actor.tell(Message::Add(1));
    reaches::<C>(&actor, 1).await;
    actor
}

/// Lets those who start by and by do so.
async fn settle() {
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
}

fn at_most(actors: u64) -> usize {
    usize::try_from(actors).expect("they fit into memory")
}

#[expect(clippy::cast_precision_loss, reason = "they are far below 2^52")]
fn measured(operations: u64, before: usize, after: usize) -> Measured {
    Measured {
        operations,
        amount: after.saturating_sub(before) as f64,
    }
}
