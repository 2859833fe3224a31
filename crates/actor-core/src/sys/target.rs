//! Whom sys can ask: [`Target`], and [`ServerTarget`] where the type is known.

use std::time::Duration;

use crate::actor_ref::ActorRef;
use crate::address::Within;
use crate::call::{CallError, Deadline};
use crate::name::Name;
use crate::pid::Pid;
use crate::protocol::Protocol;

/// Stands for a process: a [`Pid`], a reference, a name, a child of a supervisor, or one of them
/// with a limit.
pub trait Target: Send + Sync {
    /// Returns the process that is meant at this moment.
    ///
    /// # Errors
    ///
    /// [`CallError`] says why there is none.
    fn process(&self) -> Result<Pid, CallError>;

    /// Returns how long is waited for an answer; five seconds by default (Y-1).
    fn deadline(&self) -> Deadline {
        Deadline::Default
    }
}

/// Stands for a server whose type is known.
pub trait ServerTarget: Target {
    /// The server, which is its state.
    type Server: Protocol;
}

/// Returns the target with another limit, as [`Address::within`](crate::Address::within) does; for a
/// [`Pid`], which is no address.
pub fn within<T: Target + ?Sized>(target: &T, limit: Duration) -> Within<'_, T> {
    Within::new(target, limit)
}

impl Target for Pid {
    fn process(&self) -> Result<Pid, CallError> {
        Ok(self.clone())
    }
}

impl<S: Protocol> Target for ActorRef<S> {
    fn process(&self) -> Result<Pid, CallError> {
        Ok(self.pid())
    }
}

impl<S: Protocol> ServerTarget for ActorRef<S> {
    type Server = S;
}

impl<S: Protocol> Target for Name<S> {
    fn process(&self) -> Result<Pid, CallError> {
        let server = self.find()?;
        Ok(server.pid())
    }
}

impl<S: Protocol> ServerTarget for Name<S> {
    type Server = S;
}

impl<T: Target + ?Sized> Target for Within<'_, T> {
    fn process(&self) -> Result<Pid, CallError> {
        self.address().process()
    }

    fn deadline(&self) -> Deadline {
        Deadline::After(self.limit())
    }
}

impl<T: ServerTarget + ?Sized> ServerTarget for Within<'_, T> {
    type Server = T::Server;
}
