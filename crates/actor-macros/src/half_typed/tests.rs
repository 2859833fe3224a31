use quote::ToTokens;

#[test]
fn a_body_that_cannot_be_read_stays_as_it_is() {
    reads("impl T for S { fn f(&self) { self. } }");
    reads("impl T for S { fn f(&self) { let x = ; } fn g() { 1 } type X = u8; }");
    reads("impl<const N: usize> T for S<N> { fn f(self) -> S<{ N + 1 }> { f(+) } fn g() {} }");
    reads("#[actor] impl T for S where S: X { #[call] pub async fn f() where S: X { a b } }");
    reads("impl T for S { const F: fn() = f; fn f(g: fn(u8) -> u8) { + } }");
}

#[test]
fn what_else_cannot_be_read_is_not() {
    for text in [
        "impl T for S { fn f(&self, +) { } }",
        "impl T for S { fn f(&self) -> }",
        "impl T for { fn f(&self) {} }",
        "",
    ] {
        assert!(super::read(tokens(text)).is_none(), "{text}");
    }
}

fn reads(text: &str) {
    let (item, bodies) = super::read(tokens(text)).expect(text);
    let written = bodies.restore(item.into_token_stream());
    assert_eq!(written.to_string(), tokens(text).to_string());
}

fn tokens(text: &str) -> proc_macro2::TokenStream {
    text.parse().expect("a test's input is made of tokens")
}
