//! A server that runs what it is sent: for what no fixed set of orders covers.

use std::convert::Infallible;
use std::pin::Pin;

use actor_core::{ActorRef, Address, Context, GenServer, InitResult, Next, NextResult, Start};

/// One callback, as a value.
pub(crate) type Job =
    Box<dyn for<'a> FnOnce(&'a mut Context<Script>) -> Running<'a> + Send + 'static>;

pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = NextResult<Script>> + Send + 'a>>;

pub(crate) struct Script {
    /// Dropped with the state.
    pub(crate) kept: Option<Box<dyn Send>>,
}

impl Script {
    pub(crate) async fn new() -> ActorRef<Self> {
        Self::start(None).await.expect("starts")
    }
}

/// Makes a job of a closure over the context.
pub(crate) fn job<F>(run: F) -> Job
where
    F: for<'a> FnOnce(&'a mut Context<Script>) -> Running<'a> + Send + 'static,
{
    Box::new(run)
}

/// Runs it in the process, and waits until it has ended.
pub(crate) async fn run<F>(script: &ActorRef<Script>, code: F)
where
    F: for<'a> FnOnce(&'a mut Context<Script>) -> Running<'a> + Send + 'static,
{
    let (tell, told) = tokio::sync::oneshot::channel();
    script.cast(job(move |cx| {
        let running = code(cx);
        Box::pin(async move {
            let next = running.await;
            let _ = tell.send(());
            next
        })
    }));
    told.await.expect("ran to its end");
}

/// What most jobs answer.
#[expect(clippy::unnecessary_wraps, reason = "it is the answer of a callback")]
pub(crate) fn done() -> NextResult<Script> {
    Ok(Next::NoReply)
}

impl GenServer for Script {
    type Args = Option<Box<dyn Send>>;
    type Call = Infallible;
    type Cast = Job;
    type Info = Infallible;
    type Continue = u64;

    async fn init(kept: Option<Box<dyn Send>>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { kept }.into())
    }

    async fn handle_cast(&mut self, job: Job, cx: &mut Context<Self>) -> NextResult<Self> {
        job(cx).await
    }

    async fn handle_continue(&mut self, steps: u64, _cx: &mut Context<Self>) -> NextResult<Self> {
        Ok(match steps {
            0 => Next::NoReply,
            _ => Next::Continue(steps - 1),
        })
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.kept.take());
    }
}
