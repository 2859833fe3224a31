use std::time::Duration;

use super::{Overflow, Restart, Shutdown};
use crate::entry::Entry;
use crate::errors::Errors;

#[test]
fn words_are_read() {
    reads("", None, None, None);
    reads(r#"name = "counter""#, Some("counter"), None, None);
    reads(r#"name = "counter","#, Some("counter"), None, None);
    reads(
        r#"restart = "permanent""#,
        None,
        Some(Restart::Permanent),
        None,
    );
    reads(
        r#"restart = "transient""#,
        None,
        Some(Restart::Transient),
        None,
    );
    reads(
        r#"restart = "temporary""#,
        None,
        Some(Restart::Temporary),
        None,
    );
    reads(
        r#"shutdown = "infinity""#,
        None,
        None,
        Some(Shutdown::Infinity),
    );
    reads(
        r#"shutdown = "brutal_kill""#,
        None,
        None,
        Some(Shutdown::BrutalKill),
    );
    reads(r#"shutdown = "250ms""#, None, None, Some(after(250)));
    reads(r#"shutdown = "5s""#, None, None, Some(after(5_000)));
    reads(r#"shutdown = "2m""#, None, None, Some(after(120_000)));
    reads(r#"shutdown = "1m 30s""#, None, None, Some(after(90_000)));
    reads(
        r#"shutdown = "5s", name = "a", restart = "transient""#,
        Some("a"),
        Some(Restart::Transient),
        Some(after(5_000)),
    );
}

#[test]
fn the_words_of_a_child_and_of_the_client_are_read() {
    let mut errors = Errors::default();
    let words = tokens(r#"id = "", significant, client = "Api""#);
    let options = super::parse(words, Entry::Facade, &mut errors);
    assert_eq!(errors.messages(), [""; 0]);
    assert_eq!(options.id.map(|id| id.value()).as_deref(), Some(""));
    assert!(options.significant.is_some());
    assert_eq!(options.client.expect("is read"), "Api");
}

#[test]
fn the_words_of_the_mailbox_are_read() {
    let read = |attr: &str| {
        let mut errors = Errors::default();
        let options = super::parse(tokens(attr), Entry::Core, &mut errors);
        assert_eq!(errors.messages(), [""; 0], "{attr}");
        let capacity = options.mailbox.map(|bound| bound.capacity);
        (capacity, options.overflow.map(|(overflow, _)| overflow))
    };
    assert_eq!(read(""), (None, None));
    assert_eq!(read("mailbox = 1"), (Some(1), None));
    assert_eq!(read("mailbox = 1_000usize"), (Some(1000), None));
    for (word, overflow) in [
        ("wait", Overflow::Wait),
        ("fail", Overflow::Fail),
        ("drop_newest", Overflow::DropNewest),
        ("drop_oldest", Overflow::DropOldest),
    ] {
        let attr = format!("mailbox = 1024, overflow = {word:?}");
        assert_eq!(read(&attr), (Some(1024), Some(overflow)));
    }
}

#[test]
fn the_path_is_that_of_the_entry_or_the_one_given() {
    path("", Entry::Core, ":: actor_core :: __private");
    path("", Entry::Supervisor, ":: actor_supervisor :: __private");
    path("", Entry::Facade, ":: actor_otp :: __private");
    path("crate = mine", Entry::Facade, "mine :: __private");
    path(
        "crate = crate::mine",
        Entry::Core,
        "crate :: mine :: __private",
    );
    path(
        "crate = ::mine::otp",
        Entry::Core,
        ":: mine :: otp :: __private",
    );
}

#[test]
fn a_wrong_word_lists_the_right_ones() {
    let restart = r#"unknown restart "never": write "permanent", "transient" or "temporary""#;
    let shutdown = |word: &str| {
        format!(
            "unknown shutdown {word:?}: write a duration as \"250ms\", \"5s\" or \"2m\", \
             or \"infinity\" or \"brutal_kill\""
        )
    };
    let option = |word: &str| {
        format!(
            "unknown option `{word}`: write `name`, `id`, `restart`, `shutdown`, `significant`, \
             `mailbox`, `overflow`, `client` or `crate`"
        )
    };
    refuses(r#"restart = "never""#, &[restart]);
    refuses(r#"shutdown = "soon""#, &[&shutdown("soon")]);
    refuses(r#"shutdown = "5""#, &[&shutdown("5")]);
    refuses(r#"shutdown = """#, &[&shutdown("")]);
    refuses(r#"inbox = 3"#, &[&option("inbox")]);
    let overflow = |word: &str| {
        format!(
            "unknown overflow {word:?}: write \"wait\", \"fail\", \"drop_newest\" or \
             \"drop_oldest\""
        )
    };
    refuses(r#"mailbox = 3, overflow = "drop""#, &[&overflow("drop")]);
    refuses(r#"overflow = "Wait""#, &[&overflow("Wait")]);
    refuses(r#"named("counter")"#, &[&option("named")]);
    refuses(
        r#"restart = "never", speed = 3, shutdown = "soon""#,
        &[restart, &option("speed"), &shutdown("soon")],
    );
}

#[test]
fn a_wrong_form_shows_the_right_one() {
    refuses("name", &[r#"write `name = "counter"`"#]);
    refuses(r#"name("counter")"#, &[r#"write `name = "counter"`"#]);
    refuses(
        "name = counter",
        &[r#"expected a string: `name = "counter"`"#],
    );
    refuses(
        "restart = transient",
        &[r#"expected a string: `restart = "transient"`"#],
    );
    refuses("shutdown = 5", &[r#"expected a string: `shutdown = "5s"`"#]);
    refuses("crate", &["write `crate = path`"]);
    let number = "expected a number: `mailbox = 1024`";
    refuses(r#"mailbox = "1024""#, &[number]);
    refuses("mailbox = -1", &[number]);
    refuses("mailbox = 1.5", &[number]);
    refuses("mailbox = CAPACITY", &[number]);
    refuses("mailbox", &["write `mailbox = 1024`"]);
    refuses("mailbox(1024)", &["write `mailbox = 1024`"]);
    let nothing = "a mailbox with room for nothing would take no message: \
                   write `mailbox = 1024`, or leave `mailbox` out to have no bound";
    refuses("mailbox = 0", &[nothing]);
    refuses(
        "mailbox = 99999999999999999999999",
        &["expected a number of messages: `mailbox = 1024`"],
    );
    refuses(
        "overflow = wait",
        &[r#"expected a string: `overflow = "wait"`"#],
    );
    refuses("id = 3", &[r#"expected a string: `id = "counter"`"#]);
    refuses("significant = true", &["write `significant`"]);
    refuses("significant(true)", &["write `significant`"]);
    refuses("client", &[r#"write `client = "CounterApi"`"#]);
    refuses(
        r#"client = "Counter Api""#,
        &[r#""Counter Api" is no name of a trait: write one as "CounterApi""#],
    );
    refuses(
        r#"name = """#,
        &["a name cannot be empty: write one, or leave `name` out"],
    );
    refuses(
        r#"name = "a", name = "b""#,
        &["`name` is given twice: keep one of the two"],
    );
    refuses(
        r#""counter", restart = "no""#,
        &[
            r#"a value stands behind its word: write `name = "counter"`"#,
            r#"unknown restart "no": write "permanent", "transient" or "temporary""#,
        ],
    );
    refuses("+", &["expected ident"]);
    refuses(r#"name = "a" restart = "transient""#, &["expected `,`"]);
}

#[test]
fn without_supervision_its_words_say_where_it_lives() {
    let elsewhere = |word: &str| {
        format!(
            "no `{word}` here: supervision lives in `actor-supervisor` \
             (or the facade `actor-otp`): depend on it and use its `actor` attribute"
        )
    };
    errors(
        r#"restart = "transient""#,
        Entry::Core,
        &[&elsewhere("restart")],
    );
    errors(
        r#"shutdown = "soon""#,
        Entry::Core,
        &[&elsewhere("shutdown")],
    );
    errors(r#"id = "counter""#, Entry::Core, &[&elsewhere("id")]);
    errors("significant", Entry::Core, &[&elsewhere("significant")]);
    errors(
        "speed = 3",
        Entry::Core,
        &["unknown option `speed`: write `name`, `mailbox`, `overflow`, `client` or `crate`"],
    );
    errors(r#"name = "counter""#, Entry::Core, &[]);
}

#[test]
fn a_wrong_name_leaves_a_name() {
    let mut errors = Errors::default();
    let options = super::parse(tokens("name = 3"), Entry::Facade, &mut errors);
    assert!(options.name.is_some());
}

fn reads(attr: &str, name: Option<&str>, restart: Option<Restart>, shutdown: Option<Shutdown>) {
    let mut errors = Errors::default();
    let options = super::parse(tokens(attr), Entry::Facade, &mut errors);
    assert_eq!(errors.messages(), [""; 0], "{attr}");
    let read_name = options.name.map(|name| name.value());
    assert_eq!(read_name.as_deref(), name, "{attr}");
    assert_eq!(options.restart, restart, "{attr}");
    assert_eq!(options.shutdown, shutdown, "{attr}");
}

fn path(attr: &str, entry: Entry, path: &str) {
    let mut errors = Errors::default();
    let options = super::parse(tokens(attr), entry, &mut errors);
    assert_eq!(errors.messages(), [""; 0], "{attr}");
    assert_eq!(options.runtime.to_string(), path, "{attr}");
}

fn refuses(attr: &str, messages: &[&str]) {
    errors(attr, Entry::Facade, messages);
}

fn errors(attr: &str, entry: Entry, messages: &[&str]) {
    let mut errors = Errors::default();
    super::parse(tokens(attr), entry, &mut errors);
    assert_eq!(errors.messages(), messages, "{attr}");
}

fn tokens(attr: &str) -> proc_macro2::TokenStream {
    attr.parse().expect("a test's attribute is made of tokens")
}

fn after(millis: u64) -> Shutdown {
    Shutdown::After(Duration::from_millis(millis))
}
