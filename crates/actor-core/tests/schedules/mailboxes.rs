//! Waiting for room against giving up and deaths.

use std::time::Duration;

use actor_core::{ActorRef, Address, CastError, ExitReason, Start};

use crate::puppet::{Cast, Puppet, beside, kill};
use crate::schedules::{find, hold};
use crate::token::Drops;

/// Two wait for room, one of them not for long, while the process dies: both go on, and each message is
/// dropped once, that of whoever gave up at once (F-08, F-23).
async fn waiting_and_death() {
    let server = Puppet::options(0).mailbox(1).start().await;
    let server = server.expect("it starts");
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
