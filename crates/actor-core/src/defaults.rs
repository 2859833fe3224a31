//! [`Defaults`]: what a kind of server says about its own start.

use std::fmt;

use crate::debugging::DebugOptions;
use crate::name::Name;

/// Holds what a server declares about its own start; the attribute writes it from its words.
///
/// [`Options`](crate::Options) start from it and may change each of them for one start.
pub struct Defaults<S> {
    name: Option<Name<S>>,
    unwatched: bool,
    own_thread: bool,
    debug: DebugOptions,
}

impl<S> Defaults<S> {
    /// Declares nothing: no name.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            name: None,
            unwatched: false,
            own_thread: false,
            debug: DebugOptions::new(),
        }
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

    /// Lets calls of this process be part of a circle, which then ends by a timeout, as in OTP.
    ///
    /// Needed where a circle is none: a server that calls back while somebody else holds the reply
    /// handle that its caller waits for.
    #[must_use]
    pub fn without_cycle_detection(mut self) -> Self {
        self.unwatched = true;
        self
    }

    /// Runs the process on a thread of its own, so that its callbacks may block.
    ///
    /// All else is as ever: messages, deadlines, links. A kill, or an exit signal, acts when the
    /// callback awaits or returns; one that blocks in a loop asks
    /// [`process::exit_requested`](crate::process::exit_requested).
    #[must_use]
    pub fn on_own_thread(mut self) -> Self {
        self.own_thread = true;
        self
    }

    /// Sets what of [`sys`](crate::sys) is on from the start (G-10); nothing by default.
    #[must_use]
    pub fn debug(mut self, debug: DebugOptions) -> Self {
        self.debug = debug;
        self
    }

    pub(crate) fn debug_options(&self) -> DebugOptions {
        self.debug
    }

    pub(crate) fn has_own_thread(&self) -> bool {
        self.own_thread
    }

    pub(crate) fn is_unwatched(&self) -> bool {
        self.unwatched
    }

    pub(crate) fn registered_name(&self) -> Option<&Name<S>> {
        self.name.as_ref()
    }
}

impl<S> Clone for Defaults<S> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            unwatched: self.unwatched,
            own_thread: self.own_thread,
            debug: self.debug,
        }
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
