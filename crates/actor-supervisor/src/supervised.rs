//! [`Supervised`]: what can be put under a supervisor by its type.

use std::future::Future;

use actor_core::{AsPid, StartError};

use crate::child_id::ChildId;
use crate::child_spec::ChildSpec;

/// Has a child spec of its own (S-6). The attribute implements it; a `child_spec` written in the
/// attribute's block replaces the derived one, also here.
pub trait Supervised: Sized + 'static {
    /// What a start is given.
    type Args: Send + 'static;
    /// What a start gives.
    type Handle: AsPid + Send + 'static;

    /// Starts one, linked to the process in which this runs.
    fn start_supervised(
        args: Self::Args,
    ) -> impl Future<Output = Result<Self::Handle, StartError>> + Send;

    /// Replaces fields of the derived spec; the attribute's words become this. Nothing by default.
    #[must_use]
    fn configure(spec: ChildSpec<Self::Handle>) -> ChildSpec<Self::Handle> {
        spec
    }

    /// Returns the spec of a child with these arguments: its id is the type, and each start gets a
    /// clone of them, so that no incarnation leaks into the next.
    #[must_use]
    fn child_spec(args: Self::Args) -> ChildSpec<Self::Handle>
    where
        Self::Args: Clone + Sync,
    {
        let start = move || Self::start_supervised(args.clone());
        Self::configure(ChildSpec::new(ChildId::of::<Self>(), start))
    }
}
