//! Starts and stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Measured, timed};
use crate::contestant::Contestant;
use crate::logic::Logic;

/// Each actor is started, and stopped, and its state dropped, before the next one.
pub async fn spawn<C: Contestant>(actors: u64) -> Measured {
    let graves = Arc::new(AtomicU64::new(0));
    timed(actors, async {
        for _ in 0..actors {
            let actor = C::start(Logic::with_grave(&graves)).await;
            C::stop(actor).await;
        }
        while graves.load(Ordering::Relaxed) < actors {
            tokio::task::yield_now().await;
        }
    })
    .await
}
