//! [`SupervisorClient`]: what anybody may ask a supervisor.

use std::future::Future;

use actor_core::{Address, CallError, Deadline};

use crate::child_info::{ChildCounts, ChildInfo};
use crate::supervisor_server::{Request, SupervisorCall, SupervisorServer};

/// Asks a supervisor about its children; implemented for everything that addresses one, names
/// included. These calls have no deadline, as a supervisor may be busy starting a child;
/// [`within`](Address::within) sets one.
pub trait SupervisorClient: Address<SupervisorServer> {
    /// Returns all children, last started first (S-50).
    ///
    /// # Errors
    ///
    /// [`CallError`] if the supervisor cannot be reached.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    fn which_children(&self) -> impl Future<Output = Result<Vec<ChildInfo>, CallError>> + Send {
        self.call_by(Deadline::Never, |reply| {
            SupervisorCall(Request::WhichChildren { reply })
        })
    }

    /// Counts the children (S-52).
    ///
    /// # Errors
    ///
    /// [`CallError`] if the supervisor cannot be reached.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    fn count_children(&self) -> impl Future<Output = Result<ChildCounts, CallError>> + Send {
        self.call_by(Deadline::Never, |reply| {
            SupervisorCall(Request::CountChildren { reply })
        })
    }
}

impl<A: Address<SupervisorServer> + ?Sized> SupervisorClient for A {}
