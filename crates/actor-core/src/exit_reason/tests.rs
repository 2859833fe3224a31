use super::{ExitReason, PanicPlace, PanicReport};

fn panic() -> ExitReason {
    ExitReason::Panic(PanicReport::new("boom".into(), None))
}

/// One line a reason: its text, and whether it is normal and abnormal (E-1).
fn check(reason: &ExitReason, text: &str, normal: bool, abnormal: bool) {
    assert_eq!(reason.to_string(), text);
    assert_eq!(reason.is_normal(), normal, "{text}");
    assert_eq!(reason.is_abnormal(), abnormal, "{text}");
    assert_eq!(&reason.clone(), reason, "a clone is the same reason");
}

#[test]
fn only_three_shapes_are_clean() {
    check(&ExitReason::Normal, "normal", true, false);
    check(&ExitReason::Shutdown, "shutdown", false, false);
    check(
        &ExitReason::shutdown_with("later"),
        "shutdown: \"later\"",
        false,
        false,
    );
    check(&ExitReason::Kill, "kill", false, true);
    check(&ExitReason::Killed, "killed", false, true);
    check(&ExitReason::NoProc, "no such process", false, true);
    check(&panic(), "panic: boom", false, true);
    check(
        &ExitReason::error("disk full"),
        "error: disk full",
        false,
        true,
    );
    check(&ExitReason::custom("done"), "\"done\"", false, true);
}

#[test]
fn values_compare_by_identity() {
    assert_ne!(ExitReason::custom(1), ExitReason::custom(1));
    assert_ne!(ExitReason::error("a"), ExitReason::error("a"));
    assert_ne!(panic(), panic());
    assert_ne!(ExitReason::Kill, ExitReason::Killed);
}

#[test]
fn what_went_in_comes_out() {
    assert_eq!(ExitReason::custom(7_u8).as_term::<u8>(), Some(&7));
    assert_eq!(ExitReason::shutdown_with(7_u8).as_term::<u16>(), None);
    let parse = "x".parse::<i32>().expect_err("not a number");
    let reason: ExitReason = parse.clone().into();
    let source = reason.as_error().and_then(|e| e.downcast_ref());
    assert_eq!(source, Some(&parse));
}

#[test]
fn a_panic_is_told_with_its_place_or_without() {
    let place = PanicPlace {
        file: "src/room.rs".into(),
        line: 7,
        backtrace: None,
    };
    let reason = ExitReason::Panic(PanicReport::new("boom".into(), Some(place)));
    assert_eq!(format!("{reason}"), "panic: boom (src/room.rs:7)");
    assert_eq!(format!("{reason:#}"), "panic: boom");
}

#[test]
fn a_line_for_the_log_is_one_line_and_not_too_long() {
    assert_eq!(
        ExitReason::error("two\nlines").to_log(),
        r"error: two\u{a}lines"
    );
    assert_eq!(ExitReason::custom("it's").to_log(), r#""it's""#);
    let long = ExitReason::error("x".repeat(10_000_000)).to_log();
    assert_eq!(long.chars().count(), 1001);
    assert!(long.ends_with('…'));
}
