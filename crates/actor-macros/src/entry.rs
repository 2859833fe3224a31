//! The crate through which a user reached the attribute.

use proc_macro2::TokenStream;
use quote::quote;

/// What is said about supervision to those who have only `actor-core`.
const NO_SUPERVISION: &str = "supervision lives in `actor-supervisor` (or the facade `actor-otp`): \
     depend on it and use its `actor` attribute";

/// The crate through which a user reached the attribute.
///
/// Each crate re-exports its own entry as `actor`, so that neither a feature nor a manifest has to
/// be read to know where the runtime is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// `actor_core::actor`.
    Core,
    /// `actor_supervisor::actor`.
    Supervisor,
    /// `actor_otp::actor`.
    Facade,
}

impl Entry {
    /// The crate's path, unless the user gives another with `crate = path`.
    pub(crate) fn path(self) -> TokenStream {
        match self {
            Self::Core => quote!(::actor_core),
            Self::Supervisor => quote!(::actor_supervisor),
            Self::Facade => quote!(::actor_otp),
        }
    }

    /// Whether the crate knows of supervisors.
    pub(crate) fn has_supervision(self) -> bool {
        self != Self::Core
    }

    /// The error for a word of supervision used without it.
    pub(crate) fn no_supervision(what: &str) -> String {
        format!("{what}: {NO_SUPERVISION}")
    }
}
