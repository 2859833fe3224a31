//! Supervised actors.

use super::{Measured, failure, timed};
use crate::contestant::{Restarts, Supervises};

/// The actor panics, and is asked until its successor answers, again and again.
pub async fn restart<C: Restarts>(restarts: u64) -> Measured {
    failure::silence();
    let supervisor = C::supervise().await;
    timed(restarts, async {
        for _ in 0..restarts {
            C::crash(&supervisor);
            while C::try_ask(&supervisor).await.is_none() {
                tokio::task::yield_now().await;
            }
        }
    })
    .await
}

/// Starts so many children of one supervisor, and stops it.
pub async fn children<C: Supervises>(children: u64) -> Measured {
    timed(children, async {
        let supervisor = C::start_supervisor().await;
        let mut started = Vec::new();
        for _ in 0..children {
            started.push(C::start_child(&supervisor).await);
        }
        C::stop_all(supervisor, started).await;
    })
    .await
}
