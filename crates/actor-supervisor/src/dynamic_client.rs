//! [`DynamicSupervisorClient`]: what anybody may ask a dynamic supervisor.

use std::future::Future;

use actor_core::{Address, AsPid, CallError, Deadline, Pid, ReplyTo};

use crate::child_error::{StartChildError, TerminateChildError, UpdateError};
use crate::child_info::{ChildCounts, ChildInfo};
use crate::child_spec::ChildSpec;
use crate::dynamic_supervisor::{
    DynamicSupervisor, DynamicSupervisorBuilder, DynamicSupervisorCall, FromTemplate, Request,
    Template, TemplateOf,
};
use crate::supervision::Requested;

/// Asks a dynamic supervisor about its children, and starts and stops them; implemented for everything
/// that addresses one, names included.
///
/// These calls have no deadline, as a supervisor may be busy starting or stopping a child (D-17);
/// [`within`](Address::within) sets one.
pub trait DynamicSupervisorClient<T: TemplateOf>: Address<DynamicSupervisor<T>> {
    /// Starts a child. Its id is not looked at: the same spec may be started any number of times
    /// (D-3).
    ///
    /// # Errors
    ///
    /// [`StartChildError`]; nothing is left of the start, and nothing is kept (D-4). A spec that is
    /// not valid is an error even if there is no such supervisor (D-2).
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the child is started all the same; it is the supervisor's.
    fn start_child<H: AsPid + Send + 'static>(
        &self,
        spec: ChildSpec<H>,
    ) -> impl Future<Output = Result<H, StartChildError>> + Send {
        async move {
            spec.fields().check(None)?;
            ask(self, |reply| Request::Start(Requested::boxed(spec, reply))).await
        }
    }

    /// Stops a child as its spec says, and waits until it is dead; its entry goes (D-11). One that
    /// waits for its restart is known by its former pid, and waits no more (D-10).
    ///
    /// # Errors
    ///
    /// [`TerminateChildError`] if it is no child of this supervisor, or has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the child is stopped all the same.
    fn terminate_child(
        &self,
        pid: Pid,
    ) -> impl Future<Output = Result<(), TerminateChildError>> + Send {
        ask(self, |reply| Request::Terminate(pid, reply))
    }

    /// Gives the supervisor other settings, and touches no child (S-69): the limits hold from the next
    /// start or restart on, also if there are more children already. What `settings` do not say is set to
    /// its default. The name is not looked at.
    ///
    /// # Errors
    ///
    /// [`UpdateError`]; everything is as it was then.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the change is made all the same.
    fn update_settings(
        &self,
        settings: DynamicSupervisorBuilder<T>,
    ) -> impl Future<Output = Result<(), UpdateError>> + Send {
        async move {
            let settings = settings.into_settings()?;
            ask(self, |reply| Request::Update(settings, reply)).await
        }
    }

    /// Returns all children, last started first (D-12).
    ///
    /// # Errors
    ///
    /// [`CallError`] if the supervisor cannot be reached.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    fn which_children(&self) -> impl Future<Output = Result<Vec<ChildInfo>, CallError>> + Send {
        call(self, Request::WhichAll)
    }

    /// Counts the children; those that wait for a restart are not active (D-12).
    ///
    /// # Errors
    ///
    /// [`CallError`] if the supervisor cannot be reached.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    fn count_children(&self) -> impl Future<Output = Result<ChildCounts, CallError>> + Send {
        call(self, Request::Count)
    }
}

impl<T: TemplateOf, A: Address<DynamicSupervisor<T>> + ?Sized> DynamicSupervisorClient<T> for A {}

/// Starts children of a dynamic supervisor that has a template (D-5).
pub trait TemplateClient<A, H>: Address<DynamicSupervisor<Template<A, H>>>
where
    A: Send + 'static,
    H: AsPid + Send + 'static,
{
    /// Starts a child that the template makes of `argument`.
    ///
    /// # Errors
    ///
    /// [`StartChildError`]; nothing is left of the start, and nothing is kept (D-4).
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the child is started all the same; it is the supervisor's.
    fn start(&self, argument: A) -> impl Future<Output = Result<H, StartChildError>> + Send {
        ask(self, |reply| {
            Request::StartFrom(Box::new(FromTemplate { argument, reply }))
        })
    }
}

impl<A, H, D> TemplateClient<A, H> for D
where
    A: Send + 'static,
    H: AsPid + Send + 'static,
    D: Address<DynamicSupervisor<Template<A, H>>> + ?Sized,
{
}

fn call<T, A, R, F>(supervisor: &A, request: F) -> impl Future<Output = Result<R, CallError>> + Send
where
    T: TemplateOf,
    A: Address<DynamicSupervisor<T>> + ?Sized,
    R: Send + 'static,
    F: FnOnce(ReplyTo<R>) -> Request<T> + Send,
{
    let make = |reply| DynamicSupervisorCall(request(reply));
    supervisor.call_by(Deadline::Never, make)
}

/// A call whose own failure is one of the errors that may be answered.
async fn ask<T, A, R, E, F>(supervisor: &A, request: F) -> Result<R, E>
where
    T: TemplateOf,
    A: Address<DynamicSupervisor<T>> + ?Sized,
    R: Send + 'static,
    E: From<CallError> + Send + 'static,
    F: FnOnce(ReplyTo<Result<R, E>>) -> Request<T> + Send,
{
    call(supervisor, request).await?
}
