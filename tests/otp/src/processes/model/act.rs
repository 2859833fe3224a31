//! What a simulated process does: what reaches it, and what it is told to do.

use serde_json::json;

use super::super::log::End;
use super::super::script::Act;
use super::process::{Busy, Item, Signal, Watch};
use super::{Model, Target};

impl Model {
    /// A signal is there.
    pub(super) fn receive(&mut self, from: &str, to: &str, signal: Signal) {
        match signal {
            Signal::Exit { end, link } => self.exit_arrives(from, to, end, link),
            Signal::NoLink => {
                let item = (from.to_owned(), Item::Exit { end: End::Noproc });
                self.with(to, |process| process.inbox.push_back(item));
            }
            Signal::Down { monitor, end } => self.down_arrives(from, to, monitor, end),
            Signal::Reply { request, n } => self.reply_arrives(to, request, n),
            Signal::Failed { request, told } => self.failure_arrives(to, request, &told),
            Signal::Item(item) if self.is_alive(to) => {
                let item = (from.to_owned(), item);
                self.with(to, |process| process.inbox.push_back(item));
            }
            Signal::Item(Item::Call(request) | Item::Stop(request)) => self.refuse(request),
            Signal::Item(Item::Cast { .. } | Item::Info { .. }) => {
                self.note("a message to the dead vanishes"); // (P-1)
            }
            Signal::Item(_) => {}
        }
    }

    /// A process handles the next of what lies in its inbox (P-3, G-12).
    pub(super) fn take_turn(&mut self, label: &str) {
        let process = self.processes.get_mut(label);
        let Some((from, item)) = process.and_then(|process| process.inbox.pop_front()) else {
            return;
        };
        match item {
            Item::Do(act) => self.do_it(label, &act),
            Item::Hold(gate) => self.with(label, |process| {
                if !process.released.contains(&gate) {
                    process.busy = Busy::Held(gate);
                }
            }),
            Item::Cast { n } => self.log.got(label, &from, json!(["cast", n])),
            Item::Info { n } => self.log.got(label, &from, json!(["info", n])),
            Item::Call(request) => self.handle_call(label, &from, request),
            Item::Stop(request) => self.handle_stop(label, request),
            Item::Exit { end } => self.handle_exit(label, &from, end),
            Item::Down { watch, end } => self.handle_down(label, &watch, end),
            Item::Brief(end) => self.end_with(label, end),
            Item::Rest(rest) => self.go_on(label, rest),
        }
    }

    fn do_it(&mut self, by: &str, act: &Act) {
        match act {
            Act::Spawn { .. } => self.spawn(by, act),
            Act::Link { to, .. } => self.link(by, to),
            Act::Unlink { to, .. } => self.on_process(by, to, "unlink", |model, to| {
                model.note_unlink(by, to);
                model.untie(by, to);
            }),
            Act::Monitor { to, monitor, .. } => self.monitor(by, to, monitor),
            Act::Demonitor { monitor, flush, .. } => self.demonitor(by, monitor, *flush),
            Act::Exit { to, reason, .. } => self.exit(by, to, End::from(*reason)),
            Act::Return { reason, .. } => self.end_with(by, End::from(*reason)),
            Act::Panic { .. } => self.end_with(by, End::Error),
            Act::Cast { to, n, .. } => {
                let n = *n;
                match self.resolve(to) {
                    Target::Process(to) => self.send(by, &to, Signal::Item(Item::Cast { n })),
                    Target::Nobody => self.note("a cast to nobody"),
                    Target::Unknown => return self.tell(by, "cast", "unknown"),
                }
                self.tell(by, "cast", "ok");
            }
            Act::Send { to, n, .. } => self.on_process(by, to, "send", |model, to| {
                model.send(by, to, Signal::Item(Item::Info { n: *n }));
            }),
            Act::Call { .. } => self.call(by, act),
            Act::Reply { key, n, .. } => self.reply_to_kept(by, key, *n),
            Act::Stop { to, reason, ms, .. } => self.stop(by, to, *reason, *ms),
            Act::Trap { on, .. } => {
                let before = self.processes.get(by).is_some_and(|it| it.trap);
                self.with(by, |process| process.trap = *on);
                self.tell(by, "trap", if before { "true" } else { "false" });
            }
            Act::Whereis { name, .. } => {
                let holder = self.names.get(name).cloned();
                self.tell(by, "whereis", holder.as_deref().unwrap_or("none"));
            }
            Act::Timer { .. } | Act::Cancel { .. } | Act::Read { .. } => self.timer(by, act),
            Act::Wait { .. } | Act::Hold { .. } => self.tell(by, act.word(), "unsupported"),
        }
    }

    /// Does something about a process, living or not.
    fn on_process(
        &mut self,
        by: &str,
        to: &str,
        op: &'static str,
        deed: impl FnOnce(&mut Self, &str),
    ) {
        let known = self.processes.contains_key(to);
        if known {
            deed(self, to);
        }
        self.tell(by, op, if known { "ok" } else { "unknown" });
    }

    /// A DOWN has its turn. Of a monitor by name it tells who holds that name now (N-2, P-21).
    fn handle_down(&mut self, label: &str, watch: &Watch, end: End) {
        let Watch {
            word,
            object,
            target,
        } = watch;
        let mut told = vec!["down", word, object, end.word()];
        let holder = self.names.get(object).map_or("none", String::as_str);
        if object.starts_with('@') {
            told.push(holder);
        }
        let fact = match holder {
            "none" => "a DOWN by name finds the name free",
            _ => "a DOWN by name finds another holder",
        };
        let told = json!(told);
        if object.starts_with('@') && target != object {
            self.note(fact);
        }
        self.log.got(label, target, told);
    }

    /// Linking to the dead is an error, or a message (P-15).
    fn link(&mut self, by: &str, to: &str) {
        let trap = self.processes.get(by).is_some_and(|it| it.trap);
        if !self.processes.contains_key(to) {
            self.tell(by, "link", "unknown");
        } else if by == to {
            self.note("a link to oneself");
            self.tell(by, "link", "ok");
        } else if self.is_alive(to) {
            if self
                .processes
                .get(by)
                .is_some_and(|it| it.links.contains(to))
            {
                self.note("a second link");
            }
            self.tie(by, to);
            self.tell(by, "link", "ok");
        } else if trap {
            self.note("a link to the dead by a trapping process");
            self.send(to, by, Signal::NoLink);
            self.tell(by, "link", "ok");
        } else {
            self.tell(by, "link", "noproc");
        }
    }

    /// An EXIT that lies in the inbox stays there (P-16).
    fn note_unlink(&mut self, by: &str, to: &str) {
        let Some(process) = self.processes.get(by) else {
            return;
        };
        let is_exit =
            |(from, item): &(String, Item)| from == to && matches!(item, Item::Exit { .. });
        let (linked, stays) = (
            process.links.contains(to),
            process.inbox.iter().any(is_exit),
        );
        if linked {
            self.note("a link is taken away");
        }
        if stays {
            self.note("an unlink leaves an EXIT in the inbox");
        }
    }

    fn monitor(&mut self, by: &str, to: &str, word: &str) {
        if by == to || self.names.get(to).is_some_and(|holder| holder == by) {
            self.note("a monitor on oneself");
        }
        match self.resolve(to) {
            Target::Process(target) => {
                let object = if to.starts_with('@') { to } else { &target };
                self.watch(by, word.to_owned(), &target, object);
                self.tell(by, "monitor", "ok");
            }
            Target::Nobody => {
                self.note("a monitor on a name that nobody holds");
                self.watch(by, word.to_owned(), to, to);
                self.tell(by, "monitor", "ok");
            }
            Target::Unknown => self.tell(by, "monitor", "unknown"),
        }
    }

    /// No DOWN comes later; one that lies in the inbox stays, unless it is flushed (P-23).
    fn demonitor(&mut self, by: &str, word: &str, flush: bool) {
        let Some(process) = self.processes.get_mut(by) else {
            return;
        };
        if !process.words.contains(word) {
            return self.tell(by, "demonitor", "unknown");
        }
        process.watches.retain(|_, watch| watch.word != word);
        let before = process.inbox.len();
        if flush {
            let is_it =
                |item: &Item| matches!(item, Item::Down { watch, .. } if watch.word == word);
            process.inbox.retain(|(_, item)| !is_it(item));
        }
        if process.inbox.len() < before {
            self.note("a DOWN is taken back");
        }
        self.tell(by, "demonitor", "ok");
    }

    /// A signal to oneself has arrived before anything else is done (P-10).
    fn exit(&mut self, by: &str, to: &str, end: End) {
        if !self.processes.contains_key(to) {
            return self.tell(by, "exit", "unknown");
        }
        if by != to {
            self.send(by, to, Signal::Exit { end, link: false });
            return self.tell(by, "exit", "ok");
        }
        self.note(format!("{} to oneself", end.word()));
        let trap = self.processes.get(by).is_some_and(|it| it.trap);
        match end {
            End::Kill => self.die(by, End::Killed),
            end if !trap => self.die(by, end),
            end => {
                let item = (by.to_owned(), Item::Exit { end });
                self.with(by, |process| process.inbox.push_back(item));
                self.tell(by, "exit", "ok");
            }
        }
    }
}
