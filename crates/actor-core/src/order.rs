//! [`Order`]: what sys lets a process do between two messages (Y-1).

use std::any::Any;
use std::fmt;

use crate::debugging::Debugging;

/// Runs inside the process that it was sent to. The framework carries it out; no callback sees it.
pub(crate) struct Order(Box<dyn FnOnce(&mut Desk<'_>) + Send>);

/// What an order may touch.
pub(crate) struct Desk<'a> {
    /// The state of the server.
    pub(crate) state: &'a mut dyn Any,
    /// Writes a state as its `format_status` does.
    pub(crate) status: fn(&dyn Any) -> String,
    /// Made by the order if need be; goes when nothing is on.
    pub(crate) debugging: &'a mut Option<Box<Debugging>>,
}

impl Order {
    pub(crate) fn new(act: impl FnOnce(&mut Desk<'_>) + Send + 'static) -> Self {
        Self(Box::new(act))
    }

    pub(crate) fn carry_out(self, desk: &mut Desk<'_>) {
        (self.0)(desk);
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").finish_non_exhaustive()
    }
}

impl Desk<'_> {
    pub(crate) fn debugging(&mut self) -> &mut Debugging {
        self.debugging.get_or_insert_default()
    }

    pub(crate) fn is_suspended(&self) -> bool {
        self.debugging.as_ref().is_some_and(|it| it.suspended)
    }
}
