//! [`Defaults`]: what a kind of server says about its own start.

use std::fmt;

use crate::debugging::DebugOptions;
use crate::mailbox::Mailbox;
use crate::name::Name;
use crate::overflow::Overflow;

/// Holds what a server declares about its own start; the attribute writes it from its words.
///
/// [`Options`](crate::Options) start from it and may change each of them for one start.
pub struct Defaults<S> {
    name: Option<Name<S>>,
    unwatched: bool,
    own_thread: bool,
    debug: DebugOptions,
    mailbox: Mailbox,
}

impl<S> Defaults<S> {
    /// Declares nothing: no name, an unbounded mailbox.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            name: None,
            unwatched: false,
            own_thread: false,
            debug: DebugOptions::new(),
            mailbox: Mailbox::UNBOUNDED,
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

    /// Lets no more than `capacity` messages wait in the mailbox; as many as come by default, as in OTP
    ///
    ///
    /// What happens to one more is the matter of [`overflow`](Self::overflow): by default whoever can
    /// wait for room does, and a plain cast is a dead letter. Exit signals, DOWNs and stop requests
    /// are always accepted, and take no room. The message that is being handled takes none either, nor
    /// do the few that the process has taken out together with it: of a large mailbox these are an
    /// eighth, 64 at the most. A supervisor's mailbox has no bound, whatever is asked for.
    ///
    /// # Panics
    ///
    /// If `capacity` is zero: such a mailbox would take no message.
    #[must_use]
    pub fn mailbox(mut self, capacity: usize) -> Self {
        assert!(
            capacity > 0,
            "a mailbox with room for nothing would take no message"
        );
        self.mailbox.capacity = Some(capacity);
        self
    }

    /// Lets as many messages wait in the mailbox as come: the default.
    #[must_use]
    pub fn unbounded(mut self) -> Self {
        self.mailbox.capacity = None;
        self
    }

    /// Sets what a full mailbox does; [`Overflow::Wait`] by default. Without a bound it does nothing.
    #[must_use]
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.mailbox.overflow = overflow;
        self
    }

    /// Sets with more than how many waiting messages the mailbox is told to be long, by a warning
    /// (target `actor::long_queue`); [`DEFAULT_LONG_QUEUE`](crate::DEFAULT_LONG_QUEUE) by default,
    /// and never with `usize::MAX`.
    ///
    /// It is told once, and again only after the process has worked off all but half of that.
    #[must_use]
    pub fn long_queue(mut self, length: usize) -> Self {
        self.mailbox.long = length;
        self
    }

    pub(crate) fn mailbox_settings(&self) -> Mailbox {
        self.mailbox
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
            mailbox: self.mailbox,
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
