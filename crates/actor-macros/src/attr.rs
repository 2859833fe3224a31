//! The words in `#[actor(..)]`: from tokens to values, each mistake on its own token.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Ident, LitInt, LitStr};

use crate::entry::Entry;
use crate::errors::Errors;
use crate::words::{self, Found, Shape, Value, Word, Words, duration};

#[cfg(test)]
mod tests;

/// What stands for a name that was given wrongly, so that `NAME` exists all the same.
const STAND_IN: &str = "name";

/// What stands for a capacity that was given wrongly, so that `overflow` is not wrong for it.
const SOME_ROOM: usize = 1;

/// The words of child specs, which only a supervisor reads.
const OF_SUPERVISION: &[&str] = &["id", "restart", "shutdown", "significant"];

/// The words of the attribute as values.
pub(crate) struct Options {
    /// The name that the process registers.
    pub(crate) name: Option<LitStr>,
    /// What a supervisor calls the child.
    pub(crate) id: Option<LitStr>,
    /// When a supervisor starts the child again.
    pub(crate) restart: Option<Restart>,
    /// How a supervisor stops the child.
    pub(crate) shutdown: Option<Shutdown>,
    /// Whether the supervisor may end with the child: the place of the word.
    pub(crate) significant: Option<Span>,
    /// How many messages may wait.
    pub(crate) mailbox: Option<Bound>,
    /// What a full mailbox does: the word, and its place.
    pub(crate) overflow: Option<(Overflow, Span)>,
    /// The name of the client trait.
    pub(crate) client: Option<Ident>,
    /// The path of all that right output names: the crate's `__private`.
    pub(crate) runtime: TokenStream,
    entry: Entry,
}

/// The words of `restart`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restart {
    Permanent,
    Transient,
    Temporary,
}

/// The words of `shutdown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shutdown {
    BrutalKill,
    After(Duration),
    Infinity,
}

/// The value of `mailbox`.
pub(crate) struct Bound {
    pub(crate) capacity: usize,
    /// The place of the word.
    pub(crate) place: Span,
}

/// The words of `overflow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    Wait,
    Fail,
    DropNewest,
    DropOldest,
}

/// Reads what stands in the parentheses of the attribute. What is wrong is left out.
pub(crate) fn parse(attr: TokenStream, entry: Entry, errors: &mut Errors) -> Options {
    let mut options = Options::new(entry);
    words::read(attr, &mut options, errors);
    options
}

impl Words for Options {
    const KNOWN: &'static [Word] = &[
        text("name", "name = \"counter\""),
        text("id", "id = \"counter\""),
        text("restart", "restart = \"transient\""),
        text("shutdown", "shutdown = \"5s\""),
        Word {
            key: "significant",
            shape: Shape::Alone,
            form: "significant",
        },
        Word {
            key: "mailbox",
            shape: Shape::Number,
            form: "mailbox = 1024",
        },
        text("overflow", "overflow = \"wait\""),
        text("client", "client = \"CounterApi\""),
        Word {
            key: "crate",
            shape: Shape::Path,
            form: "crate = path",
        },
    ];

    fn check(&self, word: &Word) -> Result<(), String> {
        if self.entry.has_supervision() || !OF_SUPERVISION.contains(&word.key) {
            return Ok(());
        }
        Err(Entry::no_supervision(&format!("no `{}` here", word.key)))
    }

    fn set(&mut self, Found { key, value }: Found, errors: &mut Errors) {
        let (place, set) = match value {
            Some(Value::Text(text)) => (text.span(), self.set_text(&key, &text)),
            Some(Value::Number(number)) => (number.span(), self.set_mailbox(&key, &number)),
            Some(Value::Path(path)) => return self.set_crate(&path.into_token_stream()),
            Some(Value::None) => return self.significant = Some(key.span()),
            None => return self.stand_in(&key),
        };
        if let Err(message) = set {
            errors.at(place, message);
            self.stand_in(&key);
        }
    }
}

impl Options {
    fn new(entry: Entry) -> Self {
        let mut options = Self {
            name: None,
            id: None,
            restart: None,
            shutdown: None,
            significant: None,
            mailbox: None,
            overflow: None,
            client: None,
            runtime: TokenStream::new(),
            entry,
        };
        options.set_crate(&entry.path());
        options
    }

    fn set_crate(&mut self, path: &TokenStream) {
        self.runtime = quote!(#path::__private);
    }

    fn set_text(&mut self, key: &Ident, text: &LitStr) -> Result<(), String> {
        match key.to_string().as_str() {
            "name" => self.name = Some(name(text)?),
            "id" => self.id = Some(text.clone()),
            "restart" => self.restart = Some(restart(text)?),
            "shutdown" => self.shutdown = Some(shutdown(text)?),
            "overflow" => self.overflow = Some((overflow(text)?, key.span())),
            _ => self.client = Some(client(text)?),
        }
        Ok(())
    }

    fn set_mailbox(&mut self, key: &Ident, number: &LitInt) -> Result<(), String> {
        self.mailbox = Some(Bound {
            capacity: capacity(number)?,
            place: key.span(),
        });
        Ok(())
    }

    /// Keeps `Counter::NAME` in being, so that a wrong name is one error and not one at each use; and
    /// keeps a wrong word from being held against another: `restart` against `significant`, `mailbox`
    /// against `overflow`.
    fn stand_in(&mut self, key: &Ident) {
        if key == "name" {
            self.name = Some(LitStr::new(STAND_IN, key.span()));
        } else if key == "restart" {
            self.restart = Some(Restart::Transient);
        } else if key == "mailbox" {
            self.mailbox = Some(Bound {
                capacity: SOME_ROOM,
                place: key.span(),
            });
        }
    }
}

const fn text(key: &'static str, form: &'static str) -> Word {
    Word {
        key,
        shape: Shape::Text,
        form,
    }
}

fn name(text: &LitStr) -> Result<LitStr, String> {
    if text.value().is_empty() {
        return Err("a name cannot be empty: write one, or leave `name` out".to_owned());
    }
    Ok(text.clone())
}

fn restart(text: &LitStr) -> Result<Restart, String> {
    match text.value().as_str() {
        "permanent" => Ok(Restart::Permanent),
        "transient" => Ok(Restart::Transient),
        "temporary" => Ok(Restart::Temporary),
        word => Err(format!(
            "unknown restart {word:?}: write \"permanent\", \"transient\" or \"temporary\""
        )),
    }
}

fn shutdown(text: &LitStr) -> Result<Shutdown, String> {
    match text.value().as_str() {
        "infinity" => Ok(Shutdown::Infinity),
        "brutal_kill" => Ok(Shutdown::BrutalKill),
        word => duration(word).map(Shutdown::After).ok_or_else(|| {
            format!(
                "unknown shutdown {word:?}: write a duration as \"250ms\", \"5s\" or \"2m\", \
                 or \"infinity\" or \"brutal_kill\""
            )
        }),
    }
}

fn capacity(number: &LitInt) -> Result<usize, String> {
    match number.base10_parse() {
        Ok(0) => Err(
            "a mailbox with room for nothing would take no message: write \
                      `mailbox = 1024`, or leave `mailbox` out to have no bound"
                .to_owned(),
        ),
        Ok(capacity) => Ok(capacity),
        Err(_) => Err("expected a number of messages: `mailbox = 1024`".to_owned()),
    }
}

fn overflow(text: &LitStr) -> Result<Overflow, String> {
    match text.value().as_str() {
        "wait" => Ok(Overflow::Wait),
        "fail" => Ok(Overflow::Fail),
        "drop_newest" => Ok(Overflow::DropNewest),
        "drop_oldest" => Ok(Overflow::DropOldest),
        word => Err(format!(
            "unknown overflow {word:?}: write \"wait\", \"fail\", \"drop_newest\" or \"drop_oldest\""
        )),
    }
}

fn client(text: &LitStr) -> Result<Ident, String> {
    let not_a_name = |_| {
        let word = text.value();
        format!("{word:?} is no name of a trait: write one as \"CounterApi\"")
    };
    text.parse().map_err(not_a_name)
}
