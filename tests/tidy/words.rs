//! Finds words in text: what a regular expression would do, with `std` alone.

/// Whether the character can stand inside an identifier.
pub(crate) fn is_ident(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The places where `needle` stands as a word: it neither continues an identifier nor is continued.
pub(crate) fn places<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(needle)
        .map(|(at, _)| at)
        .filter(move |&at| {
            let before = text[..at].chars().next_back();
            let after = text[at + needle.len()..].chars().next();
            !(needle.starts_with(is_ident) && before.is_some_and(is_ident)
                || needle.ends_with(is_ident) && after.is_some_and(is_ident))
        })
}

/// Whether `needle` stands in `text` as a word.
pub(crate) fn has(text: &str, needle: &str) -> bool {
    places(text, needle).next().is_some()
}

/// The identifier that `text` begins with; empty if it begins with none.
pub(crate) fn ident(text: &str) -> &str {
    &text[..text.find(|c| !is_ident(c)).unwrap_or(text.len())]
}

mod planted {
    use super::*;

    #[test]
    fn a_word_ends_where_an_identifier_ends() {
        assert!(has("rt::spawn(x)", "spawn("));
        assert!(!has("respawn(x)", "spawn("));
        assert!(!has("asynchronous", "async"));
        assert!(has("x.await?", ".await"));
        assert_eq!(ident("exit_reason::X"), "exit_reason");
        assert_eq!(ident("{a, b}"), "");
    }
}
