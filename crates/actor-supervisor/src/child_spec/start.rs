//! The start function of a child, behind a pointer.

use std::future::Future;
use std::sync::Arc;

use actor_core::{AsPid, ExitReason, Pid, StartError, process};
use async_trait::async_trait;

use crate::rt::Mutex;

/// Starts a child, each time it is asked.
#[async_trait]
pub(crate) trait StartChild<H>: Send + Sync {
    async fn start(&self) -> Result<H, StartError>;
}

/// Starts it afresh as often as it is asked.
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

/// Starts it once.
pub(super) struct Once<F>(Mutex<Option<F>>);

impl<F> Once<F> {
    pub(super) fn new(start: F) -> Self {
        Self(Mutex::new(Some(start)))
    }
}

#[async_trait]
impl<H, F, Fut> StartChild<H> for Once<F>
where
    F: FnOnce() -> Fut + Send,
    Fut: Future<Output = Result<H, StartError>> + Send,
{
    async fn start(&self) -> Result<H, StartError> {
        let start = self.0.lock().take();
        let start = start.ok_or_else(spent)?;
        start().await
    }
}

fn spent() -> StartError {
    let advice = "this child can be started only once, and has been; make a new spec for it";
    StartError::Failed(ExitReason::error(advice))
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
        let handle = self.0.start().await?;
        let pid = handle.as_pid();
        process::discard(handle); // the child runs, whatever its handle does
        Ok(pid)
    }
}
