//! Draws what comes while a callback does not return, so that several things wait in one inbox.

use super::super::model::{Model, Process};
use super::super::script::{Act, Reason, What};
use super::acts::Idea;
use super::{Clock, Draw, LABELS};

/// What is then asked of the one that is held, and what happens before it gets there.
#[derive(Clone, Copy)]
enum Late {
    Demonitor,
    Unlink,
    Trap,
    /// It is ended while somebody waits for it.
    Ended,
    /// It is asked to stop twice.
    Stopped,
    /// Somebody tells it something, and ends.
    LastWords,
    /// The name that it watches is held by another one.
    Successor,
}

impl<'a> Draw<'a> {
    /// What comes while a callback of one process does not return; mostly it is about that one.
    pub(super) fn hold(&mut self) -> Option<Act> {
        let at = self.free()?;
        let ideas = [
            (5, Idea::Message),
            (5, Idea::Exit),
            (4, Idea::Call),
            (3, Idea::Stop),
            (3, Idea::Monitor),
            (3, Idea::Demonitor),
            (2, Idea::Link),
            (2, Idea::Unlink),
            (4, Idea::End),
            (2, Idea::Spawn),
            (if self.clock == Clock::Timers { 4 } else { 0 }, Idea::Wait),
        ];
        let mut ops = Vec::new();
        for _ in 0..self.rng.between(2, 4) {
            let idea = self.rng.weighted(&ideas)?;
            if let Some(op) = self.realize(idea) {
                ops.push(self.about(op, &at));
            }
        }
        (!ops.is_empty()).then_some(Act::Hold { at, ops })
    }

    /// Turns it towards that process, mostly.
    fn about(&mut self, mut op: Act, at: &str) -> Act {
        let near = self.rng.percent(60);
        match &mut op {
            Act::Cast { by, to, .. }
            | Act::Send { by, to, .. }
            | Act::Call { by, to, .. }
            | Act::Stop { by, to, .. }
            | Act::Monitor { by, to, .. }
            | Act::Link { by, to, .. }
                if near && by != at =>
            {
                at.clone_into(to);
            }
            Act::Exit { by, to, .. } if near && by.as_deref() != Some(at) => at.clone_into(to),
            _ => {}
        }
        op
    }

    /// What a process was told is overtaken by what it would have heard of.
    pub(super) fn late(&mut self) -> Option<Act> {
        let late = self.rng.weighted(&[
            (6, Late::Demonitor),
            (5, Late::Unlink),
            (4, Late::Trap),
            (8, Late::Ended),
            (9, Late::Stopped),
            (5, Late::LastWords),
            (23, Late::Successor),
        ])?;
        let at = match late {
            Late::Demonitor => self.free_that(|process| process.watched().next().is_some())?,
            Late::Successor => {
                self.free_that(|process| process.watched().any(|it| by_name(&it)))?
            }
            Late::Unlink => self.free_that(|process| process.links().next().is_some())?,
            _ => self.free()?,
        };
        let ops = self.overtaken(late, &at)?;
        Some(Act::Hold { at, ops })
    }

    fn overtaken(&mut self, late: Late, at: &str) -> Option<Vec<Act>> {
        let by = at.to_owned();
        Some(match late {
            Late::Demonitor => {
                let process = self.process(at)?;
                let watched: Vec<_> = process.watched().collect();
                let (monitor, peer, _) = *self.rng.pick(&watched)?;
                let (monitor, peer) = (monitor.clone(), self.if_free(peer)?);
                let flush = self.rng.percent(60);
                vec![Act::Demonitor { by, monitor, flush }, self.end_of(peer)]
            }
            Late::Unlink => {
                let linked = self.linked(at)?;
                let to = self.if_free(&linked)?;
                vec![Act::Unlink { by, to: to.clone() }, self.end_of(to)]
            }
            Late::Trap => {
                let on = !self.process(at)?.trap && self.may_trap(at);
                let exit = self.exit_to(at, at)?;
                vec![Act::Trap { by, on }, exit]
            }
            Late::Ended => {
                let by = self.other_free(&[at])?;
                let exit = self.exit_to(at, &by)?;
                vec![self.asks(by, at), exit]
            }
            Late::Stopped => {
                let first = self.other_free(&[at])?;
                let second = self.other_free(&[at, &first])?;
                vec![self.stops(first, at), self.stops(second, at)]
            }
            Late::LastWords => {
                let by = self.other_free(&[at])?;
                let mut ops = Vec::new();
                for _ in 0..self.rng.between(1, 2) {
                    let (to, n) = (at.to_owned(), self.number());
                    let by = by.clone();
                    ops.push(match self.rng.percent(50) {
                        true => Act::Cast { by, to, n },
                        false => Act::Send { by, to, n },
                    });
                }
                ops.push(self.end_of(by));
                ops
            }
            Late::Successor => {
                let watched = self.process(at)?.watched();
                let watched: Vec<_> = watched.filter(by_name).collect();
                let (_, holder, name) = *self.rng.pick(&watched)?;
                let end = self.end_of(self.if_free(holder)?);
                vec![end, self.named(name)?]
            }
        })
    }

    fn free_that(&mut self, fits: impl Fn(&Process) -> bool) -> Option<String> {
        let free = self.model.alive().filter(|(_, process)| process.is_free());
        let fitting = free.filter(|(_, process)| fits(process));
        let fitting: Vec<_> = fitting.map(|(label, _)| label.clone()).collect();
        self.rng.pick(&fitting).cloned()
    }

    /// A start under that name.
    fn named(&mut self, wanted: &str) -> Option<Act> {
        if self.counts.processes >= LABELS.len() {
            return None;
        }
        let mut spawn = self.spawn();
        if let Act::Spawn { name, .. } = &mut spawn {
            *name = Some(wanted.to_owned());
        }
        Some(spawn)
    }

    /// A free process ends, in one way or another.
    fn end_of(&mut self, label: String) -> Act {
        match self.rng.below(4) {
            0 => Act::Panic { by: label },
            1 => Act::Exit {
                by: None,
                to: label,
                reason: Reason::Kill,
            },
            _ => Act::Return {
                by: label,
                reason: self.own_reason(),
            },
        }
    }

    /// An exit signal from anybody but these two.
    fn exit_to(&mut self, to: &str, than: &str) -> Option<Act> {
        let reason = self.signal()?;
        let by = match self.rng.percent(60) {
            true => Some(self.other_free(&[to, than])?),
            false => None,
        };
        let to = to.to_owned();
        Some(Act::Exit { by, to, reason })
    }

    fn asks(&mut self, by: String, to: &str) -> Act {
        if self.rng.percent(45) {
            return self.stops(by, to);
        }
        let key = self.rng.percent(40).then(|| self.word("k"));
        Act::Call {
            by,
            to: to.to_owned(),
            what: if key.is_some() {
                What::Keep
            } else {
                What::Reply
            },
            n: self.number(),
            reason: None,
            key,
            via: None,
            via_ms: None,
            ms: self.deadline(40),
        }
    }

    fn stops(&mut self, by: String, to: &str) -> Act {
        Act::Stop {
            by,
            to: to.to_owned(),
            reason: self.own_reason(),
            ms: self.deadline(50),
        }
    }

    fn process(&self, label: &str) -> Option<&'a Process> {
        let model: &'a Model = self.model;
        let mut alive = model.alive();
        alive.find_map(|(it, process)| (it == label).then_some(process))
    }

    fn if_free(&self, label: &str) -> Option<String> {
        let process = self.process(label)?;
        process.is_free().then(|| label.to_owned())
    }

    fn other_free(&mut self, than: &[&str]) -> Option<String> {
        let free = self.model.alive().filter(|(_, process)| process.is_free());
        let others = free.filter(|(label, _)| !than.contains(&label.as_str()));
        let others: Vec<_> = others.map(|(label, _)| label.clone()).collect();
        self.rng.pick(&others).cloned()
    }
}

fn by_name((_, _, object): &(&String, &String, &String)) -> bool {
    object.starts_with('@')
}
