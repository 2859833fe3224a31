//! What can be put under a supervisor by its type, or by the options of its start.

use std::future::Future;

use actor_core::{ActorRef, AsPid, GenServer, Options, StartError};

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
    ///
    /// # Errors
    ///
    /// [`StartError`] says why it did not start.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, what was begun is killed, as for
    /// [`start_link`](actor_core::Start::start_link).
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
    #[must_use = "a spec starts nothing by itself: give it to a supervisor"]
    fn child_spec(args: Self::Args) -> ChildSpec<Self::Handle>
    where
        Self::Args: Clone + Sync,
    {
        let start = move || Self::start_supervised(args.clone());
        Self::configure(ChildSpec::new(ChildId::of::<Self>(), start))
    }

    /// Returns the spec of a child whose arguments cannot be cloned: a socket, say. It is started
    /// once, and temporary; see [`ChildSpec::once`].
    #[must_use]
    fn child_spec_once(args: Self::Args) -> ChildSpec<Self::Handle> {
        let start = move || Self::start_supervised(args);
        Self::configure(ChildSpec::once(ChildId::of::<Self>(), start))
    }
}

/// Makes a child spec of the options of a start, so that a second child of one type can have another
/// name.
///
/// # Examples
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use actor_core::{Context, GenServer, InitResult, Start};
/// use actor_supervisor::{OptionsChildSpec, Strategy, Supervised, SupervisorSpec, actor};
///
/// struct Counter;
///
/// #[actor(name = "counter")]
/// impl GenServer for Counter {
///     async fn init(_initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
///         Ok(Counter.into())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let second = Counter::options(0).name("second").child_spec().id("second");
/// let counters = SupervisorSpec::new(Strategy::OneForOne)
///     .child(Counter::child_spec(0))
///     .child(second)
///     .start_link()
///     .await?;
/// # counters.stop().await?;
/// # Ok(())
/// # }
/// ```
pub trait OptionsChildSpec {
    /// What a start gives.
    type Handle;

    /// Returns the spec of a child that is started with these options; the rest is that of its type.
    #[must_use]
    fn child_spec(self) -> ChildSpec<Self::Handle>;
}

impl<S> OptionsChildSpec for Options<S>
where
    S: GenServer<Args: Clone + Sync> + Supervised<Handle = ActorRef<S>>,
{
    type Handle = ActorRef<S>;

    fn child_spec(self) -> ChildSpec<ActorRef<S>> {
        let start = move || self.clone().start_link();
        S::configure(ChildSpec::new(ChildId::of::<S>(), start))
    }
}
