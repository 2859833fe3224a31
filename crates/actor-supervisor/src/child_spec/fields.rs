//! [`Fields`]: what a child spec says besides how to start, and the one validation of it.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use crate::auto_shutdown::AutoShutdown;
use crate::backoff::Backoff;
use crate::child_id::ChildId;
use crate::child_policy::{ChildType, Restart, Shutdown};
use crate::spec_error::SpecError;

#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) id: ChildId,
    pub(crate) restart: Restart,
    pub(crate) shutdown: Option<Shutdown>,
    pub(crate) child_type: ChildType,
    pub(crate) significant: bool,
    pub(crate) restart_delay: Option<Backoff>,
    /// It can be started once only.
    pub(crate) once: bool,
}

impl Fields {
    pub(crate) fn new(id: ChildId) -> Self {
        Self {
            id,
            restart: Restart::default(),
            shutdown: None,
            child_type: ChildType::default(),
            significant: false,
            restart_delay: None,
            once: false,
        }
    }

    /// The setting, or the default of the child's type (S-1).
    pub(crate) fn shutdown(&self) -> Shutdown {
        let default = Shutdown::default_of(self.child_type);
        self.shutdown.unwrap_or(default)
    }

    /// Checks what the types cannot forbid (S-2, S-59). None stands for a dynamic supervisor, which
    /// knows no significant children (D-1).
    pub(crate) fn check(&self, auto_shutdown: Option<AutoShutdown>) -> Result<(), SpecError> {
        let id = || self.id.clone();
        if self.once && self.restart != Restart::Temporary {
            let restart = self.restart;
            return Err(SpecError::OnceRestarted { id: id(), restart });
        }
        if !self.significant {
            return Ok(());
        }
        match auto_shutdown {
            _ if self.restart == Restart::Permanent => Err(SpecError::SignificantPermanent(id())),
            None => Err(SpecError::SignificantDynamic(id())),
            Some(AutoShutdown::Never) => Err(SpecError::SignificantNever(id())),
            Some(AutoShutdown::AnySignificant | AutoShutdown::AllSignificant) => Ok(()),
        }
    }
}
