//! Calls against deaths and deadlines.

use std::time::Duration;

use actor_core::{Address, CallError, Deadline, ExitReason, ReplyTo};

use crate::puppet::{Act, Cast, Puppet, as_puppet, beside, end, kill};
use crate::schedules::{find, hold};
use crate::token::{Drops, Token};

/// A call is made while the callee dies: there is an answer in any case (G-21).
async fn call_and_kill() {
    let server = Puppet::new().await;
    let killed = kill(&server);
    match as_puppet(&server, |_, _| 7).await {
        Ok(answer) => assert_eq!(answer, 7),
        Err(error) => assert!(matches!(
            error,
            CallError::NoProc | CallError::Exited(ExitReason::Killed)
        )),
    }
    killed.await.expect("it runs");
    assert_eq!(server.exited().await, ExitReason::Killed);
}

#[test]
fn a_call_to_a_dying_process_ends() {
    hold(call_and_kill);
}

#[test]
fn a_call_that_is_lost_in_a_death_is_found() {
    find("a queue is taken before it is closed", call_and_kill);
}

/// A reply is given while the deadline passes: it is the caller's or dropped, once, and the next one is
/// the answer to the next call (G-23).
async fn reply_and_timeout() {
    let server = Puppet::new().await;
    let drops = Drops::default();
    let token = drops.token();
    let later = |reply: ReplyTo<Token>| answer_later(reply, token);
    let answer = server.within(Duration::from_millis(1)).call(later).await;
    assert!(matches!(answer, Ok(_) | Err(CallError::Timeout)));
    drop(answer);
    assert_eq!(server.call(|reply| answer_later(reply, 2)).await, Ok(2));
    end([server]).await;
    drops.once().await;
}

/// The reply is given by another task.
fn answer_later<T: Send + 'static>(reply: ReplyTo<T>, value: T) -> Act {
    Box::new(|_, _| drop(beside(async move { reply.send(value) })))
}

#[test]
fn a_reply_at_the_deadline_goes_to_one_side() {
    hold(reply_and_timeout);
}

/// Replies are given by others while the caller begins to wait, without a limit: nothing else would wake it.
async fn reply_and_waiting() {
    let server = Puppet::new().await;
    // Each by a task that waits for the first time: one that was woken before, shuttle polls once more.
    let callee = server.clone();
    let call = |reply| answer_later(reply, 1);
    let called = beside(async move { callee.call_by(Deadline::Never, call).await });
    assert_eq!(called.await.expect("it ends"), Ok(1));
    let request = server.send_request(|reply| answer_later(reply, 2));
    assert_eq!(beside(request).await.expect("it ends"), Ok(2));
    end([server]).await;
}

#[test]
fn a_caller_that_begins_to_wait_is_woken() {
    hold(reply_and_waiting);
}

#[test]
fn a_reply_that_wakes_nobody_is_found() {
    find("a caller waits after it has looked", reply_and_waiting);
}

#[test]
fn a_caller_that_leaves_no_waker_is_found() {
    let bug = "a caller that begins to wait leaves no waker";
    find(bug, reply_and_waiting);
}

/// Two call each other at once: at the latest the second sees the circle, and both go on (F-06).
async fn two_calls() {
    let (one, two) = (Puppet::new().await, Puppet::new().await);
    one.cast(Cast::Call(two.clone()));
    two.cast(Cast::Call(one.clone()));
    for puppet in [&one, &two] {
        let called = as_puppet(puppet, |it, _| it.called.clone()).await;
        let called = called.expect("it lives");
        assert!(
            matches!(called[..], [Ok(()) | Err(CallError::Cycle(_))]),
            "{called:?}"
        );
    }
    end([one, two]).await;
}

#[test]
fn two_that_call_each_other_go_on() {
    hold(two_calls);
}

#[test]
fn a_circle_that_nobody_sees_is_found() {
    find("a wait is noted after the look", two_calls);
}
