//! Draws steps that find somebody.

use super::super::model::Process;
use super::super::script::{Act, How, InitPlan, Reason, What};
use super::pick::SHORT;
use super::{Clock, Draw, LABELS};

const LONG: u64 = 300;

/// A script waits six seconds at a time, and its timers are due in the middle of a wait.
const WAIT: u64 = 6000;
const TIMERS: [u64; 2] = [3000, 9000];
const MAX_WAITS: usize = 2;

#[derive(Clone, Copy)]
pub(super) enum Idea {
    Spawn,
    Link,
    Unlink,
    Monitor,
    Demonitor,
    Exit,
    End,
    Message,
    Call,
    Reply,
    Stop,
    Trap,
    Whereis,
    Hold,
    Late,
    Timer,
    Look,
    Wait,
}

impl Draw<'_> {
    /// Draws one step; none if the idea finds nobody.
    pub(super) fn step(&mut self) -> Option<Act> {
        let alive = self.model.alive().count();
        let few = alive < 2 || (alive < 4 && self.rng.percent(50));
        if few && self.counts.processes < LABELS.len() {
            return Some(self.spawn());
        }
        let timers = if self.clock == Clock::Timers { 1 } else { 0 };
        let replies = if self.kept().is_empty() { 0 } else { 12 };
        let idea = self.rng.weighted(&[
            (9, Idea::Spawn),
            (8, Idea::Link),
            (3, Idea::Unlink),
            (10, Idea::Monitor),
            (4, Idea::Demonitor),
            (7, Idea::Exit),
            (5, Idea::End),
            (5, Idea::Message),
            (12, Idea::Call),
            (replies, Idea::Reply),
            (6, Idea::Stop),
            (3, Idea::Trap),
            (3, Idea::Whereis),
            (8, Idea::Hold),
            (16, Idea::Late),
            (20 * timers, Idea::Timer),
            (17 * timers, Idea::Look),
            (8 * timers, Idea::Wait),
        ])?;
        self.realize(idea)
    }

    pub(super) fn realize(&mut self, idea: Idea) -> Option<Act> {
        match idea {
            Idea::Spawn if self.counts.processes < LABELS.len() => return Some(self.spawn()),
            Idea::Spawn => return None,
            Idea::Hold => return self.hold(),
            Idea::Late => return self.late(),
            Idea::Reply => return self.reply(),
            Idea::Wait if self.counts.waits < MAX_WAITS => {
                self.counts.waits += 1;
                return Some(Act::Wait { ms: WAIT });
            }
            Idea::Wait => return None,
            _ => {}
        }
        let by = self.actor()?;
        self.deed(idea, by)
    }

    fn deed(&mut self, idea: Idea, by: String) -> Option<Act> {
        Some(match idea {
            Idea::Link => {
                let to = self.somebody(&by)?;
                Act::Link { by, to }
            }
            Idea::Unlink => {
                let to = self.linked(&by).or_else(|| self.somebody(&by))?;
                Act::Unlink { by, to }
            }
            Idea::Monitor => {
                let to = match self.rng.percent(50) {
                    true => self.name(),
                    false => self.somebody(&by)?,
                };
                let monitor = self.word("m");
                Act::Monitor { by, to, monitor }
            }
            Idea::Demonitor => {
                let monitor = self.monitor_of(&by)?;
                let flush = self.rng.percent(50);
                Act::Demonitor { by, monitor, flush }
            }
            Idea::Exit => self.exit(by)?,
            Idea::End => match self.rng.percent(70) {
                true => {
                    let reason = self.own_reason();
                    Act::Return { by, reason }
                }
                false => Act::Panic { by },
            },
            Idea::Message => self.message(by)?,
            Idea::Call => self.call(by)?,
            Idea::Stop => {
                let (to, reason) = (self.target(&by)?, self.own_reason());
                let ms = self.deadline(35);
                Act::Stop { by, to, reason, ms }
            }
            Idea::Trap => {
                let on = self.rng.percent(60) && self.may_trap(&by);
                Act::Trap { by, on }
            }
            Idea::Whereis => {
                let name = self.name();
                Act::Whereis { by, name }
            }
            Idea::Timer => self.timer(by)?,
            Idea::Look => self.look(by)?,
            Idea::Spawn | Idea::Hold | Idea::Late | Idea::Reply | Idea::Wait => return None,
        })
    }

    /// A linked start fails only where OTP 25 leaves no EXIT behind, as newer ones never do, and where
    /// its starter does not die with it while it gets the answer (G-5).
    pub(super) fn spawn(&mut self) -> Act {
        self.counts.processes += 1;
        let label = LABELS[self.counts.processes - 1].to_owned();
        let by = match self.rng.percent(65) {
            true => self.actor(),
            false => None,
        };
        let hows = [(48, How::Link), (28, How::Monitor), (24, How::Start)];
        let how = match by {
            Some(_) => self.rng.weighted(&hows).unwrap_or_default(),
            None => How::Start,
        };
        let init = self.init(how, by.as_deref());
        let reason = match init {
            InitPlan::Stop if how == How::Link => Some(Reason::Normal),
            InitPlan::Stop | InitPlan::Brief => Some(self.own_reason()),
            _ => None,
        };
        Act::Spawn {
            label,
            by,
            how,
            monitor: (how == How::Monitor).then(|| self.word("m")),
            trap: how != How::Monitor && self.rng.percent(55),
            name: self.new_name(),
            init,
            reason,
            ms: (init == InitPlan::Hang).then_some(SHORT),
        }
    }

    fn init(&mut self, how: How, by: Option<&str>) -> InitPlan {
        let traps =
            |(label, process): (&String, &Process)| Some(label.as_str()) == by && process.trap;
        let quiet = how != How::Link;
        let ignorable = quiet || !self.model.alive().any(traps);
        let hangs = if self.clock == Clock::Deadlines { 8 } else { 0 };
        let inits = [
            (76, InitPlan::Ok),
            (if ignorable { 5 } else { 0 }, InitPlan::Ignore),
            (if ignorable { 9 } else { 0 }, InitPlan::Stop),
            (if quiet { 4 } else { 0 }, InitPlan::Panic),
            (6, InitPlan::Brief),
            (hangs, InitPlan::Hang),
        ];
        self.rng.weighted(&inits).unwrap_or_default()
    }

    /// What an exit signal says.
    pub(super) fn signal(&mut self) -> Option<Reason> {
        let reasons = [
            (5, Reason::Kill),
            (4, Reason::Normal),
            (3, Reason::Shutdown),
            (3, Reason::Tagged),
            (4, Reason::Boom),
            (2, Reason::Killed),
            (2, Reason::Noproc),
        ];
        self.rng.weighted(&reasons)
    }

    fn exit(&mut self, by: String) -> Option<Act> {
        let reason = self.signal()?;
        let to = match self.rng.percent(50) && self.may_exit_itself(&by, reason) {
            true => by.clone(),
            false => self.somebody(&by)?,
        };
        if to == by && !self.may_exit_itself(&by, reason) {
            return None;
        }
        let by = self.rng.percent(75).then_some(by);
        Some(Act::Exit { by, to, reason })
    }

    /// In OTP a server that was started without a link is its own parent, so that a signal of its own
    /// ends it even if it traps exits; by G-9 it has no parent.
    fn may_exit_itself(&self, by: &str, reason: Reason) -> bool {
        let process = self.model.alive().find(|(label, _)| *label == by);
        let linked = process.is_some_and(|(_, it)| it.how == How::Link || !it.trap);
        linked || reason == Reason::Kill
    }

    /// In OTP the starter of a monitored server is its parent, so that its exit signals end a server
    /// that traps exits; by G-9 it has no parent.
    pub(super) fn may_trap(&self, by: &str) -> bool {
        let mut processes = self.model.alive();
        processes.any(|(label, process)| label == by && process.how != How::Monitor)
    }

    fn message(&mut self, by: String) -> Option<Act> {
        let n = self.number();
        Some(match self.rng.percent(60) {
            true => {
                let to = self.target(&by)?;
                Act::Cast { by, to, n }
            }
            false => {
                let to = self.somebody(&by)?;
                Act::Send { by, to, n }
            }
        })
    }

    fn call(&mut self, by: String) -> Option<Act> {
        let whats = [
            (34, What::Reply),
            (10, What::Stop),
            (11, What::StopReply),
            (8, What::Panic),
            (20, What::Keep),
            (23, What::Forward),
        ];
        let what = self.rng.weighted(&whats)?;
        let stops = matches!(what, What::Stop | What::StopReply);
        let forwards = what == What::Forward;
        let limits = match self.clock {
            // The inner and the outer deadline are never the same.
            Clock::Deadlines if forwards => *self.rng.pick(&[
                (Some(SHORT), Some(LONG)),
                (Some(LONG), Some(SHORT)),
                (None, Some(SHORT)),
                (Some(SHORT), None),
            ])?,
            Clock::Deadlines => (self.deadline(60), None),
            Clock::Unused | Clock::Timers => (None, None),
        };
        Some(Act::Call {
            to: self.target(&by)?,
            what,
            n: self.number(),
            reason: stops.then(|| self.own_reason()),
            key: (what == What::Keep).then(|| self.word("k")),
            via: match forwards {
                // A circle, which ends with the first deadline.
                true if limits.1.is_some() && self.rng.percent(35) => Some(by.clone()),
                true => Some(self.target(&by)?),
                false => None,
            },
            via_ms: limits.1,
            ms: limits.0,
            by,
        })
    }

    fn reply(&mut self) -> Option<Act> {
        let kept = self.kept();
        let (by, key) = self.rng.pick(&kept)?.clone();
        let n = self.number();
        Some(Act::Reply { by, key, n })
    }

    fn timer(&mut self, by: String) -> Option<Act> {
        let to = match self.rng.percent(45) {
            true => self.name(),
            false => self.living()?,
        };
        let ms = *self.rng.pick(&TIMERS)?;
        let (n, timer) = (self.number(), self.word("t"));
        self.counts.timers.push(timer.clone());
        Some(Act::Timer {
            by,
            to,
            ms,
            n,
            timer,
        })
    }

    fn look(&mut self, by: String) -> Option<Act> {
        let timer = self.rng.pick(&self.counts.timers)?.clone();
        Some(match self.rng.percent(65) {
            true => Act::Cancel { by, timer },
            false => Act::Read { by, timer },
        })
    }
}
