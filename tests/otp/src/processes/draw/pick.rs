//! Whom and what a step is about.

use super::super::script::Reason;
use super::{Clock, Draw};

const NAMES: [&str; 2] = ["@m", "@n"];

/// Deadlines are this long; what is answered at all is answered at once.
pub(super) const SHORT: u64 = 100;

impl Draw<'_> {
    /// A living process, mostly one that does at once what it is told.
    pub(super) fn actor(&mut self) -> Option<String> {
        match self.rng.percent(93) {
            true => self.free(),
            false => self.living(),
        }
    }

    pub(super) fn free(&mut self) -> Option<String> {
        let free = self.model.alive().filter(|(_, process)| process.is_free());
        let free: Vec<_> = free.map(|(label, _)| label.clone()).collect();
        self.rng.pick(&free).cloned()
    }

    pub(super) fn living(&mut self) -> Option<String> {
        let living: Vec<_> = self.model.alive().map(|(label, _)| label.clone()).collect();
        self.rng.pick(&living).cloned()
    }

    /// A process, mostly a living one, and another.
    pub(super) fn somebody(&mut self, by: &str) -> Option<String> {
        if self.rng.percent(4) {
            return Some(by.to_owned());
        }
        let lives = self.rng.percent(86);
        let known: Vec<_> = match lives {
            true => self.model.alive().map(|(label, _)| label).collect(),
            false => self.model.known().collect(),
        };
        let others: Vec<_> = known.into_iter().filter(|label| *label != by).collect();
        self.rng.pick(&others).map(|label| (*label).clone())
    }

    /// A process or a name.
    pub(super) fn target(&mut self, by: &str) -> Option<String> {
        match self.rng.percent(25) {
            true => Some(self.name()),
            false => self.somebody(by),
        }
    }

    /// A name, mostly one that somebody holds.
    pub(super) fn name(&mut self) -> String {
        let held: Vec<_> = self.model.names().keys().cloned().collect();
        let mostly = self.rng.percent(70);
        match self.rng.pick(&held).filter(|_| mostly) {
            Some(name) => name.clone(),
            None => self.rng.pick(&NAMES).map_or("@n", |name| *name).to_owned(),
        }
    }

    /// A name to be held, mostly one that is free; or none.
    pub(super) fn new_name(&mut self) -> Option<String> {
        if self.rng.percent(20) {
            return Some(self.name()).filter(|_| self.rng.percent(50));
        }
        let held = self.model.names();
        let free: Vec<_> = NAMES
            .iter()
            .filter(|name| !held.contains_key(**name))
            .collect();
        let wanted = self.rng.percent(60);
        self.rng
            .pick(&free)
            .filter(|_| wanted)
            .map(|name| (**name).to_owned())
    }

    pub(super) fn linked(&mut self, by: &str) -> Option<String> {
        let (_, process) = self.model.alive().find(|(label, _)| *label == by)?;
        let links: Vec<_> = process.links().cloned().collect();
        self.rng.pick(&links).cloned()
    }

    pub(super) fn monitor_of(&mut self, by: &str) -> Option<String> {
        let (_, process) = self.model.alive().find(|(label, _)| *label == by)?;
        let monitors: Vec<_> = process.monitors().cloned().collect();
        self.rng.pick(&monitors).cloned()
    }

    /// Who keeps whom waiting, and can reply: processes and keys.
    pub(super) fn kept(&self) -> Vec<(String, String)> {
        let free = self.model.alive().filter(|(_, process)| process.is_free());
        let kept = free.flat_map(|(label, process)| {
            process.keys().map(move |key| (label.clone(), key.clone()))
        });
        kept.collect()
    }

    /// Why a process ends by itself, or is asked to.
    pub(super) fn own_reason(&mut self) -> Reason {
        let reasons = [
            (4, Reason::Normal),
            (3, Reason::Shutdown),
            (3, Reason::Tagged),
            (3, Reason::Kill),
            (4, Reason::Boom),
            (2, Reason::Killed),
            (2, Reason::Noproc),
        ];
        self.rng.weighted(&reasons).unwrap_or(Reason::Boom)
    }

    pub(super) fn deadline(&mut self, chance: usize) -> Option<u64> {
        let may_be = self.clock == Clock::Deadlines;
        (may_be && self.rng.percent(chance)).then_some(SHORT)
    }

    pub(super) fn number(&mut self) -> u64 {
        self.rng.next() % 90 + 10
    }

    pub(super) fn word(&mut self, letter: &str) -> String {
        self.counts.words += 1;
        format!("{letter}{}", self.counts.words)
    }
}
