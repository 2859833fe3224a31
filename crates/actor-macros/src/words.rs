//! The words in the parentheses of an attribute: `key` and `key = value`, each mistake on its own
//! token.

use std::time::Duration;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, LitInt, LitStr, Path, Token};

use crate::errors::Errors;

/// A word that an attribute knows.
pub(crate) struct Word {
    pub(crate) key: &'static str,
    pub(crate) shape: Shape,
    /// How it is written.
    pub(crate) form: &'static str,
}

/// What stands behind a word.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// Nothing.
    Alone,
    /// `= "text"`.
    Text,
    /// `= 1024`.
    Number,
    /// `= some::path`.
    Path,
}

/// A word that was found, and is known.
pub(crate) struct Found {
    pub(crate) key: Ident,
    /// None if it was wrong, which is reported already.
    pub(crate) value: Option<Value>,
}

/// The value of a word.
pub(crate) enum Value {
    None,
    Text(LitStr),
    Number(LitInt),
    Path(Path),
}

/// What an attribute makes of its words.
pub(crate) trait Words {
    /// The words it knows.
    const KNOWN: &'static [Word];

    /// Says why a known word is out of place, if it is.
    ///
    /// # Errors
    ///
    /// What to write instead.
    fn check(&self, word: &Word) -> Result<(), String>;

    /// Takes a word in.
    fn set(&mut self, found: Found, errors: &mut Errors);
}

/// Reads a list of words, each at most once.
pub(crate) fn read(tokens: TokenStream, words: &mut impl Words, errors: &mut Errors) {
    let mut reader = Reader {
        words,
        seen: Vec::new(),
        errors,
    };
    let parser = |input: ParseStream<'_>| reader.all(input);
    if let Err(error) = parser.parse2(tokens) {
        reader.errors.add(error);
    }
}

/// Reads a duration, such as `250ms`, `5s` or `1m 30s`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    humantime::parse_duration(text).ok()
}

struct Reader<'a, W> {
    words: &'a mut W,
    seen: Vec<String>,
    errors: &'a mut Errors,
}

impl<W: Words> Reader<'_, W> {
    fn all(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        while !input.is_empty() {
            if let Ok(value) = input.fork().parse::<Lit>() {
                self.without_word(&value);
                skip_value(input)?;
                separate(input)?;
                continue;
            }
            let key = input.call(Ident::parse_any)?;
            match self.known(&key) {
                Ok(word) => {
                    self.seen.push(key.to_string());
                    let value = self.value(word, &key, input)?;
                    self.words.set(Found { key, value }, self.errors);
                }
                Err(message) => {
                    self.errors.at(key.span(), message);
                    skip_value(input)?;
                }
            }
            separate(input)?;
        }
        Ok(())
    }

    fn without_word(&mut self, value: &Lit) {
        let forms = W::KNOWN.first().map_or("key = value", |word| word.form);
        let message = format!("a value stands behind its word: write `{forms}`");
        self.errors.on(value, message);
    }

    /// The word of a key, or why there is none.
    fn known(&self, key: &Ident) -> Result<&'static Word, String> {
        let Some(word) = W::KNOWN.iter().find(|word| key == word.key) else {
            let usable = W::KNOWN
                .iter()
                .filter(|word| self.words.check(word).is_ok());
            let usable: Vec<_> = usable.map(|word| word.key).collect();
            return Err(format!("unknown option `{key}`: write {}", list(&usable)));
        };
        self.words.check(word)?;
        if self.seen.iter().any(|seen| key == seen) {
            return Err(format!("`{key}` is given twice: keep one of the two"));
        }
        Ok(word)
    }

    /// Reads what stands behind a key. Fails only if the rest cannot be read for it.
    fn value(
        &mut self,
        word: &Word,
        key: &Ident,
        input: ParseStream<'_>,
    ) -> syn::Result<Option<Value>> {
        let has_value = input.peek(Token![=]);
        let wants_value = !matches!(word.shape, Shape::Alone);
        if has_value != wants_value || !has_value && !ends(input) {
            self.errors.at(key.span(), format!("write `{}`", word.form));
            skip_value(input)?;
            return Ok(None);
        }
        if !wants_value {
            return Ok(Some(Value::None));
        }
        input.parse::<Token![=]>()?;
        if matches!(word.shape, Shape::Path) {
            return input.call(Path::parse_mod_style).map(Value::Path).map(Some);
        }
        let value: Expr = input.parse()?;
        let expected = match (word.shape, literal(&value)) {
            (Shape::Number, Some(Lit::Int(number))) => {
                return Ok(Some(Value::Number(number.clone())));
            }
            (Shape::Text, Some(Lit::Str(text))) => return Ok(Some(Value::Text(text.clone()))),
            (Shape::Number, _) => "a number",
            _ => "a string",
        };
        let message = format!("expected {expected}: `{}`", word.form);
        self.errors.on(&value, message);
        Ok(None)
    }
}

fn ends(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn separate(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !ends(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The literal of an expression, also in the invisible group that `macro_rules!` leaves.
fn literal(value: &Expr) -> Option<&Lit> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

/// `` `a`, `b` or `c` ``.
fn list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
