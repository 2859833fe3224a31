//! The words in `#[actor(..)]`: from tokens to values, each mistake on its own token.

use std::time::Duration;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path, Token};

use crate::entry::Entry;
use crate::errors::Errors;

#[cfg(test)]
mod tests;

/// What stands for a name that was given wrongly, so that `NAME` exists all the same.
const STAND_IN: &str = "name";

/// The words of the attribute as values.
pub(crate) struct Options {
    /// The name that the process registers.
    pub(crate) name: Option<LitStr>,
    /// When a supervisor starts the child again.
    pub(crate) restart: Option<Restart>,
    /// How a supervisor stops the child.
    pub(crate) shutdown: Option<Shutdown>,
    /// The path of all that right output names: the crate's `__private`.
    pub(crate) runtime: TokenStream,
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

/// Reads what stands in the parentheses of the attribute. What is wrong is left out.
pub(crate) fn parse(attr: TokenStream, entry: Entry, errors: &mut Errors) -> Options {
    let mut reader = Reader {
        options: Options::new(entry),
        seen: Vec::new(),
        entry,
        errors,
    };
    let parser = |input: ParseStream<'_>| reader.all(input);
    if let Err(error) = parser.parse2(attr) {
        reader.errors.add(error);
    }
    reader.options
}

impl Options {
    fn new(entry: Entry) -> Self {
        let mut options = Self {
            name: None,
            restart: None,
            shutdown: None,
            runtime: TokenStream::new(),
        };
        options.set_crate(&entry.path());
        options
    }

    fn set_crate(&mut self, path: &TokenStream) {
        self.runtime = quote!(#path::__private);
    }
}

struct Reader<'a> {
    options: Options,
    seen: Vec<String>,
    entry: Entry,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn all(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            self.option(&key, input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    /// Reads one `key = value`. Fails only if the rest cannot be read for it.
    fn option(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if let Err(message) = self.check_key(key) {
            self.errors.at(key.span(), message);
            return skip_value(input);
        }
        self.seen.push(key.to_string());
        if !input.peek(Token![=]) {
            self.errors.at(key.span(), format!("write `{}`", form(key)));
            return skip_value(input);
        }
        input.parse::<Token![=]>()?;
        if key == "crate" {
            let path = input.call(Path::parse_mod_style)?;
            self.options.set_crate(&path.into_token_stream());
            return Ok(());
        }
        let value: Expr = input.parse()?;
        match string(&value) {
            Some(value) => self.value(key, value),
            None => {
                self.errors
                    .on(&value, format!("expected a string: `{}`", form(key)));
                self.stand_in(key);
            }
        }
        Ok(())
    }

    fn check_key(&self, key: &Ident) -> Result<(), String> {
        let word = key.to_string();
        let is_supervision = matches!(word.as_str(), "restart" | "shutdown");
        if is_supervision && !self.entry.has_supervision() {
            return Err(Entry::no_supervision(&format!("no `{word}` here")));
        }
        if !is_supervision && !matches!(word.as_str(), "name" | "crate") {
            let known = if self.entry.has_supervision() {
                "`name`, `restart`, `shutdown` or `crate`"
            } else {
                "`name` or `crate`"
            };
            return Err(format!("unknown option `{word}`: write {known}"));
        }
        if self.seen.contains(&word) {
            return Err(format!("`{word}` is given twice: keep one of the two"));
        }
        Ok(())
    }

    fn value(&mut self, key: &Ident, value: &LitStr) {
        let read = match key.to_string().as_str() {
            "name" => name(value).map(|name| self.options.name = Some(name)),
            "restart" => restart(value).map(|restart| self.options.restart = Some(restart)),
            _ => shutdown(value).map(|shutdown| self.options.shutdown = Some(shutdown)),
        };
        if let Err(message) = read {
            self.errors.at(value.span(), message);
            self.stand_in(key);
        }
    }

    /// Keeps `Counter::NAME` in being, so that a wrong name is one error and not one at each use.
    fn stand_in(&mut self, key: &Ident) {
        if key == "name" {
            self.options.name = Some(LitStr::new(STAND_IN, key.span()));
        }
    }
}

fn name(value: &LitStr) -> Result<LitStr, String> {
    if value.value().is_empty() {
        return Err("a name cannot be empty: write one, or leave `name` out".to_owned());
    }
    Ok(value.clone())
}

fn restart(value: &LitStr) -> Result<Restart, String> {
    match value.value().as_str() {
        "permanent" => Ok(Restart::Permanent),
        "transient" => Ok(Restart::Transient),
        "temporary" => Ok(Restart::Temporary),
        word => Err(format!(
            "unknown restart {word:?}: write \"permanent\", \"transient\" or \"temporary\""
        )),
    }
}

fn shutdown(value: &LitStr) -> Result<Shutdown, String> {
    match value.value().as_str() {
        "infinity" => Ok(Shutdown::Infinity),
        "brutal_kill" => Ok(Shutdown::BrutalKill),
        word => match humantime::parse_duration(word) {
            Ok(duration) => Ok(Shutdown::After(duration)),
            Err(_) => Err(format!(
                "unknown shutdown {word:?}: write a duration as \"250ms\", \"5s\" or \"2m\", \
                 or \"infinity\" or \"brutal_kill\""
            )),
        },
    }
}

/// How an option is written.
fn form(key: &Ident) -> &'static str {
    match key.to_string().as_str() {
        "name" => "name = \"counter\"",
        "restart" => "restart = \"transient\"",
        "shutdown" => "shutdown = \"5s\"",
        _ => "crate = path",
    }
}

fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The string literal of an expression, also in the invisible group that `macro_rules!` leaves.
fn string(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(value),
            ..
        }) => Some(value),
        Expr::Group(group) => string(&group.expr),
        _ => None,
    }
}
