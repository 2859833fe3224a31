//! [`Defaults`]: what a kind of server says about its own start.

use std::fmt;

use crate::name::Name;

/// Holds what a server declares about its own start; the attribute writes it from its words.
///
/// [`Options`](crate::Options) start from it and may change each of them for one start.
pub struct Defaults<S> {
    name: Option<Name<S>>,
}

impl<S> Defaults<S> {
    /// Declares nothing: no name.
    #[must_use]
    pub const fn new() -> Self {
        Self { name: None }
    }

    /// Sets the name to register before `init` runs; none by default.
    #[must_use]
    pub fn name(mut self, name: impl Into<Name<S>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Takes the name away.
    #[must_use]
    pub fn unnamed(mut self) -> Self {
        self.name = None;
        self
    }

    pub(crate) fn registered_name(&self) -> Option<&Name<S>> {
        self.name.as_ref()
    }
}

impl<S> Default for Defaults<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Defaults<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Defaults")
            .field("name", &self.name)
            .finish()
    }
}
