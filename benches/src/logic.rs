//! What an actor does in a benchmark: the same code for all contestants, who only carry the messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::oneshot;

/// Reaches one actor of a contestant.
pub trait Address: Clone + Send + Sync + 'static {
    /// Sends a message that is not answered. Never waits.
    fn tell(&self, message: Message<Self>);
}

/// What an actor is told. One type for all benchmarks, so that all pay for the same size.
pub enum Message<A> {
    /// To be added up.
    Add(u64),
    /// The next one in the ring.
    Link(A),
    /// Goes round the ring, so many times more.
    Hop(u64),
    /// Who is told when the ring has been gone round.
    Report(oneshot::Sender<u64>),
    /// To grow into a tree of actors whose leaves are added up.
    Grow(Tree, Parent<A>),
    /// What a subtree came to.
    Sum(u64),
    /// To play with others.
    Play(Arc<Game<A>>, u64),
    /// Wants a pong.
    Ping(A),
    Pong,
    Crash,
    Stop,
}

/// A tree of actors, by its root.
#[derive(Clone, Copy)]
pub enum Tree {
    /// `size` leaves with the numbers from `first` on, ten children each.
    Skynet { first: u64, size: u64 },
    /// The calls of the naive recursion.
    Fib(u64),
}

/// Who wants to know what a tree came to.
pub enum Parent<A> {
    Actor(A),
    Outside(oneshot::Sender<u64>),
}

/// Some actors that send each other pings.
pub struct Game<A> {
    pub players: Vec<A>,
    /// How many each of them sends.
    pub pings: u64,
    pub running: AtomicU64,
    /// Notified when the last has got its last pong.
    pub over: tokio::sync::Notify,
}

/// What the carrier does next.
pub enum Then<A> {
    Wait,
    Stop,
    /// Start an actor for each, and tell it this.
    Spawn(Vec<Message<A>>),
}

/// The state of an actor.
pub struct Logic<A> {
    count: u64,
    next: Option<A>,
    report: Option<oneshot::Sender<u64>>,
    parent: Option<Parent<A>>,
    missing: u64,
    game: Option<(Arc<Game<A>>, u64)>,
    _grave: Option<Grave>,
}

/// Counts the actors whose state is dropped.
pub struct Grave(pub Arc<AtomicU64>);

impl Drop for Grave {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl<A> Default for Logic<A> {
    fn default() -> Self {
        Self {
            count: 0,
            next: None,
            report: None,
            parent: None,
            missing: 0,
            game: None,
            _grave: None,
        }
    }
}

impl<A: Address> Logic<A> {
    pub fn with_grave(graves: &Arc<AtomicU64>) -> Self {
        Self {
            _grave: Some(Grave(Arc::clone(graves))),
            ..Self::default()
        }
    }

    /// What a call is answered with.
    pub fn count(&self) -> u64 {
        self.count
    }

    #[inline]
    pub fn handle(&mut self, message: Message<A>, me: impl FnOnce() -> A) -> Then<A> {
        match message {
            Message::Add(number) => self.count += number,
            Message::Hop(left) => self.hop(left),
            Message::Ping(from) => from.tell(Message::Pong),
            Message::Pong => self.pong(me),
            Message::Link(next) => {
                self.next = Some(next);
                self.count += 1; // tells that it has arrived
            }
            Message::Report(report) => {
                self.report = Some(report);
                self.count += 1;
            }
            Message::Grow(tree, parent) => return self.grow(tree, parent, me),
            Message::Sum(number) => return self.sum(number),
            Message::Play(game, seed) => {
                self.count = seed;
                self.game = Some((game, 0));
                self.pong(me);
            }
            Message::Crash => panic!("as it was told"),
            Message::Stop => return Then::Stop,
        }
        Then::Wait
    }

    fn hop(&mut self, left: u64) {
        match (left, &self.next) {
            (0, _) => {
                if let Some(report) = self.report.take() {
                    let _ = report.send(self.count);
                } else if let Some(next) = &self.next {
                    next.tell(Message::Hop(0)); // on to the one that reports
                }
            }
            (_, Some(next)) => next.tell(Message::Hop(left - 1)),
            (_, None) => unreachable!("a ring is closed"),
        }
    }

    fn grow(&mut self, tree: Tree, parent: Parent<A>, me: impl FnOnce() -> A) -> Then<A> {
        let branches: Vec<Tree> = match tree {
            Tree::Skynet { first, size: 1 } => {
                tell(parent, first);
                return Then::Stop;
            }
            Tree::Skynet { first, size } => {
                let size = size / 10;
                let branch = |n| Tree::Skynet {
                    first: first + n * size,
                    size,
                };
                (0..10).map(branch).collect()
            }
            Tree::Fib(n @ (0 | 1)) => {
                tell(parent, n);
                return Then::Stop;
            }
            Tree::Fib(n) => vec![Tree::Fib(n - 1), Tree::Fib(n - 2)],
        };
        self.parent = Some(parent);
        self.missing = branches.len() as u64;
        let me = me();
        let grow = |branch| Message::Grow(branch, Parent::Actor(me.clone()));
        Then::Spawn(branches.into_iter().map(grow).collect())
    }

    fn sum(&mut self, number: u64) -> Then<A> {
        self.count += number;
        self.missing -= 1;
        if self.missing > 0 {
            return Then::Wait;
        }
        if let Some(parent) = self.parent.take() {
            tell(parent, self.count);
        }
        Then::Stop
    }

    /// The next ping, to anybody.
    fn pong(&mut self, me: impl FnOnce() -> A) {
        let Some((game, sent)) = &mut self.game else {
            return;
        };
        if *sent == game.pings {
            if game.running.fetch_sub(1, Ordering::AcqRel) == 1 {
                game.over.notify_one();
            }
            return;
        }
        *sent += 1;
        // A linear congruence is random enough, and costs next to nothing.
        self.count = self
            .count
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let whom = (self.count >> 33) as usize % game.players.len();
        game.players[whom].tell(Message::Ping(me()));
    }
}

fn tell<A: Address>(parent: Parent<A>, sum: u64) {
    match parent {
        Parent::Actor(parent) => parent.tell(Message::Sum(sum)),
        Parent::Outside(report) => drop(report.send(sum)),
    }
}
