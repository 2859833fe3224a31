use super::Origin::{Exit, ExitSelf, Link, StartingLink};
use super::Reaction::{Deliver, Die, Ignore};
use super::{Origin, Reaction, react};
use crate::exit_reason::ExitReason;
use crate::exit_reason::ExitReason::{Kill, Killed, NoProc, Normal, Shutdown};

fn check(origin: Origin, traps: bool, reason: ExitReason, expected: &Reaction) {
    let case = format!("{origin:?}, traps {traps}, {reason}");
    assert_eq!(&react(origin, traps, reason), expected, "{case}");
}

#[test]
fn a_process_that_does_not_trap_dies_of_all_but_normal() {
    for origin in [Link, StartingLink, Exit] {
        check(origin, false, Normal, &Ignore); // P-6, P-10
        check(origin, false, Shutdown, &Die(Shutdown));
        check(origin, false, Killed, &Die(Killed)); // P-9
        check(origin, false, NoProc, &Die(NoProc));
        let boom = ExitReason::custom("boom");
        check(origin, false, boom.clone(), &Die(boom));
    }
}

#[test]
fn a_trapping_process_gets_messages() {
    for origin in [Link, Exit, ExitSelf] {
        check(origin, true, Normal, &Deliver(Normal)); // P-7
        check(origin, true, Shutdown, &Deliver(Shutdown));
        check(origin, true, Killed, &Deliver(Killed)); // P-9
    }
}

#[test]
fn kill_is_special_only_in_exit() {
    for traps in [false, true] {
        check(Exit, traps, Kill, &Die(Killed)); // P-8
        check(ExitSelf, traps, Kill, &Die(Killed));
    }
    check(Link, false, Kill, &Die(Kill)); // P-9
    check(Link, true, Kill, &Deliver(Kill));
}

#[test]
fn exit_to_self_with_normal_ends_a_process_that_does_not_trap() {
    check(ExitSelf, false, Normal, &Die(Normal)); // P-10
}

#[test]
fn a_trapping_starter_sees_only_the_result_of_its_start() {
    for reason in [Normal, Shutdown, Killed, Kill] {
        check(StartingLink, true, reason, &Ignore); // G-5
    }
}
