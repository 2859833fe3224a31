use actor_core::ExitReason;

use super::{End, Fallout, StartType, fallout};

#[test]
fn a_stop_that_was_asked_for_never_concerns_the_others() {
    for start_type in [
        StartType::Temporary,
        StartType::Transient,
        StartType::Permanent,
    ] {
        assert_eq!(fallout(start_type, &End::Stopped), Fallout::Nothing);
    }
}

#[test]
fn the_start_type_decides_about_an_end_by_itself() {
    use Fallout::{Nothing, StopAll};
    for (reason, temporary, transient, permanent) in [
        (ExitReason::Normal, Nothing, Nothing, StopAll),
        (ExitReason::Shutdown, Nothing, StopAll, StopAll),
        (ExitReason::shutdown_with("x"), Nothing, StopAll, StopAll),
        (ExitReason::Killed, Nothing, StopAll, StopAll),
        (ExitReason::error("x"), Nothing, StopAll, StopAll),
    ] {
        let end = End::ByItself(reason);
        assert_eq!(fallout(StartType::Temporary, &end), temporary, "{end:?}");
        assert_eq!(fallout(StartType::Transient, &end), transient, "{end:?}");
        assert_eq!(fallout(StartType::Permanent, &end), permanent, "{end:?}");
    }
}

#[test]
fn temporary_is_the_default() {
    assert_eq!(StartType::default(), StartType::Temporary);
}
