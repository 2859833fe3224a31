//! Starts and stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Measured, timed};
use crate::contestant::Contestant;
use crate::logic::{Address, Logic, Message};

/// Actors are started one after another and told to stop, until the state of each is dropped. Nobody waits
/// for a stop, so it overlaps with the starts that follow.
pub async fn spawn<C: Contestant>(actors: u64) -> Measured {
    let graves = Arc::new(AtomicU64::new(0));
    timed(actors, async {
        for _ in 0..actors {
            C::start(Logic::with_grave(&graves))
                .await
                .tell(Message::Stop);
        }
        all_dropped(&graves, actors).await;
    })
    .await
}

/// Each actor is started, and stopped, and its end awaited, before the next one.
pub async fn start_stop<C: Contestant>(actors: u64) -> Measured {
    let graves = Arc::new(AtomicU64::new(0));
    timed(actors, async {
        for _ in 0..actors {
            let actor = C::start(Logic::with_grave(&graves)).await;
            C::stop(actor).await;
        }
        all_dropped(&graves, actors).await;
    })
    .await
}

async fn all_dropped(graves: &AtomicU64, actors: u64) {
    while graves.load(Ordering::Relaxed) < actors {
        tokio::task::yield_now().await;
    }
}
