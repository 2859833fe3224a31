//! Actors that start actors.

use tokio::sync::oneshot;

use super::{Measured, timed};
use crate::contestant::Contestant;
use crate::logic::{Address, Logic, Message, Parent, Tree};

/// A tree of ten children each, whose leaves are added up; counted are all actors.
pub async fn skynet<C: Contestant>(leaves: u64) -> Measured {
    let actors = (leaves * 10 - 1) / 9;
    grow::<C>(
        Tree::Skynet {
            first: 0,
            size: leaves,
        },
        actors,
        leaves * (leaves - 1) / 2,
    )
    .await
}

/// The naive recursion, with an actor for each call.
pub async fn fib<C: Contestant>(n: u64) -> Measured {
    grow::<C>(Tree::Fib(n), 2 * fibonacci(n + 1) - 1, fibonacci(n)).await
}

async fn grow<C: Contestant>(tree: Tree, actors: u64, expected: u64) -> Measured {
    timed(actors, async {
        let (sender, receiver) = oneshot::channel();
        let root = C::start(Logic::default()).await;
        root.tell(Message::Grow(tree, Parent::Outside(sender)));
        assert_eq!(receiver.await.expect("a sum"), expected);
    })
    .await
}

fn fibonacci(n: u64) -> u64 {
    (0..n).fold((0, 1), |(a, b), _| (b, a + b)).0
}
