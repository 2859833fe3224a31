//! The slot of a call in every execution of a few threads, with at most three preemptions: `just schedules`.
#![cfg(loom)]

use actor_loom::executions::{find, hold};
use actor_loom::slots::{
    a_reply_and_a_caller_that_gives_up, a_reply_and_a_caller_that_waits,
    a_reply_and_a_caller_with_another_waker, a_reply_and_a_loss, three_that_go,
};

#[test]
fn a_caller_that_waits_is_woken_by_its_reply() {
    hold(a_reply_and_a_caller_that_waits);
}

#[test]
fn a_reply_that_wakes_nobody_is_found() {
    let bug = "who settles wakes nobody";
    find(bug, "a_caller_that_waits_is_woken_by_its_reply");
}

#[test]
fn a_reply_that_is_seen_before_it_is_there_is_found() {
    let bug = "a reply is given in no order";
    find(bug, "a_caller_that_waits_is_woken_by_its_reply");
}

#[test]
fn a_caller_that_comes_with_another_waker_is_woken_by_it() {
    hold(a_reply_and_a_caller_with_another_waker);
}

#[test]
fn a_caller_that_waits_on_is_found() {
    let bug = "a caller waits after it has looked";
    find(bug, "a_caller_that_comes_with_another_waker_is_woken_by_it");
}

#[test]
fn a_waker_that_two_have_in_hand_is_found() {
    let bug = "a waker is replaced under its mark";
    find(bug, "a_caller_that_comes_with_another_waker_is_woken_by_it");
}

#[test]
fn a_reply_that_nobody_reads_is_dropped_once() {
    hold(a_reply_and_a_caller_that_gives_up);
}

#[test]
fn a_reply_that_two_have_in_hand_is_found() {
    let bug = "a reply is taken before it is given";
    find(bug, "a_reply_that_nobody_reads_is_dropped_once");
}

#[test]
fn a_slot_is_settled_once() {
    hold(a_reply_and_a_loss);
}

#[test]
fn a_slot_that_is_settled_twice_is_found() {
    find("who comes too late settles too", "a_slot_is_settled_once");
}

#[test]
fn a_slot_is_freed_once() {
    hold(three_that_go);
}

#[test]
fn a_reference_that_is_not_counted_is_found() {
    find("a count is read and then written", "a_slot_is_freed_once");
}

#[test]
fn a_slot_that_is_freed_while_somebody_is_in_it_is_found() {
    find("a slot is freed in no order", "a_slot_is_freed_once");
}
