//! The rules of processes once more, as a simulation of signals that are under way.
//!
//! It is written from `docs/otp-semantics.md` alone. Signals of one sender to one receiver arrive in
//! order, and nothing else is promised (P-2): which one arrives next is chance here. What comes out
//! differently by another chance, the generator leaves out of a script.

mod act;
mod calls;
mod life;
mod process;
mod time;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::log::{End, Log};
use super::script::{Act, Script};
use crate::corpus::Facts;
use crate::rng::Rng;
use crate::trace::Trace;
use calls::Request;
pub(super) use process::Process;
use process::{Busy, Item, Signal};
use time::Timer;

/// Whoever is no process: the script itself.
const DRIVER: &str = "-";

/// The processes of a script, and all that is under way between them.
#[derive(Clone)]
pub(super) struct Model {
    rng: Rng,
    manner: Manner,
    processes: BTreeMap<String, Process>,
    /// From whom to whom, in order.
    flights: BTreeMap<(String, String), VecDeque<Signal>>,
    /// Who holds which name.
    names: BTreeMap<String, String>,
    /// The names that were ever held.
    used: BTreeSet<String>,
    requests: BTreeMap<u64, Request>,
    timers: Vec<Timer>,
    /// What the script calls the timers that were ever set.
    timer_words: BTreeSet<String>,
    now: u64,
    next_id: u64,
    log: Log,
    facts: Facts,
    /// Something happened about which OTP and the rules differ.
    unlike_otp: bool,
}

/// What comes first where the rules leave it open.
#[derive(Clone, Copy)]
pub(super) enum Manner {
    Anything,
    /// This process goes on as soon as it can.
    Quick(&'static str),
    /// This process goes on when nothing else can happen.
    Slow(&'static str),
    /// Signals arrive at this process when nothing else can happen.
    Far(&'static str),
}

/// Simulates a whole script.
pub(super) fn play(script: &Script) -> (Trace, Facts) {
    let mut model = Model::new(0, Manner::Anything);
    let trace = script.steps.iter().map(|step| model.apply(step)).collect();
    (Trace(trace), model.facts)
}

impl Model {
    /// A world without processes, with a chance of its own.
    pub(super) fn new(seed: u64, manner: Manner) -> Self {
        Self {
            rng: Rng::new(seed),
            manner,
            processes: BTreeMap::new(),
            flights: BTreeMap::new(),
            names: BTreeMap::new(),
            used: BTreeSet::new(),
            requests: BTreeMap::new(),
            timers: Vec::new(),
            timer_words: BTreeSet::new(),
            now: 0,
            next_id: 0,
            log: Log::default(),
            facts: Facts::new(),
            unlike_otp: false,
        }
    }

    /// Does one step, and returns the record of it.
    pub(super) fn apply(&mut self, step: &Act) -> Value {
        let ret = self.perform(step);
        self.run();
        let alive: Vec<_> = self.alive().map(|(label, _)| label.clone()).collect();
        self.log.record(&json!(step), &ret, &alive, &self.names)
    }

    /// The living processes.
    pub(super) fn alive(&self) -> impl Iterator<Item = (&String, &Process)> {
        self.processes.iter().filter(|(_, it)| it.is_alive())
    }

    /// Every process that ever was.
    pub(super) fn known(&self) -> impl Iterator<Item = &String> {
        self.processes.keys()
    }

    pub(super) fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }

    /// Whoever only walks along need not carry them.
    pub(super) fn forget_facts(&mut self) {
        self.facts.clear();
    }

    fn perform(&mut self, step: &Act) -> String {
        match step {
            Act::Wait { ms } => {
                self.advance(*ms);
                "ok".to_owned()
            }
            Act::Hold { at, ops } => self.hold(at, ops),
            step => self.command(step),
        }
    }

    /// A process is told to do something, or nobody does it.
    fn command(&mut self, step: &Act) -> String {
        match (step.by(), step) {
            (Some(by), _) if !self.is_alive(by) => "noproc".to_owned(),
            (Some(by), _) => {
                self.send(DRIVER, by, Signal::Item(Item::Do(step.clone())));
                self.advance(step.patience());
                "ok".to_owned()
            }
            (None, Act::Spawn { .. }) => self.spawn_by_nobody(step),
            (None, Act::Exit { to, reason, .. }) => match self.processes.contains_key(to) {
                true => {
                    let end = End::from(*reason);
                    self.send(DRIVER, to, Signal::Exit { end, link: false });
                    "ok".to_owned()
                }
                false => "unknown".to_owned(),
            },
            (None, _) => "unsupported".to_owned(),
        }
    }

    /// The process gets to a callback that does not return until all of this is done.
    fn hold(&mut self, at: &str, ops: &[Act]) -> String {
        if !self.is_alive(at) {
            return "noproc".to_owned();
        }
        let gate = self.id();
        self.send(DRIVER, at, Signal::Item(Item::Hold(gate)));
        self.run();
        let mut rets = Vec::new();
        for op in ops {
            rets.push(self.perform(op));
            self.run();
        }
        self.note_waiting(at);
        if let Some(process) = self.processes.get_mut(at) {
            process.released.push(gate);
            if process.busy == Busy::Held(gate) {
                process.busy = Busy::Free;
            }
        }
        rets.join(",")
    }

    fn note_waiting(&mut self, at: &str) {
        let Some(process) = self.processes.get(at) else {
            return;
        };
        let inbox = &process.inbox;
        let is_end = |item: &Item| matches!(item, Item::Exit { .. } | Item::Down { .. });
        let behind = |at: usize, whose: Option<&str>| {
            let mut before = inbox.iter().take(at);
            before.any(|(from, item)| !is_end(item) && whose.is_none_or(|whose| from == whose))
        };
        let ends = inbox.iter().enumerate();
        let ends: Vec<_> = ends.filter(|(_, (_, item))| is_end(item)).collect();
        let words = ends.iter().any(|(at, (from, _))| behind(*at, Some(from)));
        let parent = process.parent.as_deref();
        let orphaned = |(at, (from, item)): &(usize, &(String, Item))| {
            matches!(item, Item::Exit { .. }) && parent == Some(from) && behind(*at, None)
        };
        let orphaned = ends.iter().any(orphaned);
        if inbox.len() > 1 {
            self.note("several messages wait for a busy process");
        }
        if words {
            self.note("an end waits behind messages of the same sender");
        }
        if orphaned {
            self.note("the exit of a parent waits behind other messages");
        }
    }

    /// Lets everything happen that can, in a random order, until nothing can.
    fn run(&mut self) {
        loop {
            let mut choices: Vec<_> = self.flights.keys().map(Choice::arrival).collect();
            let ready = self.processes.iter().filter(|(_, it)| it.is_ready());
            choices.extend(ready.map(|(label, _)| Choice::Turn(label.clone())));
            let best = choices.iter().map(|it| it.rank(self.manner)).min();
            choices.retain(|choice| Some(choice.rank(self.manner)) == best);
            match self.rng.pick(&choices) {
                Some(Choice::Arrival(from, to)) => self.arrive(from, to),
                Some(Choice::Turn(label)) => self.take_turn(label),
                None => return,
            }
        }
    }

    /// Whether what happened can be compared: nobody waits for a deadline that the step did not wait
    /// for, and OTP does what the rules say.
    pub(super) fn is_comparable(&self) -> bool {
        let mut alive = self.alive();
        !self.unlike_otp && alive.all(|(_, process)| process.deadline().is_none())
    }

    fn send(&mut self, from: &str, to: &str, signal: Signal) {
        let pair = (from.to_owned(), to.to_owned());
        self.flights.entry(pair).or_default().push_back(signal);
    }

    fn arrive(&mut self, from: &str, to: &str) {
        let pair = (from.to_owned(), to.to_owned());
        let Some(flight) = self.flights.get_mut(&pair) else {
            return;
        };
        let signal = flight.pop_front();
        if flight.is_empty() {
            self.flights.remove(&pair);
        }
        if let Some(signal) = signal {
            self.receive(from, to, signal);
        }
    }

    fn is_alive(&self, label: &str) -> bool {
        self.processes.get(label).is_some_and(Process::is_alive)
    }

    /// Who is behind a target: a process, living or not, or the holder of a name.
    fn resolve(&self, target: &str) -> Target {
        match target.starts_with('@') {
            true => match self.names.get(target) {
                Some(holder) => Target::Process(holder.clone()),
                None => Target::Nobody,
            },
            false if self.processes.contains_key(target) => Target::Process(target.to_owned()),
            false => Target::Unknown,
        }
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn note(&mut self, fact: impl Into<String>) {
        *self.facts.entry(fact.into()).or_default() += 1;
    }

    fn did(&mut self, label: &str, op: &str, result: &str) {
        let known = result.split(' ').next().unwrap_or_default();
        let known = match known {
            "reply" | "already_started" => known,
            _ if op == "whereis" && result != "none" => "somebody",
            _ => result,
        };
        self.note(format!("{op}: {known}"));
        self.log.did(label, op, result);
    }
}

/// What can happen next.
enum Choice {
    Arrival(String, String),
    Turn(String),
}

impl Choice {
    fn arrival((from, to): &(String, String)) -> Self {
        Self::Arrival(from.clone(), to.clone())
    }

    /// What has the lowest rank happens first.
    fn rank(&self, manner: Manner) -> u8 {
        match (manner, self) {
            (Manner::Quick(quick), Self::Turn(label)) if quick == label => 0,
            (Manner::Slow(slow), Self::Turn(label)) if slow == label => 2,
            (Manner::Far(far), Self::Arrival(_, to)) if far == to => 2,
            _ => 1,
        }
    }
}

/// Who is behind a target.
enum Target {
    Process(String),
    /// Nobody holds the name.
    Nobody,
    /// The script knows no such process.
    Unknown,
}
