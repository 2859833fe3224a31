//! [`ChildId`]: what a child is called inside its supervisor.
//!
//! Pure: no clock, no async, no I/O, no lock.

mod any_value;

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use actor_core::process;
use any_value::AnyValue;

/// Identifies a child inside one supervisor (S-1): a type, a text, or any value that can be compared
/// (X-9).
///
/// # Examples
///
/// ```
/// use actor_supervisor::ChildId;
///
/// struct Counter;
///
/// assert_eq!(ChildId::of::<Counter>().to_string(), "Counter");
/// assert_eq!(ChildId::from("second").to_string(), "second");
/// assert_eq!(ChildId::new(("shard", 7)).to_string(), "(\"shard\", 7)");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ChildId(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Type(TypeId, &'static str),
    Text(Arc<str>),
    Value(AnyValue),
}

impl ChildId {
    /// Returns the id that stands for a type: that of a derived child spec.
    #[must_use]
    pub fn of<T: 'static>() -> Self {
        Self(Repr::Type(TypeId::of::<T>(), type_name::<T>()))
    }

    /// Makes an id of any value. Two are the same if their types are the same and the values are
    /// equal. It is shown as its `Debug` shows it.
    #[must_use]
    pub fn new<T: Any + Eq + Hash + fmt::Debug + Send + Sync>(value: T) -> Self {
        Self(Repr::Value(AnyValue::new(value)))
    }
}

impl ChildId {
    /// As one line of a log, whatever it holds.
    pub(crate) fn to_log(&self) -> String {
        process::log_line(self).unwrap_or_else(|| "an id that cannot be written".to_owned())
    }

    /// What to say if there is no child of this id: a derived spec shows its type, and is found by that.
    pub(crate) fn hint(&self) -> &'static str {
        match &self.0 {
            Repr::Text(_) => {
                " (a text; the id of a derived spec is its type, `ChildId::of::<T>()`)"
            }
            Repr::Type(..) | Repr::Value(_) => "",
        }
    }
}

impl From<&str> for ChildId {
    fn from(text: &str) -> Self {
        Self(Repr::Text(text.into()))
    }
}

impl From<String> for ChildId {
    fn from(text: String) -> Self {
        Self(Repr::Text(text.into()))
    }
}

impl fmt::Display for ChildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Type(_, name) => f.write_str(&without_paths(name)),
            Repr::Text(text) => f.write_str(text),
            Repr::Value(value) => fmt::Debug::fmt(value, f),
        }
    }
}

impl fmt::Debug for ChildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Type(_, name) => f.write_str(&without_paths(name)),
            Repr::Text(text) => fmt::Debug::fmt(text, f),
            Repr::Value(value) => fmt::Debug::fmt(value, f),
        }
    }
}

/// A type's name without the modules: `app::Cache<std::string::String>` is `Cache<String>`.
fn without_paths(name: &str) -> String {
    let mut short = String::new();
    let mut segment = 0; // where the present path segment starts in `short`
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ':' && rest.peek() == Some(&':') {
            rest.next();
            short.truncate(segment);
        } else {
            short.push(c);
            if !(c.is_alphanumeric() || c == '_') {
                segment = short.len();
            }
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{ChildId, without_paths};

    #[test]
    fn a_value_is_the_same_id_as_an_equal_one_of_its_type() {
        assert_eq!(ChildId::new(7_u8), ChildId::new(7_u8));
        assert_ne!(ChildId::new(7_u8), ChildId::new(8_u8));
        assert_ne!(ChildId::new(7_u8), ChildId::new(7_u16));
        assert_ne!(ChildId::new("a"), ChildId::from("a"));
    }

    #[test]
    fn a_type_is_shown_without_its_modules() {
        for (full, short) in [
            ("Counter", "Counter"),
            ("my_app::web::Router", "Router"),
            ("app::Cache<alloc::string::String>", "Cache<String>"),
            ("(a::B, [c::D; 3])", "(B, [D; 3])"),
        ] {
            assert_eq!(without_paths(full), short);
        }
    }
}
