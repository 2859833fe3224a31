//! [`Presence`]: what marks a thread while a process runs on it, its identity and its span.

use tracing::{Span, info_span};

use crate::current::{Entered, Identity};
use crate::node::Node;
use crate::pid::Pid;
use crate::turns::{self, Seating};
use crate::unwind::{catch, report};

/// What a process sets at each poll. Moved out and in, so that a poll costs no reference count.
#[derive(Default)]
pub(super) struct Presence {
    identity: Identity,
    span: RootSpan,
}

impl Presence {
    /// That of a new process, made where it is started.
    pub(super) fn new(pid: Pid, node: Option<Node>) -> Self {
        let span = RootSpan::of(&pid);
        let identity = Identity {
            process: Some(pid),
            node,
            beside: false,
        };
        Self { identity, span }
    }

    /// The node of the process; not to be asked while it is [entered](Self::enter).
    pub(super) fn node(&self) -> &Node {
        Node::or_default(self.identity.node.as_ref())
    }

    /// Lets the thread be this process until the guard is dropped.
    #[inline(always)]
    pub(super) fn enter(&mut self) -> Present<'_> {
        let process = self.identity.process.as_ref();
        let seating = turns::begin(|| process.map(Pid::id));
        let entered = self.identity.enter();
        let span = self.span.0.as_deref();
        visit(span, Visit::Enter);
        Present {
            span,
            _entered: entered,
            seating,
        }
    }
}

/// Makes the thread what it was before when dropped, also when a poll panics.
pub(super) struct Present<'a> {
    span: Option<&'a Span>,
    _entered: Entered<'a>,
    seating: Option<Seating>,
}

impl Present<'_> {
    /// Ends the turn of the process with this id, and begins its next one; says whether a watch has told of
    /// the one that ends.
    #[inline]
    pub(super) fn next_turn(&mut self, id: u64) -> bool {
        self.seating.is_some() && self.change_seats(id)
    }

    #[cold]
    fn change_seats(&mut self, id: u64) -> bool {
        self.seating = None; // it ends before the next one begins
        let was_long = turns::was_long(id);
        self.seating = turns::begin(|| Some(id));
        was_long
    }
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        visit(self.span, Visit::Exit);
    }
}

/// The span of one life; none, and nothing allocated, if nobody listens.
#[derive(Default)]
struct RootSpan(Option<Box<Span>>);

impl RootSpan {
    /// A root, as the process outlives what started it; it follows from the starter's span.
    fn of(pid: &Pid) -> Self {
        let span = catch(|| {
            let span = info_span!(
                target: "actor::process",
                parent: None,
                "process",
                %pid,
                name = pid.name(),
            );
            if span.is_disabled() {
                return None;
            }
            span.follows_from(Span::current());
            Some(Box::new(span))
        });
        Self(span.ok().flatten())
    }
}

impl Drop for RootSpan {
    fn drop(&mut self) {
        if let Some(span) = self.0.take() {
            report(|| drop(span));
        }
    }
}

#[derive(Clone, Copy)]
enum Visit {
    Enter,
    Exit,
}

#[inline]
fn visit(span: Option<&Span>, visit: Visit) {
    if let Some(span) = span {
        tell(span, visit);
    }
}

/// What a subscriber does wrong here must not end the process that runs.
fn tell(span: &Span, visit: Visit) {
    report(|| {
        span.with_subscriber(|(id, dispatch)| match visit {
            Visit::Enter => dispatch.enter(id),
            Visit::Exit => dispatch.exit(id),
        });
    });
}
