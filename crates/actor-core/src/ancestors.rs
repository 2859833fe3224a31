//! [`Ancestors`]: who started a process with a link, and who started that one (L-2, X-15).
//!
//! Ids and names alone, and few of them: a chain of generations keeps nobody in memory.

use std::fmt;
use std::iter::once;

use crate::directory::NameText;

/// So many are kept, the nearest ones.
const MOST: usize = 8;

/// The nearest ancestors of a process, its parent first. Nothing is allocated while there are none.
#[derive(Default)]
pub(crate) struct Ancestors(Box<[Ancestor]>);

#[derive(Clone)]
struct Ancestor {
    id: u64,
    name: Option<NameText>,
}

impl Ancestors {
    /// The pid's id of the starter.
    pub(crate) fn parent(&self) -> Option<u64> {
        self.0.first().map(|parent| parent.id)
    }

    /// Whether the process with this id is one of them.
    pub(crate) fn contain(&self, id: u64) -> bool {
        self.0.iter().any(|ancestor| ancestor.id == id)
    }

    /// The ancestors of what a process starts whose own ancestors these are.
    pub(crate) fn of_child(&self, id: u64, name: Option<&NameText>) -> Self {
        let parent = Ancestor {
            id,
            name: name.cloned(),
        };
        Self(once(&parent).chain(&self.0).take(MOST).cloned().collect())
    }
}

impl fmt::Display for Ancestors {
    /// Writes `[<4> web, <1> app]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (position, Ancestor { id, name }) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}<{id}>")?;
            if let Some(name) = name {
                write!(f, " {}", name.as_str().escape_debug())?;
            }
        }
        f.write_str("]")
    }
}
