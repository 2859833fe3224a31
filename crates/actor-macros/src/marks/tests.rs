use std::time::Duration;

use syn::parse_quote;

use super::take_marks;
use crate::ast::{Deadline, Kind};
use crate::errors::Errors;

#[test]
fn words_are_read() {
    reads("call", None, None, false);
    reads("cast", None, None, false);
    reads("call()", None, None, false);
    reads(r#"call(timeout = "30s")"#, after(30_000), None, false);
    reads(r#"call(timeout = "0s")"#, after(0), None, false);
    reads(
        r#"call(timeout = "infinity")"#,
        Some(Deadline::Never),
        None,
        false,
    );
    reads(r#"call(as = "fetch")"#, None, Some("fetch"), false);
    reads(r#"cast(as = "r#type")"#, None, Some("r#type"), false);
    reads("cast(boxed)", None, None, true);
    reads(
        r#"call(boxed, as = "fetch", timeout = "1m 30s",)"#,
        after(90_000),
        Some("fetch"),
        true,
    );
}

#[test]
fn a_wrong_word_lists_the_right_ones() {
    let timeout = |word: &str| {
        format!(
            "unknown timeout {word:?}: write a duration as \"250ms\", \"5s\" or \"2m\", \
             or \"infinity\""
        )
    };
    let name = |word: &str| format!("{word:?} is no name of a method: write one as \"fetch\"");
    refuses(r#"call(timeout = "soon")"#, &[&timeout("soon")]);
    refuses(r#"call(timeout = "5")"#, &[&timeout("5")]);
    refuses(r#"call(as = "fetch it")"#, &[&name("fetch it")]);
    refuses(r#"call(as = "fn")"#, &[&name("fn")]);
    refuses(r#"call(as = "")"#, &[&name("")]);
    refuses(
        r#"call(speed = 3, timeout = "soon")"#,
        &[
            "unknown option `speed`: write `timeout`, `as` or `boxed`",
            &timeout("soon"),
        ],
    );
    refuses(
        "cast(speed = 3)",
        &["unknown option `speed`: write `as` or `boxed`"],
    );
    refuses(
        r#"cast(timeout = "5s")"#,
        &["nobody waits for a cast: drop `timeout`, or make it a `#[call]`"],
    );
}

#[test]
fn a_wrong_form_shows_the_right_one() {
    refuses("call(timeout)", &[r#"write `timeout = "30s"`"#]);
    refuses(
        "call(timeout = 30)",
        &[r#"expected a string: `timeout = "30s"`"#],
    );
    refuses(
        "call(as = fetch)",
        &[r#"expected a string: `as = "fetch"`"#],
    );
    refuses("call(boxed = true)", &["write `boxed`"]);
    refuses(
        "call(boxed, boxed)",
        &["`boxed` is given twice: keep one of the two"],
    );
    refuses(
        "call = 3",
        &[r#"write `#[call]` or `#[call(as = "fetch")]`"#],
    );
}

fn reads(mark: &str, timeout: Option<Deadline>, name: Option<&str>, boxed: bool) {
    let mut errors = Errors::default();
    let options = options(mark, &mut errors);
    assert_eq!(errors.messages(), [""; 0], "{mark}");
    assert_eq!(options.timeout, timeout, "{mark}");
    let read_name = options.name.map(|name| name.to_string());
    assert_eq!(read_name.as_deref(), name, "{mark}");
    assert_eq!(options.boxed.is_some(), boxed, "{mark}");
}

fn refuses(mark: &str, messages: &[&str]) {
    let mut errors = Errors::default();
    options(mark, &mut errors);
    assert_eq!(errors.messages(), messages, "{mark}");
}

fn options(mark: &str, errors: &mut Errors) -> super::MarkOptions {
    let mark: proc_macro2::TokenStream = mark.parse().expect("a test's mark is made of tokens");
    let mut method = parse_quote!(#[#mark] fn f(&self) {});
    let marks = take_marks(&mut method);
    assert!(method.attrs.is_empty() && matches!(marks[0].kind, Kind::Call | Kind::Cast));
    marks[0].options(errors)
}

#[expect(clippy::unnecessary_wraps, reason = "it stands beside `None`s")]
fn after(millis: u64) -> Option<Deadline> {
    Some(Deadline::After(Duration::from_millis(millis)))
}
