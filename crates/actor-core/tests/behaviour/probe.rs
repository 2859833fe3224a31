//! A server that does what it is told, and writes down what happens to it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::{
    ActorRef, Address, CallError, Context, Exit, ExitReason, GenServer, Info, Init, InitResult,
    MonitorRef, Name, Next, NextResult, Pid, ReplyTo, Start,
};
use tokio::sync::oneshot;

/// What happened, in order; shared with the test.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

pub(crate) fn log() -> Log {
    Log::default()
}

pub(crate) fn entries(log: &Log) -> Vec<String> {
    log.lock().expect("not poisoned").clone()
}

pub(crate) fn note(log: &Log, entry: impl Into<String>) {
    log.lock().expect("not poisoned").push(entry.into());
}

pub(crate) struct Probe {
    log: Log,
    kept: Vec<ReplyTo<()>>,
    on_drop: Option<Box<dyn FnOnce() + Send>>,
    on_terminate: Option<Box<dyn FnOnce() + Send>>,
}

pub(crate) enum Ask {
    Seen {
        reply: ReplyTo<Vec<String>>,
    },
    Never {
        reply: ReplyTo<()>,
    },
    After {
        delay: Duration,
        reply: ReplyTo<&'static str>,
    },
    Drop {
        reply: ReplyTo<()>,
    },
    GiveAway {
        out: oneshot::Sender<ReplyTo<String>>,
        reply: ReplyTo<String>,
    },
    CallYourself {
        reply: ReplyTo<Vec<CallError>>,
    },
    StopWithoutReply {
        reply: ReplyTo<()>,
    },
    Panic {
        reply: ReplyTo<()>,
    },
    Link {
        to: Pid,
        reply: ReplyTo<bool>,
    },
    Unlink {
        from: Pid,
        reply: ReplyTo<()>,
    },
    Monitor {
        target: Pid,
        reply: ReplyTo<MonitorRef>,
    },
    Demonitor {
        monitor: MonitorRef,
        flush: bool,
        reply: ReplyTo<()>,
    },
    Exit {
        target: Pid,
        reason: ExitReason,
        reply: ReplyTo<()>,
    },
    Trap {
        traps: bool,
        reply: ReplyTo<bool>,
    },
    StartLinked {
        child: Child,
        reply: ReplyTo<Result<ActorRef<Child>, actor_core::StartError>>,
    },
    StopYourself {
        reply: ReplyTo<actor_core::StopError>,
    },
    StopAndReply {
        reply: ReplyTo<&'static str>,
    },
    StartWithin {
        child: Child,
        limit: Duration,
        reply: ReplyTo<actor_core::StartError>,
    },
    OwnTimer {
        delay: Duration,
        every: bool,
        reply: ReplyTo<actor_core::TimerRef>,
    },
    OwnBeat {
        missed: actor_core::MissedTicks,
        reply: ReplyTo<actor_core::TimerRef>,
    },
    CancelTimer {
        timer: actor_core::TimerRef,
        reply: ReplyTo<Option<Duration>>,
    },
    GiveAwayAndPanic {
        out: oneshot::Sender<ReplyTo<String>>,
        reply: ReplyTo<String>,
    },
    OrStop {
        reply: ReplyTo<bool>,
    },
    /// Tells that it is busy, and is so until it is let go.
    Hold {
        out: oneshot::Sender<()>,
        held: oneshot::Receiver<()>,
        reply: ReplyTo<()>,
    },
}

pub(crate) enum Tell {
    Note(String),
    DropKept,
    Stop,
    Fail,
    Panic,
    /// Kills itself.
    Kill,
    OnDrop(Box<dyn FnOnce() + Send>),
    OnTerminate(Box<dyn FnOnce() + Send>),
    Sleep(Duration),
    Continue(u32),
    Idle(Duration),
    Hibernate,
}

#[derive(Debug, thiserror::Error)]
#[error("asked to fail")]
pub(crate) struct Failure;

impl GenServer for Probe {
    type Args = Log;
    type Call = Ask;
    type Cast = Tell;
    type Info = String;
    type Continue = u32;

    async fn init(log: Log, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self {
            log,
            kept: Vec::new(),
            on_drop: None,
            on_terminate: None,
        }
        .into())
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each order")]
    async fn handle_call(&mut self, ask: Ask, cx: &mut Context<Self>) -> NextResult<Self> {
        match ask {
            Ask::Seen { reply } => reply.send(entries(&self.log)),
            Ask::Never { reply } => self.kept.push(reply),
            Ask::After { delay, reply } => {
                tokio::time::sleep(delay).await;
                note(&self.log, "after");
                reply.send("done");
            }
            Ask::Drop { reply } => drop(reply),
            Ask::GiveAway { out, reply } => drop(out.send(reply)),
            Ask::CallYourself { reply } => reply.send(call_yourself(cx).await),
            Ask::StopWithoutReply { reply: _reply } => return Ok(Next::Stop(ExitReason::Normal)),
            Ask::Panic { reply: _reply } => panic!("asked to panic"),
            Ask::Link { to, reply } => reply.send(cx.link(&to).is_ok()),
            Ask::Unlink { from, reply } => {
                cx.unlink(&from);
                reply.send(());
            }
            Ask::Monitor { target, reply } => reply.send(cx.monitor(&target)),
            Ask::Demonitor {
                monitor,
                flush,
                reply,
            } => {
                match flush {
                    true => cx.demonitor_flush(&monitor),
                    false => cx.demonitor(&monitor),
                }
                reply.send(());
            }
            Ask::Exit {
                target,
                reason,
                reply,
            } => {
                target.exit(reason);
                reply.send(());
            }
            Ask::Trap { traps, reply } => reply.send(cx.trap_exit(traps)),
            Ask::StartLinked { child, reply } => reply.send(child.start_link().await),
            Ask::StopYourself { reply } => {
                reply.send(cx.pid().stop().await.expect_err("one's own stop"));
            }
            Ask::StopAndReply { reply } => {
                note(&self.log, "stopping");
                return Ok(Next::stop_and_reply(ExitReason::Normal, reply.with("last")));
            }
            Ask::StartWithin {
                child,
                limit,
                reply,
            } => {
                let started = child.options().timeout(limit).start_link().await;
                reply.send(started.expect_err("too slow"));
            }
            Ask::OwnTimer {
                delay,
                every,
                reply,
            } => reply.send(match every {
                true => cx.send_interval(delay, "tick".into()),
                false => cx.send_after(delay, "tick".into()),
            }),
            Ask::OwnBeat { missed, reply } => {
                let second = Duration::from_secs(1);
                reply.send(cx.send_interval_with(second, missed, "tick".into()));
            }
            Ask::CancelTimer { timer, reply } => reply.send(cx.cancel(timer)),
            Ask::GiveAwayAndPanic { out, reply } => {
                drop(out.send(reply));
                panic!("after giving the handle away")
            }
            Ask::OrStop { reply } => {
                let waited = cx.or_stop(std::future::pending::<()>()).await;
                reply.send(waited.is_err());
            }
            Ask::Hold { out, held, reply } => {
                let _ = out.send(());
                let _ = held.await;
                reply.send(());
            }
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, tell: Tell, cx: &mut Context<Self>) -> NextResult<Self> {
        match tell {
            Tell::Note(text) => note(&self.log, text),
            Tell::DropKept => self.kept.clear(),
            Tell::Stop => return Ok(Next::Stop(ExitReason::shutdown_with("told to"))),
            Tell::Fail => Err(Failure)?,
            Tell::Panic => panic!("told to panic"),
            Tell::Kill => cx.pid().exit(ExitReason::Kill),
            Tell::OnDrop(act) => self.on_drop = Some(act),
            Tell::OnTerminate(act) => self.on_terminate = Some(act),
            Tell::Sleep(time) => tokio::time::sleep(time).await,
            Tell::Continue(steps) => return Ok(Next::Continue(steps)),
            Tell::Idle(limit) => return Ok(Next::Timeout(limit)),
            Tell::Hibernate => return Ok(Next::Hibernate),
        }
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<String>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        note(&self.log, describe(info));
        Ok(Next::NoReply)
    }

    async fn handle_continue(&mut self, steps: u32, _cx: &mut Context<Self>) -> NextResult<Self> {
        note(&self.log, format!("continue {steps}"));
        Ok(match steps {
            0 => Next::NoReply,
            _ => Next::Continue(steps - 1),
        })
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        let reason = match reason {
            ExitReason::Panic(report) => format!("panic: {}", report.message()),
            other => other.to_string(),
        };
        note(&self.log, format!("terminate: {reason}"));
        if let Some(act) = self.on_terminate.take() {
            act();
        }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        note(&self.log, "dropped");
        if let Some(act) = self.on_drop.take() {
            act();
        }
    }
}

async fn call_yourself(cx: &mut Context<Probe>) -> Vec<CallError> {
    let mut errors = Vec::new();
    errors.extend(cx.actor_ref().call(|reply| Ask::Seen { reply }).await.err());
    if let Some(name) = cx.pid().name() {
        let name = Name::<Probe>::dynamic(name);
        errors.extend(name.call(|reply| Ask::Seen { reply }).await.err());
    }
    errors
}

fn describe(info: Info<String>) -> String {
    match info {
        Info::Message(text) => format!("message {text}"),
        Info::Exit(Exit { reason, .. }) => format!("exit: {reason}"),
        Info::Down(down) => format!("down: {}", down.reason),
        Info::Timeout => "timeout".into(),
    }
}

/// A server whose `init` does what it says.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) begin: Begin,
    pub(crate) name: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Begin {
    Ready,
    Continue,
    Timeout,
    Ignore,
    Error,
    Stop,
    Fail,
    Panic,
    Hang,
}

impl Child {
    pub(crate) fn new(begin: Begin) -> Self {
        Self { begin, name: None }
    }

    pub(crate) fn named(begin: Begin, name: &'static str) -> Self {
        Self {
            begin,
            name: Some(name),
        }
    }

    pub(crate) fn options(self) -> actor_core::Options<Self> {
        let name = self.name;
        let options = <Self as Start>::options(self);
        match name {
            Some(name) => options.name(name),
            None => options,
        }
    }

    pub(crate) async fn start(self) -> Result<ActorRef<Self>, actor_core::StartError> {
        self.options().start().await
    }

    pub(crate) async fn start_link(self) -> Result<ActorRef<Self>, actor_core::StartError> {
        self.options().start_link().await
    }
}

impl GenServer for Child {
    type Args = Self;
    type Call = ReplyTo<Vec<&'static str>>;
    type Cast = Infallible;
    type Info = Infallible;
    type Continue = ();

    async fn init(child: Self, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(match child.begin {
            Begin::Ready => Init::Ready(child),
            Begin::Continue => Init::Continue(child, ()),
            Begin::Timeout => Init::Timeout(child, Duration::from_secs(1)),
            Begin::Ignore => Init::Ignore,
            Begin::Error => Init::Error(ExitReason::error("refused")),
            Begin::Stop => Init::Stop(ExitReason::error("stopped")),
            Begin::Fail => Err(Failure)?,
            Begin::Panic => panic!("init panics"),
            Begin::Hang => std::future::pending().await,
        })
    }

    async fn handle_call(
        &mut self,
        reply: ReplyTo<Vec<&'static str>>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        reply.send(match self.begin {
            Begin::Continue => vec!["call before continue"],
            _ => vec!["call"],
        });
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<Infallible>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Timeout => Ok(Next::Stop(ExitReason::shutdown_with("timed out"))),
            _ => Ok(Next::NoReply),
        }
    }

    async fn handle_continue(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        self.begin = Begin::Ready;
        Ok(Next::NoReply)
    }
}

/// One that tells nobody what happens to it.
pub(crate) async fn probe() -> ActorRef<Probe> {
    Probe::start(log()).await.expect("starts")
}

/// What it has seen so far; everything sent before is handled then.
pub(crate) async fn seen(probe: &ActorRef<Probe>) -> Vec<String> {
    let call = probe.call(|reply| Ask::Seen { reply });
    call.await.expect("replies")
}

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// Waits for an hour of the paused clock at the most: a hang fails instead of hanging.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    let limited = tokio::time::timeout(HOUR, future);
    limited.await.expect("does not hang")
}
