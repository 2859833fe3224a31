//! [`ChildSpec`]: how a child is started, restarted and stopped (S-1 to S-6).

mod start;

pub(crate) use start::StartChild;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use actor_core::{AsPid, Pid, StartError};

use crate::child_id::ChildId;

/// How long a worker may take to stop, unless its spec says otherwise.
pub const DEFAULT_SHUTDOWN: Duration = Duration::from_secs(5);

/// Says when a child that ended by itself is restarted (S-23).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Always. The default.
    #[default]
    Permanent,
    /// Only after an abnormal end.
    Transient,
    /// Never.
    Temporary,
}

/// Says how a child is stopped (S-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// It is killed at once.
    BrutalKill,
    /// It is told to shut down, and killed if it has not ended after this long; zero is legal.
    After(Duration),
    /// It is told to shut down, and has all the time it needs.
    Infinity,
}

/// Says whether a child is a supervisor itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ChildType {
    /// An ordinary process; it has five seconds to stop by default.
    #[default]
    Worker,
    /// A supervisor; it has all the time it needs to stop by default.
    Supervisor,
}

/// Describes one child of a supervisor. `H` is the type of its handle.
///
/// The defaults are those of OTP: permanent, a worker, five seconds to stop. The attribute derives
/// one as `child_spec(args)`; each field can be replaced.
///
/// # Examples
///
/// ```
/// use actor_supervisor::{ChildSpec, Restart, Shutdown};
/// # use actor_core::{ActorRef, GenServer, Start};
///
/// # fn example<Counter: GenServer<Args = i64>>() {
/// let spec = ChildSpec::new("second", || async { Counter::start_link(0).await })
///     .restart(Restart::Transient)
///     .shutdown(Shutdown::BrutalKill);
/// # }
/// ```
pub struct ChildSpec<H> {
    fields: Fields,
    start: Arc<dyn StartChild<H>>,
}

/// A child spec whose handle's type is forgotten, so that a list may mix them.
pub struct AnyChildSpec {
    pub(crate) fields: Fields,
    pub(crate) start: Arc<dyn StartChild<Pid>>,
}

/// What a spec says besides how to start.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) id: ChildId,
    pub(crate) restart: Restart,
    shutdown: Option<Shutdown>,
    pub(crate) child_type: ChildType,
}

impl Fields {
    /// The setting, or the default of the child's type (S-1).
    pub(crate) fn shutdown(&self) -> Shutdown {
        self.shutdown.unwrap_or(match self.child_type {
            ChildType::Worker => Shutdown::After(DEFAULT_SHUTDOWN),
            ChildType::Supervisor => Shutdown::Infinity,
        })
    }
}

impl<H: AsPid + Send + 'static> ChildSpec<H> {
    /// Describes a child that `start` starts. The function runs at each start and restart, inside
    /// the supervisor, and must give a fresh process each time; the supervisor links to it if it
    /// is not linked yet (S-8).
    pub fn new<F, Fut>(id: impl Into<ChildId>, start: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<H, StartError>> + Send + 'static,
    {
        Self {
            fields: Fields {
                id: id.into(),
                restart: Restart::default(),
                shutdown: None,
                child_type: ChildType::default(),
            },
            start: Arc::new(start),
        }
    }
}

impl<H> ChildSpec<H> {
    /// Sets what the child is called; unique among its siblings.
    #[must_use]
    pub fn id(mut self, id: impl Into<ChildId>) -> Self {
        self.fields.id = id.into();
        self
    }

    /// Sets when it is restarted; [`Restart::Permanent`] by default.
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.fields.restart = restart;
        self
    }

    /// Sets how it is stopped; by default five seconds for a worker, no limit for a supervisor.
    #[must_use]
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.fields.shutdown = Some(shutdown);
        self
    }

    /// Sets whether it is a supervisor; [`ChildType::Worker`] by default.
    #[must_use]
    pub fn child_type(mut self, child_type: ChildType) -> Self {
        self.fields.child_type = child_type;
        self
    }

    /// Returns what the child is called.
    #[must_use]
    pub fn get_id(&self) -> &ChildId {
        &self.fields.id
    }

    /// Returns when it is restarted.
    #[must_use]
    pub fn get_restart(&self) -> Restart {
        self.fields.restart
    }

    /// Returns how it is stopped: the setting, or the default of its type.
    #[must_use]
    pub fn get_shutdown(&self) -> Shutdown {
        self.fields.shutdown()
    }

    /// Returns whether it is a supervisor.
    #[must_use]
    pub fn get_child_type(&self) -> ChildType {
        self.fields.child_type
    }
}

impl<H: AsPid + Send + 'static> From<ChildSpec<H>> for AnyChildSpec {
    fn from(spec: ChildSpec<H>) -> Self {
        Self {
            fields: spec.fields,
            start: start::erase(spec.start),
        }
    }
}

impl<H> fmt::Debug for ChildSpec<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ChildSpec").field(&self.fields).finish()
    }
}

impl fmt::Debug for AnyChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyChildSpec").field(&self.fields).finish()
    }
}
