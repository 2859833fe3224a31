//! The marks on methods: `#[call]` and `#[cast]`, and the words in their parentheses.

use proc_macro2::Span;
use syn::{Attribute, Ident, ImplItemFn, LitStr, Meta};

use crate::ast::{Deadline, Kind};
use crate::errors::Errors;
use crate::words::{self, Found, Shape, Value, Word, Words, duration};

#[cfg(test)]
mod tests;

/// A `#[call]` or `#[cast]`.
pub(crate) struct Mark {
    pub(crate) kind: Kind,
    pub(crate) attribute: Attribute,
}

/// The words of a mark as values.
pub(crate) struct MarkOptions {
    pub(crate) kind: Kind,
    /// How long a caller waits for the answer.
    pub(crate) timeout: Option<Deadline>,
    /// The name of the message, if it is not that of the method.
    pub(crate) name: Option<Ident>,
    /// Whether the arguments travel in a box: the place of the word.
    pub(crate) boxed: Option<Span>,
}

/// Takes the marks off a method.
pub(crate) fn take_marks(method: &mut ImplItemFn) -> Vec<Mark> {
    let mut marks = Vec::new();
    for attribute in std::mem::take(&mut method.attrs) {
        let path = attribute.path();
        let kind = [Kind::Call, Kind::Cast]
            .into_iter()
            .find(|kind| path.is_ident(kind.mark()));
        match kind {
            Some(kind) => marks.push(Mark { kind, attribute }),
            None => method.attrs.push(attribute),
        }
    }
    marks
}

impl Mark {
    /// Reads the words of the mark. What is wrong is left out.
    pub(crate) fn options(&self, errors: &mut Errors) -> MarkOptions {
        let mut options = MarkOptions {
            kind: self.kind,
            timeout: None,
            name: None,
            boxed: None,
        };
        match &self.attribute.meta {
            Meta::Path(_) => {}
            Meta::List(list) => words::read(list.tokens.clone(), &mut options, errors),
            Meta::NameValue(_) => {
                let mark = self.kind.mark();
                let message = format!("write `#[{mark}]` or `#[{mark}(as = \"fetch\")]`");
                errors.on(&self.attribute.meta, message);
            }
        }
        options
    }
}

impl Words for MarkOptions {
    const KNOWN: &'static [Word] = &[
        Word {
            key: "timeout",
            shape: Shape::Text,
            form: "timeout = \"30s\"",
        },
        Word {
            key: "as",
            shape: Shape::Text,
            form: "as = \"fetch\"",
        },
        Word {
            key: "boxed",
            shape: Shape::Alone,
            form: "boxed",
        },
    ];

    fn check(&self, word: &Word) -> Result<(), String> {
        if self.kind == Kind::Cast && word.key == "timeout" {
            return Err("nobody waits for a cast: drop `timeout`, or make it a `#[call]`".into());
        }
        Ok(())
    }

    fn set(&mut self, Found { key, value }: Found, errors: &mut Errors) {
        let read = match value {
            Some(Value::Text(text)) if key == "timeout" => {
                timeout(&text).map(|timeout| self.timeout = Some(timeout))
            }
            Some(Value::Text(text)) => name(&text).map(|name| self.name = Some(name)),
            Some(_) => {
                self.boxed = Some(key.span());
                return;
            }
            None => return,
        };
        if let Err(error) = read {
            errors.add(error);
        }
    }
}

fn timeout(text: &LitStr) -> syn::Result<Deadline> {
    let word = text.value();
    if word == "infinity" {
        return Ok(Deadline::Never);
    }
    duration(&word).map(Deadline::After).ok_or_else(|| {
        let message = format!(
            "unknown timeout {word:?}: write a duration as \"250ms\", \"5s\" or \"2m\", \
             or \"infinity\""
        );
        syn::Error::new(text.span(), message)
    })
}

fn name(text: &LitStr) -> syn::Result<Ident> {
    text.parse().map_err(|_| {
        let message = format!(
            "{:?} is no name of a method: write one as \"fetch\"",
            text.value()
        );
        syn::Error::new(text.span(), message)
    })
}
