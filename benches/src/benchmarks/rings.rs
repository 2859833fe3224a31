//! Actors that tell each other.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::{Notify, oneshot};

use super::{Measured, timed};
use crate::contestant::{Contestant, reaches};
use crate::logic::{Address, Game, Logic, Message};

/// A message goes round a ring of actors; with two of them it goes to and fro.
pub async fn ring<C: Contestant>(actors: usize, hops: u64) -> Measured {
    let mut ring = Vec::with_capacity(actors);
    for _ in 0..actors {
        ring.push(C::start(Logic::default()).await);
    }
    for (actor, next) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        actor.tell(Message::Link(next.clone()));
    }
    for actor in &ring {
        reaches::<C>(actor, 1).await;
    }
    let (sender, receiver) = oneshot::channel();
    ring[0].tell(Message::Report(sender));
    reaches::<C>(&ring[0], 2).await;
    timed(hops, async {
        ring[0].tell(Message::Hop(hops));
        receiver.await.expect("it comes round");
    })
    .await
}

/// Each actor sends pings to any of them, one at a time; a ping and its pong are two messages.
pub async fn big<C: Contestant>(actors: u64, pings: u64) -> Measured {
    let mut players = Vec::new();
    for _ in 0..actors {
        players.push(C::start(Logic::default()).await);
    }
    let game = Arc::new(Game {
        players: players.clone(),
        pings,
        running: AtomicU64::new(actors),
        over: Notify::new(),
    });
    timed(2 * actors * pings, async {
        for (seed, player) in (1..).zip(&players) {
            player.tell(Message::Play(Arc::clone(&game), seed));
        }
        game.over.notified().await;
    })
    .await
}
