//! The server's side of sys: orders between two messages, and events around each message (Y-1).

use std::any::Any;
use std::task::{Context, Poll, ready};

use crate::cell::Cell;
use crate::debugging::{Debugging, Subject};
use crate::gen_server::{GenServer, Incoming};
use crate::observation::{self, Record};
use crate::order::{Desk, Order};
use crate::pid::{AnyCell, Awaits};
use crate::process::server::Server;
use crate::process::status;
use crate::rt::planted;
use crate::signal::{Envelope, System};
use crate::unwind::catch;

/// What became of a signal that was taken out of the inbox.
pub(super) enum Screened {
    /// It is for whoever handles messages, and lies where it lay.
    Message,
    /// It was an order, and is carried out.
    Order,
    /// It is no message, and cancels no timeout: a DOWN that was flushed meanwhile (P-23), a mark.
    Nothing,
}

impl<S: GenServer> Server<S> {
    pub(super) fn is_suspended(&self) -> bool {
        self.debugging.as_ref().is_some_and(|it| it.suspended)
    }

    /// The log that sys keeps, for a report (L-1).
    pub(super) fn log(&self) -> Option<String> {
        let log = self.debugging.as_ref()?.log.as_ref()?;
        Some(log.line())
    }

    /// The next message into the empty batch, as
    /// [`poll_batch`](crate::inbox::Inbox::poll_batch), but one by one and told; while suspended
    /// only one that acts on a suspended process (Y-2). The others stay in the inbox, in order.
    #[cold]
    pub(super) fn poll_debugged(&mut self, cx: &Context<'_>, state: &S) -> Poll<()> {
        // What it held in its long days is the queue's next buffer no more (invariant 5 of the inbox).
        self.batch.shrink_to(1);
        self.with_debugging(state, |debugging, subject| debugging.settled(subject));
        self.keep_times();
        let cell = self.cx.cell();
        let held = self.is_suspended() && !planted("a suspended process handles messages");
        let envelope = ready!(match held {
            true => cell.inbox.poll_one(cx, Awaits::Signal, |it| match it {
                Envelope::System(system) => acts(system, cell),
                _ => false,
            }),
            false => cell.inbox.poll_one(cx, Awaits::Message, |_| true),
        });
        self.tell_message(&envelope, state);
        self.batch.push_back(envelope);
        Poll::Ready(())
    }

    /// Begins or ends to keep times, as somebody observes or does not.
    fn keep_times(&mut self) {
        let present = observation::present();
        let debugging = self.debugging.as_ref();
        let kept = debugging.and_then(|it| Some(it.times.as_ref()?.number()));
        if present == kept {
            return;
        }
        let id = self.cx.cell().id();
        let debugging = self.debugging.get_or_insert_default();
        debugging.times = None; // before the next one is found by the same id
        debugging.times = present.map(|number| Record::new(id, number));
        self.debugging.take_if(|debugging| debugging.is_over());
    }

    /// `terminate` begins: for who observes it is a message of its own.
    pub(super) fn time_the_end(&self) {
        let debugging = self.debugging.as_ref();
        if let Some(times) = debugging.and_then(|it| it.times.as_ref()) {
            times.begin("terminate");
        }
    }

    /// Tells messages from what the framework acts on by itself; a signal comes first in the batch.
    #[cold]
    pub(super) fn screen_first(&mut self, state: &mut S) -> Screened {
        let Some(Envelope::System(system)) = self.batch.pop_front() else {
            return Screened::Nothing;
        };
        if !self.cx.cell().counts(&system) {
            self.cx.cell().inbox.passed_over();
            return Screened::Nothing;
        }
        match *system {
            System::Order(order) => {
                self.cx.cell().inbox.passed_over();
                self.carry_out(order, state);
                return Screened::Order;
            }
            System::Mark(mark) => {
                self.cx.cell().inbox.passed_over();
                let _ = mark.send(()); // who waited for it may be gone
                return Screened::Nothing;
            }
            System::Down(_) => self.tell_in("down", state),
            System::Exit(_) if !acts(&system, self.cx.cell()) => self.tell_in("exit", state),
            System::Exit(_) | System::Stop(_) => {}
        }
        self.batch.push_front(Envelope::System(system));
        Screened::Message
    }

    fn carry_out(&mut self, order: Order, state: &mut S) {
        let mut desk = Desk {
            state,
            status: status_of::<S>,
            debugging: &mut self.debugging,
        };
        let _ = catch(|| order.carry_out(&mut desk)); // no order ends a server (Y-3)
        self.debugging.take_if(|debugging| debugging.is_over());
        if self.debugging.is_some() {
            self.cx.cell().inbox.give_back(&mut self.batch);
        }
    }

    fn tell_message(&mut self, envelope: &Envelope<S>, state: &S) {
        let name = match envelope {
            Envelope::Call(call, _) => S::message_name(Incoming::Call(call)),
            Envelope::Cast(cast) => S::message_name(Incoming::Cast(cast)),
            Envelope::Info(info) => S::message_name(Incoming::Info(info)),
            Envelope::System(_) => return, // screened first
        };
        let call = match envelope {
            Envelope::Call(_, pending) => Some(pending.clone()),
            _ => None,
        };
        self.with_debugging(state, |debugging, subject| {
            debugging.message_in(name, call, subject);
        });
    }

    /// No message came in time.
    pub(super) fn tell_timeout(&mut self, state: &S) {
        self.cx.cell().inbox.stop_waiting();
        self.tell_in("timeout", state);
    }

    fn tell_in(&mut self, message: &'static str, state: &S) {
        self.with_debugging(state, |debugging, subject| {
            debugging.message_in(message, None, subject);
        });
    }

    /// Runs `tell` if something is on, and forgets the record if nothing is left of it.
    fn with_debugging(&mut self, state: &S, tell: impl FnOnce(&mut Debugging, &Subject<'_>)) {
        let Some(debugging) = &mut self.debugging else {
            return;
        };
        let cell = self.cx.cell();
        let subject = Subject {
            pid: &cell.pid(),
            name: cell.name(),
            state,
            status: &|| status::of(state),
        };
        tell(debugging, &subject);
        self.debugging.take_if(|debugging| debugging.is_over());
    }
}

/// Says whether a suspended process acts on it (Y-2): an order, a stop, the parent's exit.
fn acts<S: GenServer>(system: &System, cell: &Cell<S>) -> bool {
    match system {
        System::Order(_) | System::Stop(_) => true,
        System::Exit(exit) => cell.is_parent(exit.from.as_ref()),
        System::Down(_) | System::Mark(_) => false,
    }
}

fn status_of<S: GenServer>(state: &dyn Any) -> String {
    let state = state.downcast_ref::<S>();
    state.map(status::of).unwrap_or_default()
}
