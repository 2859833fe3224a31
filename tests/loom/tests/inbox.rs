//! The inbox in every execution of a few threads, with at most three preemptions: `just schedules`.
#![cfg(loom)]

use actor_loom::executions::{find, hold};
use actor_loom::models::{
    a_callback_that_waits_for_a_stop, a_kill_after_a_crowd, a_kill_and_a_message,
    a_message_after_a_crowd, a_sender_that_gives_up_and_a_close, a_sender_that_gives_up_and_room,
    a_service_and_a_close, a_service_and_room, a_service_that_gives_up_and_one_that_waits,
    a_signal_and_a_message_to_who_is_held, one_message_and_then_another,
    one_message_and_then_another_in_a_wait, two_producers_and_a_close,
    two_producers_and_a_displacement, two_producers_and_room_for_one,
    two_producers_and_room_that_never_comes,
};

#[test]
fn two_producers_lose_nothing_to_a_close() {
    hold(two_producers_and_a_close);
}

#[test]
fn a_message_that_a_close_loses_is_found() {
    let bug = "a queue is taken before it is closed";
    find(bug, "two_producers_lose_nothing_to_a_close");
}

#[test]
fn a_process_that_sleeps_on_is_found() {
    let bug = "a process sleeps after it has looked";
    find(bug, "two_producers_lose_nothing_to_a_close");
}

#[test]
fn a_process_that_looks_once_hears_of_what_comes_next() {
    hold(one_message_and_then_another);
}

#[test]
fn a_process_that_awaits_nothing_is_found() {
    let bug = "a process sleeps that awaits nothing";
    find(bug, "a_process_that_looks_once_hears_of_what_comes_next");
}

#[test]
fn a_process_that_waits_in_a_callback_looks_again() {
    hold(one_message_and_then_another_in_a_wait);
}

#[test]
fn a_look_that_a_callback_forgets_is_found() {
    let bug = "a callback that waits leaves no look to be taken";
    find(bug, "a_process_that_waits_in_a_callback_looks_again");
}

#[test]
fn two_producers_have_room_in_turn() {
    hold(two_producers_and_room_for_one);
}

#[test]
fn a_sender_in_line_hears_of_the_death() {
    hold(two_producers_and_room_that_never_comes);
}

#[test]
fn a_sender_that_nobody_dismisses_is_found() {
    let bug = "a line is dismissed before it is closed";
    find(bug, "a_sender_in_line_hears_of_the_death");
}

#[test]
fn a_kill_ends_a_sleep() {
    hold(a_kill_and_a_message);
}

#[test]
fn a_kill_that_wakes_nobody_is_found() {
    find("a kill wakes nobody", "a_kill_ends_a_sleep");
}

#[test]
fn a_kill_ends_what_lets_others_run() {
    hold(a_kill_after_a_crowd);
}

#[test]
fn a_message_is_taken_after_others_have_run() {
    hold(a_message_after_a_crowd);
}

#[test]
fn a_process_that_lets_others_run_for_ever_is_found() {
    let bug = "a process that lets others run wakes nobody";
    find(bug, "a_message_is_taken_after_others_have_run");
}

#[test]
fn messages_that_displace_each_other_are_dropped_once() {
    hold(two_producers_and_a_displacement);
}

#[test]
fn a_drop_under_the_lock_is_found() {
    let bug = "a displaced message is dropped under the lock";
    find(bug, "messages_that_displace_each_other_are_dropped_once");
}

#[test]
fn a_process_that_is_held_wakes_for_a_signal() {
    hold(a_signal_and_a_message_to_who_is_held);
}

#[test]
fn a_process_that_is_held_and_sleeps_on_is_found() {
    let bug = "a process that is held sleeps after it has looked";
    find(bug, "a_process_that_is_held_wakes_for_a_signal");
}

#[test]
fn a_signal_that_wakes_nobody_is_found() {
    let bug = "a signal wakes nobody who is held";
    find(bug, "a_process_that_is_held_wakes_for_a_signal");
}

#[test]
fn a_sender_that_gives_up_has_its_message_or_it_is_accepted() {
    hold(a_sender_that_gives_up_and_room);
}

#[test]
fn a_sender_that_gives_up_in_a_death_has_its_message() {
    hold(a_sender_that_gives_up_and_a_close);
}

#[test]
fn a_sender_that_stays_in_line_is_found() {
    let bug = "a sender that gives up stays in line";
    find(bug, "a_sender_that_gives_up_in_a_death_has_its_message");
}

#[test]
fn a_service_hears_of_room() {
    hold(a_service_and_room);
}

#[test]
fn a_service_that_sleeps_on_is_found() {
    let bug = "a service waits after it has looked";
    find(bug, "a_service_hears_of_room");
}

#[test]
fn a_service_hears_of_the_death() {
    hold(a_service_and_a_close);
}

#[test]
fn a_service_that_nobody_dismisses_is_found() {
    let bug = "a line is dismissed before it is closed";
    find(bug, "a_service_hears_of_the_death");
}

#[test]
fn a_service_that_gives_up_leaves_nothing() {
    hold(a_service_that_gives_up_and_one_that_waits);
}

#[test]
fn a_service_that_leaves_its_waker_is_found() {
    let bug = "a service that gives up leaves its waker";
    find(bug, "a_service_that_gives_up_leaves_nothing");
}

#[test]
fn a_callback_hears_of_a_stop() {
    hold(a_callback_that_waits_for_a_stop);
}

#[test]
fn a_callback_that_does_not_hear_of_a_stop_is_found() {
    let bug = "a callback waits for a stop after it has looked";
    find(bug, "a_callback_hears_of_a_stop");
}
