//! Waiting for room against giving up and deaths.

use std::time::Duration;

use actor_core::{ActorRef, Address, CallError, CastError, ExitReason, Overflow};

use crate::puppet::{Cast, Puppet, as_puppet, beside, end, kill};
use crate::schedules::{find, hold};
use crate::token::{Drops, Token};

/// Two wait for room, one of them not for long, while the process dies: both go on, and each message is
/// dropped once, that of whoever gave up at once (F-08, F-23).
async fn waiting_and_death() {
    let server = Puppet::narrow(Overflow::Wait).await;
    let drops = [Drops::default(), Drops::default(), Drops::default()];
    let [first, second, third] = drops.clone().map(|it| Cast::Keep(Box::new(it.token())));
    server.cast(first); // there is no room beside it
    let (to, gone) = (server.clone(), drops[1].clone());
    let impatient = beside(async move {
        let limit = Duration::from_millis(1);
        match to.within(limit).waiting().cast(second).await {
            Err(CastError::Timeout) => assert_eq!(gone.number(), 1),
            sent => assert_told(sent),
        }
    });
    let to = server.clone();
    let patient = beside(async move { assert_told(send(&to, third).await) });
    let killed = kill(&server);
    for task in [impatient, patient, killed] {
        task.await.expect("it runs");
    }
    assert_eq!(server.exited().await, ExitReason::Killed);
    for token in drops {
        token.once().await; // a process tells of its end before it drops its queue
    }
}

async fn send(to: &ActorRef<Puppet>, message: Cast) -> Result<(), CastError> {
    to.waiting().cast(message).await
}

/// It was accepted, or its sender knows of the death.
fn assert_told(sent: Result<(), CastError>) {
    match sent {
        Ok(()) | Err(CastError::NoProc | CastError::Exited(ExitReason::Killed)) => {}
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn whoever_waits_for_room_goes_on_when_the_process_dies() {
    hold(waiting_and_death);
}

#[test]
fn a_sender_that_nobody_tells_is_found() {
    find("a line is dismissed before it is closed", waiting_and_death);
}

#[test]
fn a_sender_that_stays_in_line_is_found() {
    find("a sender that gives up stays in line", waiting_and_death);
}

/// Looks at the process in its drop, which takes the lock of its inbox.
struct Curious(
    ActorRef<Puppet>,
    #[expect(dead_code, reason = "it counts")] Token,
);

impl Drop for Curious {
    fn drop(&mut self) {
        let _ = self.0.is_alive();
    }
}

/// Messages and a call displace each other while the process handles some: each message is dropped once
/// and under no lock, and the caller has an answer or knows that there will be none.
async fn displacing() {
    let server = Puppet::narrow(Overflow::DropOldest).await;
    let drops = [Drops::default(), Drops::default(), Drops::default()];
    let send = |drops: Drops| {
        let to = server.clone();
        let message = Cast::Keep(Box::new(Curious(to.clone(), drops.token())));
        beside(async move { to.cast(message) })
    };
    let senders = drops.clone().map(send);
    let to = server.clone();
    let caller = beside(async move { as_puppet(&to, |_, _| ()).await });
    for sender in senders {
        sender.await.expect("it runs");
    }
    match caller.await.expect("it runs") {
        Ok(()) | Err(CallError::MailboxFull) => {}
        Err(other) => panic!("{other}"),
    }
    end([server]).await;
    for token in drops {
        token.once().await;
    }
}

#[test]
fn messages_that_displace_each_other_are_dropped_once() {
    hold(displacing);
}

#[test]
fn a_drop_under_the_lock_is_found() {
    find("a displaced message is dropped under the lock", displacing);
}

#[test]
fn a_displaced_caller_that_does_not_know_is_found() {
    find("a displaced caller is told nothing", displacing);
}
