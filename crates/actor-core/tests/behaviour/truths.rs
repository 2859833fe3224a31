//! What senders to a bounded mailbox are told is true: accepted means handled, or dropped with the
//! process; anything else came back, or was given up.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_core::testing::{isolated, on_every_runtime, wait_until};
use actor_core::{
    ActorRef, Address, CastError, Context, Deadline, ExitReason, GenServer, InitResult, Next,
    NextResult, Overflow, Start,
};
use tokio::task::JoinSet;

const SENDERS: usize = 6;

/// How many there are of them, by what became of them.
#[derive(Default)]
struct Counts {
    made: AtomicU32,
    handled: AtomicU32,
    dropped: AtomicU32,
    accepted: AtomicU32,
    returned: AtomicU32,
    given_up: AtomicU32,
    /// For each sender, the numbers that were handled.
    order: Mutex<[Vec<u32>; SENDERS]>,
}

fn of(count: &AtomicU32) -> u32 {
    count.load(Ordering::SeqCst)
}

fn count(count: &AtomicU32) {
    count.fetch_add(1, Ordering::SeqCst);
}

struct Token {
    sender: usize,
    number: u32,
    counts: Arc<Counts>,
}

impl Token {
    fn new(sender: usize, number: u32, counts: &Arc<Counts>) -> Self {
        count(&counts.made);
        Self {
            sender,
            number,
            counts: Arc::clone(counts),
        }
    }

    fn note(&self) {
        let mut order = self.counts.order.lock().expect("not poisoned");
        order[self.sender].push(self.number);
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        count(&self.counts.dropped);
    }
}

/// Takes tokens.
struct Till;

impl GenServer for Till {
    type Args = ();
    type Call = Infallible;
    type Cast = Token;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_cast(&mut self, token: Token, _cx: &mut Context<Self>) -> NextResult<Self> {
        count(&token.counts.handled);
        token.note();
        if token.number.is_multiple_of(7) {
            tokio::task::yield_now().await;
        }
        Ok(Next::NoReply)
    }
}

/// Sends tokens in each way until the till is gone, and counts what it is told.
async fn sends(till: ActorRef<Till>, sender: usize, most: u32, counts: Arc<Counts>) -> Vec<u32> {
    let mut accepted = Vec::new();
    for number in 0..most {
        let token = Token::new(sender, number, &counts);
        let sent = match number % 3 {
            0 => till.try_cast(token),
            1 => till.cast_wait(token).await,
            _ => {
                // Given up at some moment, by a runtime that has other things to do.
                let waiting = till.cast_by(Deadline::Never, token);
                let given_up = tokio::task::yield_now();
                tokio::select! {
                    biased;
                    sent = waiting => match sent {
                        Ok(()) => Ok(()),
                        Err(_dropped) => {
                            count(&counts.returned);
                            continue;
                        }
                    },
                    () = given_up => {
                        count(&counts.given_up);
                        continue;
                    }
                }
            }
        };
        match sent {
            Ok(()) => {
                count(&counts.accepted);
                accepted.push(number);
            }
            Err(back) => {
                assert_eq!(back.message.number, number, "it is the same message");
                count(&counts.returned);
                if matches!(back.reason, CastError::NoProc | CastError::Exited(_)) {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
    }
    accepted
}

/// Lets them send, to a till that may be killed meanwhile; checks what they were told.
async fn check(capacity: usize, most: u32, kill_after: Option<u32>) {
    let counts = Arc::<Counts>::default();
    let options = Till::options(()).mailbox(capacity).overflow(Overflow::Wait);
    let till = options.start().await.expect("starts");
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let (till, counts) = (till.clone(), Arc::clone(&counts));
        senders.spawn(async move { (sender, sends(till, sender, most, counts).await) });
    }
    if let Some(after) = kill_after {
        wait_until(|| of(&counts.handled) >= after).await;
        till.exit(ExitReason::Kill);
    }
    let limit = Duration::from_secs(60);
    let accepted = tokio::time::timeout(limit, senders.join_all()).await;
    let accepted = accepted.expect("nobody hangs");
    if kill_after.is_none() {
        till.stop().await.expect("stops");
    }
    till.exited().await;
    wait_until(|| of(&counts.dropped) == of(&counts.made)).await;
    let told = [&counts.accepted, &counts.returned, &counts.given_up];
    assert_eq!(told.map(of).iter().sum::<u32>(), of(&counts.made));
    let order = counts.order.lock().expect("not poisoned");
    for (sender, accepted) in accepted {
        let handled = &order[sender];
        assert!(handled.is_sorted_by(|a, b| a < b), "in order, and once");
        let lost = |number: &u32| handled.binary_search(number).is_err();
        match kill_after {
            None => assert!(!accepted.iter().any(lost), "accepted is handled"),
            // What was accepted and is lost was in the queue at the end: at most what fits there, and
            // what was taken out with the last one.
            Some(_) => {
                assert!(accepted.iter().filter(|number| lost(number)).count() <= 2 * capacity)
            }
        }
    }
    assert!(of(&counts.handled) <= of(&counts.accepted) + of(&counts.given_up));
}

on_every_runtime! {
    async fn what_was_accepted_is_handled_in_order_also_if_others_give_up() {
        // F-08, R18, P-2
        isolated(async {
            for capacity in [1, 3, 64] {
                check(capacity, 3000, None).await;
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn what_was_not_accepted_by_a_server_that_is_killed_came_back() {
        // F-08, F-23, R18
        isolated(async {
            for round in 0..50 {
                check(1 + round as usize % 20, u32::MAX, Some(round * 20)).await;
            }
        })
        .await;
    }
}
