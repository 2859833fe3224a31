use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::entry::Entry;
use crate::errors::Errors;
use crate::{attr, input};

const INIT: &str = "async fn init(x: i64, cx: &mut Context<Self>) -> InitResult<Self> { f() }";

#[test]
fn right_blocks_pass() {
    server("", &[]);
    server("#[call] fn f(&self) {}", &[]);
    server(
        "#[call] async fn f(&mut self, cx: &mut Context<Self>, a: u8) -> u8 { 1 }",
        &[],
    );
    server(
        "#[cast] fn f(&mut self, a: u8, cx: &mut otp::Context<Self>) {}",
        &[],
    );
    server("#[cast] fn f(self: &Self, mut a: u8) -> () {}", &[]);
    server(
        "#[call] fn f(&self, a: &'static str, g: fn(&str)) -> &'static str { a }",
        &[],
    );
    server(
        "#[call] fn f(&self, g: Box<dyn Fn(&str) -> &str + Send>) {}",
        &[],
    );
    server("#[call] fn f(&self, g: Box<dyn for<'a> Visit<'a>>) {}", &[]);
    server("#[call] fn f(&self) {} #[cast] fn g(&self) {}", &[]);
    server(
        "#[cast] fn f(&self) {} type Call = C; async fn handle_call() {}",
        &[],
    );
    server(
        "#[cfg(unix)] #[call] fn f(&self) {} #[cfg(windows)] #[call] fn f(&self) {}",
        &[],
    );
    server(
        "fn defaults() -> Defaults<Self> { d() } fn child_spec(x: i64) -> S { s() }",
        &[],
    );
    server(
        "async fn terminate() {} fn handle_info() -> impl Future<Output = A> {} \
         fn handle_continue() -> Pin<Box<dyn Future>> {} fn format_status() {} fn message_name() {}",
        &[],
    );
}

#[test]
fn a_callback_that_may_wait_is_async() {
    let asyncs = |name: &str| format!("`{name}` must be `async`: write `async fn {name}(..)`");
    server("fn terminate() {}", &[&asyncs("terminate")]);
    server(
        "fn handle_info() -> NextResult<Self> {}",
        &[&asyncs("handle_info")],
    );
    server(
        "fn handle_cast() -> otp::NextResult<Self> {}",
        &[&asyncs("handle_cast")],
    );
    server(
        "fn handle_continue() -> Result<Next<Self>, ExitReason> {}",
        &[&asyncs("handle_continue")],
    );
}

#[test]
fn an_init_has_its_form() {
    let server = |init: &str, messages: &[&str]| {
        facade(&format!("impl GenServer for T {{ {init} }}"), messages);
    };
    let supervisor = |init: &str, messages: &[&str]| {
        facade(&format!("impl Supervisor for T {{ {init} }}"), messages);
    };
    server(
        "async fn init(x: i64) -> InitResult<Self> {}",
        &[
            "`init` takes other parameters: write `async fn init(args: .., cx: &mut Context<Self>) -> \
           InitResult<Self>`",
        ],
    );
    server(
        "fn init(x: i64, cx: &mut Context<Self>) -> InitResult<Self> {}",
        &["`init` must be `async`: write `async fn init(..)`"],
    );
    server(
        "type Args = &'static str; async fn init(x: &str, cx: &mut Context<Self>) {}",
        &[],
    );
    supervisor(
        "async fn init(x: i64) -> SupervisorSpec {}",
        &[
            "this `init` only says what to start, and does not wait: write `fn init(args: ..) -> \
             SupervisorSpec`; what must wait belongs into the `init` of a server",
        ],
    );
    supervisor(
        "fn init(x: i64, cx: &mut Context<Self>) -> SupervisorSpec {}",
        &["`init` takes other parameters: write `fn init(args: ..) -> SupervisorSpec`"],
    );
}

#[test]
fn a_parameter_has_a_bound() {
    let init = "async fn init(x: T, cx: &mut Context<Self>) -> InitResult<Self> {}";
    let unbounded =
        "a process may move to another thread, and owns its data: write `T: Send + 'static`";
    facade(
        &format!("impl<T> GenServer for S<T> {{ {init} }}"),
        &[unbounded],
    );
    for right in [
        "impl<T: A> GenServer for S<T>",
        "impl<T> GenServer for S<T> where T: A",
    ] {
        facade(&format!("{right} {{ {init} }}"), &[]);
    }
    facade(
        "impl<const N: usize> GenServer for S<N> { async fn init(x: u8, cx: &mut Context<Self>) {} }",
        &[],
    );
}

#[test]
fn a_method_with_one_mark_is_a_message() {
    let either = "a message is either a `#[call]` (answered) or a `#[cast]` (not): keep one";
    let twice = "the mark is there already: drop one of the two";
    server("#[call] #[cast] fn f(&self) {}", &[either]);
    server("#[cast] #[call] fn f(&self) {}", &[either]);
    server("#[call] #[call] fn f(&self) {}", &[twice]);
}

#[test]
fn messages_have_names_of_their_own() {
    let taken = "there is a message `f` already: give this one a name of its own";
    let same = "`get_a` and `getA` give the same variant: rename one of them";
    server("#[call] fn f(&self) {} #[call] fn f(&self) {}", &[taken]);
    server("#[call] fn f(&self) {} #[cast] fn f(&self) {}", &[taken]);
    server(
        "#[call] fn getA(&self) {} #[call] fn get_a(&self) {}",
        &[same],
    );
    server(
        r#"#[call] fn f(&self) {} #[call(as = "f")] fn g(&self) {}"#,
        &[taken],
    );
    server(
        r#"#[call(as = "get_a")] fn f(&self) {} #[cast(as = "getA")] fn g(&self) {}"#,
        &["`getA` and `get_a` give the same variant: rename one of them"],
    );
    server(
        r#"#[call(as = "g")] fn f(&self) {} #[call] fn f(&self) {}"#,
        &[taken],
    );
    server(
        r#"#[call] fn f(&self) {} #[call(as = "h")] fn g(&self) {}"#,
        &[],
    );
}

#[test]
fn some_names_are_taken() {
    for name in crate::reserved::OF_ADDRESSES {
        let reserved = format!(
            "`{name}` is a method of every address: give the message another name, \
             as `#[call(as = \"..\")]` does"
        );
        server(&format!("#[call] fn {name}(&self) {{}}"), &[&reserved]);
        let renamed = format!("#[cast(as = {name:?})] fn f(&self) {{}}");
        server(&renamed, &[&reserved]);
        server(&format!("#[call(as = \"f\")] fn {name}(&self) {{}}"), &[]);
    }
    for name in ["init", "terminate", "handle_info"] {
        let callback = format!("`{name}` is a callback: drop the mark, or rename the method");
        let block = format!("impl GenServer for T {{ #[call] fn {name}(x: u8) {{}} {INIT} }}");
        let init = name != "init";
        let block = if init { block } else { block.replace(INIT, "") };
        facade(&block, &[&callback]);
    }
    for name in crate::reserved::OF_SERVERS {
        let reserved = format!("`{name}` is a function of every server: rename the method");
        server(&format!("#[call] fn {name}(&self) {{}}"), &[&reserved]);
        let renamed = format!("#[call(as = \"f\")] fn {name}(&self) {{}}");
        server(&renamed, &[&reserved]);
        server(&format!("#[call(as = {name:?})] fn f(&self) {{}}"), &[]);
    }
}

#[test]
fn a_message_is_handled_by_the_server() {
    let receiver = "a message is handled by a server: take `&self` or `&mut self`";
    server("#[call] fn f() {}", &[receiver]);
    server("#[call] fn f(self) {}", &[receiver]);
    server("#[call] fn f(mut self) {}", &[receiver]);
    server("#[call] fn f(self: Box<Self>) {}", &[receiver]);
    let context = "one `&mut Context<Self>` is enough: there is only one to give";
    server(
        "#[call] fn f(&self, a: &mut Context<Self>, b: &mut Context<Self>) {}",
        &[context],
    );
    let reply = "one `ReplyTo` is enough: a call has one answer";
    server(
        "#[call] fn f(&self, a: ReplyTo<u8>, b: otp::ReplyTo<u8>) {}",
        &[reply],
    );
    let safe = "the server cannot keep the promise of an `unsafe` method: make it safe";
    server("#[call] unsafe fn f(&self) {}", &[safe]);
}

#[test]
fn a_message_has_owned_arguments_of_one_type() {
    let owned = "the arguments of a message must be owned: take the owned type, such as `String` for `&str`";
    server("#[call] fn f(&self, a: &str) {}", &[owned]);
    server("#[call] fn f(&self, a: Option<&str>) {}", &[owned]);
    server("#[call] fn f(&self, a: Cow<'_, str>) {}", &[owned]);
    server("#[call] fn f(&self, a: &'static &str) {}", &[owned]);
    server("#[call] fn f(&self, a: ReplyTo) {}", &[]);
    server("#[cast] fn f(&self, a: ReplyTo<&str>) {}", &[owned]);
    server("#[call] fn f(&self, a: &str, b: &str) {}", &[owned, owned]);
    let named = "the arguments of a message must have a type with a name: `impl Trait` has none";
    server("#[call] fn f(&self, a: impl Debug) {}", &[named]);
    server("#[call] fn f(&self, a: Vec<impl Debug>) {}", &[named]);
    let answer = "the answer to a call must be owned: \
                  take the owned type, such as `String` for `&str`";
    server("#[call] fn f(&self) -> &str { a }", &[answer]);
    let answer = "the answer to a call must have a type with a name: `impl Trait` has none";
    server("#[call] fn f(&self) -> impl Debug { a }", &[answer]);
    let answer = "the answer to a call must be owned: \
                  take the owned type, such as `String` for `&str`";
    server("#[call] fn f(&self, reply: ReplyTo<&str>) {}", &[answer]);
    server("#[call] fn f(&self) -> Reply<&str> { a }", &[answer]);
    server(
        "#[call] fn f(&self) -> Result<Reply<&str>, E> { a }",
        &[answer],
    );
    server(
        "#[call] fn f(&self, reply: ReplyTo<u8>) -> impl Debug { a }",
        &[],
    );
    let boxed = "there are no arguments to box: drop `boxed`";
    server("#[call(boxed)] fn f(&self) {}", &[boxed]);
    server(
        "#[call(boxed)] fn f(&self, reply: ReplyTo<u8>, cx: &Context<Self>) {}",
        &[boxed],
    );
    server("#[cast(boxed)] fn f(&self, a: u8) {}", &[]);
    let one = "a message has one type: put the parameters on the server, or write the type out";
    server("#[call] fn f<T>(&self, a: T) {}", &[one]);
    server("#[call] fn f<const N: usize>(&self) {}", &[one]);
    let name = "an argument is a field of the message: give it a name, and take it apart inside";
    server("#[call] fn f(&self, (a, b): (u8, u8)) {}", &[name]);
    server("#[call] fn f(&self, _: u8) {}", &[name]);
}

#[test]
fn what_is_written_for_the_user_is_not_written_twice() {
    let twice = |name: &str, mark: &str| {
        format!("`{name}` is written for the `#[{mark}]` methods: drop it, or the `#[{mark}]`s")
    };
    let call = "#[call] fn f(&self) {} ";
    let cast = "#[cast] fn f(&self) {} ";
    server(
        &format!("{call} async fn handle_call() {{}}"),
        &[&twice("handle_call", "call")],
    );
    server(&format!("{call} type Call = C;"), &[&twice("Call", "call")]);
    server(
        &format!("{cast} async fn handle_cast() {{}}"),
        &[&twice("handle_cast", "cast")],
    );
    let named = "`message_name` is written for the marked methods: drop it, or their marks";
    for mark in [call, cast] {
        server(&format!("{mark} fn message_name() {{}}"), &[named]);
    }
    server(&format!("{cast} type Cast = C;"), &[&twice("Cast", "cast")]);
    let defaults = "`defaults` is written for `name`: drop `name`, and say it here with \
                    `.name(..)`, or drop this";
    let block = format!("impl GenServer for T {{ {INIT} fn defaults() {{}} }}");
    check(r#"name = "t""#, Entry::Facade, &block, &[defaults]);
    let both = r#"name = "t", mailbox = 1"#;
    check(both, Entry::Facade, &block, &[defaults]);
    let of_mailbox = defaults.replace("name", "mailbox");
    check("mailbox = 1", Entry::Facade, &block, &[&of_mailbox]);
    let stray = "`f` is no callback: mark it `#[call]` or `#[cast]`, \
                 or move it to a plain `impl` block";
    server("fn f(&self) {}", &[stray]);
}

#[test]
fn init_says_the_arguments_of_the_start() {
    let missing = "`init` is missing: \
                   write `async fn init(args: .., cx: &mut Context<Self>) -> InitResult<Self>`";
    let first = "`init` takes the arguments of the start first: write `(): ()` if there are none";
    let owned = "the arguments of a start must be owned: \
                 take the owned type, such as `String` for `&str`";
    facade("impl GenServer for T {}", &[missing]);
    facade("impl GenServer for T { type Args = (); }", &[missing]);
    facade("impl GenServer for T { async fn init() {} }", &[first]);
    facade(
        "impl GenServer for T { async fn init(cx: &mut Context<Self>) {} }",
        &[first],
    );
    facade(
        "impl GenServer for T { async fn init(a: &str) {} }",
        &[owned],
    );
    facade(
        "impl GenServer for T { type Args = &'static str; async fn init(a: &str) {} }",
        &[],
    );
    let missing = "`init` is missing: write `fn init(args: ..) -> SupervisorSpec`";
    facade("impl Supervisor for T {}", &[missing]);
}

#[test]
fn a_server_owns_its_data() {
    let own = "an actor is `'static`: own the data";
    facade(
        &format!("impl<'a> GenServer for T<'a> {{ {INIT} }}"),
        &[own],
    );
    facade(
        &format!("impl<'a, 'b> GenServer for T<'a, 'b> {{ {INIT} }}"),
        &[own, own],
    );
    facade(&format!("impl GenServer for T<'_> {{ {INIT} }}"), &[own]);
    facade(&format!("impl GenServer for T<&str> {{ {INIT} }}"), &[own]);
    facade(
        &format!("impl GenServer for T<&'static str> {{ {INIT} }}"),
        &[],
    );
}

#[test]
fn a_supervisor_has_no_messages() {
    let library = "a supervisor's calls are the library's: \
                   put this method on a server, or on a plain `impl` block";
    let stray = "`f` is no callback: move it to a plain `impl` block";
    supervisor("", &[]);
    supervisor("fn child_spec(x: ()) -> S { s() }", &[]);
    supervisor("#[call] fn f(&self) {}", &[library]);
    supervisor("#[cast] fn f(&self) {}", &[library]);
    supervisor("fn f(&self) {}", &[stray]);
}

#[test]
fn a_significant_child_ends_for_good() {
    let ends = "a significant child ends for good some day, and a permanent one never: \
                write `restart = \"transient\"` or `restart = \"temporary\"`";
    let block = format!("impl GenServer for T {{ {INIT} }}");
    let check = |words: &str, messages: &[&str]| check(words, Entry::Facade, &block, messages);
    check("significant", &[ends]);
    check(r#"significant, restart = "permanent""#, &[ends]);
    check(r#"significant, restart = "transient""#, &[]);
    let restart = r#"unknown restart "never": write "permanent", "transient" or "temporary""#;
    check(r#"significant, restart = "never""#, &[restart]);
    check(r#"restart = "temporary", significant"#, &[]);
}

#[test]
fn what_a_full_mailbox_does_is_said_of_one_with_a_bound() {
    let without = "without a bound no mailbox is ever full: \
                   write `mailbox = 1024` too, or drop `overflow`";
    let block = format!("impl GenServer for T {{ {INIT} }}");
    let check_server = |words: &str, messages: &[&str]| check(words, Entry::Core, &block, messages);
    check_server(r#"overflow = "fail""#, &[without]);
    check_server("mailbox = 1", &[]);
    check_server(r#"overflow = "fail", mailbox = 1"#, &[]);
    let number = "expected a number: `mailbox = 1024`";
    check_server(r#"mailbox = "1", overflow = "fail""#, &[number]);
    let overflow = "unknown overflow \"\": write \"wait\", \"fail\", \"drop_newest\" or \
                    \"drop_oldest\"";
    check_server(r#"overflow = """#, &[overflow]);

    let of_supervisors = "the mailbox of a supervisor has no bound, as it must not lose what it \
                          tells itself: drop `mailbox` and `overflow`";
    let block = "impl Supervisor for T { fn init((): ()) -> SupervisorSpec { s() } }";
    for words in [
        "mailbox = 1",
        r#"overflow = "fail""#,
        r#"mailbox = 1, overflow = "fail""#,
    ] {
        check(words, Entry::Facade, block, &[of_supervisors]);
    }
}

#[test]
fn enums_and_client_are_as_visible_as_the_most_visible_message() {
    seen(["", ""], "pub");
    seen(["pub", "pub(crate)"], "pub");
    seen(["pub(crate)", ""], "pub");
    seen(["pub(crate)", "pub(self)"], "pub (crate)");
    seen(["pub(super)", "pub(crate)"], "pub (crate)");
    seen(["pub(self)", "pub(in crate::a)"], "pub (in crate :: a)");
    seen(["pub(self)", "pub(self)"], "");
}

fn seen([one, two]: [&str; 2], visibility: &str) {
    let items = format!("#[call] {one} fn f(&self) {{}} #[cast] {two} fn g(&self) {{}}");
    let block = format!("impl GenServer for T {{ {INIT} {items} }}").parse();
    let mut errors = Errors::default();
    let mut options = attr::parse(TokenStream::new(), Entry::Facade, &mut errors);
    let block = block.expect("a test's input is made of tokens");
    let Ok((block, _)) = input::read(block, Entry::Facade, &mut errors) else {
        panic!("a block is read: {:?}", errors.messages());
    };
    let actor = super::check(block, &mut options, Entry::Facade, &mut errors);
    assert_eq!(errors.messages(), [""; 0]);
    assert_eq!(actor.visibility.into_token_stream().to_string(), visibility);
}

#[test]
fn a_client_has_messages() {
    let none = "there is no client without `#[call]` and `#[cast]` methods: drop `client`";
    let client = r#"client = "Api""#;
    let block = |items: &str| format!("impl GenServer for T {{ {INIT} {items} }}");
    check(client, Entry::Facade, &block(""), &[none]);
    check(client, Entry::Facade, &block("#[cast] fn f(&self) {}"), &[]);
    let supervisor = "impl Supervisor for T { fn init((): ()) -> SupervisorSpec { f() } }";
    check(client, Entry::Facade, supervisor, &[none]);
}

#[test]
fn without_supervision_there_are_no_children() {
    let elsewhere = |what: &str| {
        format!(
            "{what}: supervision lives in `actor-supervisor` \
             (or the facade `actor-otp`): depend on it and use its `actor` attribute"
        )
    };
    let server = format!("impl GenServer for T {{ {INIT} fn child_spec() {{}} }}");
    check(
        "",
        Entry::Core,
        &server,
        &[&elsewhere("no `child_spec` here")],
    );
    let supervisor = "impl Supervisor for T { fn init((): ()) {} }";
    check(
        "",
        Entry::Core,
        supervisor,
        &[&elsewhere("no supervisors here")],
    );
}

#[test]
fn other_items_are_shown_where_it_stands() {
    let here = "`#[actor]` stands on a block `impl GenServer for Counter { .. }` \
                or `impl Supervisor for MyApp { .. }`";
    facade("struct T;", &[here]);
    facade("fn f() {}", &[here]);
    facade("impl T { fn f() {} }", &[here]);
    facade("impl Display for T {}", &[here]);
    let named = "an actor is a type with a name: implement the trait for a struct or an enum";
    facade("impl GenServer for (T,) {}", &[named]);
    let here = "`#[actor]` stands on a block `impl GenServer for Counter { .. }`";
    check("", Entry::Core, "struct T;", &[here]);
}

fn server(items: &str, messages: &[&str]) {
    facade(
        &format!("impl otp::GenServer for T {{ {INIT} {items} }}"),
        messages,
    );
}

fn supervisor(items: &str, messages: &[&str]) {
    let init = "fn init((): ()) -> SupervisorSpec { f() }";
    facade(
        &format!("impl otp::Supervisor for T {{ {init} {items} }}"),
        messages,
    );
}

fn facade(item: &str, messages: &[&str]) {
    check("", Entry::Facade, item, messages);
}

fn check(attr: &str, entry: Entry, item: &str, messages: &[&str]) {
    let parse = |text: &str| text.parse().expect("a test's input is made of tokens");
    let mut errors = Errors::default();
    let mut options = attr::parse(parse(attr), entry, &mut errors);
    if let Ok((block, _)) = input::read(parse(item), entry, &mut errors) {
        super::check(block, &mut options, entry, &mut errors);
    }
    assert_eq!(errors.messages(), messages, "{item}");
}
