//! What can be wrong with the spec of a supervisor or of a child.
//!
//! Pure: no clock, no async, no I/O, no lock.

use thiserror::Error;

use crate::child_id::ChildId;
use crate::child_policy::Restart;

/// Says what is wrong with a spec; nothing was started then (S-2 to S-4).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// Two children have the same id.
    #[error("duplicate child id `{0}`: give one of the two another with `.id(…)`")]
    DuplicateId(ChildId),
    /// The window of the restart limit is empty.
    #[error("max_seconds is 0: the restart limit needs a window of at least one second")]
    ZeroPeriod,
    /// A significant child is restarted whenever it ends, so that it could end nothing (S-59).
    #[error(
        "child `{0}`: significant = true with restart = Permanent, which never ends for good; \
         make it Transient or Temporary"
    )]
    SignificantPermanent(ChildId),
    /// The supervisor does not end with its significant children (S-59).
    #[error(
        "child `{0}`: significant = true under auto_shutdown = Never; set `.auto_shutdown(…)` of \
         the supervisor to AnySignificant or AllSignificant"
    )]
    SignificantNever(ChildId),
    /// A dynamic supervisor has no significant children (D-1).
    #[error("child `{0}`: significant = true, which a dynamic supervisor does not know")]
    SignificantDynamic(ChildId),
    /// There is no start function any more: that of a temporary child goes when it has started (S-67).
    #[error(
        "child `{0}`: its start function is released, as it is temporary and was started; take a new \
         spec instead of the one that a supervisor keeps"
    )]
    Released(ChildId),
    /// A child that can be started only once cannot be restarted.
    #[error(
        "child `{id}`: restart = {restart:?}, but it can be started only once; make it Temporary, \
         or give it a start function that can run again"
    )]
    OnceRestarted {
        /// The child.
        id: ChildId,
        /// What its spec says.
        restart: Restart,
    },
}
