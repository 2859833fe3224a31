use quote::ToTokens;

use crate::errors::Errors;

#[test]
fn a_body_that_cannot_be_read_stays_as_it_is() {
    reads("impl T for S { fn f(&self) { self. } }");
    reads("impl T for S { fn f(&self) { let x = ; } fn g() { 1 } type X = u8; }");
    reads("impl<const N: usize> T for S<N> { fn f(self) -> S<{ N + 1 }> { f(+) } fn g() {} }");
    reads("#[actor] impl T for S where S: X { #[call] pub async fn f() where S: X { a b } }");
    reads("impl T for S { fn f<X>() where X: I<J = u8> { . } fn g() {} }");
    reads("impl T for S { const F: fn() = f; fn f(g: fn(u8) -> u8) { + } }");
}

#[test]
fn an_item_that_cannot_be_read_stands_behind_the_others() {
    moves(
        "impl<X> T for S<X> { #[call] fn f(&self, a: ) { 1 } type X = u8; fn g() { + } }",
        "impl<X> T for S<X> { type X = u8; fn g() { + } } impl<X> S<X> { fn f(&self, a: ) { 1 } }",
    );
    moves(
        "impl T for S { fn f() -> #[cast(as = \"f\")] fn g(a: u8) {} fn h() {} }",
        "impl T for S { fn h() {} } impl S { fn f() -> fn g(a: u8) {} }",
    );
    moves(
        "impl T for S { fn h() {} #[doc = \"f\"] fn }",
        "impl T for S { fn h() {} } impl S { #[doc = \"f\"] fn }",
    );
}

#[test]
fn a_first_line_that_cannot_be_read_is_not() {
    for text in [
        "impl T for { fn f(&self) {} }",
        "impl T for S",
        "fn f() {}",
        "",
    ] {
        assert!(
            super::read(tokens(text), &mut Errors::default()).is_none(),
            "{text}"
        );
    }
}

fn reads(text: &str) {
    assert_eq!(restored(text).0, tokens(text).to_string());
}

fn moves(text: &str, moved: &str) {
    let (restored, errors) = restored(text);
    assert_eq!(restored, tokens(moved).to_string());
    assert_eq!(errors.len(), 1, "{errors:?}");
}

fn restored(text: &str) -> (String, Vec<String>) {
    let mut errors = Errors::default();
    let (item, unread) = super::read(tokens(text), &mut errors).expect(text);
    let restored = unread.restore(item.into_token_stream());
    (restored.to_string(), errors.messages())
}

fn tokens(text: &str) -> proc_macro2::TokenStream {
    text.parse().expect("a test's input is made of tokens")
}
