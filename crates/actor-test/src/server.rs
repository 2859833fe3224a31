//! The process behind a probe: it hands on what it receives, and does what it is told.

use std::convert::Infallible;
use std::fmt;

use actor_core::{
    Context, GenServer, Info, InitResult, MonitorRef, Monitorable, Next, NextResult, Pid, ReplyTo,
};

use crate::rt::mpsc;

/// The server of a [`Probe`](crate::Probe): it takes plain messages of the type `M`.
pub struct ProbeServer<M: Send + 'static> {
    received: mpsc::UnboundedSender<Info<M>>,
}

/// What a probe tells its process.
#[derive(Debug)]
pub struct Order(pub(crate) Task);

#[derive(Debug)]
pub(crate) enum Task {
    Monitor {
        target: Target,
        reply: ReplyTo<MonitorRef>,
    },
    Demonitor {
        monitor: MonitorRef,
        reply: ReplyTo<()>,
    },
    Link {
        other: Pid,
        reply: ReplyTo<()>,
    },
    Unlink {
        other: Pid,
        reply: ReplyTo<()>,
    },
}

/// What a probe is to monitor, as it was where the probe was told.
#[derive(Debug)]
pub(crate) struct Target {
    pid: Option<Pid>,
    name: Option<String>,
}

impl Target {
    pub(crate) fn of(target: &impl Monitorable) -> Self {
        Self {
            pid: target.monitored_pid(),
            name: target.monitored_name().map(str::to_owned),
        }
    }
}

impl Monitorable for Target {
    fn monitored_pid(&self) -> Option<Pid> {
        self.pid.clone()
    }

    fn monitored_name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// How a probe's process is started.
pub struct Ear<M>(pub(crate) mpsc::UnboundedSender<Info<M>>);

impl<M: Send + 'static> GenServer for ProbeServer<M> {
    type Args = Ear<M>;
    type Call = Order;
    type Cast = Infallible;
    type Info = M;
    type Continue = Infallible;

    async fn init(ear: Ear<M>, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(true);
        Ok(Self { received: ear.0 }.into())
    }

    async fn handle_call(&mut self, order: Order, cx: &mut Context<Self>) -> NextResult<Self> {
        match order.0 {
            Task::Monitor { target, reply } => reply.send(cx.monitor(&target)),
            Task::Demonitor { monitor, reply } => {
                cx.demonitor_flush(&monitor);
                reply.send(());
            }
            Task::Link { other, reply } => {
                cx.link(&other)?;
                reply.send(());
            }
            Task::Unlink { other, reply } => {
                cx.unlink(&other);
                reply.send(());
            }
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(&mut self, info: Info<M>, _cx: &mut Context<Self>) -> NextResult<Self> {
        let _ = self.received.send(info); // a probe that is gone wants no more
        Ok(Next::NoReply)
    }
}

impl<M: Send + 'static> fmt::Debug for ProbeServer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProbeServer").finish_non_exhaustive()
    }
}

impl<M> fmt::Debug for Ear<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ear").finish_non_exhaustive()
    }
}
