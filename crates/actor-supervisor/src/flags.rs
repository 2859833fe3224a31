//! What a supervisor is told about itself (S-3).
//!
//! Pure: no clock, no async, no I/O, no lock.

use crate::auto_shutdown::AutoShutdown;
use crate::intensity::Intensity;
use crate::strategy::Strategy;

/// The settings of one supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flags {
    pub(crate) strategy: Strategy,
    pub(crate) intensity: Intensity,
    pub(crate) auto_shutdown: AutoShutdown,
}
