//! Calls and stops: one waits, the other answers or ends (G-20 to G-28, G-47).

use serde_json::json;

use super::super::log::End;
use super::super::script::{Act, Reason, What};
use super::process::{Busy, Item, Rest, Signal, Wait};
use super::{Model, Target};

/// Something that somebody waits for.
#[derive(Clone)]
pub(super) struct Request {
    caller: String,
    callee: String,
    kind: Kind,
    /// The callee is doing it.
    begun: bool,
}

#[derive(Clone)]
enum Kind {
    Call(Call),
    Stop(End),
}

/// What the callee is to do.
#[derive(Clone)]
struct Call {
    what: What,
    n: u64,
    end: End,
    key: String,
    via: String,
    via_ms: Option<u64>,
}

impl Model {
    pub(super) fn call(&mut self, by: &str, step: &Act) {
        let Act::Call {
            to,
            what,
            n,
            reason,
            key,
            via,
            via_ms,
            ms,
            ..
        } = step
        else {
            return;
        };
        self.note(format!("a call: {what:?}"));
        let call = Call {
            what: *what,
            n: *n,
            end: End::from(reason.unwrap_or(Reason::Normal)),
            key: key.clone().unwrap_or_default(),
            via: via.clone().unwrap_or_default(),
            via_ms: *via_ms,
        };
        self.ask(by, to, "call", Kind::Call(call), *ms, None);
    }

    pub(super) fn stop(&mut self, by: &str, to: &str, reason: Reason, ms: Option<u64>) {
        self.ask(by, to, "stop", Kind::Stop(reason.into()), ms, None);
    }

    fn ask(
        &mut self,
        by: &str,
        to: &str,
        op: &'static str,
        kind: Kind,
        ms: Option<u64>,
        forwards: Option<u64>,
    ) {
        let callee = match self.resolve(to) {
            Target::Process(callee) => callee,
            Target::Nobody => return self.told(by, op, "exit noproc", forwards),
            Target::Unknown => return self.told(by, op, "unknown", forwards),
        };
        if callee == by {
            return self.told(by, op, "calling_self", forwards);
        }
        let request = self.id();
        let item = match kind {
            Kind::Call(_) => Item::Call(request),
            Kind::Stop(_) => Item::Stop(request),
        };
        let wait = Wait {
            request,
            op,
            deadline: ms.map(|ms| self.now + ms),
            forwards,
            starts: None,
        };
        let asked = Request {
            caller: by.to_owned(),
            callee: callee.clone(),
            kind,
            begun: false,
        };
        self.requests.insert(request, asked);
        self.set_busy(by, Busy::Waits(wait));
        self.send(by, &callee, Signal::Item(item));
    }

    /// The request reached somebody dead.
    pub(super) fn refuse(&mut self, request: u64) {
        if let Some(Request { caller, callee, .. }) = self.requests.remove(&request) {
            let told = "exit noproc".to_owned();
            self.send(&callee, &caller, Signal::Failed { request, told });
        }
    }

    /// A call has its turn.
    pub(super) fn handle_call(&mut self, label: &str, from: &str, request: u64) {
        let Some(Request {
            kind: Kind::Call(call),
            ..
        }) = self.requests.get(&request).cloned()
        else {
            return;
        };
        self.log.got(label, from, json!(["call", call.what]));
        self.then(label, Rest::Call(request));
    }

    /// Does what the call says.
    pub(super) fn answer(&mut self, label: &str, request: u64) {
        let Some(Request {
            kind: Kind::Call(call),
            ..
        }) = self.requests.get(&request).cloned()
        else {
            return;
        };
        match call.what {
            What::Reply => self.reply(request, call.n),
            What::Stop => self.end_with(label, call.end),
            What::StopReply => {
                // After `terminate`, before the end (G-27).
                self.end_with(label, call.end);
                let n = call.n;
                self.then(label, Rest::Reply { request, n });
            }
            What::Panic => self.end_with(label, End::Error),
            What::Keep => self.with(label, |process| process.kept.insert(call.key, request)),
            What::Forward => {
                let inner = Call {
                    what: What::Reply,
                    n: call.n,
                    end: End::Normal,
                    key: String::new(),
                    via: String::new(),
                    via_ms: None,
                };
                let kind = Kind::Call(inner);
                self.ask(
                    label,
                    &call.via,
                    "forward",
                    kind,
                    call.via_ms,
                    Some(request),
                );
            }
        }
    }

    /// A stop has its turn.
    pub(super) fn handle_stop(&mut self, label: &str, request: u64) {
        let asked = self.requests.get_mut(&request);
        if let Some(Request { kind, begun, .. }) = asked {
            *begun = true;
            if let Kind::Stop(end) = *kind {
                self.end_with(label, end);
            }
        }
    }

    pub(super) fn reply_to_kept(&mut self, by: &str, key: &str, n: u64) {
        let process = self.processes.get_mut(by);
        match process.and_then(|process| process.kept.remove(key)) {
            Some(request) => {
                self.reply(request, n);
                self.tell(by, "reply", "ok");
            }
            None => self.tell(by, "reply", "unknown"),
        }
    }

    fn reply(&mut self, request: u64, n: u64) {
        if let Some(Request { caller, callee, .. }) = self.requests.remove(&request) {
            self.send(&callee, &caller, Signal::Reply { request, n });
        }
    }

    /// Whoever waits for this one hears of its end; for a stop it may be what was asked for (G-47). OTP
    /// calls it a failure if the stop itself had not had its turn.
    pub(super) fn fail_requests_to(&mut self, callee: &str, end: End) {
        let open = self.requests.iter().filter(|(_, it)| it.callee == callee);
        let open: Vec<_> = open.map(|(id, it)| (*id, it.clone())).collect();
        for (request, asked) in open {
            let Request {
                caller,
                kind,
                begun,
                ..
            } = asked;
            self.requests.remove(&request);
            let told = match kind {
                Kind::Stop(asked) if asked == end => {
                    self.unlike_otp |= !begun;
                    "ok".to_owned()
                }
                _ => format!("exit {}", end.word()),
            };
            self.send(callee, &caller, Signal::Failed { request, told });
        }
    }

    pub(super) fn reply_arrives(&mut self, to: &str, request: u64, n: u64) {
        match self.wait_for(to, request) {
            Some(wait) => {
                self.set_busy(to, Busy::Free);
                let told = format!("reply {n}");
                self.told(to, wait.op, &told, wait.forwards);
            }
            None => self.note("a late reply is dropped"),
        }
    }

    pub(super) fn failure_arrives(&mut self, to: &str, request: u64, told: &str) {
        if let Some(wait) = self.wait_for(to, request) {
            self.set_busy(to, Busy::Free);
            self.told(to, wait.op, told, wait.forwards);
        }
    }

    /// The deadline of what it waits for has come.
    pub(super) fn give_up(&mut self, label: &str) {
        let busy = self
            .processes
            .get(label)
            .map(|process| process.busy.clone());
        let Some(Busy::Waits(wait)) = busy else {
            return;
        };
        self.set_busy(label, Busy::Free);
        if let Some(child) = &wait.starts {
            self.untie(label, child); // the starter is not harmed (G-7), and gets no DOWN (G-9)
            self.with(label, |process| {
                process.watches.retain(|_, it| it.target != *child)
            });
            self.die(child, End::Killed);
        }
        self.told(label, wait.op, "timeout", wait.forwards);
    }

    /// The process has its answer; who forwards it replies.
    fn told(&mut self, label: &str, op: &'static str, result: &str, forwards: Option<u64>) {
        let result = result.to_owned();
        let tell = Rest::Tell {
            op,
            result,
            forwards,
        };
        self.then(label, tell);
    }

    /// Tells what was done.
    pub(super) fn tell(&mut self, label: &str, op: &'static str, result: &str) {
        self.told(label, op, result, None);
    }

    /// This comes next, unless the process is ended before.
    pub(super) fn then(&mut self, label: &str, rest: Rest) {
        let item = (label.to_owned(), Item::Rest(rest));
        self.with(label, |process| process.inbox.push_front(item));
    }

    pub(super) fn go_on(&mut self, label: &str, rest: Rest) {
        match rest {
            Rest::Tell {
                op,
                result,
                forwards,
            } => {
                self.did(label, op, &result);
                if let Some(request) = forwards {
                    let n = result.strip_prefix("reply ").and_then(|n| n.parse().ok());
                    let n = n.unwrap_or(0);
                    self.then(label, Rest::Reply { request, n });
                }
            }
            Rest::Reply { request, n } => self.reply(request, n),
            Rest::Call(request) => self.answer(label, request),
            Rest::Die(end) => self.die(label, end),
        }
    }

    fn wait_for(&self, label: &str, request: u64) -> Option<Wait> {
        let process = self.processes.get(label).filter(|it| it.is_alive())?;
        match &process.busy {
            Busy::Waits(wait) if wait.request == request => Some(wait.clone()),
            _ => None,
        }
    }
}
