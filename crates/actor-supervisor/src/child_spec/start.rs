//! The start function of a child, behind a pointer.

use std::future::Future;
use std::sync::Arc;

use actor_core::{AsPid, Pid, StartError};
use async_trait::async_trait;

/// Starts a child afresh, each time it is asked.
#[async_trait]
pub(crate) trait StartChild<H>: Send + Sync {
    async fn start(&self) -> Result<H, StartError>;
}

#[async_trait]
impl<H, F, Fut> StartChild<H> for F
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<H, StartError>> + Send,
{
    async fn start(&self) -> Result<H, StartError> {
        self().await
    }
}

/// Forgets the type of the handle.
pub(super) fn erase<H: AsPid + Send + 'static>(
    start: Arc<dyn StartChild<H>>,
) -> Arc<dyn StartChild<Pid>> {
    Arc::new(Erased(start))
}

struct Erased<H>(Arc<dyn StartChild<H>>);

#[async_trait]
impl<H: AsPid + Send + 'static> StartChild<Pid> for Erased<H> {
    async fn start(&self) -> Result<Pid, StartError> {
        Ok(self.0.start().await?.as_pid())
    }
}
