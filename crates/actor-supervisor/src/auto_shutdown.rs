//! [`AutoShutdown`]: whether a supervisor ends when its significant children have (S-59 to S-63).
//!
//! Pure: no clock, no async, no I/O, no lock.

/// Says whether a supervisor stops its children and ends, with the reason `shutdown`, when
/// significant children end by themselves and are not restarted (S-60, S-61).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AutoShutdown {
    /// Never. The default; then no child may be significant (S-59).
    #[default]
    Never,
    /// When the first of them has ended.
    AnySignificant,
    /// When the last of them has ended.
    AllSignificant,
}
