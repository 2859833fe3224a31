//! What a process does when the script says so, and the words of what came of it.

use std::sync::LazyLock;
use std::time::Duration;

use actor_otp::{
    ActorRef, Address, CallError, Context, Deadline, ExitReason, Name, NoProc, Options, Start,
    StartError, StopError, process,
};

use super::super::script::{Act, How, InitPlan, Reason, What};
use super::puppet::{Puppet, PuppetArgs, PuppetCall, PuppetCast, PuppetInfo};
use super::world::{World, end_of};

/// Whom a script means.
enum Target {
    Process(ActorRef<Puppet>),
    Name(Name<Puppet>),
}

/// What is asked in a call.
pub(super) struct Asked {
    pub(super) what: What,
    pub(super) n: u64,
    pub(super) reason: Reason,
    pub(super) key: String,
    pub(super) via: String,
    pub(super) via_ms: Option<u64>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            what: What::Reply,
            n: 0,
            reason: Reason::Normal,
            key: String::new(),
            via: String::new(),
            via_ms: None,
        }
    }
}

/// Values that are carried compare by identity, so that there is one of each.
pub(super) fn exit_reason(reason: Reason) -> ExitReason {
    static TAGGED: LazyLock<ExitReason> = LazyLock::new(|| ExitReason::shutdown_with("x"));
    static BOOM: LazyLock<ExitReason> = LazyLock::new(|| ExitReason::custom("boom"));
    match reason {
        Reason::Normal => ExitReason::Normal,
        Reason::Shutdown => ExitReason::Shutdown,
        Reason::Tagged => TAGGED.clone(),
        Reason::Kill => ExitReason::Kill,
        Reason::Killed => ExitReason::Killed,
        Reason::Noproc => ExitReason::NoProc,
        Reason::Boom => BOOM.clone(),
    }
}

/// How the process of a `spawn` is started. Cycles of calls wait for their deadlines, as in OTP.
pub(super) fn options(world: &World, step: &Act) -> Options<Puppet> {
    let Act::Spawn {
        label,
        trap,
        name,
        init,
        reason,
        ms,
        ..
    } = step
    else {
        unreachable!("only a spawn is started");
    };
    let options = Puppet::options(PuppetArgs {
        world: world.clone(),
        label: label.clone(),
        trap: *trap,
        init: *init,
        reason: reason.unwrap_or(Reason::Normal),
    });
    let options = match name {
        None => options.without_cycle_detection(),
        Some(name) => options
            .without_cycle_detection()
            .name(Name::dynamic(name.as_str())),
    };
    match ms {
        Some(ms) if *init == InitPlan::Hang => options.timeout(Duration::from_millis(*ms)),
        _ => options,
    }
}

pub(super) fn started(world: &World, started: &Result<(), StartError>) -> String {
    match started {
        Ok(()) => "started".to_owned(),
        Err(StartError::Ignored) => "ignored".to_owned(),
        Err(StartError::Timeout(_)) => "timeout".to_owned(),
        Err(StartError::AlreadyStarted(pid)) => {
            format!("already_started {}", world.label(Some(pid)))
        }
        Err(StartError::Failed(reason)) => format!("failed {}", end_of(reason).word()),
        Err(other) => format!("unknown {other}"),
    }
}

impl Puppet {
    /// Does it, and tells what came of it.
    pub(super) async fn perform(&mut self, act: &Act, cx: &mut Context<Self>) -> String {
        match act {
            Act::Spawn { how, monitor, .. } => self.spawn(*how, monitor.as_ref(), act).await,
            Act::Call { to, ms, .. } => self.call(to, Asked::of(act), *ms).await,
            Act::Stop { to, reason, ms, .. } => self.stop(to, *reason, *ms).await,
            Act::Cast { to, n, .. } => self.cast(to, *n),
            Act::Monitor { to, monitor, .. } => self.monitor(to, monitor, cx),
            Act::Demonitor { monitor, flush, .. } => self.demonitor(monitor, *flush, cx),
            Act::Link { to, .. } => self.on(to, |peer| match cx.link(peer) {
                Ok(()) => "ok",
                Err(NoProc) => "noproc",
            }),
            Act::Unlink { to, .. } => self.on(to, |peer| {
                cx.unlink(peer);
                "ok"
            }),
            Act::Exit { to, reason, .. } => self.on(to, |peer| {
                peer.exit(exit_reason(*reason));
                "ok"
            }),
            Act::Send { to, n, .. } => self.on(to, |peer| {
                peer.send(self.message(*n));
                "ok"
            }),
            Act::Reply { key, n, .. } => match self.kept.remove(key) {
                None => "unknown".to_owned(),
                Some(reply) => {
                    reply.send(*n);
                    "ok".to_owned()
                }
            },
            Act::Trap { on, .. } => cx.trap_exit(*on).to_string(),
            Act::Whereis { name, .. } => self.holder(name),
            Act::Timer {
                to, ms, n, timer, ..
            } => self.timer(to, Duration::from_millis(*ms), *n, timer),
            Act::Cancel { timer, .. } => self.left(timer, true),
            Act::Read { timer, .. } => self.left(timer, false),
            Act::Return { .. } | Act::Panic { .. } | Act::Wait { .. } | Act::Hold { .. } => {
                "unsupported".to_owned()
            }
        }
    }

    /// Who holds the name.
    pub(super) fn holder(&self, name: &str) -> String {
        let holder = Name::<Self>::dynamic(name).whereis();
        let label = |holder: ActorRef<Self>| self.world.label(Some(&holder.pid()));
        holder.map_or_else(|| "none".to_owned(), label)
    }

    fn target(&self, to: &str) -> Option<Target> {
        match to.starts_with('@') {
            true => Some(Target::Name(Name::dynamic(to))),
            false => self.world.known(to).map(Target::Process),
        }
    }

    /// Does something about a process, living or not.
    fn on(&self, to: &str, deed: impl FnOnce(&ActorRef<Self>) -> &'static str) -> String {
        let told = self.world.known(to).map(|peer| deed(&peer));
        told.unwrap_or("unknown").to_owned()
    }

    fn message(&self, n: u64) -> PuppetInfo {
        let from = self.label.clone();
        PuppetInfo { from, n }
    }

    async fn spawn(&mut self, how: How, monitor: Option<&String>, act: &Act) -> String {
        let options = options(&self.world, act);
        let result = match how {
            How::Start => options.start().await.map(drop),
            How::Link => options.start_link().await.map(drop),
            How::Monitor => options.start_monitor().await.map(|(_, placed)| {
                let word = monitor.cloned().unwrap_or_default();
                self.monitors.insert(placed, word);
            }),
        };
        started(&self.world, &result)
    }

    fn cast(&self, to: &str, n: u64) -> String {
        let from = self.label.clone();
        let cast = PuppetCast::Cast { from, n };
        match self.target(to) {
            None => return "unknown".to_owned(),
            Some(Target::Process(puppet)) => puppet.cast(cast),
            Some(Target::Name(name)) => name.cast(cast),
        }
        "ok".to_owned()
    }

    fn monitor(&mut self, to: &str, word: &str, cx: &mut Context<Self>) -> String {
        let placed = match self.target(to) {
            None => return "unknown".to_owned(),
            Some(Target::Process(puppet)) => cx.monitor(&puppet),
            Some(Target::Name(name)) => cx.monitor(&name),
        };
        self.monitors.insert(placed, word.to_owned());
        "ok".to_owned()
    }

    fn demonitor(&mut self, word: &str, flush: bool, cx: &mut Context<Self>) -> String {
        let placed = self.monitors.iter().find(|(_, it)| *it == word);
        let Some((placed, _)) = placed else {
            return "unknown".to_owned();
        };
        match flush {
            true => cx.demonitor_flush(placed),
            false => cx.demonitor(placed),
        }
        "ok".to_owned()
    }

    pub(super) async fn call(&self, to: &str, asked: Asked, ms: Option<u64>) -> String {
        let deadline = deadline(ms);
        let from = self.label.clone();
        let make = |reply| PuppetCall {
            from,
            what: asked.what,
            n: asked.n,
            reason: asked.reason,
            key: asked.key,
            via: asked.via,
            via_ms: asked.via_ms,
            reply,
        };
        let replied = match self.target(to) {
            None => return "unknown".to_owned(),
            Some(Target::Process(puppet)) => puppet.call_by(deadline, make).await,
            Some(Target::Name(name)) => name.call_by(deadline, make).await,
        };
        match replied {
            Ok(n) => format!("reply {n}"),
            Err(CallError::Timeout) => "timeout".to_owned(),
            Err(CallError::CallingSelf) => "calling_self".to_owned(),
            Err(CallError::NoProc) => "exit noproc".to_owned(),
            Err(CallError::Exited(reason)) => format!("exit {}", end_of(&reason).word()),
            Err(other) => format!("unknown {other}"),
        }
    }

    async fn stop(&self, to: &str, reason: Reason, ms: Option<u64>) -> String {
        let reason = exit_reason(reason);
        let limit = ms.map_or(Duration::MAX, Duration::from_millis);
        let stopped = match self.target(to) {
            None => return "unknown".to_owned(),
            Some(Target::Process(puppet)) => puppet.stop_within(reason, limit).await,
            Some(Target::Name(name)) => name.stop_within(reason, limit).await,
        };
        match stopped {
            Ok(()) => "ok".to_owned(),
            Err(StopError::Timeout) => "timeout".to_owned(),
            Err(StopError::CallingSelf) => "calling_self".to_owned(),
            Err(StopError::NoProc) => "exit noproc".to_owned(),
            Err(StopError::Exited(reason)) => format!("exit {}", end_of(&reason).word()),
            Err(other) => format!("unknown {other}"),
        }
    }

    fn timer(&self, to: &str, delay: Duration, n: u64, word: &str) -> String {
        let from = word.to_owned();
        let message = PuppetInfo { from, n };
        let timer = match self.target(to) {
            None => return "unknown".to_owned(),
            Some(Target::Process(puppet)) => process::send_after(&puppet, delay, message),
            Some(Target::Name(name)) => process::send_after(&name, delay, message),
        };
        self.world.keep_timer(word, timer);
        "ok".to_owned()
    }

    fn left(&self, word: &str, cancel: bool) -> String {
        let left = self.world.timer(word).map(|timer| match cancel {
            true => timer.cancel(),
            false => timer.remaining(),
        });
        match left {
            None => "unknown",
            Some(None) => "none",
            Some(Some(_)) => "left",
        }
        .to_owned()
    }
}

impl Asked {
    fn of(act: &Act) -> Self {
        let Act::Call {
            what,
            n,
            reason,
            key,
            via,
            via_ms,
            ..
        } = act
        else {
            unreachable!("only a call asks");
        };
        Self {
            what: *what,
            n: *n,
            reason: reason.unwrap_or(Reason::Normal),
            key: key.clone().unwrap_or_default(),
            via: via.clone().unwrap_or_default(),
            via_ms: *via_ms,
        }
    }
}

fn deadline(ms: Option<u64>) -> Deadline {
    match ms {
        Some(ms) => Deadline::After(Duration::from_millis(ms)),
        None => Deadline::Never,
    }
}
