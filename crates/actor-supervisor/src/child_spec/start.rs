//! The start function of a child, behind a pointer.

use std::future::Future;

use actor_core::{AsPid, ExitReason, Pid, StartError, process};
use async_trait::async_trait;

use crate::rt::Mutex;

/// Starts a child, each time it is asked, and forgets the type of its handle.
#[async_trait]
pub(crate) trait StartAny: Send + Sync {
    async fn start_any(&self) -> Result<Pid, StartError>;
}

/// Starts a child whose handle is an `H`.
#[async_trait]
pub(crate) trait StartChild<H>: StartAny {
    async fn start(&self) -> Result<H, StartError>;
}

/// Starts it afresh as often as it is asked.
#[async_trait]
impl<H, F, Fut> StartChild<H> for F
where
    H: AsPid + Send + 'static,
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<H, StartError>> + Send,
{
    async fn start(&self) -> Result<H, StartError> {
        self().await
    }
}

#[async_trait]
impl<H, F, Fut> StartAny for F
where
    H: AsPid + Send + 'static,
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<H, StartError>> + Send,
{
    async fn start_any(&self) -> Result<Pid, StartError> {
        self().await.map(pid_of)
    }
}

/// Starts it once.
pub(super) struct Once<F>(Mutex<Option<F>>);

impl<F> Once<F> {
    pub(super) fn new(start: F) -> Self {
        Self(Mutex::new(Some(start)))
    }

    fn take(&self) -> Result<F, StartError> {
        self.0.lock().take().ok_or_else(spent)
    }
}

#[async_trait]
impl<H, F, Fut> StartChild<H> for Once<F>
where
    H: AsPid + Send + 'static,
    F: FnOnce() -> Fut + Send,
    Fut: Future<Output = Result<H, StartError>> + Send,
{
    async fn start(&self) -> Result<H, StartError> {
        let start = self.take()?;
        start().await
    }
}

#[async_trait]
impl<H, F, Fut> StartAny for Once<F>
where
    H: AsPid + Send + 'static,
    F: FnOnce() -> Fut + Send,
    Fut: Future<Output = Result<H, StartError>> + Send,
{
    async fn start_any(&self) -> Result<Pid, StartError> {
        let start = self.take()?;
        start().await.map(pid_of)
    }
}

fn spent() -> StartError {
    let advice = "this child can be started only once, and has been; make a new spec for it";
    StartError::Failed(ExitReason::error(advice))
}

fn pid_of(handle: impl AsPid) -> Pid {
    let pid = handle.as_pid();
    process::discard(handle); // the child runs, whatever its handle does
    pid
}
