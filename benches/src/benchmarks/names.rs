//! Actors found by name.

use super::{Measured, timed};
use crate::contestant::{Named, reaches};

/// So many names are there.
const NAMES: usize = 1_000;

/// Two tasks look names up, and tell whom they find.
pub async fn registry<C: Named>(messages: u64) -> Measured {
    let names: Vec<String> = (0..NAMES).map(|n| format!("actor-{n}")).collect();
    let mut actors = Vec::with_capacity(NAMES);
    for name in &names {
        actors.push(C::start_named(name.clone()).await);
    }
    let rounds = messages / (2 * NAMES as u64);
    timed(rounds * 2 * NAMES as u64, async {
        let tasks = [(); 2].map(|()| {
            let names = names.clone();
            tokio::spawn(async move {
                for _ in 0..rounds {
                    for name in &names {
                        C::add_by_name(name, 1);
                    }
                    tokio::task::yield_now().await;
                }
            })
        });
        for task in tasks {
            task.await.expect("no panic");
        }
        for actor in &actors {
            reaches::<C>(actor, 2 * rounds).await;
        }
    })
    .await
}
