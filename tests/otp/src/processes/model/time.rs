//! Time: deadlines and timers, in the order in which they are due (TM-1 to TM-4).

use super::super::script::Act;
use super::process::{Item, Signal};
use super::{Model, Target};

/// A message that comes later.
#[derive(Clone)]
pub(super) struct Timer {
    word: String,
    due: u64,
    /// A process, or a name that is looked up when it is due.
    to: String,
    n: u64,
}

/// What is due.
enum Due {
    Deadline(String),
    Timer(usize),
}

impl Model {
    pub(super) fn timer(&mut self, by: &str, act: &Act) {
        let result = match act {
            Act::Timer {
                to, ms, n, timer, ..
            } => {
                let to = match self.resolve(to) {
                    Target::Unknown => return self.tell(by, "timer", "unknown"),
                    _ => to.clone(),
                };
                self.timer_words.insert(timer.clone());
                self.timers.push(Timer {
                    word: timer.clone(),
                    due: self.now + ms,
                    to,
                    n: *n,
                });
                "ok"
            }
            Act::Cancel { timer, .. } | Act::Read { timer, .. } if !self.is_set(timer) => "unknown",
            Act::Cancel { timer, .. } => {
                let left = self.left(timer);
                self.timers.retain(|it| it.word != *timer);
                left
            }
            Act::Read { timer, .. } => self.left(timer),
            _ => return,
        };
        self.tell(by, act.word(), result);
    }

    fn is_set(&self, word: &str) -> bool {
        self.timer_words.contains(word)
    }

    /// A timer that was set and has not fired; one to a process ends with it (TM-2).
    fn left(&self, word: &str) -> &'static str {
        let pending = self.timers.iter().find(|timer| timer.word == word);
        let lives = |to: &str| to.starts_with('@') || self.is_alive(to);
        match pending.is_some_and(|timer| lives(&timer.to)) {
            true => "left",
            false => "none",
        }
    }

    /// Lets time pass, and what is due happen.
    pub(super) fn advance(&mut self, ms: u64) {
        self.run();
        let until = self.now + ms;
        while let Some((at, due)) = self.next_due().filter(|(at, _)| *at <= until) {
            self.now = at;
            match due {
                Due::Deadline(label) => self.give_up(&label),
                Due::Timer(index) => self.fire(index),
            }
            self.run();
        }
        self.now = until;
    }

    fn next_due(&self) -> Option<(u64, Due)> {
        let alive = self.processes.iter().filter(|(_, it)| it.is_alive());
        let deadlines = alive.filter_map(|(label, process)| {
            let deadline = process.deadline()?;
            Some((deadline, Due::Deadline(label.clone())))
        });
        let timers = self.timers.iter().enumerate();
        let timers = timers.map(|(index, timer)| (timer.due, Due::Timer(index)));
        deadlines.chain(timers).min_by_key(|(at, _)| *at)
    }

    fn fire(&mut self, index: usize) {
        let timer = self.timers.remove(index);
        if let Target::Process(to) = self.resolve(&timer.to)
            && self.is_alive(&to)
        {
            let by_name = timer.to.starts_with('@');
            self.note(if by_name {
                "a timer finds the holder of a name"
            } else {
                "a timer fires"
            });
            self.send(&timer.word, &to, Signal::Item(Item::Info { n: timer.n }));
        } else {
            self.note("a timer finds nobody");
        }
    }
}
