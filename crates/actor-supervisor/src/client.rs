//! [`SupervisorClient`]: what anybody may ask a supervisor.

use std::future::Future;

use actor_core::{Address, AsPid, CallError, Deadline, Pid, Protocol, ReplyTo};

use crate::child_error::{
    DeleteChildError, FindChildError, RestartChildError, StartChildError, UpdateError,
};
use crate::child_id::ChildId;
use crate::child_info::{ChildCounts, ChildInfo};
use crate::child_ref::ChildRef;
use crate::child_spec::{AnyChildSpec, ChildSpec};
use crate::supervision::Requested;
use crate::supervisor_server::{Request, SupervisorCall, SupervisorServer};
use crate::supervisor_spec::SupervisorSpec;

/// Asks a supervisor about its children, and changes them; implemented for everything that addresses
/// one, names included.
///
/// These calls have no deadline, as a supervisor may be busy starting or stopping a child;
/// [`within`](Address::within) sets one. What they do obeys no strategy: only that one child is
/// started or stopped (S-55).
///
/// # Examples
///
/// ```
/// use actor_supervisor::{
///     ChildSpec, DeleteChildError, Restart, Strategy, SupervisorClient, SupervisorSpec,
/// };
/// # use actor_core::{Context, GenServer, InitResult, Start};
/// # use std::convert::Infallible;
/// # struct Idle;
/// # impl GenServer for Idle {
/// #     type Args = ();
/// #     type Call = Infallible;
/// #     type Cast = Infallible;
/// #     type Info = Infallible;
/// #     type Continue = Infallible;
/// #     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> { Ok(Idle.into()) }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let web = SupervisorSpec::new(Strategy::OneForOne).start_link().await?;
/// let spec = ChildSpec::new("idle", || async { Idle::start_link(()).await });
/// let idle = web.start_child(spec).await?; // its own handle, an ActorRef<Idle>
/// assert!(idle.is_alive());
///
/// let refused = web.delete_child("idle").await;
/// assert_eq!(refused, Err(DeleteChildError::Running("idle".into())));
/// web.terminate_child("idle").await?; // stays down, its spec stays
/// web.restart_child("idle").await?;
/// web.terminate_child("idle").await?;
/// web.delete_child("idle").await?;
/// assert_eq!(web.count_children().await?.specs, 0);
/// # web.stop().await?;
/// # Ok(())
/// # }
/// ```
pub trait SupervisorClient: Address<SupervisorServer> {
    /// Starts a child, and appends it to the list, where it takes part in everything (S-39, S-46).
    ///
    /// # Errors
    ///
    /// [`StartChildError`]; nothing is left of the start then, and nothing is kept, but for an
    /// ignored start of a child that is not temporary (S-10).
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the child is started all the same; it is the supervisor's.
    fn start_child<H: AsPid + Send + 'static>(
        &self,
        spec: ChildSpec<H>,
    ) -> impl Future<Output = Result<H, StartChildError>> + Send {
        ask(self, |reply| Request::Start(Requested::boxed(spec, reply)))
    }

    /// Stops a child and waits until it is dead; its spec stays, unless it is temporary (S-47). One
    /// without a process is terminated already; one that waits for a restart waits no more (S-43).
    ///
    /// # Errors
    ///
    /// [`FindChildError`] if there is no such child.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the child is stopped all the same.
    fn terminate_child(
        &self,
        id: impl Into<ChildId> + Send,
    ) -> impl Future<Output = Result<(), FindChildError>> + Send {
        let id = id.into();
        ask(self, |reply| Request::Terminate(id, reply))
    }

    /// Starts a child again that has no process (S-48).
    ///
    /// # Errors
    ///
    /// [`RestartChildError`] if it has one, or did not start; the spec stays.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the child is started all the same.
    fn restart_child(
        &self,
        id: impl Into<ChildId> + Send,
    ) -> impl Future<Output = Result<Pid, RestartChildError>> + Send {
        let id = id.into();
        ask(self, |reply| Request::Restart(id, reply))
    }

    /// Deletes the spec of a child that has no process (S-49).
    ///
    /// # Errors
    ///
    /// [`DeleteChildError`] if it has one, or waits for a restart.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the spec is deleted all the same.
    fn delete_child(
        &self,
        id: impl Into<ChildId> + Send,
    ) -> impl Future<Output = Result<(), DeleteChildError>> + Send {
        let id = id.into();
        ask(self, |reply| Request::Delete(id, reply))
    }

    /// Returns the spec of a child, with the defaults filled in (S-53).
    ///
    /// # Errors
    ///
    /// [`FindChildError`] if there is no such child.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    fn get_childspec(
        &self,
        id: impl Into<ChildId> + Send,
    ) -> impl Future<Output = Result<AnyChildSpec, FindChildError>> + Send {
        let id = id.into();
        ask(self, |reply| Request::Spec(id, reply))
    }

    /// Tells of one child (S-51).
    ///
    /// # Errors
    ///
    /// [`FindChildError`] if there is no such child.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    fn which_child(
        &self,
        id: impl Into<ChildId> + Send,
    ) -> impl Future<Output = Result<ChildInfo, FindChildError>> + Send {
        let id = id.into();
        ask(self, |reply| Request::Which(id, reply))
    }

    /// Returns an address of a child that follows its restarts.
    ///
    /// # Errors
    ///
    /// [`FindChildError`] if there is no such child, or it is a server of another type.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    fn child<S: Protocol>(
        &self,
        id: impl Into<ChildId> + Send,
    ) -> impl Future<Output = Result<ChildRef<S>, FindChildError>> + Send {
        let id = id.into();
        async move {
            let place = ask(self, |reply| Request::Place(id.clone(), reply)).await?;
            ChildRef::new(id, place)
        }
    }

    /// Gives the supervisor other settings and other specs, and touches no process (S-69): what is
    /// said of a child holds from its next start, end or stop on. Children of unknown ids are appended and
    /// not started, until [`restart_child`](Self::restart_child), or a restart of the whole group, starts
    /// them; those that are not in `spec` stay as they are. The name in `spec` is not looked at, and a
    /// spec that is [`ignore`](SupervisorSpec::ignore) changes nothing.
    ///
    /// A supervisor that is restarted itself runs its own `init`, and knows nothing of the change
    /// (S-65).
    ///
    /// # Errors
    ///
    /// [`UpdateError`]; everything is as it was then.
    ///
    /// # Cancel safety
    ///
    /// Dropped after the first poll, the change is made all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_supervisor::{Strategy, SupervisionTree, SupervisorClient, SupervisorSpec};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let web = SupervisorSpec::new(Strategy::OneForOne).start_link().await?;
    /// web.update_specs(SupervisorSpec::new(Strategy::OneForAll).max_restarts(10)).await?;
    /// let tree = SupervisionTree::of(&web).ok_or("dead")?;
    /// let settings = tree.rows()[0].supervisor.ok_or("no supervisor")?;
    /// assert_eq!(settings.strategy, Strategy::OneForAll);
    /// # web.stop().await?;
    /// # Ok(())
    /// # }
    /// ```
    fn update_specs(
        &self,
        spec: SupervisorSpec,
    ) -> impl Future<Output = Result<(), UpdateError>> + Send {
        async move {
            spec.check()?;
            let plan = spec.into_plan();
            ask(self, |reply| Request::Update(plan, reply)).await
        }
    }

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
        call(self, Request::WhichAll)
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
        call(self, Request::Count)
    }
}

impl<A: Address<SupervisorServer> + ?Sized> SupervisorClient for A {}

fn call<A, T, F>(supervisor: &A, request: F) -> impl Future<Output = Result<T, CallError>> + Send
where
    A: Address<SupervisorServer> + ?Sized,
    T: Send + 'static,
    F: FnOnce(ReplyTo<T>) -> Request + Send,
{
    supervisor.call_by(Deadline::Never, |reply| SupervisorCall(request(reply)))
}

/// A call whose own failure is one of the errors that may be answered.
async fn ask<A, T, E, F>(supervisor: &A, request: F) -> Result<T, E>
where
    A: Address<SupervisorServer> + ?Sized,
    T: Send + 'static,
    E: From<CallError> + Send + 'static,
    F: FnOnce(ReplyTo<Result<T, E>>) -> Request + Send,
{
    call(supervisor, request).await?
}
