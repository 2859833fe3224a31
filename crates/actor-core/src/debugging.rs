//! [`Debugging`]: what sys has switched on for one process (Y-2, Y-5).
//!
//! A process has this record while something of it is on, and no longer. Then it takes its messages
//! out of the inbox one by one, and tells events around each; any other process does neither.

mod event;
mod options;
mod statistics;

pub use event::Event;
pub use options::DebugOptions;
pub use statistics::Statistics;

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::ops::ControlFlow;

use tracing::info;

use crate::observation::Record;
use crate::rt::now;
use crate::slot::Pending;
use crate::unwind::{catch, report};

/// How many events are kept if nobody says otherwise.
pub(crate) const DEFAULT_LOG: usize = 10;

#[derive(Default)]
pub(crate) struct Debugging {
    pub(crate) suspended: bool,
    pub(crate) trace: bool,
    pub(crate) log: Option<Log>,
    pub(crate) statistics: Option<Statistics>,
    hooks: Hooks,
    /// While somebody observes.
    pub(crate) times: Option<Record>,
    /// The message that is being handled.
    in_hand: Option<InHand>,
}

/// The last events, and how many are kept.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) most: usize,
    pub(crate) events: VecDeque<Event>,
}

/// A function of the user's that sees each event.
pub(crate) struct Hook {
    pub(crate) name: String,
    pub(crate) see: See,
}

/// Sees the state of its server, and an event.
pub(crate) type See = Box<dyn FnMut(&dyn Any, &Event) -> ControlFlow<()> + Send>;

struct InHand {
    message: &'static str,
    call: Option<Pending>,
}

/// The process that events are about.
pub(crate) struct Subject<'a> {
    pub(crate) pid: &'a dyn fmt::Display,
    pub(crate) name: Option<&'a str>,
    pub(crate) state: &'a dyn Any,
    /// The state as `format_status` writes it.
    pub(crate) status: &'a dyn Fn() -> String,
}

/// Dropped one by one: two drops that panic at once would abort the program.
#[derive(Default)]
struct Hooks(Vec<Hook>);

impl Drop for Hooks {
    fn drop(&mut self) {
        for hook in self.0.drain(..) {
            let _ = catch(|| drop(hook));
        }
    }
}

impl Debugging {
    /// The record of a process that starts with these; none if nothing is on.
    pub(crate) fn of(options: DebugOptions) -> Option<Box<Self>> {
        if options == DebugOptions::new() {
            return None;
        }
        let mut debugging = Self {
            trace: options.trace,
            statistics: options.statistics.then(|| Statistics::since(now())),
            ..Self::default()
        };
        if let Some(most) = options.log {
            debugging.keep_log(most);
        }
        Some(Box::new(debugging))
    }

    /// Whether nothing is on, so that the record may go.
    pub(crate) fn is_over(&self) -> bool {
        !self.suspended && !self.tells() && self.statistics.is_none() && self.times.is_none()
    }

    /// Whether anybody wants events.
    fn tells(&self) -> bool {
        self.trace || self.log.is_some() || !self.hooks.0.is_empty()
    }

    /// All but the suspension is off from here on; what is left of it is for the caller to drop.
    #[must_use = "hooks are the user's, and dropped with care"]
    pub(crate) fn clear(&mut self) -> Self {
        let mut cleared = mem::take(self);
        self.suspended = cleared.suspended;
        self.times = cleared.times.take();
        cleared
    }

    /// Keeps the last `most` events from here on, of those before as many as fit.
    pub(crate) fn keep_log(&mut self, most: usize) {
        let log = self.log.get_or_insert_default();
        log.most = most;
        log.shorten();
    }

    /// Installs a hook; the present one of this name stays, and the new one is given back.
    pub(crate) fn install(&mut self, hook: Hook) -> Option<Hook> {
        if self.hooks.0.iter().any(|present| present.name == hook.name) {
            return Some(hook);
        }
        self.hooks.0.push(hook);
        None
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Hook> {
        let place = self.hooks.0.iter().position(|hook| hook.name == name)?;
        Some(self.hooks.0.remove(place))
    }

    pub(crate) fn hook_names(&self) -> Vec<String> {
        self.hooks.0.iter().map(|hook| hook.name.clone()).collect()
    }

    /// A message is about to be handled.
    pub(crate) fn message_in(
        &mut self,
        message: &'static str,
        call: Option<Pending>,
        subject: &Subject<'_>,
    ) {
        if let Some(statistics) = &mut self.statistics {
            statistics.messages_in += 1;
        }
        if let Some(times) = &self.times {
            times.begin(message);
        }
        if self.tells() {
            self.tell(subject, Event::In(message));
        }
        self.in_hand = Some(InHand { message, call });
    }

    /// The server is back at its inbox: what came of the message that it handled.
    pub(crate) fn settled(&mut self, subject: &Subject<'_>) {
        let Some(InHand { message, call }) = self.in_hand.take() else {
            return;
        };
        if let Some(times) = &self.times {
            times.end();
        }
        if call.is_some_and(|call| call.is_answered()) {
            if let Some(statistics) = &mut self.statistics {
                statistics.messages_out += 1;
            }
            if self.tells() {
                self.tell(subject, Event::Out(message));
            }
        }
        if self.tells() {
            self.tell(subject, Event::State((subject.status)()));
        }
    }

    fn tell(&mut self, subject: &Subject<'_>, event: Event) {
        if self.trace {
            report(|| {
                let Subject { pid, name, .. } = subject;
                info!(target: "actor::sys", %pid, name, %event, "trace");
            });
        }
        // One that is done, or panics, is removed; the server goes on (Y-5).
        let goes_on = |hook: &mut Hook| {
            let seen = catch(|| (hook.see)(subject.state, &event));
            seen.is_ok_and(|flow| flow.is_continue())
        };
        for done in self.hooks.0.extract_if(.., |hook| !goes_on(hook)) {
            report(|| drop(done));
        }
        if let Some(log) = &mut self.log {
            log.events.push_back(event);
            log.shorten();
        }
    }
}

impl Log {
    /// The events, the oldest first, on one line.
    pub(crate) fn line(&self) -> String {
        let events = self.events.iter().map(|event| event.to_string());
        events.collect::<Vec<_>>().join("; ")
    }

    fn shorten(&mut self) {
        let excess = self.events.len().saturating_sub(self.most);
        self.events.drain(..excess);
    }
}
