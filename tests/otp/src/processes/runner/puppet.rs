//! The server that does what a script says.

use std::collections::HashMap;
use std::future::pending;

use actor_otp::{
    Context, ExitReason, GenServer, Info, Init, InitResult, MonitorRef, Next, NextResult, ReplyTo,
};
use serde_json::json;
use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::super::script::{Act, InitPlan, Reason, What};
use super::deeds::{self, exit_reason};
use super::world::{World, end_of};

/// A process of the script.
pub(super) struct Puppet {
    pub(super) world: World,
    pub(super) label: String,
    /// What the script calls each monitor.
    pub(super) monitors: HashMap<MonitorRef, String>,
    /// Callers that wait, by their keys.
    pub(super) kept: HashMap<String, ReplyTo<u64>>,
}

/// What a process is started from.
#[derive(Clone)]
pub(super) struct PuppetArgs {
    pub(super) world: World,
    pub(super) label: String,
    pub(super) trap: bool,
    pub(super) init: InitPlan,
    pub(super) reason: Reason,
}

/// A call of the script's.
pub(super) struct PuppetCall {
    pub(super) from: String,
    pub(super) what: What,
    pub(super) n: u64,
    pub(super) reason: Reason,
    pub(super) key: String,
    pub(super) via: String,
    pub(super) via_ms: Option<u64>,
    pub(super) reply: ReplyTo<u64>,
}

pub(super) enum PuppetCast {
    /// The script says what to do.
    Do(Act),
    /// A callback waits for this.
    Hold(oneshot::Receiver<()>),
    /// Another process says something.
    Cast { from: String, n: u64 },
}

/// A plain message of the script's.
#[derive(Clone)]
pub(super) struct PuppetInfo {
    pub(super) from: String,
    pub(super) n: u64,
}

impl GenServer for Puppet {
    type Args = PuppetArgs;
    type Call = PuppetCall;
    type Cast = PuppetCast;
    type Info = PuppetInfo;
    type Continue = Reason;

    async fn init(args: PuppetArgs, cx: &mut Context<Self>) -> InitResult<Self> {
        cx.trap_exit(args.trap);
        args.world.begin(&args.label, cx.actor_ref());
        yield_now().await;
        let puppet = Self {
            world: args.world,
            label: args.label,
            monitors: HashMap::new(),
            kept: HashMap::new(),
        };
        match args.init {
            InitPlan::Ok => Ok(puppet.into()),
            InitPlan::Ignore => Ok(Init::Ignore),
            InitPlan::Stop => Err(exit_reason(args.reason)),
            InitPlan::Panic => panic!("init panics"),
            InitPlan::Brief => Ok(Init::Continue(puppet, args.reason)),
            InitPlan::Hang => pending().await,
        }
    }

    async fn handle_call(&mut self, call: PuppetCall, _: &mut Context<Self>) -> NextResult<Self> {
        self.got(&call.from, json!(["call", call.what]));
        match call.what {
            What::Reply => call.reply.send(call.n),
            What::Stop => return Ok(Next::Stop(exit_reason(call.reason))),
            What::StopReply => {
                let reply = call.reply.with(call.n);
                return Ok(Next::stop_and_reply(exit_reason(call.reason), reply));
            }
            What::Panic => panic!("a call panics"),
            What::Keep => drop(self.kept.insert(call.key, call.reply)),
            What::Forward => {
                let n = self.forward(&call.via, call.n, call.via_ms).await;
                call.reply.send(n);
            }
        }
        Ok(Next::NoReply)
    }

    async fn handle_cast(&mut self, cast: PuppetCast, cx: &mut Context<Self>) -> NextResult<Self> {
        match cast {
            PuppetCast::Do(Act::Return { reason, .. }) => Ok(Next::Stop(exit_reason(reason))),
            PuppetCast::Do(Act::Panic { .. }) => panic!("a cast panics"),
            PuppetCast::Do(act) => {
                let result = self.perform(&act, cx).await;
                yield_now().await; // whoever has ended itself tells nothing any more
                self.world.did(&self.label, act.word(), &result);
                Ok(Next::NoReply)
            }
            PuppetCast::Hold(released) => {
                let _ = released.await; // the script may be over
                Ok(Next::NoReply)
            }
            PuppetCast::Cast { from, n } => {
                self.got(&from, json!(["cast", n]));
                Ok(Next::NoReply)
            }
        }
    }

    async fn handle_info(
        &mut self,
        info: Info<PuppetInfo>,
        _: &mut Context<Self>,
    ) -> NextResult<Self> {
        match info {
            Info::Message(PuppetInfo { from, n }) => self.got(&from, json!(["info", n])),
            Info::Exit(exit) => {
                let from = self.world.label(exit.from.as_ref());
                self.got(&from, json!(["exit", end_of(&exit.reason).word()]));
            }
            Info::Down(down) => {
                let word = self.monitors.get(&down.monitor);
                let word = word.map_or("?", String::as_str);
                let target = match self.world.label(Some(&down.pid)) {
                    nobody if nobody == "?" => down.name.clone().unwrap_or(nobody),
                    target => target,
                };
                let object = down.name.clone().unwrap_or_else(|| target.clone());
                let mut told = vec!["down", word, &object, end_of(&down.reason).word()];
                let holder = down.name.as_deref().map(|name| self.holder(name));
                told.extend(holder.as_deref());
                self.got(&target, json!(told));
            }
            Info::Timeout => self.got("?", json!(["junk"])),
        }
        Ok(Next::NoReply)
    }

    async fn handle_continue(&mut self, reason: Reason, _: &mut Context<Self>) -> NextResult<Self> {
        Ok(Next::Stop(exit_reason(reason)))
    }

    async fn terminate(&mut self, reason: &ExitReason, _: &mut Context<Self>) {
        let told = json!(["terminate", end_of(reason).word()]);
        self.world.own(&self.label, told);
        yield_now().await;
    }
}

impl Puppet {
    fn got(&self, from: &str, what: serde_json::Value) {
        self.world.got(&self.label, from, what);
    }

    async fn forward(&mut self, via: &str, n: u64, ms: Option<u64>) -> u64 {
        let call = deeds::Asked {
            what: What::Reply,
            n,
            ..deeds::Asked::default()
        };
        let result = self.call(via, call, ms).await;
        self.world.did(&self.label, "forward", &result);
        let reply = result.strip_prefix("reply ").and_then(|n| n.parse().ok());
        reply.unwrap_or(0)
    }
}
