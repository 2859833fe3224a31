//! Suspension against messages.

use actor_core::{process, sys};
use shuttle::future::yield_now;

use crate::puppet::{Puppet, as_puppet, beside, end};
use crate::schedules::{find, hold};

/// A call comes while the process is suspended and resumed: meanwhile nothing is handled, and afterwards the
/// call (Y-2).
async fn suspended_and_called() {
    let server = Puppet::new().await;
    let to = server.clone();
    let caller = beside(async move { as_puppet(&to, |_, _| ()).await });
    let to = server.clone();
    let holder = beside(async move {
        sys::suspend(&to).await.expect("it lives");
        let handled = || process::info(&to).expect("it lives").handled;
        let before = handled();
        yield_now().await;
        assert_eq!(handled(), before, "it is suspended");
        sys::resume(&to).await.expect("it lives");
    });
    assert_eq!(caller.await.expect("it runs"), Ok(()));
    holder.await.expect("it runs");
    end([server]).await;
}

#[test]
fn a_call_to_a_suspended_process_is_handled_when_it_is_resumed() {
    hold(suspended_and_called);
}

#[test]
fn a_suspended_process_that_sleeps_on_is_found() {
    find(
        "a process that is held sleeps after it has looked",
        suspended_and_called,
    );
}

#[test]
fn a_suspended_process_that_no_order_wakes_is_found() {
    find("a signal wakes nobody who is held", suspended_and_called);
}

#[test]
fn a_suspended_process_that_handles_messages_is_found() {
    find("a suspended process handles messages", suspended_and_called);
}
