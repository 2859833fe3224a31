//! Takes Rust text apart into code and comments; literals are neither.

use crate::words;

/// What a stretch of Rust text is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// Rust text taken apart; both halves keep the lines and columns of the whole.
pub(crate) struct Split<'a> {
    rest: &'a str,
    pub(crate) code: String,
    pub(crate) comments: String,
}

impl<'a> Split<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let mut split = Self {
            rest: text,
            code: String::new(),
            comments: String::new(),
        };
        while !split.rest.is_empty() {
            let (kind, len) = split.next();
            split.take(kind, len);
        }
        split
    }

    /// What comes next, and how many bytes of it.
    fn next(&self) -> (Kind, usize) {
        let rest = self.rest;
        if rest.starts_with("//") {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (Kind::Comment, block_comment(rest))
        } else if rest.starts_with('"') {
            (Kind::Literal, string(rest))
        } else if let Some(len) = raw_string(rest).filter(|_| !self.inside_ident()) {
            (Kind::Literal, len)
        } else if let Some(len) = character(rest) {
            (Kind::Literal, len)
        } else {
            (Kind::Code, rest.chars().next().map_or(0, char::len_utf8))
        }
    }

    /// Whether the code so far ends in an identifier other than the `b` or `c` of a literal.
    fn inside_ident(&self) -> bool {
        let mut back = self.code.chars().rev();
        match back.next() {
            Some('b' | 'c') => back.next().is_some_and(words::is_ident),
            last => last.is_some_and(words::is_ident),
        }
    }

    fn take(&mut self, kind: Kind, len: usize) {
        let (taken, rest) = self.rest.split_at(len);
        self.rest = rest;
        for c in taken.chars() {
            let in_half = |half| if kind == half || c == '\n' { c } else { ' ' };
            self.code.push(in_half(Kind::Code));
            self.comments.push(in_half(Kind::Comment));
        }
    }
}

/// The length of a block comment, those nested in it included.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(found) = text[at..].find(['/', '*']) {
        at += found;
        match text.get(at..at + 2) {
            Some("/*") => (depth, at) = (depth + 1, at + 2),
            Some("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of a string, its quotes included.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|&(_, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

/// The length of a raw string, if the text begins with one.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let body = after.trim_start_matches('#');
    let hashes = after.len() - body.len();
    let inside = body.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - inside.len();
    let end = inside.find(&close).map(|at| start + at + close.len());
    Some(end.unwrap_or(text.len()))
}

/// The length of a character literal, if the text begins with one and not with a lifetime.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    if first == '\\' {
        // The escaped character itself may be a quote.
        return inside.get(2..)?.find('\'').map(|at| at + 4);
    }
    let end = 1 + first.len_utf8();
    text[end..].starts_with('\'').then_some(end + 1)
}

mod planted {
    use super::*;

    /// The code and the comments of a text, each gap in them one space wide.
    fn halves(text: &str) -> [String; 2] {
        let Split { code, comments, .. } = Split::of(text);
        let close_up = |half: String| half.split_whitespace().collect::<Vec<_>>().join(" ");
        [close_up(code), close_up(comments)]
    }

    #[test]
    fn code_and_comments_are_told_apart() {
        let text = "let url = \"https://x\"; // why\n/* a /* b */ c */ let r;";
        let expected = ["let url = ; let r;", "// why /* a /* b */ c */"];
        assert_eq!(halves(text), expected);
    }

    #[test]
    fn both_halves_keep_lines_and_columns() {
        let split = Split::of("a /* b\n */ c");
        assert_eq!(split.code, "a     \n    c");
        assert_eq!(split.comments, "  /* b\n */  ");
    }

    #[test]
    fn raw_strings_end_at_their_own_quote() {
        let text = "br#\"// \"no\" \"# r#type for\"\\\" x\" y";
        assert_eq!(halves(text), ["b r#type for y", ""]);
    }

    #[test]
    fn quotes_in_characters_open_no_string() {
        let text = "fn f<'a>(q: char) { q == '\"' || q == '\\'' } // end";
        assert_eq!(
            halves(text),
            ["fn f<'a>(q: char) { q == || q == }", "// end"]
        );
    }
}
