//! Scripts of the trees: what stands at first, and what is done to it.

use serde::{Deserialize, Serialize};

/// A tree, and what happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// What the case is called.
    pub case: String,
    /// The root, a supervisor of either kind.
    pub tree: Child,
    /// What is done, one after the other.
    pub steps: Vec<Step>,
}

/// A process of the tree as its parent starts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Its name below its parent.
    pub id: String,
    /// When it is restarted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restart: Restart,
    /// How it is stopped; by default as its kind has it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shutdown: Option<Shutdown>,
    /// Whether its end may end its parent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub significant: bool,
    /// What becomes of each incarnation's `init`; the last repeats, and none is `ok`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub init: Vec<Outcome>,
    /// What kind of process it is.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What kind of process a child is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// An ordinary server.
    Worker(Worker),
    /// A supervisor.
    Sup(Sup),
    /// A dynamic supervisor.
    Dyn(Dyn),
}

/// An ordinary server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    /// Whether it traps exits.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub trap: bool,
    /// What its `terminate` does when it is told to shut down.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_shutdown: OnShutdown,
}

/// A supervisor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sup {
    /// Whom a crash touches.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strategy: Strategy,
    /// How many restarts are allowed.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub intensity: u32,
    /// Within how many seconds.
    #[serde(default = "five", skip_serializing_if = "is_five")]
    pub period: u64,
    /// Whether significant children end it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auto_shutdown: AutoShutdown,
    /// In start order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub children: Vec<Child>,
}

/// A dynamic supervisor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dyn {
    /// How many restarts are allowed.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub intensity: u32,
    /// Within how many seconds.
    #[serde(default = "five", skip_serializing_if = "is_five")]
    pub period: u64,
    /// How many children it may have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub max_children: Option<usize>,
}

/// When a child is restarted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restart {
    /// Always.
    #[default]
    Permanent,
    /// After an abnormal end.
    Transient,
    /// Never.
    Temporary,
}

/// How a child is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Shutdown {
    /// It has so many milliseconds.
    Within(u64),
    /// Without a number.
    Word(ShutdownWord),
}

/// How a child is stopped, without a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShutdownWord {
    /// It is killed.
    BrutalKill,
    /// It has all the time it needs.
    Infinity,
}

/// What becomes of an `init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The process is there.
    Ok,
    /// It fails in order.
    Error,
    /// It has nothing to do.
    Ignore,
    /// It crashes.
    Panic,
}

/// What a `terminate` does when the process is told to shut down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnShutdown {
    /// It returns.
    #[default]
    Ok,
    /// It never returns.
    Hang,
    /// It crashes.
    Panic,
}

/// Whom a crash touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// That child.
    #[default]
    OneForOne,
    /// All children.
    OneForAll,
    /// That child and those after it.
    RestForOne,
}

/// Whether significant children end their supervisor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoShutdown {
    /// They do not.
    #[default]
    Never,
    /// The first one does.
    AnySignificant,
    /// The last one does.
    AllSignificant,
}

/// A reason that is given to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing left to do.
    Normal,
    /// Told to stop.
    Shutdown,
    /// Told to stop, with more.
    Tagged,
    /// Anything else.
    Boom,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Step {
    /// A callback of the worker stops it.
    Stop {
        /// Which.
        path: String,
        /// Why.
        reason: Reason,
    },
    /// A callback of the worker crashes.
    Panic {
        /// Which.
        path: String,
    },
    /// The process is killed.
    Kill {
        /// Which.
        path: String,
    },
    /// A stranger sends the process an exit signal.
    Exit {
        /// Which.
        path: String,
        /// With what.
        reason: Reason,
    },
    /// A stranger asks the process to stop, and waits for it.
    AskStop {
        /// Which.
        path: String,
        /// Why.
        reason: Reason,
    },
    /// All of this arrives before the supervisor handles any of it.
    Batch {
        /// Which supervisor.
        path: String,
        /// Ends of its children, and requests to it.
        ops: Vec<Self>,
    },
    /// Time passes.
    Wait {
        /// How much.
        ms: u64,
    },
    /// A request to a supervisor.
    StartChild {
        /// Which.
        path: String,
        /// What to start.
        spec: Box<Child>,
    },
    /// A request to a supervisor.
    RestartChild {
        /// Which.
        path: String,
        /// Which child.
        id: String,
    },
    /// A request to a supervisor.
    TerminateChild {
        /// Which.
        path: String,
        /// Which child.
        id: String,
    },
    /// A request to a supervisor.
    DeleteChild {
        /// Which.
        path: String,
        /// Which child.
        id: String,
    },
    /// A request to a supervisor.
    GetChildspec {
        /// Which.
        path: String,
        /// Which child.
        id: String,
    },
    /// A request to a supervisor.
    WhichChildren {
        /// Which.
        path: String,
    },
    /// A request to a supervisor.
    CountChildren {
        /// Which.
        path: String,
    },
}

impl Child {
    /// Returns what becomes of the `init` of its n-th incarnation, counted from 1.
    #[must_use]
    pub fn outcome(&self, n: u32) -> Outcome {
        let last = self.init.len().saturating_sub(1);
        let at = usize::try_from(n).map_or(last, |n| n.saturating_sub(1).min(last));
        self.init.get(at).copied().unwrap_or(Outcome::Ok)
    }

    /// Says whether it is a worker.
    #[must_use]
    pub fn is_worker(&self) -> bool {
        matches!(self.kind, Kind::Worker(_))
    }

    /// Returns how it is stopped, defaults filled in.
    #[must_use]
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.unwrap_or(match self.kind {
            Kind::Worker(_) => Shutdown::Within(5000),
            Kind::Sup(_) | Kind::Dyn(_) => Shutdown::Word(ShutdownWord::Infinity),
        })
    }
}

impl Step {
    /// Returns the path of the process that it is about; none for time.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Wait { .. } => None,
            Self::Stop { path, .. }
            | Self::Panic { path }
            | Self::Kill { path }
            | Self::Exit { path, .. }
            | Self::AskStop { path, .. }
            | Self::Batch { path, .. }
            | Self::StartChild { path, .. }
            | Self::RestartChild { path, .. }
            | Self::TerminateChild { path, .. }
            | Self::DeleteChild { path, .. }
            | Self::GetChildspec { path, .. }
            | Self::WhichChildren { path }
            | Self::CountChildren { path } => Some(path),
        }
    }
}

/// Returns the path of a child; that of the root is its id.
pub(super) fn join(parent: &str, id: &str) -> String {
    match parent {
        "" => id.to_owned(),
        _ => format!("{parent}/{id}"),
    }
}

/// Takes a path apart into the parent's and the id; the root's parent is `-`.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("-", path))
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

fn one() -> u32 {
    1
}

fn is_one(value: &u32) -> bool {
    *value == one()
}

fn five() -> u64 {
    5
}

fn is_five(value: &u64) -> bool {
    *value == five()
}
