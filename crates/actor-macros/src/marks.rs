//! The marks on methods: `#[call]` and `#[cast]`.

use syn::{Attribute, ImplItemFn};

use crate::ast::Kind;

/// A `#[call]` or `#[cast]`.
pub(crate) struct Mark {
    pub(crate) kind: Kind,
    pub(crate) attribute: Attribute,
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
