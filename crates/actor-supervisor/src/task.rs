//! A future as a process, so that a supervisor can look after it.

mod outcome;

pub use outcome::Outcome;

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use actor_core::{
    ActorRef, Context, ExitReason, GenServer, Init, InitResult, Next, NextResult, Options, Start,
};

/// The server whose only callback is a future.
#[derive(Debug)]
pub struct TaskServer(());

/// Addresses one life of a supervised future or function.
pub type TaskRef = ActorRef<TaskServer>;

/// The future, until it runs.
pub struct Work(Pin<Box<dyn Future<Output = Result<(), ExitReason>> + Send>>);

impl TaskServer {
    /// A function that may block, on a thread of its own.
    pub(crate) fn blocking<F, R>(work: F) -> Options<Self>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Outcome,
    {
        Self::running(async move { work() }).on_own_thread()
    }

    pub(crate) fn running<F>(work: F) -> Options<Self>
    where
        F: Future<Output: Outcome> + Send + 'static,
    {
        let outcome = async move { work.await.outcome() };
        Self::options(Work(Box::pin(outcome)))
    }
}

impl GenServer for TaskServer {
    type Args = Work;
    type Call = Infallible;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = Work;

    async fn init(work: Work, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Init::Continue(Self(()), work))
    }

    /// Its start has returned by now; its end is the end of the process (E-2).
    async fn handle_continue(&mut self, work: Work, _cx: &mut Context<Self>) -> NextResult<Self> {
        work.0.await?;
        Ok(Next::Stop(ExitReason::Normal))
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").finish_non_exhaustive()
    }
}
